internal import FlowModel
internal import JSONValue

extension WorkflowApp {
    /// What `/v1/parameters` says: the form of the flow's inputs and the limits of files.
    func parameters(_ settings: WorkflowSettings) -> JSON {
        let megabytes = JSON.integer(Int64(max(settings.fileLimit >> 20, 1)))
        let hasFiles = flow.inputs.contains { $0.type == .file || $0.type == .fileList }
        let off: JSON = ["enabled": false]
        return [
            "opening_statement": "", "suggested_questions": [],
            "suggested_questions_after_answer": off, "speech_to_text": off,
            "text_to_speech": ["enabled": false, "voice": "", "language": ""],
            "retriever_resource": off, "annotation_reply": off, "more_like_this": off,
            "sensitive_word_avoidance": off,
            "user_input_form": .array(flow.inputs.map { InputField($0).json }),
            "file_upload": [
                "enabled": .bool(hasFiles),
                "image": [
                    "enabled": .bool(hasFiles), "number_limits": 10,
                    "transfer_methods": ["remote_url", "local_file"],
                ],
                "allowed_file_types": ["image", "document", "audio", "video", "custom"],
                "allowed_file_extensions": [],
                "allowed_file_upload_methods": ["remote_url", "local_file"], "number_limits": 10,
            ],
            "system_parameters": [
                "file_size_limit": megabytes, "image_file_size_limit": megabytes,
                "audio_file_size_limit": megabytes, "video_file_size_limit": megabytes,
                "workflow_file_upload_limit": 10,
            ],
        ]
    }

    var info: JSON {
        [
            "name": .string(flow.name), "description": .string(flow.summary), "tags": [],
            "mode": "workflow", "author_name": "",
        ]
    }

    var site: JSON {
        [
            "title": .string(flow.name), "chat_color_theme": nil,
            "chat_color_theme_inverted": false, "icon_type": nil, "icon": nil,
            "icon_background": nil, "icon_url": nil, "description": .string(flow.summary),
            "copyright": nil, "privacy_policy": nil, "custom_disclaimer": "",
            "default_language": "en-US", "show_workflow_steps": true,
            "use_icon_as_answer_icon": false,
        ]
    }
}
