package import HTTPListener

/// Routes of another contract beside those of the native API, with an envelope, errors and key rules of
/// their own.
///
/// They are asked before the native routes, in the order in which they are handed to `APIHandler`.
package protocol MountedRoutes: Sendable {
    /// The name of the operation for figures and logs, such as `sandboxRun`; nil: not ours, ask the next.
    ///
    /// SECURITY: one of a fixed few, never text of the client's, since each makes a series of figures.
    func operation(method: String, path: String) -> String?

    /// What `HTTPHandler.admit` is, for a request of ours.
    func admit(_ head: HTTPRequest) -> HTTPAdmission

    /// What `HTTPHandler.answer` is, for a request of ours; it has been admitted.
    func answer(_ request: HTTPRequest) async -> HTTPAnswer
}
