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
    /// A file that a client gave: an object with its name, size, type and address, or its bytes.
    case file
    case fileList = "file-list"
    /// Sealed at rest; only credential parameters may read it.
    case secret
}

package struct InputDeclaration: Sendable, Hashable {
    package var name: String
    package var type: InputType
    package var isRequired: Bool
    package var defaultValue: JSON?
    package var summary: String?
    /// The only texts that it may be; empty: any.
    package var choices: [String]
    /// Characters of a text, or files of a list; nil: any number.
    package var maxLength: Int?
    package init(
        name: String, type: InputType, isRequired: Bool, defaultValue: JSON?, summary: String?,
        choices: [String] = [], maxLength: Int? = nil
    ) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.summary = summary
        self.choices = choices
        self.maxLength = maxLength
    }
}

/// What an HTTP request must be to start a run, and what the run gets of it.
package struct WebhookTrigger: Sendable {
    /// Nil: `/hooks/` and the flow's name.
    package var path: String?
    /// All of them must hold.
    package var verify: [WebhookScheme]
    package var deduplicateKey: Template?
    package var deduplicateWithin: Duration?
    package var acceptIf: Expression?
    package var inputs: [(name: String, value: Template)]
    /// Bodies by `accepted`, `duplicate` and `ignored`.
    package var replies: JSON?
    /// How long a sender waits for what a `respond` node says.
    package var respondWithin: Duration
    package init(
        path: String?, verify: [WebhookScheme], deduplicateKey: Template?,
        deduplicateWithin: Duration?, acceptIf: Expression?,
        inputs: [(name: String, value: Template)], replies: JSON?,
        respondWithin: Duration = .seconds(8)
    ) {
        self.path = path
        self.verify = verify
        self.deduplicateKey = deduplicateKey
        self.deduplicateWithin = deduplicateWithin
        self.acceptIf = acceptIf
        self.inputs = inputs
        self.replies = replies
        self.respondWithin = respondWithin
    }
}

/// What becomes of the times at which a schedule should have fired while no host ran.
package enum MissedFires: String, Sendable, Hashable {
    /// One run, for the last of them.
    case once
    /// A run for each.
    case all
    /// Nothing; `skip` means the same.
    case none
}

package struct ScheduleTrigger: Sendable, Hashable {
    package var cron: String
    package var timezone: String
    package var missed: MissedFires
    package init(cron: String, timezone: String, missed: MissedFires) {
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
