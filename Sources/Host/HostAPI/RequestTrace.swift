internal import HTTPListener

/// The trace that the request being answered belongs to, for the run that it starts.
package enum RequestTrace {
    /// The client's `traceparent` as it came; nobody has checked it.
    @TaskLocal package static var parent: String?

    static func following<Answer: Sendable>(
        _ request: HTTPRequest, _ body: () async -> Answer
    ) async -> Answer {
        let parents = request.headers.all("traceparent")
        // Of two nobody can say which one was meant.
        guard parents.count == 1, let parent = parents.first else { return await body() }
        return await $parent.withValue(parent, operation: body)
    }
}
