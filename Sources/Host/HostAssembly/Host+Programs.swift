internal import DifyAPI
internal import FlowModel
internal import LinuxSystem
internal import Packages
internal import SandboxSupervisor

/// What the sandbox contract needs of a host.
extension Host {
    static func programSettings(_ rule: SandboxRule) throws(HostError) -> SandboxSettings {
        do {
            return try SandboxSettings(
                rule: rule, environment: ProcessSurroundings.environment)
        } catch {
            throw HostError(error.description, cause: .given)
        }
    }

    /// Why the key of the environment is weak, if a host that is started in it would take it; nil when
    /// it is not.
    package static func keyWarning() throws -> String? {
        try programSettings(SandboxRule()).usesDefaultKey
            ? "degraded: API_KEY is dify-sandbox's own default, which everybody knows: "
                + "whoever reaches the host runs programs in the sandbox"
            : nil
    }

    /// Where a container of dify-sandbox has its requirements.
    private static let customaryRequirements = "/dependencies/python-requirements.txt"

    static func programPackages(
        _ library: FlowLibrary, _ data: DataFolder, _ settings: SandboxSettings,
        sandbox: Sandbox, shelf: PackageShelf
    ) -> ProgramPackages {
        let rule = library.configuration?.sandbox ?? SandboxRule()
        let name = rule.packages ?? ProgramPackages.defaultName
        let store = PackageStore(dataFolder: data.path)
        var file = rule.requirements
        if file == nil, settings.isInPlace, ProcessSurroundings.exists(customaryRequirements) {
            file = customaryRequirements
        }
        guard let file else {
            return ProgramPackages(name: name, store: store, shelf: shelf, install: nil)
        }
        var index = (try? library.packageIndex()) ?? PackageIndex()
        if let mirror = settings.packageIndex { index.url = mirror }
        return ProgramPackages(name: name, store: store, shelf: shelf) { [index] in
            let requirements = try RequirementsFile.read(
                try UserFiles.read(file, limit: 1 << 20), file: file)
            guard !requirements.requirements.isEmpty else { return }
            _ = try await sandbox.installer(
                into: store, from: index, pinned: try await data.pinnedPackages()
            ).install(requirements, as: name)
        }
    }
}
