internal import Connectors
package import FlowModel
package import JSONValue
internal import LinuxSystem
package import SandboxPolicy
internal import YAMLDocuments

/// The flows of a host and the configuration that they are checked against.
package struct FlowLibrary: Sendable {
    /// Absolute path of the folder of flows; it need not exist when flows are named by path.
    package let folder: String
    /// Nil when there is no configuration file.
    package let configurationPath: String?
    /// Nil when the file has faults.
    package let configuration: HostConfiguration?
    package let configurationFaults: FaultReport?
    package let profiles: ProfileCatalogue
    private let known: [KnownProfile]

    /// - Parameters:
    ///   - flows: the folder of flows; nil: `flows`.
    ///   - configuration: the host's configuration; nil: `sluice.yaml` where it exists. A named
    ///     file that is missing is an error.
    package static func open(flows: String?, configuration: String?) throws -> FlowLibrary {
        try open(
            flows: flows, configuration: configuration,
            profiles: try ProfileFolder.load(
                try ProfileFolder.locate(from: ProcessSurroundings.executablePath)))
    }

    /// The same folder and the same file as they are now; the profiles stay, since zygotes hold them.
    func readAgain() throws -> FlowLibrary {
        try Self.open(flows: folder, configuration: configurationPath, profiles: profiles)
    }

    private static func open(
        flows: String?, configuration: String?, profiles: ProfileCatalogue
    ) throws -> FlowLibrary {
        let known = KnownProfile.list(
            of: profiles.names.flatMap { name in
                ScriptLanguage.allCases.compactMap { profiles.resolve(name, $0) }
            })
        var path = configuration
        if path == nil, ProcessSurroundings.exists("sluice.yaml") { path = "sluice.yaml" }
        guard let path else {
            return FlowLibrary(
                folder: ProcessSurroundings.absolute(flows ?? "flows"), configurationPath: nil,
                configuration: HostConfiguration(), configurationFaults: nil, profiles: profiles,
                known: known)
        }
        let reading = HostConfiguration.read(
            try UserFiles.read(path, limit: 1 << 20), file: path,
            path: ProcessSurroundings.absolute(path),
            operations: OperationCatalogue(ConnectorRegistry.operations), profiles: known)
        let faults = reading.faults + connectionFaults(in: reading, file: path)
        return FlowLibrary(
            folder: ProcessSurroundings.absolute(flows ?? "flows"),
            configurationPath: ProcessSurroundings.absolute(path),
            configuration: faults.isEmpty ? reading.configuration : nil,
            configurationFaults: FaultReport(faults: faults, source: reading.source),
            profiles: profiles, known: known)
    }

    /// What the connectors themselves find wrong with the settings of their connections, but for those
    /// connections in which something is wrong already.
    private static func connectionFaults(
        in reading: HostConfigurationReading, file: String
    ) -> [FlowFault] {
        var configuration = reading.configuration ?? HostConfiguration()
        configuration.connections = reading.soundConnections
        do {
            _ = try ConnectorRegistry(configuration)
            return []
        } catch {
            return error.faults.map { fault in
                FlowFault(
                    file: file, location: SourceLocation(line: fault.line, column: fault.column),
                    offendingText: "",
                    message: "connection '\(fault.connection)': \(fault.message)",
                    hint: nil)
            }
        }
    }

    /// The folders below the folder of flows that hold a `flow.yaml`, by name.
    package func allFolders() throws -> [String] {
        guard ProcessSurroundings.isFolder(folder) else {
            throw HostError(
                "there is no folder of flows '\(folder)'; --flows names one", cause: .given)
        }
        return try UserFiles.list(folder).map { "\(folder)/\($0)" }
            .filter { ProcessSurroundings.exists("\($0)/flow.yaml") }
    }

    /// The folder of the flow that a person named: by its name, its folder or its file.
    package func folder(named text: String) throws(HostError) -> String {
        var path = text
        if path.hasSuffix("/flow.yaml") { path.removeLast("/flow.yaml".count) }
        if path == "flow.yaml" { path = "." }
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        for candidate in [ProcessSurroundings.absolute(path), "\(folder)/\(path)"]
        where ProcessSurroundings.exists("\(candidate)/flow.yaml") { return candidate }
        throw HostError(
            "there is no flow '\(text)': neither '\(text)/flow.yaml' nor '\(folder)/\(text)/flow.yaml' exists",
            cause: .given)
    }

    /// Reads and checks the flow in a folder.
    ///
    /// - Parameter flows: the flows that it may start; nil: not checked.
    package func read(
        _ flowFolder: String, flows: [String: [InputDeclaration]]? = nil
    ) throws -> FlowReading {
        let files = FolderFiles(flowFolder)
        let bytes = try UserFiles.read("\(flowFolder)/flow.yaml", limit: 1 << 20)
        var surroundings = surroundings(
            configuration: configurationPath == nil ? nil : configuration)
        surroundings.flows = flows
        return Flow.read(
            bytes, file: shown("\(flowFolder)/flow.yaml"), files: files,
            surroundings: surroundings)
    }

    /// What is wrong with the flow in a folder; nil when nothing is.
    package func faults(of flowFolder: String) throws -> FaultReport? {
        var reading = try read(flowFolder)
        if let flow = reading.flow, let started = try flowsStarted(by: flow) {
            reading = try read(flowFolder, flows: started)
        }
        return FaultReport(faults: reading.faults, source: reading.source)
    }

    /// The flows that a flow starts, by the name it uses, as far as they exist; nil when it starts
    /// none, or one of them has faults of its own and cannot be compared with.
    private func flowsStarted(by flow: Flow) throws -> [String: [InputDeclaration]]? {
        let names = BundleMaker.named(by: flow)
        guard !names.isEmpty else { return nil }
        var flows: [String: [InputDeclaration]] = [:]
        for name in names {
            guard let found = try? folder(named: name) else { continue }
            guard let started = try read(found).flow else { return nil }
            flows[started.name] = started.inputs
        }
        return flows
    }

    /// Whose zygotes and packages a flow's scripts use.
    func tenant(of flow: String) -> String {
        configuration?.grant(for: flow)?.tenant ?? "default"
    }

    func surroundings(configuration: HostConfiguration?) -> FlowSurroundings {
        FlowSurroundings(
            operations: OperationCatalogue(ConnectorRegistry.operations), profiles: known,
            configuration: configuration,
            knowsTimezone: { TimeZones.exists($0) })
    }

    /// A path as messages show it: relative to the working folder where it stands below it.
    private func shown(_ path: String) -> String {
        let here = ProcessSurroundings.workingFolder + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }
}

/// The faults of one file, for people and for machines; thrown where they are in the way.
package struct FaultReport: Error, Sendable, CustomStringConvertible {
    private let faults: [FlowFault]
    /// Each fault with its line and a hint.
    package let text: String

    /// Nil when there is no fault.
    init?(faults: [FlowFault], source: SourceText) {
        guard !faults.isEmpty else { return nil }
        self.faults = faults.enumerated().sorted { left, right in
            (left.element.location.line, left.offset) < (right.element.location.line, right.offset)
        }.map(\.element)
        text = self.faults.rendered(with: source)
    }

    package var description: String { text }

    package var count: Int { faults.count }

    /// One line for each fault: where, what and the remedy.
    var lines: [String] {
        faults.map { fault in
            "\(fault.file):\(fault.location.line):\(fault.location.column): \(fault.message)"
                + (fault.hint.map { "; \($0)" } ?? "")
        }
    }

    package var json: [JSON] {
        faults.map { fault in
            [
                "file": .string(fault.file),
                "line": .integer(Int64(fault.location.line)),
                "column": .integer(Int64(fault.location.column)),
                "text": .string(fault.offendingText),
                "message": .string(fault.message),
                "hint": fault.hint.map { .string($0) } ?? .null,
            ]
        }
    }
}
