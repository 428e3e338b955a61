import FlowModel
import SandboxPolicy
import Testing

@testable import DifyAPI

@Suite struct SandboxSettingsTests {
    private func settings(
        _ environment: [String: String], rule: SandboxRule = SandboxRule()
    ) throws -> SandboxSettings {
        try SandboxSettings(rule: rule) { environment[$0] }
    }

    @Test func `without a word they are dify-sandbox's, and there is no key`() throws {
        let settings = try settings([:])
        #expect(settings.key == nil)
        #expect(!settings.isExpected)
        #expect((settings.workers, settings.requests) == (4, 50))
        #expect(settings.timeout == .seconds(5))
        #expect(settings.notes.isEmpty)
    }

    @Test func `in the place of its container the default key holds, and is told as such`() throws {
        #expect(try settings(["SANDBOX_PORT": "8194"]).usesDefaultKey)
        #expect(try settings(["SANDBOX_PORT": "8194", "API_KEY": "own"]).key == "own")
        #expect(try settings(["API_KEY": ""]).key == nil)
        #expect(try settings(["API_KEY": "dify-sandbox"]).usesDefaultKey)
    }

    @Test func `the environment wins over the configuration`() throws {
        let rule = SandboxRule(
            network: ["a.example:443"], workers: 2, requests: 3, timeout: .seconds(4))
        let plain = try settings([:], rule: rule)
        #expect((plain.workers, plain.requests, plain.timeout) == (2, 3, .seconds(4)))
        #expect(plain.network == ["a.example:443"])
        let named = try settings(
            [
                "MAX_WORKERS": "8", "MAX_REQUESTS": "9", "WORKER_TIMEOUT": "15",
                "ENABLE_NETWORK": "false",
            ], rule: rule)
        #expect((named.workers, named.requests, named.timeout) == (8, 9, .seconds(15)))
        #expect(named.network.isEmpty)
        #expect(try settings(["WORKER_TIMEOUT": "0"]).timeout == .seconds(5))
    }

    @Test func `a value that is none is refused with its name`() {
        for (name, value) in [
            ("MAX_WORKERS", "many"), ("MAX_REQUESTS", "0"), ("WORKER_TIMEOUT", "-1"),
            ("ENABLE_NETWORK", "perhaps"),
        ] {
            #expect {
                try settings([name: value])
            } throws: {
                "\($0)".contains(name)
            }
        }
        #expect(throws: SandboxSettingsFault.self) {
            try SandboxSettings.port { _ in "70000" }
        }
    }

    @Test func `what has no effect is told with the reason`() throws {
        let names = [
            "DEBUG", "PYTHON_PATH", "PYTHON_LIB_PATH", "SYSTEM_LIB_REQUIREMENTS",
            "PYTHON_DEPS_UPDATE_INTERVAL", "NODEJS_PATH", "ENABLE_PRELOAD", "ALLOWED_SYSCALLS",
            "SOCKS5_PROXY", "HTTP_PROXY", "HTTPS_PROXY",
        ]
        let given = Dictionary(uniqueKeysWithValues: names.map { ($0, "1") })
        let notes = try settings(given.merging(["API_KEY": "k"]) { $1 }).notes
        for name in names { #expect(notes.contains { $0.hasPrefix("\(name) in the environment") }) }
        #expect(try settings(given).notes.isEmpty)
    }
}
