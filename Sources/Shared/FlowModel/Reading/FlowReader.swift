package import YAMLDocuments

/// What came of reading a flow file.
package struct FlowReading: Sendable {
    /// Nil when there is any fault.
    package let flow: Flow?
    /// In the order of the file; empty when the flow may run.
    package let faults: [FlowFault]
    /// The file's lines, to show faults with.
    package let source: SourceText
}

extension Flow {
    /// Reads and checks a flow file, and finds everything that is wrong with it at once.
    ///
    /// - Parameters:
    ///   - bytes: the content of `flow.yaml`.
    ///   - file: how messages name the file.
    ///   - files: the folder of the flow, for its scripts.
    package static func read(
        _ bytes: [UInt8], file: String, files: any FlowFiles, surroundings: FlowSurroundings
    ) -> FlowReading {
        let source = SourceText(bytes)
        let faults = FaultCollector(file: file, source: source)
        let session = FlowSession(faults: faults, surroundings: surroundings, files: files)
        var flow: Flow?
        do {
            flow = session.readFlow(try YAMLNode.parse(bytes))
        } catch {
            faults.add(error.location, "", error.message)
        }
        let found = faults.faults
        return FlowReading(flow: found.isEmpty ? flow : nil, faults: found, source: source)
    }

    /// The flow, or everything that is wrong with it.
    package static func load(
        _ bytes: [UInt8], file: String, files: any FlowFiles, surroundings: FlowSurroundings
    ) throws(FlowFaults) -> Flow {
        let reading = read(bytes, file: file, files: files, surroundings: surroundings)
        guard let flow = reading.flow else {
            throw FlowFaults(faults: reading.faults, source: reading.source)
        }
        return flow
    }
}

extension FlowSession {
    private static let keys = [
        "flow", "summary", "inputs", "on", "concurrency", "on-failure", "packages",
        "nodes", "outputs",
    ]
    private static let nodeLimit = 500
    static let inputLimit = 200

    func readFlow(_ root: YAMLNode) -> Flow? {
        if root.scalar == .null {
            faults.add(root.location, "", "the file is empty", hint: "begin with 'flow: NAME'")
            return nil
        }
        guard let fields = Fields(root, of: "the flow", known: Self.keys, faults: faults) else {
            return nil
        }
        readName(fields)
        collectNodeNames(fields)
        readInputs(fields)
        let (webhook, schedule) = readTriggers(fields)
        let concurrency = readConcurrency(fields)
        let onFailure = readOnFailure(fields)
        flowPackages = packageName(fields).flatMap { name in
            fields["packages"].map { (name, $0.location) }
        }
        let nodes = readNodes(fields)
        let outputs = readNamedTemplates(fields["outputs"], "outputs", place: .outputs)
        checkGrants(nameLocation: fields["flow"]?.location ?? fields.location)
        return Flow(
            name: flowName, summary: fields.literal("summary") ?? "", inputs: inputs,
            webhook: webhook, schedule: schedule, concurrency: concurrency, onFailure: onFailure,
            nodes: nodes, outputs: outputs, folder: files.folder)
    }

    private func readName(_ fields: Fields) {
        guard let node = fields.required("flow", hint: "begin with 'flow: NAME'"),
            let name = fields.literal(node, "flow")
        else { return }
        flowName = name
        if let fault = NameRule.flow.fault(of: name) {
            faults.add(node, "'\(name)' is no name for a flow: \(fault)")
        }
    }

    private func collectNodeNames(_ fields: Fields) {
        guard let nodes = fields["nodes"]?.members else { return }
        nodeNames = nodes.prefix(Self.nodeLimit).map(\.key)
        repeatedNodes = Set(nodes.filter { $0.value["for-each"] != nil }.map(\.key))
    }

    private func readNodes(_ fields: Fields) -> [Node] {
        guard let node = fields.required("nodes", hint: "a flow has at least one node") else {
            return []
        }
        guard let members = node.members else {
            fields.wrongType(node, "nodes", "a mapping from name to node")
            return []
        }
        if members.isEmpty { faults.add(node.location, "", "the flow has no nodes") }
        guard members.count <= Self.nodeLimit else {
            faults.add(
                node.location, "",
                "the flow has \(members.count) nodes; the most is \(Self.nodeLimit)",
                hint: "move some of them into a flow of their own")
            return []
        }
        var drafts: [NodeDraft] = []
        for member in members {
            if let fault = NameRule.node.fault(of: member.key) {
                faults.add(
                    member.keyLocation, member.key,
                    "'\(member.key)' is no name for a node: \(fault)")
            }
            let (draft, references) = collectingReferences { readNode(member) }
            guard var draft else { continue }
            draft.references = references
            drafts.append(draft)
        }
        coveredNodes = Set(
            drafts.flatMap(\.named).filter { $0.role == .covers }.map(\.name))
        var edges = EdgeBuilder(drafts: drafts, faults: faults)
        return edges.build()
    }

    /// A mapping from names to values with expressions: `outputs`, the input of a sub-flow.
    func readNamedTemplates(
        _ node: YAMLNode?, _ key: String, place: ExpressionPlace
    ) -> [(name: String, value: Template)] {
        guard let node else { return [] }
        guard let members = node.members else {
            faults.add(node, "'\(key)' takes a mapping, not \(node.kind)")
            return []
        }
        return members.map { member in
            (
                member.key,
                template(member.value, in: place.with(words: "'\(member.key)' of '\(key)'"))
            )
        }
    }
}

extension ExpressionPlace {
    fileprivate static let outputs = ExpressionPlace(
        words: "'outputs'", roots: ["inputs", "trigger", "nodes", "vars"])
}
