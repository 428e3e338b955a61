/// Flows that use every key there is.
enum WholeFlow {
    static let review = """
        flow: gitlab-hunk-review
        summary: Ask a language model about every changed hunk of a merge request.
        inputs:
          project: {type: integer, required: true}
          iid: {type: integer, required: true, summary: Number of the merge request}
          depth: {type: integer, default: 3}
          api-token: {type: secret}
        on:
          webhook:
            verify: {gitlab: secret:GITLAB_WEBHOOK_SECRET}
            deduplicate: {key: "${{ headers['idempotency-key'] }}", within: 1 h}
            accept-if: ${{ body.object_kind == 'merge_request' }}
            inputs: {project: "${{ body.project.id }}", iid: "${{ body.object_attributes.iid }}"}
            replies: {accepted: {status: received}, duplicate: {status: seen}, ignored: {status: no}}
          schedule: {cron: "0 6 * * 1-5", timezone: Asia/Seoul, missed: once}
        concurrency: {group: "${{ inputs.project }}-${{ inputs.iid }}", when-busy: replace, settle: 20 s}
        on-failure: {flow: tell-slack}
        nodes:
          opened: {script: opened.js, input: {body: "${{ trigger.body }}"}}
          merge-request:
            uses: gitlab/get-merge-request
            connection: gitlab
            when: ${{ nodes.opened.output.review }}
            with: {project: "${{ inputs.project }}", iid: "${{ inputs.iid }}"}
            repeat: {until: "${{ output.diff_refs }}", every: 2 s, at-most: 60}
          changes:
            uses: gitlab/list-diffs
            connection: gitlab
            with: {project: "${{ inputs.project }}", iid: "${{ inputs.iid }}"}
            after: [merge-request]
          hunks:
            script: split_hunks.py
            profile: pure
            input: {diffs: "${{ nodes.changes.output }}", diff_refs: "${{ nodes.merge-request.output.diff_refs }}"}
            returns: {type: object, required: [hunks], properties: {hunks: {type: array}}}
          review:
            for-each: ${{ nodes.hunks.output.hunks }}
            key: ${{ item.id }}
            at-once: 4
            uses: llm/chat
            connection: reviewer
            with:
              messages:
                - role: user
                  content: |
                    Review this hunk of ${{ inputs.project }}:
                    ${{ item.text }}
            retry: {times: 3, wait: 2 s}
            timeout: 120 s
            on-error: continue
          comment:
            for-each: ${{ nodes.review.items }}
            when: ${{ item.output.comment }}
            uses: gitlab/create-discussion
            connection: gitlab
            with:
              project: ${{ inputs.project }}
              iid: ${{ inputs.iid }}
              body: ${{ item.output.comment }}
              position: {new_line: "${{ item.item.line }}", new_path: "${{ item.item.path }}"}
            once: ${{ item.key }}
        outputs: {comments: "${{ nodes.comment.output }}"}

        """

    static let everyKind = """
        flow: sample
        inputs:
          service-list: {type: array, default: [{name: a}]}
          token: {type: secret}
        nodes:
          ask-service:
            uses: http/request
            connection: service
            with: {path: /status, token: "${{ inputs.token }}"}
            on-error: {go-to: failed}
          failed: {set: {text: "status ${{ nodes.ask-service.error.status }} ${{ vars.team }}"}}
          index: {script: helper.py, profile: fetch, repeatable: true, network: {hosts: ["api.example.com:443"]}}
          analyse:
            uses: llm/chat
            connection: reviewer
            with: {messages: [{role: user, content: "${{ toJSON(nodes.ask-service?.output) }}"}]}
            tools:
              search_files:
                arguments: {type: object, properties: {query: {type: string}}, required: [query]}
                uses: retrieval/search
                with: {index: "${{ nodes.index.output }}", query: "${{ tool.query }}"}
              count:
                description: Count the words.
                script: lib/text.mjs
                input: {text: "${{ tool.text }}"}
            limits: {rounds: 8, tokens: 60000}
            on-error: {default: {answer: "$${{ none }}"}}
          decision:
            approval:
              ask: Post ${{ nodes.analyse.output.answer }}?
              choices: {accept: Accept, reject: Reject}
              who: ["slack:T1/U7", "key:release"]
              deliver: {uses: slack/post, connection: slack, with: {channel: C1, text: Answer please}}
              covers: [propose]
              expires: 72 h
          route: {choose: "${{ nodes.decision.output.choice }}", cases: {accept: propose, reject: rejected}, otherwise: expired}
          propose: {uses: slack/post, connection: slack, with: {channel: C2, text: "${{ nodes.analyse.output.answer }}"}, once: answer}
          rejected: {set: no}
          expired: {wait: 30 s}
          each-service:
            for-each: ${{ inputs.service-list }}
            flow: one-service
            input: {service: "${{ item }}", token: "${{ inputs.token }}"}
          legacy: {script: tool.txt, language: javascript, style: n8n, mode: runOnceForEachItem, after: {any: [propose, rejected]}}
          early: {respond: {status: 202, body: {id: "${{ inputs.service-list[0].name }}"}}}

        """
}
