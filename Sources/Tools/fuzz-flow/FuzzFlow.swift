internal import FlowModel
internal import FuzzEntry
internal import JSONValue
internal import SandboxPolicy
internal import YAMLDocuments

/// Reads each input as a flow and as a configuration; every fault must have a place and can be shown.
@_cdecl("LLVMFuzzerInitialize")
public func prepareFuzzing() -> CInt {
    let profiles = [
        KnownProfile(
            name: ProfileName("pure"), hasNetwork: false, languages: [.python, .javascript])
    ]
    let operations = OperationCatalogue([
        OperationDescription(
            name: "llm/chat", connectionKind: nil, effect: .read, risk: .low, summary: "",
            arguments: ["type": "object", "properties": ["prompt": ["type": "string"]]],
            resourceArgument: nil)
    ])
    FuzzEntry.run { bytes in
        let flow = Flow.read(
            bytes, file: "flow.yaml", files: NoFiles(),
            surroundings: FlowSurroundings(
                operations: operations, profiles: profiles, configuration: HostConfiguration()))
        precondition((flow.flow == nil) == !flow.faults.isEmpty, "no flow and no fault")
        check(flow.faults, lines: flow.source.lineCount)
        _ = flow.faults.rendered(with: flow.source)
        let configuration = HostConfiguration.read(
            bytes, file: "sluice.yaml", path: nil, operations: operations, profiles: profiles)
        check(configuration.faults, lines: configuration.source.lineCount)
        _ = configuration.faults.rendered(with: configuration.source)
    }
    return 0
}

private func check(_ faults: [FlowFault], lines: Int) {
    for fault in faults {
        precondition((1...lines).contains(fault.location.line) && !fault.message.isEmpty)
    }
}

/// A folder in which every script exists.
private struct NoFiles: FlowFiles {
    let folder = "/"
    func paths() throws(FlowFileError) -> [String] { [] }
    func read(_ path: String) throws(FlowFileError) -> [UInt8] { [] }
}
