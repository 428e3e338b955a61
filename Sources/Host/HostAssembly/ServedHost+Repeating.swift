package import FlowEngine
internal import FlowModel
internal import HostAPI
package import Journal
internal import YAMLDocuments

/// Doing a part of a run again.
extension ServedHost {
    package func resume(
        _ run: RunRecord, from node: String, isPinned: Bool, requestedBy: String
    ) async throws -> RunID {
        try refuseWhenBusy()
        do {
            return try await service.resume(
                run, from: node, isPinned: isPinned, requestedBy: requestedBy)
        } catch let error as RepeatRefusal {
            throw APIFault(409, "cannot-resume", error.description)
        } catch let error as ResumptionError {
            throw APIFault(409, "cannot-resume", error.description)
        } catch let faults as InputFaults {
            throw APIFault(
                409, "cannot-resume", "the run's inputs do not fit the flow as it is now",
                details: faults.faults.map(\.description))
        } catch let error as FlowFaults {
            throw APIFault.cannotOpen("cannot-resume", error)
        } catch let error as JournalError {
            switch error {
            case .groupIsBusy:
                throw APIFault(
                    409, "group-is-busy",
                    "another run of the flow's concurrency group goes on")
            case .noSuchRun: throw APIFault(404, "not-found", "there is no such run")
            case .isNotOver:
                throw APIFault(409, "cannot-resume", error.description)
            default: throw error
            }
        }
    }

    package func replay(
        _ step: StepRecord, of run: RunRecord, isPinned: Bool, script: String?
    ) async throws -> ReplayReport {
        do {
            return try await service.replay(step, of: run, isPinned: isPinned, script: script)
        } catch let error as RepeatRefusal {
            throw APIFault(409, "cannot-replay", error.description)
        } catch let error as ReplayError {
            throw APIFault(409, "cannot-replay", error.description)
        } catch let error as FlowFaults {
            throw APIFault.cannotOpen("cannot-replay", error)
        }
    }
}

extension APIFault {
    /// The flow's own words, which its author has read before; no path of the host stands in them.
    fileprivate static func cannotOpen(_ code: String, _ faults: FlowFaults) -> APIFault {
        APIFault(
            409, code, "the run's files cannot be used with this host's configuration now",
            details: faults.faults.map { "\($0.file):\($0.location.line): \($0.message)" })
    }
}
