import Foundation
import Synchronization

/// A process of the test's own, with its output in a file.
final class ChildProcess: Sendable {
    /// `Process` is not Sendable; it is only touched under the lock.
    private let process: Mutex<ProcessBox>
    private let exit: AsyncStream<Int32>
    let pid: Int32

    private struct ProcessBox: ~Copyable {
        let process: Process
        let input: Pipe
    }

    init(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:],
        folder: String, output: String
    ) throws {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(filePath: folder)
        _ = FileManager.default.createFile(atPath: output, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: output))
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = file
        process.standardError = file
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended in
            // Ended by a signal is told as its negative number.
            let isSignal = ended.terminationReason == .uncaughtSignal
            continuation.yield(isSignal ? -ended.terminationStatus : ended.terminationStatus)
            continuation.finish()
        }
        try process.run()
        exit = stream
        pid = process.processIdentifier
        self.process = Mutex(ProcessBox(process: process, input: input))
    }

    /// The exit status, or a signal's number below zero.
    func waitForEnd() async -> Int32 {
        for await status in exit { return status }
        return -1
    }

    /// SIGKILL: no code of the process runs any more.
    ///
    /// No effect once it has ended.
    func kill() {
        process.withLock { box in
            if box.process.isRunning { _ = Foundation.kill(pid, SIGKILL) }
        }
    }

    /// Ends a stand-in, which stops with its standard input.
    func closeInput() {
        process.withLock { try? $0.input.fileHandleForWriting.close() }
    }
}
