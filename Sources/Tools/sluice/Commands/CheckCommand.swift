import FlowModel
import HostAssembly
import JSONValue
import LinuxSystem

/// `sluice check`: every fault of flows, of the configuration and of profiles, at once.
struct CheckCommand: Command {
    let name = "check"
    let summary = "List every fault of flows and of the host's configuration"
    let forms = ["[FLOW...] [options]"]
    let options = [
        Option("flows", "DIR", "the folder of flows (default ./flows)"),
        Option(
            "config", "FILE", "the host's configuration (default ./sluice.yaml, where there is one)"
        ),
        Option("json", nil, "print the faults as one JSON array"),
    ]
    let notes = """
        FLOW is the name of a flow in the folder of flows, the path of a flow's folder, or of its
        flow.yaml. Without one, every flow of the folder is checked. Exit status 1 when there is a
        fault. Without a configuration, grants and connections are not checked, and this is said.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        let library = try FlowLibrary.open(
            flows: try arguments.value("flows"), configuration: try arguments.value("config"))
        var reports: [FaultReport] = []
        if let fault = library.configurationFaults { reports.append(fault) }
        let named = arguments.positional
        var inNode: [String] = []
        for folder in named.isEmpty ? try library.allFolders() : try named.map(library.folder) {
            if let report = try library.faults(of: folder) { reports.append(report) }
            inNode += try library.read(folder).flow?.scriptsInNode ?? []
        }
        if arguments.has("json") {
            StandardStream.output.write(
                Terminal.harmlessJSON(JSON.array(reports.flatMap(\.json)).text) + "\n")
        } else {
            StandardStream.output.write(
                Terminal.harmlessLines(reports.map(\.text).joined(separator: "\n")))
            StandardStream.error.write(Terminal.harmlessLines(inNode.joined()))
            say(reports, library)
        }
        return reports.isEmpty ? .done : .failed
    }

    private func say(_ reports: [FaultReport], _ library: FlowLibrary) {
        let count = reports.reduce(0) { $0 + $1.count }
        let faults = count == 1 ? "1 fault" : "\(count) faults"
        StandardStream.error.write(count == 0 ? "no faults\n" : "\(faults)\n")
        if library.configurationPath == nil {
            StandardStream.error.write(
                "grants and connections were not checked: there is no sluice.yaml here; --config names one\n"
            )
        }
    }
}

extension Flow {
    /// Which scripts run in Node.js, and why: one line each.
    fileprivate var scriptsInNode: [String] {
        scriptNodes.compactMap { script in
            guard let runtime = script.runtime, runtime.engine == .node else { return nil }
            return "flow '\(name)': '\(script.path)' runs in Node.js, under profile "
                + "'\(script.profile)': \(runtime.reason)\n"
        }
    }
}
