package import JSONSchema
package import SandboxPolicy
package import YAMLDocuments

/// One node of a flow: its definition.
///
/// A step is a node in a run.
package struct Node: Sendable {
    package var name: String
    package var work: NodeWork
    package var when: Expression?
    package var forEach: ForEach?
    package var after: After?
    package var repeatRule: RepeatRule?
    package var retry: RetryRule?
    package var timeout: Duration?
    package var onError: ErrorRule
    /// With flow, node and item key, what makes a writing operation's effect happen at most once.
    package var once: Template?
    /// What the output must fit, or the step fails.
    package var returns: JSONSchema?
    /// Nodes that must be done first: by reference, by `after`, by `choose` and `go-to`.
    ///
    /// Computed by the checker.
    package var needs: [NodeNeed]
    package var location: SourceLocation

    package init(
        name: String, work: NodeWork, when: Expression? = nil, forEach: ForEach? = nil,
        after: After? = nil, repeatRule: RepeatRule? = nil, retry: RetryRule? = nil,
        timeout: Duration? = nil, onError: ErrorRule = .stop, once: Template? = nil,
        returns: JSONSchema? = nil, needs: [NodeNeed] = [], location: SourceLocation
    ) {
        self.name = name
        self.work = work
        self.when = when
        self.forEach = forEach
        self.after = after
        self.repeatRule = repeatRule
        self.retry = retry
        self.timeout = timeout
        self.onError = onError
        self.once = once
        self.returns = returns
        self.needs = needs
        self.location = location
    }
}

package enum NodeWork: Sendable {
    case script(ScriptNode)
    case operation(OperationNode)
    case approval(ApprovalNode)
    case choose(ChooseNode)
    case subflow(flow: String, input: [(name: String, value: Template)])
    case respond(status: Int, body: Template)
    case wait(Duration)
    case set(Template)
}

package struct ScriptNode: Sendable {
    /// Relative to the flow's folder.
    package var path: String
    package var language: ScriptLanguage
    package var style: ScriptStyle
    package var mode: ItemMode
    package var profile: ProfileName
    /// Nil for Python.
    package var runtime: RuntimeChoice?
    package var input: Template
    /// May run again although it could have had an effect (profiles with a network only).
    package var isRepeatable: Bool
    /// `host:port` that it may reach, for profiles with a network.
    package var network: [String]
    /// The name of the packages that it can import; nil: none.
    package var packages: String?
    /// What that name stands for in this run; nil until the host has looked it up.
    package var environment: PackageEnvironment?
    package init(
        path: String, language: ScriptLanguage, style: ScriptStyle, mode: ItemMode,
        profile: ProfileName, runtime: RuntimeChoice? = nil, input: Template, isRepeatable: Bool,
        network: [String] = [],
        packages: String? = nil
    ) {
        self.path = path
        self.language = language
        self.style = style
        self.mode = mode
        self.profile = profile
        self.runtime = runtime
        self.input = input
        self.isRepeatable = isRepeatable
        self.network = network
        self.packages = packages
    }
}

package struct OperationNode: Sendable {
    package var operation: String
    package var connection: String?
    package var arguments: Template
    package var tools: [ToolNode]
    package var toolRounds: Int?
    package var toolTokens: Int?
    package init(
        operation: String, connection: String?, arguments: Template, tools: [ToolNode] = [],
        toolRounds: Int? = nil, toolTokens: Int? = nil
    ) {
        self.operation = operation
        self.connection = connection
        self.arguments = arguments
        self.tools = tools
        self.toolRounds = toolRounds
        self.toolTokens = toolTokens
    }
}

/// Something a model may call: an operation that only reads, or a script.
package struct ToolNode: Sendable {
    package var description: ToolDescription
    /// `.script` or `.operation`; expressions may read `tool`.
    package var work: NodeWork
    package init(description: ToolDescription, work: NodeWork) {
        self.description = description
        self.work = work
    }
}

package struct ApprovalNode: Sendable {
    package var ask: Template
    package var choices: [(name: String, label: String)]
    package var who: [String]
    /// The choices that let what is covered happen.
    package var approves: [String]
    package var deliver: OperationNode?
    package var covers: [String]
    package var expires: Duration?
    package init(
        ask: Template, choices: [(name: String, label: String)], who: [String],
        approves: [String], deliver: OperationNode?, covers: [String], expires: Duration?
    ) {
        self.ask = ask
        self.choices = choices
        self.who = who
        self.approves = approves
        self.deliver = deliver
        self.covers = covers
        self.expires = expires
    }
}

package struct ChooseNode: Sendable {
    package var value: Expression
    package var cases: [(value: String, node: String)]
    package var otherwise: String?
    package init(value: Expression, cases: [(value: String, node: String)], otherwise: String?) {
        self.value = value
        self.cases = cases
        self.otherwise = otherwise
    }
}

package struct ForEach: Sendable {
    package var items: Expression
    package var key: Template?
    /// Items under way at once; nil means the host's default.
    package var atOnce: Int?
    package init(items: Expression, key: Template?, atOnce: Int?) {
        self.items = items
        self.key = key
        self.atOnce = atOnce
    }
}

package enum After: Sendable, Hashable {
    case all([String])
    /// One of them must have been taken.
    case any([String])
}

/// An edge of the flow, from the node it names.
package struct NodeNeed: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// `nodes.X.output`: skipped when X is skipped or failed.
        case required
        /// `nodes.X?.output`: waits, then reads null.
        case optional
        /// `after: [X]`
        case after
        /// One of the group named in `after: {any: …}`.
        case anyOf
        /// X is a `choose` that takes this node.
        case chosenBy
        /// X goes to this node when it fails; `nodes.X.error` is readable.
        case failureOf
    }
    package var node: String
    package var kind: Kind
    package init(node: String, kind: Kind) {
        self.node = node
        self.kind = kind
    }
}

package struct RepeatRule: Sendable {
    package var until: Expression
    package var every: Duration
    package var atMost: Int
    package init(until: Expression, every: Duration, atMost: Int) {
        self.until = until
        self.every = every
        self.atMost = atMost
    }
}

package struct RetryRule: Sendable, Hashable {
    /// Tries after the first.
    package var times: Int
    package var wait: Duration
    /// Kinds of error (`RaisedError.type`, a limit's name, `crashed`), nil: whatever is retryable.
    package var on: [String]?
    package init(times: Int, wait: Duration, on: [String]?) {
        self.times = times
        self.wait = wait
        self.on = on
    }
}

package enum ErrorRule: Sendable {
    case stop
    case continueRun
    case useDefault(Template)
    case goTo(String)
}
