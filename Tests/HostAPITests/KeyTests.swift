import Foundation
import HTTPListener
import HostAPI
import JSONValue
import TestSupport
import Testing

@Suite struct KeyTests {
    private func withStore(_ body: (KeyStore, String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        try body(
            KeyStore(dataFolder: folder.path, hostKey: [UInt8](repeating: 7, count: 32)),
            folder.path)
    }

    @Test func `a key is good for its scope and flow until it is revoked`() throws {
        try withStore { store, _ in
            let key = try store.create(scope: .run, flow: "a", by: "test", at: "now")
            let caller = try #require(store.caller(with: key))
            #expect(caller.scope == .run)
            #expect(caller.may(.read))
            #expect(!caller.may(.approve))
            #expect(caller.mayTouch("a"))
            #expect(!caller.mayTouch("b"))
            let id = try #require(try store.list().first).id
            #expect(try store.revoke(id, by: "test", at: "later")?.revokedAt == "later")
            #expect(store.caller(with: key) == nil)
            #expect(try !store.hasKeys())
        }
    }

    @Test func `keys of one name are one person's, and no name is taken for a key's number`() throws
    {
        try withStore { store, _ in
            let keys = try [APIScope.run, .approve].map {
                try store.create(scope: $0, flow: nil, name: "release", by: "test", at: "now")
            }
            #expect(keys.map { store.caller(with: $0)?.name } == ["key:release", "key:release"])
            #expect(Set(keys.compactMap { store.caller(with: $0)?.keyID }).count == 2)
            let unnamed = try store.create(scope: .approve, flow: nil, by: "test", at: "now")
            let caller = try #require(store.caller(with: unnamed))
            #expect(caller.name == "key:\(caller.keyID ?? "")")
            let long = String(repeating: "a", count: 65)
            for name in ["", "1a", "a b", "a/b", "abcdefabcdef", "environment", "ä", long] {
                #expect(throws: KeyError.self, "\(name)") {
                    try store.create(scope: .approve, flow: nil, name: name, by: "test", at: "now")
                }
            }
        }
    }

    @Test func `a line of the audit log that a full disk cut off costs no other line`() throws {
        try withStore { store, folder in
            _ = try store.create(scope: .run, flow: nil, by: "first", at: "now")
            let log = URL(filePath: "\(folder)/audit.jsonl")
            let handle = try FileHandle(forWritingTo: log)
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(#"{"at":"now","by":"#.utf8))
            try handle.close()
            _ = try store.create(scope: .run, flow: nil, by: "second", at: "later")
            #expect(try store.audit.latest(9).map { $0["by"] } == ["second", "first"])
        }
    }

    @Test func `nothing that is stored lets anybody in`() throws {
        try withStore { store, folder in
            let key = try store.create(scope: .admin, flow: nil, by: "test", at: "now")
            let secret = try #require(key.split(separator: "_", maxSplits: 2).last)
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
                guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
                    continue
                }
                #expect(!String(decoding: bytes, as: UTF8.self).contains(secret))
            }
            let other = KeyStore(dataFolder: folder, hostKey: [UInt8](repeating: 8, count: 32))
            #expect(other.caller(with: key) == nil)
        }
    }

    @Test(arguments: [
        "", "sluice", "sluice__", "sluice_000000000000_", "sluice_../../../host_x",
        "sluice_000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `what is no key is nobody's`(_ text: String) throws {
        try withStore { store, _ in #expect(store.caller(with: text) == nil) }
    }

    @Test func `wrong keys are held off, and a good one still passes`() throws {
        try withStore { store, _ in
            let good = try store.create(scope: .read, flow: nil, by: "test", at: "now")
            let authentication = Authentication(keys: store, environmentKey: "chosen")
            func judge(_ key: String, from byte: UInt8 = 1) -> Authentication.Verdict {
                authentication.judge(
                    HTTPRequest(
                        method: "GET", target: "/", path: "/",
                        headers: ["Authorization": "Bearer \(key)"],
                        peer: .address([192, 0, 2, byte]), id: "1"))
            }
            if case .caller(let caller) = judge("chosen") {
                #expect(caller.scope == .sandbox)
            } else {
                Issue.record("the key of the environment is refused")
            }
            for _ in 0..<20 { _ = judge("wrong") }
            guard case .tooMany(let seconds) = judge("wrong") else {
                Issue.record("guessing goes on")
                return
            }
            #expect((1...61).contains(seconds))
            // The key that a person chose is not even compared now; a random one is.
            if case .caller = judge("chosen") { Issue.record("a guess was compared") }
            guard case .caller = judge(good), case .unknown = judge("wrong", from: 2) else {
                Issue.record("one peer's failures hold others off")
                return
            }
        }
    }

    @Test func `each change of a key is in the audit log`() throws {
        try withStore { store, _ in
            _ = try store.create(scope: .read, flow: nil, by: "ada", at: "now")
            let id = try #require(try store.list().first).id
            _ = try store.revoke(id, by: "ada", at: "later")
            let acts = try store.audit.latest(10).map { $0["act"]?.stringValue }
            #expect(acts == ["key.revoke", "key.create"])
        }
    }
}
