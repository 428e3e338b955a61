import FlowModel
import Foundation
import JSONValue
import LinuxSystem
import SandboxPolicy
import TestSupport
import Testing

@testable import SandboxSupervisor

extension ScriptRuns {
    /// Control groups of scripts, where this machine gives any.
    struct GroupTests {
        private static let isAvailable: Bool = {
            guard let groups = try? ScriptGroups(.automatic) else { return false }
            groups.close()
            return true
        }()

        @Test func `a report says whether a control group held the script`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run("def main(): return 1")

                #expect(report.layers?.enforced.contains("cgroup") == Self.isAvailable)
            }
            try await Sandbox.with({ _ in }, adjust: { $0.groups = .none }) { sandbox in
                let report = try await sandbox.run("def main(): return 1")

                #expect(report.layers?.enforced.contains("cgroup") == false)
            }
        }

        /// With the limits of the process left out, its group is all that bounds it.
        @Test func `what a script takes beyond its group ends it as a memory limit`() async throws {
            let body = Self.isAvailable ? "while True: kept.append(bytes(1 << 20))" : "pass"
            try await Sandbox.with({ $0.memory = 64 << 20 }, adjust: { $0.leftOut = [.limits] }) {
                sandbox in
                let report = try await sandbox.run(
                    "def main():\n    kept = []\n    \(body)")

                #expect(
                    report.outcome == (Self.isAvailable ? .exceeded(.memory) : .returned(.null)))
                // The group is used again, and remembers nothing.
                for _ in 0..<6 {
                    let next = try await sandbox.run("def main(): return 1")
                    #expect(next.outcome == .returned(1))
                }
            }
        }

        @Test func `a script that is killed otherwise is no memory limit`() async throws {
            try await Sandbox.with { sandbox in
                let report = try await sandbox.run(
                    "import os\ndef main():\n    os.kill(os.getpid(), 9)")

                #expect(report.outcome != .exceeded(.memory))
            }
        }

        @Test func `nothing of a group is left when its supervisor has stopped`() async throws {
            let folders = [ControlGroupPlaces.own.memory, ControlGroupPlaces.own.processes]
                .compactMap { $0 }
            func own() -> [String] {
                folders.flatMap { $0.children }
                    .filter { $0.hasPrefix("sluice-\(CurrentProcess.pid)-") }
            }
            let before = own()
            try await Sandbox.with { sandbox in
                _ = try await sandbox.run("def main(): return 1")
                #expect(own().isEmpty == !Self.isAvailable)
            }

            #expect(Set(own()).subtracting(before).isEmpty)
        }

        @Test func `groups of a supervisor that was killed are removed by the next`() async throws {
            let result = await #expect(
                processExitsWith: .signal(9), observing: [\.standardOutputContent]
            ) {
                let sandbox = try Sandbox()
                _ = try await sandbox.run("def main(): return 1")
                print("pid \(CurrentProcess.pid)")
                fflush(nil)
                CurrentProcess.killItself()
            }
            let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
            let line = try #require(output.split(separator: "\n").first { $0.hasPrefix("pid ") })
            let name = "sluice-\(line.dropFirst(4))-"
            func left() -> [String] {
                (ControlGroupPlaces.own.memory?.children ?? []).filter { $0.hasPrefix(name) }
            }
            #expect(left().isEmpty == !Self.isAvailable)

            // Its last process may take a moment to end.
            let areGone = await ProcessTable.eventually {
                (try? ScriptGroups(.automatic))?.close()
                return left().isEmpty
            }
            #expect(areGone)
        }

        /// A folder that looks as a delegated group of version 2 does.
        @Test func `with version 2 the limits are those of its files`() throws {
            let folder = try TemporaryFolder()
            let parent = ControlGroup(folder: folder.path)
            let group = parent.child("own")
            let leaf = group.child("script-1")
            for one in [group, leaf] { try one.make() }
            for path in [
                "cgroup.subtree_control", "own/cgroup.subtree_control",
                "own/script-1/memory.max", "own/script-1/memory.swap.max",
                "own/script-1/memory.oom.group", "own/script-1/pids.max",
                "own/script-1/cgroup.procs", "own/script-1/memory.events",
            ] { try "".write(toFile: folder.file(path), atomically: false, encoding: .utf8) }

            let groups = try ScriptGroups(.folder(folder.path), name: "own", isTried: false)
            let script = try ScriptGroup(in: groups, memory: 12_345, processes: 1)
            try script.attach(4711)

            #expect(try parent.read("cgroup.subtree_control") == "+memory +pids")
            #expect(try group.read("cgroup.subtree_control") == "+memory +pids")
            #expect(try leaf.read("memory.max") == "12345")
            #expect(try leaf.read("memory.swap.max") == "0")
            #expect(try leaf.read("memory.oom.group") == "1")
            #expect(try leaf.read("pids.max") == "1")
            #expect(try leaf.read("cgroup.procs") == "4711")
            #expect(!script.takeMemoryKill())
            try leaf.write("low 0\noom 1\noom_kill 1\n", to: "memory.events")
            #expect(script.takeMemoryKill())
            #expect(!script.takeMemoryKill())
            groups.close()
        }

        @Test(arguments: [
            (GroupPlacement.none, "the configuration says not to use any"),
            (.folder("/nowhere"), "'/nowhere' cannot be divided: "),
        ])
        func `why there are no groups is said`(
            placement: GroupPlacement, reason: String
        ) throws {
            let error = #expect(throws: GroupsUnavailable.self) { try ScriptGroups(placement) }

            #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
        }

        @Test func `a group of version 2 that nobody has delegated is left alone`() throws {
            let folder = try TemporaryFolder()
            try "cpu memory pids".write(
                toFile: folder.file("cgroup.controllers"), atomically: false, encoding: .utf8)
            let places = ControlGroupPlaces(
                groups: "0::/\n",
                mounts: "30 20 0:26 / \(folder.path) rw - cgroup2 cgroup2 rw\n")
            let error = #expect(throws: GroupsUnavailable.self) {
                try ScriptGroups(.automatic, places: places)
            }

            #expect(error?.reason.contains("is not delegated to Sluice") == true)
            #expect(ControlGroup(folder: folder.path).children == [])
        }
    }
}
