internal import FlowModel
internal import Journal

/// What all drives of an engine share.
struct EngineService: Sendable {
    let journal: any Journal
    let executors: StepExecutors
    let operations: [String: OperationDescription]
    let settings: EngineSettings
    let scriptSlots: AttemptSlots
    let operationSlots: AttemptSlots
    let opened: OpenedBundles
    let hub: EventHub
    let processIdentifier: Int64

    var clock: any EngineClock { settings.clock }
    var limits: RunLimits { settings.limits }

    func slots(for work: StepWork) -> AttemptSlots {
        switch work {
        case .script: scriptSlots
        case .operation: operationSlots
        }
    }
}
