import JSONValue
import LinuxSystem

/// The lines of a batch, read as they come; empty ones are passed over but counted.
///
/// A caller may write a line, wait for its answer and write the next.
actor BatchLines {
    private var unread: [UInt8]
    /// Where the next line begins in `unread`, and how far no end of a line stands after it.
    private var start = 0
    private var searched = 0
    private var isAtEnd: Bool
    private var number = 0

    init(source: String) throws {
        isAtEnd = source != "-"
        unread = isAtEnd ? try LocalFiles.read(source) : []
    }

    /// The next line, nil after the last; throws when standard input cannot be read.
    func next() async throws -> BatchLine? {
        while true {
            let end = unread[searched...].firstIndex(of: UInt8(ascii: "\n"))
            guard end != nil || isAtEnd else {
                try await readMore()
                continue
            }
            guard start < unread.count else { return nil }
            let text = Array(unread[start..<(end ?? unread.count)])
            start = end.map { $0 + 1 } ?? unread.count
            searched = start
            number += 1
            if text.contains(where: { $0 != 0x20 && $0 != 0x0D && $0 != 0x09 }) {
                return BatchLine(number: number, text: text)
            }
        }
    }

    private func readMore() async throws {
        unread.removeFirst(start)
        start = 0
        searched = unread.count
        let result = await withCheckedContinuation { done in
            do throws(Errno) {
                try ServiceThread.start(named: "batch-input") {
                    done.resume(
                        returning: Result { () throws(Errno) in
                            try StandardStream.input.readSome()
                        })
                }
            } catch {
                done.resume(returning: .failure(error))
            }
        }
        switch result {
        case .success(let bytes):
            isAtEnd = bytes.isEmpty
            unread += bytes
        case .failure(let error):
            throw CommandFailure.file("cannot read standard input: \(error)")
        }
    }
}
