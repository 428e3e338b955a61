internal import FlowModel
package import JSONValue
package import Journal
internal import SandboxPolicy

/// What a recorded script step did when it was run again, beside what was recorded.
package struct ReplayReport: Sendable {
    /// As an attempt is recorded; nothing of it is.
    package var attempt: AttemptRecord
    /// Nil unless it returned.
    package var output: JSON?
}

/// With which files a step is run again.
package struct ReplayFiles: Sendable {
    /// Nil: those that the run is pinned to.
    package var bundle: PinnedBundle?
    /// In the place of the node's own script.
    package var script: [UInt8]?

    package init(bundle: PinnedBundle?, script: [UInt8]?) {
        self.bundle = bundle
        self.script = script
    }
}

/// Why a step cannot be run again.
package enum ReplayError: Error, Sendable, Hashable, CustomStringConvertible {
    case notScript(kind: String)
    case isWhole(node: String)
    case neverBegan
    case inputIsNotKept
    case noSuchNode(StepPath)
    case hasNetwork(node: String, profile: String)

    package var description: String {
        switch self {
        case .notScript(let kind):
            return "only a script step can be replayed, and this one is of kind '\(kind)'"
        case .isWhole(let node):
            return "'\(node)' has an item for each element; name one of them by its key"
        case .neverBegan: return "the step never began, so there is no input to replay it with"
        case .inputIsNotKept: return "the step's input was larger than what is kept"
        case .noSuchNode(let path):
            return "the flow has no script node at '\(path)' now; replay it with the pinned files"
        case .hasNetwork(let node, let profile):
            return "profile '\(profile)' has a network and node '\(node)' does not say "
                + "'repeatable: true', so it may have effects that would happen again"
        }
    }
}

extension FlowEngine {
    /// Runs a script step again with the input that was recorded, under the profile of its node, without
    /// touching the run.
    ///
    /// Waits for a place like every other script. Cancelling the task kills the script.
    package func replay(
        _ step: StepRecord, of run: RunRecord, with files: ReplayFiles
    ) async throws -> ReplayReport {
        let input = try Self.input(of: step)
        let bundle: PinnedBundle
        if let given = files.bundle {
            bundle = given
        } else {
            bundle = try await journal.bundle(of: run.id)
        }
        let flows = try service.opened.flows(of: bundle)
        guard let (flow, node) = StepPlace(step.identity.path).node(in: flows, bundle.entry),
            case .script(let script) = node.work, let pinned = bundle.flow(flow.name),
            let file = pinned.file(script.path)
        else { throw ReplayError.noSuchNode(step.identity.path) }
        // SECURITY: what may have had an effect happens again only where its author says that it may.
        guard !service.settings.hasNetwork(script.profile) || script.isRepeatable else {
            throw ReplayError.hasNetwork(node: node.name, profile: script.profile.text)
        }
        var work = ScriptWork(
            language: script.language, fileName: script.path, source: files.script ?? file.bytes,
            modules: pinned.contents.modules(for: script), style: script.style, mode: script.mode,
            profile: script.profile, runtime: script.runtime, input: input, context: nil,
            packages: script.environment, network: script.network)
        if script.style == .n8n {
            work.context = try await context(of: step, run, flow, input)
        }
        return try await report(
            of: node, step,
            StepAttempt(
                run: run.id.text, flow: flow.name, node: node.name,
                itemKey: step.identity.itemKey, number: 1, tenant: run.tenant,
                timeout: node.timeout,
                work: .script(work)))
    }

    private static func input(of step: StepRecord) throws(ReplayError) -> JSON {
        if step.identity.kind == "for-each" { throw .isWhole(node: step.identity.node) }
        guard step.identity.kind == "script" else {
            throw .notScript(kind: step.identity.kind)
        }
        guard let input = step.input else { throw .neverBegan }
        // The journal's own note in the place of what it did not keep.
        if let object = input.objectValue, object.keys == ["omitted"],
            object["omitted"]?.stringValue?.hasSuffix("more than are kept") ?? false
        {
            throw .inputIsNotKept
        }
        return input
    }

