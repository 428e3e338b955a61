import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// Scripts whose profile lets them start threads.
    struct ThreadTests {
        private func run(
            _ source: String, _ change: @escaping (inout ProfileChange) -> Void = { _ in },
            leavingOut leftOut: Set<SandboxLayer> = []
        ) async throws -> StepReport {
            var report: StepReport?
            try await Sandbox.with(change, adjust: { $0.leftOut = leftOut }) { sandbox in
                report = try await sandbox.run(source, profile: "data")
            }
            return try #require(report)
        }

        @Test(arguments: [[], [.namespaces]] as [Set<SandboxLayer>])
        func `threads work side by side and are nothing to tell of`(
            leftOut: Set<SandboxLayer>
        ) async throws {
            let report = try await run(
                """
                import threading
                from concurrent.futures import ThreadPoolExecutor
                def main():
                    meeting = threading.Barrier(8)
                    with ThreadPoolExecutor(8) as pool:
                        places = list(pool.map(lambda number: meeting.wait(timeout=30), range(8)))
                    return sorted(places)
                """, leavingOut: leftOut)

            #expect(report.outcome == .returned([0, 1, 2, 3, 4, 5, 6, 7]))
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }

        @Test func `asyncio hands work to threads`() async throws {
            let report = try await run(
                """
                import asyncio, time
                async def main():
                    await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.01) for _ in range(20)))
                    return await asyncio.to_thread(lambda: 7)
                """)

            #expect(report.outcome == .returned(7))
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }

        @Test func `threads that have ended make room for others`() async throws {
            let report = try await run(
                """
                import threading
                def main():
                    count = []
                    for number in range(200):
                        thread = threading.Thread(target=count.append, args=(number,))
                        thread.start()
                        thread.join()
                    return len(count)
                """, { $0.processes = 4 })

            #expect(report.outcome == .returned(200))
        }

        @Test(arguments: [1, 3])
        func `one thread more than the limit ends the run as just that`(over: Int) async throws {
            let limit = 5
            let source = """
                import threading
                def main():
                    end = threading.Event()
                    for _ in range(\(limit - 1) - 1 + \(over)):
                        threading.Thread(target=end.wait, daemon=True).start()
                    end.set()
                    return 'all'
                """

            let within = try await run(
                source.replacing("+ \(over)", with: "+ 1"), { $0.processes = limit })
            let beyond = try await run(
                source.replacing("+ \(over)", with: "+ 1 + \(over)"), { $0.processes = limit })

            #expect(within.outcome == .returned("all"))
            #expect(beyond.outcome == .exceeded(.processes))
        }

        @Test func `what a thread is refused is named like anything else`() async throws {
            let report = try await run(
                """
                import socket, threading
                def main():
                    errors = []
                    def attempt():
                        try: socket.socket()
                        except OSError as error: errors.append(error.errno)
                    threads = [threading.Thread(target=attempt) for _ in range(3)]
                    for thread in threads: thread.start()
                    for thread in threads: thread.join()
                    return errors
                """)

            #expect(report.outcome == .returned([1, 1, 1]))
            #expect(report.denials.map(\.syscall) == ["socket"])
            #expect(report.denials.map(\.count) == [3])
        }

        @Test(arguments: [[], [.namespaces]] as [Set<SandboxLayer>])
        func `a thread is no way to a process`(leftOut: Set<SandboxLayer>) async throws {
            let report = try await run(
                """
                import os, threading
                def main():
                    errors = []
                    def attempt():
                        try: os.fork()
                        except OSError as error: errors.append(error.errno)
                    thread = threading.Thread(target=attempt)
                    thread.start()
                    thread.join()
                    return errors
                """, leavingOut: leftOut)

            #expect(report.outcome == .returned([1]))
            #expect(report.denials.map(\.syscall) == ["clone"])
        }

        @Test func `a thread that ends the process ends the run without a result`() async throws {
            let report = try await run(
                """
                import os, threading, time
                def main():
                    threading.Thread(target=os._exit, args=(3,)).start()
                    time.sleep(30)
                """)

            guard case .raised(let error) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(error.type == "EarlyExit")
        }

        @Test func `a call that kills does so from a thread too`() async throws {
            let report = try await run(
                """
                import ctypes, threading, time
                def main():
                    threading.Thread(target=lambda: ctypes.CDLL(None).unshare(0)).start()
                    time.sleep(30)
                """)

            guard case .refused(let denial) = report.outcome else {
                Issue.record("\(report.outcome)")
                return
            }
            #expect(denial.syscall == "unshare")
        }

        @Test func `a thread that still works when main returns ends with it`() async throws {
            let report = try await run(
                """
                import threading
                def main():
                    def spin():
                        while True: pass
                    threading.Thread(target=spin).start()
                    return 1
                """)

            #expect(report.outcome == .returned(1))
        }

        @Test func `the first thread may end before the others`() async throws {
            let report = try await run(
                """
                import ctypes, os, threading, time
                def main():
                    def answer():
                        time.sleep(0.05)
                        payload = b'"late"'
                        header = b'RES1' + (1).to_bytes(4, 'little') + len(payload).to_bytes(8, 'little')
                        os.write(3, header + payload)
                        os._exit(0)
                    threading.Thread(target=answer).start()
                    ctypes.CDLL(None).syscall(60, 0)
                """)

            #expect(report.outcome == .returned("late"))
        }

        @Test(arguments: [[], [.namespaces]] as [Set<SandboxLayer>])
        func `a script can signal its own threads`(leftOut: Set<SandboxLayer>) async throws {
            let report = try await run(
                """
                import signal, threading
                def main():
                    seen = []
                    signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
                    end = threading.Event()
                    thread = threading.Thread(target=end.wait)
                    thread.start()
                    signal.pthread_kill(thread.ident, signal.SIGUSR1)
                    end.set()
                    thread.join()
                    return seen
                """, leavingOut: leftOut)

            #expect(report.outcome == .returned([1]))
            #expect(report.denials.isEmpty, "\(report.denials.map(\.meaning))")
        }
    }
}
