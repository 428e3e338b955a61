import HostAssembly
import JSONValue
import LinuxSystem
import Packages

/// `sluice packages`: Python packages that scripts can import.
struct PackagesCommand: Command {
    let name = "packages"
    let summary = "Install Python packages for scripts, list, show or remove them"
    let forms = [
        "install [-r FILE] [--name NAME] [--pure] [options]",
        "list [--json] [--data DIR]",
        "show NAME [--verify] [--json] [--data DIR]",
        "remove NAME [--data DIR]",
    ]
    let options = [
        Option(
            "requirements", "FILE", "what to install (default ./requirements.txt)", letter: "r"),
        Option("name", "NAME", "what flows call them (default 'default')"),
        Option(
            "pure", nil, "only wheels without compiled parts, which every profile can import"),
        Option(
            "config", "FILE", "the host's configuration (default ./sluice.yaml, where there is one)"
        ),
        Option("data", "DIR", "the data folder (default ./.sluice)"),
        Option("verify", nil, "compare every file with what was installed"),
        Option("json", nil, "print JSON"),
    ]
    let notes = """
        A script uses them by `packages: NAME` in its flow, or by `sluice exec --packages NAME`. Only
        wheels are installed, and nothing in them runs before a script imports it, in the sandbox. What
        is installed never changes: installing again makes a new version for new runs, and runs that
        began before go on with theirs. An installation that does not work changes nothing.

        The index is that of `packages: {index-url: ...}` in sluice.yaml, of PIP_INDEX_URL, or what pip
        is configured to use. There are no packages for JavaScript.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let data = DataFolder(try arguments.value("data") ?? "./.sluice")
        let store = PackageStore(dataFolder: data.path)
        switch arguments.positional.first {
        case nil, "list":
            if !arguments.positional.isEmpty { _ = try arguments.exactly(["list"]) }
            return try list(store, arguments)
        case "install":
            _ = try arguments.exactly(["install"])
            return try await install(data, store, arguments)
        case "show":
            return try show(store, try arguments.exactly(["show", "NAME"])[1], arguments)
        case "remove":
            let name = try arguments.exactly(["remove", "NAME"])[1]
            let kept = try store.remove(name, pinned: try await data.pinnedPackages())
            return said(PackageText.removed(name, kept: kept))
        case let word?:
            throw UsageError(
                message: "unknown word '\(word)'; it can be install, list, show or remove")
        }
    }

    private func install(
        _ data: DataFolder, _ store: PackageStore, _ arguments: ParsedArguments
    ) async throws -> ExitStatus {
        let name = try arguments.value("name") ?? "default"
        let file = try arguments.value("requirements") ?? "requirements.txt"
        let requirements = try RequirementsFile.read(try LocalFiles.read(file), file: file)
        let index = try FlowLibrary.open(
            flows: nil, configuration: try arguments.value("config")
        ).packageIndex()
        try data.make()
        let sandbox = try await Sandbox.open(allowDegraded: false)
        do {
            let result = try await sandbox.installer(
                into: store, from: index, pinned: try await data.pinnedPackages()
            ).install(requirements, as: name, isPure: arguments.has("pure"))
            await sandbox.stop()
            if arguments.has("json") {
                StandardStream.output.write(
                    Terminal.harmlessJSON(result.version.json.text) + "\n")
            } else {
                StandardStream.output.write(PackageText.installed(result))
            }
            return .done
        } catch {
            await sandbox.stop()
            let inUse = (try? store.current(name)).map { version in
                "; '\(name)' stays as it was (\(version.record.digest.prefix(12)))"
            }
            throw CommandFailure(
                status: ExitStatus(of: error), description: "\(error)\(inUse ?? "")")
        }
    }

    private func list(_ store: PackageStore, _ arguments: ParsedArguments) throws -> ExitStatus {
        let versions = try store.names().map { name in try store.current(name) }
        if arguments.has("json") {
            StandardStream.output.write(
                Terminal.harmlessJSON(JSON.array(versions.map(\.json)).text) + "\n")
        } else {
            StandardStream.output.write(PackageText.list(versions))
        }
        return .done
    }

    private func show(
        _ store: PackageStore, _ name: String, _ arguments: ParsedArguments
    ) throws -> ExitStatus {
        let current = try store.current(name)
        if arguments.has("json") {
            StandardStream.output.write(Terminal.harmlessJSON(current.json.text) + "\n")
        } else {
            StandardStream.output.write(
                PackageText.detail(current, all: try store.versions(of: name)))
        }
        guard arguments.has("verify") else { return .done }
        guard try store.isIntact(current) else {
            throw CommandFailure(
                status: .failed,
                description:
                    "the files of '\(name)' are not those that were installed; install again")
        }
        return said("every file is as it was installed")
    }

    private func said(_ text: String) -> ExitStatus {
        StandardStream.error.write(text + "\n")
        return .done
    }
}
