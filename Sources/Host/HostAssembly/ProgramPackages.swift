internal import DifyAPI
internal import FlowModel
internal import LinuxSystem
internal import Packages
internal import Synchronization

/// The installed packages that programs of the sandbox contract can import.
final class ProgramPackages: Sendable {
    /// As they are for the next program.
    struct Installed: Sendable {
        let environment: PackageEnvironment
        /// Names of its modules: a program that says none of them does not need it.
        let words: Set<[UInt8]>
        /// Whether there is machine code in it.
        let isCompiled: Bool
        let listed: [SandboxDependency]
    }

    /// How to install the owner's requirements; nil where there are none.
    typealias Install = @Sendable () async throws -> Void

    /// What they are called when the configuration names nothing.
    static let defaultName = "sandbox"
    private static let lookAgain = Duration.seconds(2)

    private let name: String
    private let store: PackageStore
    private let shelf: PackageShelf
    private let installing: Install?
    private let underWay = Mutex<Task<Void, any Error>?>(nil)
    private let seen = Mutex<(installed: Installed?, until: MonotonicInstant)>((nil, .now))

    init(name: String, store: PackageStore, shelf: PackageShelf, install: Install?) {
        self.name = name
        self.store = store
        self.shelf = shelf
        installing = install
    }

    /// Nil where none are installed.
    func current() -> Installed? {
        seen.withLock { seen in
            if seen.until > .now { return seen.installed }
            seen.until = .now + Self.lookAgain
            seen.installed = look(before: seen.installed)
            return seen.installed
        }
    }

    private func look(before: Installed?) -> Installed? {
        guard let version = try? store.current(name) else { return nil }
        if let before, before.environment.digest == version.environment.digest { return before }
        guard let environment = try? shelf.current(name) else { return nil }
        let modules = (try? UserFiles.list(environment.folder)) ?? []
        return Installed(
            environment: environment,
            words: Set(modules.map { Array($0.prefix { $0 != "." }.utf8) }),
            isCompiled: version.record.packages.contains { !$0.compiled.isEmpty },
            listed: version.record.packages.map {
                SandboxDependency(name: $0.name, version: $0.version)
            })
    }

    func listed() -> [SandboxDependency] { current()?.listed ?? [] }

    /// Installs the owner's requirements, where there are some; who asks meanwhile waits for the same end.
    func install() async throws {
        guard let installing else { return }
        let task = underWay.withLock { underWay in
            if let task = underWay { return task }
            let task = Task { try await installing() }
            underWay = task
            return task
        }
        defer {
            underWay.withLock { if $0 == task { $0 = nil } }
            seen.withLock { $0.until = .now }
        }
        try await task.value
    }
}
