package import JSONValue

/// A flow file, read and checked.
package struct Flow: Sendable {
    package var name: String
    package var summary: String
    package var inputs: [InputDeclaration]
    package var webhook: WebhookTrigger?
    package var schedule: ScheduleTrigger?
    package var concurrency: ConcurrencyRule?
    /// Flow that is started when a run of this one fails.
    package var onFailure: String?
    /// In the order of the file.
    package var nodes: [Node]
    package var outputs: [(name: String, value: Template)]
    /// Absolute path of the folder that holds `flow.yaml`; scripts never leave it.
    package var folder: String

    package init(
        name: String, summary: String, inputs: [InputDeclaration], webhook: WebhookTrigger?,
        schedule: ScheduleTrigger?, concurrency: ConcurrencyRule?, onFailure: String?,
        nodes: [Node], outputs: [(name: String, value: Template)], folder: String
    ) {
        self.name = name
        self.summary = summary
        self.inputs = inputs
        self.webhook = webhook
        self.schedule = schedule
        self.concurrency = concurrency
        self.onFailure = onFailure
        self.nodes = nodes
        self.outputs = outputs
        self.folder = folder
    }
}

package enum InputType: String, Sendable, Hashable, CaseIterable {
    case string, integer, number, boolean, object, array
    /// Sealed at rest; only credential parameters may read it.
    case secret
}

package struct InputDeclaration: Sendable, Hashable {
    package var name: String
    package var type: InputType
    package var isRequired: Bool
    package var defaultValue: JSON?
    package var summary: String?
    package init(
        name: String, type: InputType, isRequired: Bool, defaultValue: JSON?, summary: String?
    ) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.summary = summary
    }
}

/// Served by the host; read and checked here.
package struct WebhookTrigger: Sendable {
    package var path: String?
    /// Verification scheme to `secret:NAME`, such as `gitlab: secret:GITLAB_WEBHOOK_SECRET`.
    package var verify: [String: String]
    package var deduplicateKey: Template?
    package var deduplicateWithin: Duration?
    package var acceptIf: Expression?
    package var inputs: [(name: String, value: Template)]
    package var replies: JSON?
    package init(
        path: String?, verify: [String: String], deduplicateKey: Template?,
        deduplicateWithin: Duration?, acceptIf: Expression?,
        inputs: [(name: String, value: Template)], replies: JSON?
    ) {
        self.path = path
        self.verify = verify
        self.deduplicateKey = deduplicateKey
        self.deduplicateWithin = deduplicateWithin
        self.acceptIf = acceptIf
        self.inputs = inputs
        self.replies = replies
    }
}

package struct ScheduleTrigger: Sendable, Hashable {
    package var cron: String
    package var timezone: String
    /// `once`, `skip` or `all`.
    package var missed: String
    package init(cron: String, timezone: String, missed: String) {
        self.cron = cron
        self.timezone = timezone
        self.missed = missed
    }
}

package struct ConcurrencyRule: Sendable {
    package var group: Template
    /// `queue`, `replace` or `skip`.
    package var whenBusy: String
    package var settle: Duration?
    package init(group: Template, whenBusy: String, settle: Duration?) {
        self.group = group
        self.whenBusy = whenBusy
        self.settle = settle
    }
}
