package import FlowModel
package import SandboxPolicy

/// A program as a client of the sandbox contract sends it.
package struct SandboxProgram: Sendable, Hashable {
    package var language: ScriptLanguage
    package var code: [UInt8]
    /// Whether it asks for a network; what it reaches then is the host's rule, perhaps nothing.
    package var wantsNetwork: Bool

    package init(language: ScriptLanguage, code: [UInt8], wantsNetwork: Bool) {
        self.language = language
        self.code = code
        self.wantsNetwork = wantsNetwork
    }
}

/// What the sandbox contract can do with a host; `HostAssembly` fills it.
package protocol SandboxBackend: Sendable {
    /// Runs a program to its end (`ScriptStyle.program`); cancelling the task kills it.
    ///
    /// Throws when the host could not begin: no line of it has run then.
    func run(_ program: SandboxProgram) async throws -> StepReport

    /// The limits that a program is run under; for messages.
    func limits(of program: SandboxProgram) -> Limits

    /// What Python programs can import beside the language's own library.
    func dependencies() async -> [SandboxDependency]

    /// Installs again what the host's owner listed; nothing where nothing is listed.
    func refresh() async throws
}

/// A package that programs can import.
package struct SandboxDependency: Sendable, Hashable {
    package var name: String
    /// Empty when it is not known.
    package var version: String

    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }
}
