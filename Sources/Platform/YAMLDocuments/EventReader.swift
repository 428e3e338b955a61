import CYAML

/// One libyaml event with its values copied out of C memory.
enum YAMLEvent {
    case streamStart
    case documentStart(version: (Int, Int)?, hasTagDirective: Bool)
    case documentEnd
    case streamEnd
    case alias(String)
    case scalar(text: String, isQuoted: Bool, decorations: Decorations)
    case sequenceStart(Decorations)
    case mappingStart(Decorations)
    case collectionEnd

    /// What may stand before a node and is refused.
    struct Decorations {
        let anchor: String?
        let tag: String?
    }
}

/// libyaml's parser, as a source of events.
///
/// It owns the C parser and the text that it reads.
@safe struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: ArraySlice<UInt8>) throws(YAMLError) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe parser.deallocate()
            throw YAMLError(
                location: SourceLocation(line: 1, column: 1), message: "out of memory")
        }
        let text = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        _ = unsafe text.initialize(from: bytes)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
        unsafe self.parser = parser
        unsafe self.text = text
    }

    deinit {
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe text.deallocate()
    }

    mutating func next() throws(YAMLError) -> (event: YAMLEvent, location: SourceLocation) {
        var event = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { unsafe yaml_event_delete(&event) }
        return unsafe (Self.copy(event), Self.location(event.start_mark))
    }

    private func problem() -> YAMLError {
        let mark = unsafe parser.pointee.problem_mark
        let problem = unsafe Self.text(parser.pointee.problem) ?? "not a YAML document"
        let context = unsafe Self.text(parser.pointee.context)
        return YAMLError(
            location: Self.location(mark),
            message: context.map { "\(problem) (\($0))" } ?? problem)
    }

    private static func location(_ mark: yaml_mark_t) -> SourceLocation {
        SourceLocation(line: mark.line + 1, column: mark.column + 1)
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    private static func copy(_ event: yaml_event_t) -> YAMLEvent {
        switch unsafe event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_DOCUMENT_START_EVENT:
            let start = unsafe event.data.document_start
            let version = unsafe start.version_directive.map {
                unsafe (Int($0.pointee.major), Int($0.pointee.minor))
            }
            return unsafe .documentStart(
                version: version,
                hasTagDirective: start.tag_directives.start != start.tag_directives.end)
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
        case YAML_ALIAS_EVENT: return unsafe .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT: return unsafe copyScalar(event)
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe .sequenceStart(.init(anchor: text(start.anchor), tag: text(start.tag)))
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe .mappingStart(.init(anchor: text(start.anchor), tag: text(start.tag)))
        default: return .collectionEnd
        }
    }

    private static func copyScalar(_ event: yaml_event_t) -> YAMLEvent {
        let scalar = unsafe event.data.scalar
        let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return unsafe .scalar(
            text: String(decoding: bytes, as: UTF8.self),
            isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE,
            decorations: .init(anchor: text(scalar.anchor), tag: text(scalar.tag)))
    }
}
