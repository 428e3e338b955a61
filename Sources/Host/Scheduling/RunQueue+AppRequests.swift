package import FlowEngine
internal import FlowModel
package import JSONValue
package import Journal

extension RunQueue {
    /// Makes a run that a client of the workflow API asks for; it begins when it is its turn.
    ///
    /// Throws what `submit` throws. Nothing is made when the key says that it was asked before.
    package func submit(
        _ flow: ServedFlow, trigger: JSON, inputs: JSONObject, requestedBy: String, user: String,
        key: (text: String, body: [UInt8], keptFor: Duration)?
    ) async throws -> AppRequestAnswer {
        while true {
            let now = clock.now
            let run = try flow.newRun(
                names.next(at: now), trigger: trigger, inputs: inputs, at: now,
                requestedBy: requestedBy)
            let request = NewAppRequest(
                run: run, user: user,
                key: key.map { key in
                    NewAppRequest.Key(
                        text: key.text, body: key.body, until: now + key.keptFor)
                })
            do throws(JournalError) {
                let answer = try await journal.acceptAppRequest(request)
                if case .started = answer { noticeRun() }
                return answer
            } catch {
                guard case .duplicateRun = error else { throw error }
            }
        }
    }
}
