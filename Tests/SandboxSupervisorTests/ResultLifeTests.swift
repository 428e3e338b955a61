import FlowModel
import JSONValue
import SandboxPolicy
import SandboxSupervisor
import Testing

extension ScriptRuns {
    /// Results as a script can write them by itself: in pieces, too early, too long, or with a lie.
    struct ResultLifeTests {
        private static let prelude = """
            import os, struct
            def frame(payload, kind=1, length=None):
                size = len(payload) if length is None else length
                return b'RES1' + struct.pack('<IQ', kind, size) + payload

            """

        private func outcome(
            of body: String, timeout: Duration? = nil
        ) async throws -> StepOutcome {
            let sandbox = try Sandbox({ $0.output = 1 << 20 })
            do {
                let report = try await sandbox.run(
                    Self.prelude + "def main():\n    \(body)", timeout: timeout)
                await sandbox.supervisor.stop()
                return report.outcome
            } catch {
                await sandbox.supervisor.stop()
                throw error
            }
        }

        @Test func `a frame that arrives byte by byte is the value that it holds`() async throws {
            let outcome = try await outcome(
                of: "[os.write(3, bytes([byte])) for byte in frame(b'{\"a\":[1,2]}')]; os._exit(0)")

            #expect(outcome == .returned(["a": [1, 2]]))
        }

        @Test func `a large frame in small pieces arrives whole`() async throws {
            let outcome = try await outcome(
                of: """
                    whole = frame(b'"' + b'x' * 900_000 + b'"')
                        for start in range(0, len(whole), 4099): os.write(3, whole[start:start + 4099])
                        os._exit(0)
                    """)

            #expect(outcome == .returned(.string(String(repeating: "x", count: 900_000))))
        }

        @Test(arguments: ["2 ** 63", "2 ** 64 - 1", "(1 << 20) + 1"])
        func `a frame that announces too much ends the script by its header`(
            length: String
        ) async throws {
            let outcome = try await outcome(
                of: "os.write(3, frame(b'', 1, \(length)))\n    while True: pass")

            #expect(outcome == .exceeded(.output))
        }

        @Test func `a whole frame is no result before the script has ended`() async throws {
            let outcome = try await outcome(
                of: "os.write(3, frame(b'1'))\n    while True: pass", timeout: .milliseconds(400))

            #expect(outcome == .exceeded(.wallTime))
        }

        @Test func `a whole frame is no result of a script that ended with another status`()
            async throws
        {
            guard
                case .raised(let error) = try await outcome(
                    of: "os.write(3, frame(b'1')); os._exit(3)")
            else {
                Issue.record("it is no error")
                return
            }
            #expect(error.type == "EarlyExit")
        }

        @Test(arguments: ["b'x' * 65536", "frame(b'1') + b'x' * 65536", "bytes(65536)"])
        func `a flood on the descriptor of the result ends the script`(bytes: String) async throws {
            guard
                case .raised(let error) = try await outcome(
                    of: "flood = \(bytes)\n    while True: os.write(3, flood)")
            else {
                Issue.record("it is no error")
                return
            }
            #expect(error.type == "InvalidResult")
        }

        @Test func `an error that a script makes up is cut to what is shown`() async throws {
            guard
                case .raised(let error) = try await outcome(
                    of: """
                        text = b'x' * 200_000
                            payload = b'{"type":"' + text + b'","message":"' + text + b'","line":1e400}'
                            os.write(3, frame(payload, 2)); os._exit(0)
                        """)
            else {
                Issue.record("it is no error")
                return
            }
            #expect(error.type.count <= 4200 && error.message.count <= 4200)
            #expect(error.line == nil)
        }
    }
}
