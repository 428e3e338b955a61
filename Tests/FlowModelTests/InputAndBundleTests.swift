import FlowModel
import JSONValue
import SandboxPolicy
import Testing

struct InputBindingTests {
    private func flow() throws -> Flow {
        try #require(
            try Sample.read(
                """
                flow: sample
                inputs:
                  project: {type: integer, required: true, summary: its number}
                  ratio: {type: number}
                  names: {type: array, default: [a]}
                  token: {type: secret}
                  on: {type: boolean}
                nodes: {a: {set: 1}}
                """
            ).flow)
    }

    @Test func `given inputs are checked and defaults filled in, in the order of the file`() throws
    {
        let bound = try flow().bindInputs(["on": true, "project": 7, "ratio": 2])

        #expect(
            bound == [
                "project": 7, "ratio": 2, "names": ["a"], "token": nil, "on": true,
            ])
    }

    @Test func `every fault of the inputs is said at once`() throws {
        let flow = try flow()
        let error = #expect(throws: InputFaults.self) {
            try flow.bindInputs(["projct": 1, "ratio": "x", "names": ["k": 1], "token": 3])
        }

        #expect(
            error?.faults.map(\.description) == [
                "there is no input 'projct'; did you mean 'project'?",
                "the input 'project' is missing; its number",
                "the input 'ratio' must be a number, not a string",
                "the input 'names' must be a list, not an object",
                "the input 'token' must be a secret's text, not a number",
            ])
    }

    @Test func `inputs are an object or nothing`() throws {
        let flow = try flow()

        #expect(throws: InputFaults.self) { try flow.bindInputs([1]) }
        #expect(throws: InputFaults.self) { try flow.bindInputs(nil) }
    }
}

struct FlowBundleTests {
    private let text = WholeFlow.everyKind

    private func bundle(_ files: WrittenFiles = Sample.files) throws -> FlowBundle {
        let flow = try #require(try Sample.read(text, files: files).flow)
        return try flow.bundle(Array(text.utf8), files: files)
    }

    @Test func `a bundle holds the scripts and what they can import`() throws {
        let bundle = try bundle()

        #expect(
            bundle.files.map(\.path) == [
                "data.json", "helper.py", "lib/text.mjs", "opened.js", "split_hunks.py", "tool.txt",
            ])
        #expect(bundle.profiles.map(\.text) == ["fetch", "pure"])
        #expect(bundle.bytes(of: "helper.py") == Array("x = 1".utf8))
    }

    @Test func `a script imports the other files of its language`() throws {
        let flow = try #require(try Sample.read(text).flow)
        let bundle = try bundle()
        let scripts = flow.scriptNodes
        let python = try #require(scripts.first { $0.language == .python })
        let module = try #require(scripts.first { $0.path == "lib/text.mjs" })

        #expect(bundle.modules(for: python).map(\.path) == ["split_hunks.py"])
        #expect(bundle.modules(for: module).map(\.path) == ["data.json", "opened.js"])
    }

    @Test func `the same content has the same bytes and any change has others`() throws {
        let one = try bundle()
        var files = Sample.files
        files.contents["split_hunks.py"] = Array("def main(): return 1".utf8)

        #expect(try bundle().canonicalBytes == one.canonicalBytes)
        #expect(try bundle(files).canonicalBytes != one.canonicalBytes)
        #expect(FlowBundle(canonicalBytes: one.canonicalBytes) == one)
    }

    @Test func `no file can pass for two`() {
        let one = FlowBundle(
            flow: [], files: [.init(path: "a", bytes: Array("file 1 1\nbx".utf8))], profiles: [])
        let two = FlowBundle(
            flow: [], files: [.init(path: "a", bytes: []), .init(path: "b", bytes: [0x78])],
            profiles: [])

        #expect(one.canonicalBytes != two.canonicalBytes)
        #expect(FlowBundle(canonicalBytes: one.canonicalBytes) == one)
    }

    @Test func `damaged bytes are no bundle or another one`() throws {
        let bytes = try bundle().canonicalBytes
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var damaged = bytes
            damaged[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                in: 0...255, using: &generator)
            damaged.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            if let read = FlowBundle(canonicalBytes: damaged) {
                #expect(read.flow.count <= damaged.count)
            }
        }
    }

    @Test func `a pinned flow is read again from its bundle`() throws {
        let bundle = try bundle()
        let reading = Flow.read(
            bundle.flow, file: "flow.yaml", files: BundledFiles(bundle, folder: "/flows/sample"),
            surroundings: try Sample.surroundings())

        #expect(reading.faults == [])
        #expect(reading.flow?.nodes.count == 12)
    }
}
