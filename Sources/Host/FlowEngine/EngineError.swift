/// A run could not be started or driven.
///
/// What was durable before stays so.
package enum EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bundle lacks a flow that it should hold.
    case missingFlow(String)
    case missingFile(flow: String, path: String)

    package var description: String {
        switch self {
        case .missingFlow(let flow):
            return "the run's pinned files hold no flow '\(flow)'; start a new run"
        case .missingFile(let flow, let path):
            return "the run's pinned files hold no '\(path)' of flow '\(flow)'; start a new run"
        }
    }
}
