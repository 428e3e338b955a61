internal import FlowModel
internal import JSONValue
internal import Journal
internal import LinuxSystem
internal import Packages
internal import SandboxPolicy

/// Pins what a run depends on: the bytes of its flow, of every sub-flow, and of the files beside them.
struct BundleMaker {
    let library: FlowLibrary
    let packages: PackageShelf

    /// The bundle of the flow in a folder, checked; throws every fault of it and of its sub-flows.
    func bundle(of folder: String) throws -> (flow: Flow, bundle: PinnedBundle) {
        let entry = try flow(in: folder)
        var flows = [entry.name: entry]
        var missing = Self.named(by: entry)
        while let name = missing.popLast() {
            guard flows[name] == nil else { continue }
            let found = try flow(in: try library.folder(named: name))
            flows[name] = found
            missing += Self.named(by: found)
        }
        let pinned = try flows.values.sorted { $0.name < $1.name }.map(pin)
        let bundle = PinnedBundle(
            entry: entry.name, flows: pinned, settings: try settings(for: Array(flows.values)))
        _ = try BundleReader(library: library, packages: packages).flows(of: bundle)
        return (entry, bundle)
    }

    private func flow(in folder: String) throws -> Flow {
        let reading = try library.read(folder)
        guard let flow = reading.flow else { throw Self.faults(of: reading) }
        return flow
    }

    static func faults(of reading: FlowReading) -> FlowFaults {
        FlowFaults(faults: reading.faults, source: reading.source)
    }

    /// Flows that a flow starts.
    static func named(by flow: Flow) -> [String] {
        var names = flow.onFailure.map { [$0] } ?? []
        for node in flow.nodes {
            if case .subflow(let name, _) = node.work { names.append(name) }
        }
        return names
    }

    /// `flow.yaml` and the files that its scripts are or can import.
    private func pin(_ flow: Flow) throws -> PinnedFlow {
        let files = FolderFiles(flow.folder)
        let contents = try flow.bundle(try files.read("flow.yaml"), files: files)
        return PinnedFlow(name: flow.name, folder: flow.folder, contents: contents)
    }

    /// What the configuration says that the run depends on.
    private func settings(for flows: [Flow]) throws -> JSON {
        var digests = JSONObject()
        for name in Set(flows.flatMap(\.packageNames)).sorted() {
            digests[name] = .string(try packages.current(name).digest)
        }
        return [
            "vars": library.configuration?.vars ?? .object(JSONObject()),
            PinnedPackages.key: .object(digests),
        ]
    }
}

/// Reads the flows of a bundle from its pinned bytes.
struct BundleReader: Sendable {
    let library: FlowLibrary
    let packages: PackageShelf

    /// The flows by name; throws when one has a fault, or when the grants no longer cover it.
    func flows(of bundle: PinnedBundle) throws -> [String: Flow] {
        let inputs = try bundle.flows.reduce(into: [String: [InputDeclaration]]()) { all, pinned in
            all[pinned.name] = try read(pinned, flows: nil).inputs
        }
        return try bundle.flows.reduce(into: [:]) { all, pinned in
            all[pinned.name] = try read(pinned, flows: inputs)
                .withPackages { try environment($0, of: bundle) }
        }
    }

    private func environment(
        _ name: String, of bundle: PinnedBundle
    ) throws -> PackageEnvironment {
        guard let digest = PinnedPackages.digests(in: bundle.settings)[name] else {
            throw HostError("the run is pinned to no version of the packages '\(name)'")
        }
        return try packages.pinned(name, digest: digest)
    }

    private func read(_ pinned: PinnedFlow, flows: [String: [InputDeclaration]]?) throws -> Flow {
        guard let file = pinned.file("flow.yaml") else {
            throw HostError("the run's pinned files hold no flow.yaml of '\(pinned.name)'")
        }
        var surroundings = library.surroundings(configuration: library.configuration)
        surroundings.flows = flows
        return try Flow.load(
            file.bytes, file: "\(pinned.name)/flow.yaml",
            files: BundledFiles(pinned.contents, folder: pinned.folder),
            surroundings: surroundings)
    }
}
