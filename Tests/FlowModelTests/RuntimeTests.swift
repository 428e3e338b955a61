import FlowModel
import JSONValue
import SandboxPolicy
import Testing

/// Which engine a JavaScript script gets.
struct RuntimeTests {
    private func module(
        _ source: String, of file: String = "step.js", beside files: [String: String] = [:]
    ) -> NodeModuleImport? {
        NodeModuleImport.first(in: Array(source.utf8), of: file) { path in
            files[path].map { Array($0.utf8) }
        }
    }

    @Test(arguments: [
        ("const fs = require('fs')", "fs", 1),
        ("\nimport x from \"node:fs/promises\"", "fs/promises", 2),
        ("import 'http'", "http", 1), ("const a = await import(`net`)", "net", 1),
        ("export { a } from 'zlib'", "zlib", 1),
        ("/* a\n\n*/ const { Worker } = require ( 'worker_threads' )", "worker_threads", 3),
        ("const quote = /[\"'/]/g; require('vm')", "vm", 1),
        ("const half = a / 2 / require('stream').x", "stream", 1),
        ("const text = `a ${require('tls').y} b`", "tls", 1),
        ("const text = `line\n${1}\n`;\nrequire('dns')", "dns", 4),
        ("process.getBuiltinModule('v8')", "v8", 1),
    ])
    func `a module that only Node has is found with its line`(
        source: String, name: String, line: Int
    ) {
        #expect(module(source)?.module == name)
        #expect(module(source)?.line == line)
    }

    @Test(arguments: [
        "const path = require('path'); import 'node:util'", "// require('fs')",
        "/* require('fs') */",
        "const text = \"require('fs')\"", "const text = `require('fs')`", "const fs = 'fs'",
        "const expression = /require('fs')/", "acquire('fs')", "import './fs'", "", "`", "'",
        "/", "require(",
        "const from = 'x'; call(from, 'fs')",
    ])
    func `what only looks like one is none`(source: String) {
        #expect(module(source) == nil)
    }

    @Test func `files that the script imports are looked at too`() {
        let files = [
            "lib/a.js": "import './b.mjs'; import '../step.js'", "lib/b.mjs": "\nrequire('net')",
        ]
        let found = module("import './lib/a'", beside: files)
        #expect(found?.description == "lib/b.mjs imports 'net' (line 2)")
        #expect(module("import '../../lib/a.js'", beside: files) == nil)
        #expect(module("require('./b.mjs')", of: "lib/c.js", beside: files)?.module == "net")
    }

    private func answer(
        _ asked: ScriptRuntime?, _ profile: String?, needsNode: Bool, hasNode: Bool = true
    ) throws -> (String, RuntimeChoice) {
        let answer = try RuntimeQuestion(
            asked: asked, profile: profile.map(ProfileName.init),
            nodeProfiles: hasNode ? [ProfileName("node"), ProfileName("own-node")] : [],
            need: needsNode ? module("require('fs')") : nil
        ).answer()
        return (answer.profile.text, answer.choice)
    }

    @Test func `a script that names nothing gets what it needs, and is told why`() throws {
        for asked in [nil, ScriptRuntime.auto] {
            let (profile, choice) = try answer(asked, nil, needsNode: true)
            #expect(profile == "node")
            #expect(
                choice == RuntimeChoice(engine: .node, reason: "step.js imports 'fs' (line 1)"))
            let plain = try answer(asked, nil, needsNode: false)
            #expect(plain.0 == "pure" && plain.1.engine == .embedded)
        }
        let without = try answer(.auto, nil, needsNode: true, hasNode: false)
        #expect(without.0 == "pure" && without.1.reason.contains("there is no profile 'node'"))
    }

    @Test func `what is asked for is given`() throws {
        #expect(try answer(.node, nil, needsNode: false).0 == "node")
        #expect(try answer(.embedded, nil, needsNode: true).0 == "pure")
        #expect(try answer(.node, "own-node", needsNode: false).1.engine == .node)
        let named = try answer(.auto, "data", needsNode: true)
        #expect(named.0 == "data" && named.1.engine == .embedded)
        #expect(named.1.reason.contains("although step.js imports 'fs'"))
    }

    @Test func `a profile and a runtime that exclude each other are a fault`() {
        #expect(throws: RuntimeConflict.self) { try answer(.embedded, "node", needsNode: false) }
        #expect(throws: RuntimeConflict.self) { try answer(.node, "pure", needsNode: false) }
    }

    @Test func `a choice survives its JSON`() throws {
        let choice = RuntimeChoice(engine: .node, reason: "because")
        #expect(RuntimeChoice(json: choice.json) == choice)
        #expect(RuntimeChoice(json: ["engine": "other", "reason": ""]) == nil)
    }
}
