internal import FuzzEntry
internal import JSONSchema
internal import JSONValue

/// Parses each input as JSON; what is accepted must come back from both forms, and may hold a schema.
@_cdecl("LLVMFuzzerInitialize")
public func prepareFuzzing() -> CInt {
    FuzzEntry.run { bytes in
        let value: JSON
        do throws(JSONParseError) {
            value = try JSON.parse(bytes)
        } catch {
            precondition((0...bytes.count).contains(error.offset) && !error.description.isEmpty)
            return
        }
        precondition((try? JSON.parse(value.bytes)) == value, "the compact form differs")
        precondition((try? JSON.parse(value.prettyText)) == value, "the form for people differs")
        if let document = value["schema"], let schema = try? JSONSchema(document) {
            _ = schema.faults(in: value["value"] ?? value)
        }
    }
    return 0
}
