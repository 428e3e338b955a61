/// A run could not be started or driven.
///
/// What was durable before stays so.
package enum EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A secret input was given as it is, and this host has nothing to seal it with.
    case secretInClear(flow: String, input: String)
    /// The bundle lacks a flow that it should hold.
    case missingFlow(String)
    case missingFile(flow: String, path: String)

    package var description: String {
        switch self {
        case .secretInClear(let flow, let input):
            return "cannot start flow '\(flow)': input '\(input)' is a secret and is not stored in "
                + "clear; store it with 'sluice secrets set NAME' and pass 'secret:NAME'"
        case .missingFlow(let flow):
            return "the run's pinned files hold no flow '\(flow)'; start a new run"
        case .missingFile(let flow, let path):
            return "the run's pinned files hold no '\(path)' of flow '\(flow)'; start a new run"
        }
    }
}
