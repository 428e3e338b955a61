import EgressBroker

/// What a script says to the egress broker, and what a host answers: read in one way, or refused.
package struct BrokerCheck: Sendable {
    package init() {}

    /// What is wrong with the answer; empty when nothing is.
    ///
    /// The first byte says what the rest is, the second how it is split.
    package func faults(_ bytes: [UInt8]) -> [String] {
        var reader = ByteReader(bytes)
        let kind = reader.byte() % 4
        let split = Int(reader.byte()) + 1
        let rest = reader.remainder()
        return switch kind {
        case 0: hello(rest, split)
        case 1: request(rest)
        case 2: answer(rest)
        default: body(rest, split)
        }
    }

    /// More bytes never change what has been said.
    private func hello(_ bytes: [UInt8], _ split: Int) -> [String] {
        let whole = BrokerBytes.hello(bytes)
        var faults: [String] = []
        for end in stride(from: 0, to: bytes.count, by: max(split, bytes.count / 16 + 1)) {
            let part = BrokerBytes.hello(Array(bytes[..<end]))
            if part != .incomplete, part != whole {
                faults.append("a hello of \(end) bytes is \(part), and of all \(whole)")
            }
        }
        if case .taken(let name) = whole, name.utf8.contains(where: { $0 <= 32 || $0 >= 127 }) {
            faults.append("a hello names '\(name)'")
        }
        return faults
    }

    private func request(_ bytes: [UInt8]) -> [String] {
        guard case .taken(let destination) = BrokerBytes.request(bytes) else { return [] }
        guard let passedOn = BrokerBytes.rewritten(bytes) else { return [] }
        var faults = headFaults(passedOn)
        // A host reads the same destination in what it gets.
        let again = BrokerBytes.request(passedOn, inTunnelTo: destination)
        if again != .taken(destination) {
            faults.append("a request for \(destination) is passed on as \(again)")
        }
        return faults
    }

    private func answer(_ bytes: [UInt8]) -> [String] {
        BrokerBytes.answer(bytes).map(headFaults) ?? []
    }

    /// One head and nothing behind it: with a second empty line there would be two messages.
    private func headFaults(_ bytes: [UInt8]) -> [String] {
        let end = Array("\r\n\r\n".utf8)
        let ends = bytes.indices.filter { bytes[$0...].starts(with: end) }
        return ends == [bytes.count - 4] ? [] : ["a head that is written anew ends at \(ends)"]
    }

    private func body(_ bytes: [UInt8], _ split: Int) -> [String] {
        let pieces = stride(from: 0, to: bytes.count, by: split).map { start in
            Array(bytes[start..<min(start + split, bytes.count)])
        }
        let whole = BrokerBytes.chunked([bytes])
        let parts = BrokerBytes.chunked(pieces)
        guard whole?.content == parts?.content, whole?.isDone == parts?.isDone else {
            return ["a body in pieces of \(split) is another one than at once"]
        }
        return []
    }
}
