import Testing

@testable import JSONValue

@Suite struct ObjectTests {
    @Test func `members keep the order in which they were written`() throws {
        let object = try #require(try JSON.parse(#"{"b":1,"a":2,"c":3}"#).objectValue)

        #expect(object.keys == ["b", "a", "c"])
    }

    @Test func `setting a member keeps its place and removing it closes the gap`() throws {
        var object = try #require(try JSON.parse(#"{"b":1,"a":2,"c":3}"#).objectValue)

        object["a"] = 5
        object["b"] = nil
        object["missing"] = nil
        object["d"] = nil as JSON?
        object["e"] = .null

        #expect(JSON.object(object).text == #"{"a":5,"c":3,"e":null}"#)
    }

    @Test func `keys that only look alike are two keys`() throws {
        let value = try JSON.parse("{\"\u{E9}\":1,\"e\u{301}\":2}")

        #expect(value["\u{E9}"] == 1)
        #expect(value["e\u{301}"] == 2)
        #expect(JSON.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test func `objects are equal whatever the order of their members`() throws {
        let one = try JSON.parse(#"{"a":1,"b":[{"c":null,"d":2}]}"#)
        let other = try JSON.parse(#"{"b":[{"d":2.0,"c":null}],"a":1}"#)

        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one != (try JSON.parse(#"{"a":1,"b":[{"c":null,"d":3}]}"#)))
        #expect(one != (try JSON.parse(#"{"a":1}"#)))
        #expect(try JSON.parse("[1,2]") != JSON.parse("[2,1]"))
    }

    @Test func `an object of any size answers as a dictionary would`() {
        var random = SeededGenerator(seed: 21)
        var object = JSONObject()
        var model: [String: JSON] = [:]

        for step in 0..<20_000 {
            let key = "k\(Int.random(in: 0..<(step < 10_000 ? 60 : 12), using: &random))"
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                object[key] = nil
                model[key] = nil
            case 1:
                let wasNew = object.appendNew(key, .integer(Int64(step)))
                if wasNew != (model[key] == nil) { Issue.record("\(key) was taken for another") }
                if wasNew { model[key] = .integer(Int64(step)) }
            default:
                object[key] = .integer(Int64(step))
                model[key] = .integer(Int64(step))
            }
            guard object.count == model.count, object[key] == model[key] else {
                Issue.record("\(key) differs after step \(step)")
                return
            }
        }

        for (key, value) in object { #expect(model[key] == value) }
    }

    @Test func `what is not there reads as nil`() throws {
        let value: JSON = ["a": [1]]

        #expect(value["b"] == nil)
        #expect(value["a"]?[1] == nil)
        #expect(value["a"]?["a"] == nil)
        #expect(value[0] == nil)
    }
}
