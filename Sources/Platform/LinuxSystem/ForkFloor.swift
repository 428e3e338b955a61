/// How long fork, exit and wait of a small process take on this machine, now.
package enum ForkFloor {
    /// Runs the program `fork-floor` of `folder`, which takes about a second.
    ///
    /// Throws when it cannot be started; a round that did not work ends the list early.
    package static func times(in folder: String) async throws -> [Duration] {
        let (near, far) = try MessageSocket.pair()
        let request = SpawnRequest(
            path: "\(folder)/fork-floor", arguments: ["fork-floor"], environment: [])
        let process = try ProcessHandle(pid: try request.start(giving: far.descriptor, as: 60))
        var times: [Duration] = []
        while true {
            try await Task.sleep(for: .milliseconds(20))
            let hasEnded = try process.reap() != nil
            while let message = try near.receive(upTo: 8), message.bytes.count == 8 {
                let number = message.bytes.reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
                times.append(.nanoseconds(number))
            }
            if hasEnded { return times }
        }
    }
}
