internal import Connectors
internal import FlowEngine
internal import FlowModel
package import JSONValue
internal import Scheduling
internal import Synchronization
internal import Telemetry
internal import Webhooks

/// What was taken anew.
package struct ReloadReport: Sendable {
    /// The flows that are served now.
    package var flows: [String]
    /// What is not served as it stands, or not before the next start, and why: `{file, line, column,
    /// message, hint}`, null where it does not apply.
    package var problems: [JSON]
    /// The same for the log.
    package var problemTexts: [String]
}

/// The configuration is wrong; nothing has changed.
package struct ReloadRefusal: Error, Sendable, CustomStringConvertible {
    /// Each with file, line and remedy, one line each.
    package let faults: [String]
    package let description: String
}

extension HostService {
    /// Reads configuration, secrets and the folder of flows again.
    ///
    /// A wrong configuration changes nothing (`ReloadRefusal`). A flow whose file is wrong is served as it
    /// was, as far as it is still granted. Runs go on with the files that they began with; connections,
    /// grants, `vars`, secrets, queue limits, retention and trusted proxies count from now on.
    package func reload() throws -> ReloadReport {
        try reloading.withLock { _ in try reloadAlone() }
    }

    private func reloadAlone() throws -> ReloadReport {
        let before = host.library
        let library: FlowLibrary
        let operations: OperationExecutor
        do {
            library = try before.readAgain()
            if let faults = library.configurationFaults { throw faults }
            guard let configuration = library.configuration else {
                throw HostError("the configuration cannot be used", cause: .given)
            }
            operations = try host.settings.makeOperations(configuration)
        } catch {
            throw ReloadRefusal(error)
        }
        let served: ServedFlows
        do {
            served = try ServedFlows(of: host, library, keeping: servedFlows)
        } catch {
            throw ReloadRefusal(error)
        }
        host.settings.replace(library, operations)
        host.engine.forgetBundles()
        take(served)
        let configuration = library.configuration
        webhooks.replaceProxies(TrustedProxies(configuration?.trustedProxies ?? []))
        let settings = Self.queueSettings(configuration)
        queue.replaceSettings(settings.rule, retention: settings.retention)
        var problems = served.problems
        if before.configuration?.egress != configuration?.egress {
            problems.append(
                ServingProblem(
                    "'egress' of scripts is as it was when the host started; start it again"))
        }
        return ReloadReport(
            flows: flowNames, problems: problems.flatMap(\.json),
            problemTexts: problems.map(\.text))
    }
}

extension ReloadRefusal {
    fileprivate init(_ error: any Error) {
        let text = "\(error)"
        description = text
        faults = (error as? FaultReport)?.lines ?? [text]
    }
}

/// Why something is not served as it stands.
struct ServingProblem: Sendable {
    let text: String
    let json: [JSON]

    init(_ text: String) {
        self.text = text
        json = [
            [
                "file": .null, "line": .null, "column": .null, "message": .string(text),
                "hint": .null,
            ]
        ]
    }

    init(_ faults: FaultReport) {
        text = faults.text
        // SECURITY: without the text in question, which may be a credential that stands in the wrong place.
        json = faults.json.map { fault in
            [
                "file": fault["file"] ?? .null, "line": fault["line"] ?? .null,
                "column": fault["column"] ?? .null, "message": fault["message"] ?? .null,
                "hint": fault["hint"] ?? .null,
            ]
        }
    }
}
