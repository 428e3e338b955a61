package import JSONValue
package import SandboxPolicy

/// Runs one attempt of a step.
///
/// The engine knows steps only as this.
///
/// Cancelling the task ends the attempt: a script process is killed, a request aborted, and the
/// outcome is `cancelled`. Throwing means that the host could not begin; nothing has happened.
package protocol StepExecutor: Sendable {
    func execute(_ attempt: StepAttempt) async throws -> StepReport

    /// After a restart: did the effect of this attempt happen? Only asked for writing operations.
    func lookUpEffect(of attempt: StepAttempt) async throws -> EffectLookUp

    /// How much harm the attempt can do, computed from what it would send; what cannot be told is
    /// `high`.
    ///
    /// Nothing is sent.
    func risk(of attempt: StepAttempt) async -> OperationRisk
}

extension StepExecutor {
    package func risk(of attempt: StepAttempt) async -> OperationRisk { .low }
}

/// A person's word that an operation may happen with exactly these arguments.
package struct StepApproval: Sendable, Hashable {
    /// The approval node that asked.
    package var node: String
    package var by: String
    package var choice: String
    package init(node: String, by: String, choice: String) {
        self.node = node
        self.by = by
        self.choice = choice
    }
}

package enum EffectLookUp: Sendable, Hashable {
    /// It happened; this is the output that the step would have had.
    case found(JSON)
    case absent
    /// The service cannot be asked: a person decides.
    case unknown(String)
}

/// One try at a step.
package struct StepAttempt: Sendable {
    package var run: String
    package var flow: String
    package var node: String
    /// Names the step within its run.
    package var path: String
    /// Key of the `for-each` item, nil for a node without one.
    package var itemKey: String?
    /// From 1.
    package var number: Int
    package var tenant: String
    package var timeout: Duration?
    package var work: StepWork
    /// Set when a person approved this; only the engine sets it.
    package var approval: StepApproval?
    /// Set for a model that was given tools: runs the named tool as a journalled step of its own.
    package var callTool: (@Sendable (ToolCall) async throws -> ToolAnswer)?

    package init(
        run: String, flow: String, node: String, itemKey: String?, number: Int, tenant: String,
        timeout: Duration?, work: StepWork, approval: StepApproval? = nil,
        path: String = "",
        callTool: (@Sendable (ToolCall) async throws -> ToolAnswer)? = nil
    ) {
        self.run = run
        self.flow = flow
        self.node = node
        self.path = path
        self.itemKey = itemKey
        self.number = number
        self.tenant = tenant
        self.timeout = timeout
        self.work = work
        self.approval = approval
        self.callTool = callTool
    }
}

package enum StepWork: Sendable, Hashable {
    case script(ScriptWork)
    case operation(OperationWork)
}

package enum ScriptStyle: String, Sendable, Hashable, CaseIterable {
    /// `main(…)` is called with the input.
    case plain
    /// The body of an n8n Code node.
    case n8n
    /// A whole program: nothing of it is called, and what it returns is `{"exit_code": N}`.
    case program
}

package enum ItemMode: String, Sendable, Hashable, CaseIterable {
    case runOnceForAllItems
    case runOnceForEachItem
}

/// A sibling file of the flow's folder that the script can import.
package struct ScriptModule: Sendable, Hashable {
    /// Relative path with `/`, such as `helpers.py` or `lib/text.js`.
    package var path: String
    package var source: [UInt8]
    package init(path: String, source: [UInt8]) {
        self.path = path
        self.source = source
    }
}

package struct ScriptWork: Sendable, Hashable {
    package var language: ScriptLanguage
    /// As messages name it, such as `split_hunks.py`.
    package var fileName: String
    package var source: [UInt8]
    package var modules: [ScriptModule]
    package var style: ScriptStyle
    package var mode: ItemMode
    package var profile: ProfileName
    /// Which JavaScript engine the profile means, and why; nil for Python.
    package var runtime: RuntimeChoice?
    package var input: JSON
    /// For `n8n`: `{items, nodes: {NAME: items}, …}`.
    package var context: JSON?
    /// What it can import beside the library; Python only.
    package var packages: PackageEnvironment?
    /// `host:port` that it may reach, under a profile with a network.
    package var network: [String]
    package init(
        language: ScriptLanguage, fileName: String, source: [UInt8], modules: [ScriptModule] = [],
        style: ScriptStyle = .plain, mode: ItemMode = .runOnceForAllItems, profile: ProfileName,
        runtime: RuntimeChoice? = nil, input: JSON, context: JSON? = nil,
        packages: PackageEnvironment? = nil,
        network: [String] = []
    ) {
        self.language = language
        self.fileName = fileName
        self.source = source
        self.modules = modules
        self.style = style
        self.mode = mode
        self.profile = profile
        self.runtime = runtime
        self.input = input
        self.context = context
        self.packages = packages
        self.network = network
    }
}

package struct OperationWork: Sendable, Hashable {
    /// Such as `gitlab/create-discussion`.
    package var operation: String
    package var connection: String?
    /// The evaluated `with`.
    package var arguments: JSON
    /// Hexadecimal HMAC that makes the effect happen at most once; nil when the node has no `once`.
    package var mark: String?
    /// What a model may call; empty for everything but `llm/chat`.
    package var tools: [ToolDescription]
    /// `limits` of a node with tools: rounds and tokens.
    package var toolRounds: Int?
    package var toolTokens: Int?
    package init(
        operation: String, connection: String?, arguments: JSON, mark: String? = nil,
        tools: [ToolDescription] = [], toolRounds: Int? = nil, toolTokens: Int? = nil
    ) {
        self.operation = operation
        self.connection = connection
        self.arguments = arguments
        self.mark = mark
        self.tools = tools
        self.toolRounds = toolRounds
        self.toolTokens = toolTokens
    }
}

package struct ToolDescription: Sendable, Hashable {
    package var name: String
    package var description: String
    /// JSON Schema of the arguments.
    package var arguments: JSON
    package init(name: String, description: String, arguments: JSON) {
        self.name = name
        self.description = description
        self.arguments = arguments
    }
}

package struct ToolCall: Sendable, Hashable {
    package var name: String
    package var arguments: JSON
    /// Position in the conversation, from 0: with the step, what makes the call the same call after a restart.
    package var sequence: Int
    package init(name: String, arguments: JSON, sequence: Int) {
        self.name = name
        self.arguments = arguments
        self.sequence = sequence
    }
}

package enum ToolAnswer: Sendable, Hashable {
    case value(JSON)
    /// Told to the model as text; it may go on.
    case failure(String)
}