    private func report(
        of node: Node, _ step: StepRecord, _ attempt: StepAttempt
    ) async throws -> ReplayReport {
        let executor = service.executors.executor(of: attempt.work)
        let began = clock.now
        let report = AttemptReport(
            step: try await service.slots(for: attempt.work).use(for: attempt.flow) {
                try await executor.execute(attempt)
            })
        let redaction = journal.redaction
        var output: JSON?
        var failure = report.failure
        if case .returned(let value) = report.step?.outcome {
            output = redaction.apply(value)
            failure = node.misfit(of: value)
        }
        failure?.attempts = 1
        if let message = failure?.message { failure?.message = redaction.apply(message) }
        let record = AttemptRecord(
            number: 1, startedAt: began, endedAt: clock.now,
            outcome: report.step?.outcome.word ?? "host", error: failure,
            standardOutput: redaction.apply(report.step?.standardOutput ?? ""),
            standardError: redaction.apply(report.step?.standardError ?? ""),
            denials: report.step?.denials ?? [], usage: report.step?.usage,
            layers: report.step?.layers, runtime: report.step?.runtime, mark: nil)
        return ReplayReport(attempt: record, output: output)
    }

    /// What an n8n-style script saw of the run, from what is recorded of the nodes beside it.
    private func context(
        of step: StepRecord, _ run: RunRecord, _ flow: Flow, _ input: JSON
    ) async throws -> JSON {
        let steps = try await journal.showRun(run.id)?.steps ?? []
        let around = StepPlace(step.identity.path).parent
        var nodes = JSONObject()
        for node in flow.nodes {
            let path = around.node(node.name)
            guard let record = steps.first(where: { $0.identity.path == path }),
                record.state == .succeeded
            else { continue }
            let items = steps.filter {
                $0.identity.itemIndex != nil && $0.state == .succeeded
                    && $0.identity.path == path.item($0.identity.itemKey ?? "")
            }.sorted { ($0.identity.itemIndex ?? 0) < ($1.identity.itemIndex ?? 0) }
            let output =
                record.identity.kind == "for-each"
                ? .array(items.map { $0.output ?? .null }) : record.output ?? .null
            nodes[node.name] = RunDrive.items(output)
        }
        return ["items": RunDrive.items(input), "nodes": .object(nodes)]
    }
}

/// Where in its flows a step stands, read from its path.
struct StepPlace {
    /// Names of nodes from the main flow down, each with its item, and the tries of sub-flows between
    /// them.
    private let segments: [Substring]

    init(_ path: StepPath) {
        // A key may hold a slash and an opening bracket; a closing one is escaped in it.
        var segments: [Substring] = []
        var rest = path.text[...]
        while !rest.isEmpty {
            let name = rest.prefix { $0 != "/" && $0 != "[" }
            var end = name.endIndex
            if end < rest.endIndex, rest[end] == "[" {
                end = rest[end...].firstIndex(of: "]").map(rest.index(after:)) ?? rest.endIndex
            }
            segments.append(rest[..<end])
            rest = rest[end...].dropFirst()
        }
        self.segments = segments
    }

    /// The place of the flow that the step's node belongs to.
    var parent: StepPath { StepPath(segments.dropLast().joined(separator: "/")) }

    func node(in flows: [String: Flow], _ entry: String) -> (flow: Flow, node: Node)? {
        var found: (flow: Flow, node: Node)?
        var name = entry
        for segment in segments {
            // `again:2` is a try, no node; a tool's steps have no recorded input of their own.
            if segment.hasPrefix("again:") { continue }
            let wanted = segment.prefix { $0 != "[" }
            guard let flow = flows[name],
                let node = flow.nodes.first(where: { $0.name == wanted })
            else { return nil }
            found = (flow, node)
            if case .subflow(let inner, _) = node.work { name = inner } else { name = "" }
        }
        return found
    }
}
