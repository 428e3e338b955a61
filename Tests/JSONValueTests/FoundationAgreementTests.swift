import Foundation
import Testing

@testable import JSONValue

/// Foundation's parser as a second opinion.
///
/// It is laxer in ways that are known: of two equal keys the last wins, a comma may follow the last
/// element, and other encodings than UTF-8 are guessed.
@Suite struct FoundationAgreementTests {
    @Test func `both read the same from valid documents`() throws {
        var generator = DocumentGenerator(seed: 31)
        for _ in 0..<2_000 {
            let value = generator.value()
            let text = generator.spelling(of: value)

            let ours = try JSON.parse(text)
            let theirs = try foundationValue(Array(text.utf8))

            try #require(ours == value, "\(text)")
            try #require(agree(ours, theirs), "\(text)")
        }
    }

    @Test func `Foundation reads the same from what is written`() throws {
        var generator = DocumentGenerator(seed: 32)
        for _ in 0..<2_000 {
            let value = generator.value()

            let compact = try foundationValue(value.bytes)
            let pretty = try foundationValue(Array(value.prettyText.utf8))

            try #require(agree(value, compact))
            try #require(agree(value, pretty))
        }
    }

    @Test func `what is accepted of damaged documents Foundation accepts too`() throws {
        var generator = DocumentGenerator(seed: 33)
        var accepted = 0
        for _ in 0..<8_000 {
            let value = generator.value(depth: 3)
            let bytes = generator.damaged(Array(generator.spelling(of: value).utf8))
            guard let ours = try? JSON.parse(bytes) else { continue }
            // Foundation refuses numbers that no double comes near.
            if bytes.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }), holdsBigNumber(ours) {
                continue
            }
            accepted += 1

            let theirs = try foundationValue(bytes)

            try #require(agree(ours, theirs), "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(accepted > 500)
    }

    @Test
    func `what is refused of damaged documents Foundation refuses too, but for its known laxity`() {
        var generator = DocumentGenerator(seed: 34)
        var refused = 0
        for _ in 0..<8_000 {
            let value = generator.value(depth: 3)
            let bytes = generator.damaged(Array(generator.spelling(of: value).utf8))
            do {
                _ = try JSON.parse(bytes)
            } catch {
                refused += 1
                if (try? foundationValue(bytes)) != nil, !isKnownLaxity(error, bytes) {
                    Issue.record("\(error): \(String(decoding: bytes, as: UTF8.self))")
                }
            }
        }
        #expect(refused > 500)
    }

    private func isKnownLaxity(_ error: JSONParseError, _ bytes: [UInt8]) -> Bool {
        switch error.reason {
        case .duplicateKey: true
        case .syntax(let message): message.contains("after ','") || bytes.contains(0)
        default: false
        }
    }

    private func holdsBigNumber(_ value: JSON) -> Bool {
        switch value {
        case .bigNumber: true
        case .array(let elements): elements.contains(where: holdsBigNumber)
        case .object(let object): object.members.contains { holdsBigNumber($0.value) }
        default: false
        }
    }

    private func foundationValue(_ bytes: [UInt8]) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed])
    }

    private func agree(_ ours: JSON, _ theirs: Any) -> Bool {
        switch ours {
        case .null: return theirs is NSNull
        case .bool(let flag): return theirs as? Bool == flag
        case .integer(let number): return (theirs as? NSNumber)?.int64Value == number
        case .double, .bigNumber:
            // Foundation's own way from a decimal of 17 digits to a double is off by one place.
            guard let number = theirs as? NSNumber else { return false }
            return number.doubleValue == ours.doubleValue
                || Double(number.stringValue) == ours.doubleValue
        case .string(let text):
            return (theirs as? String).map { Array($0.utf8) } == Array(text.utf8)
        case .array(let elements):
            guard let others = theirs as? [Any], others.count == elements.count else {
                return false
            }
            return zip(elements, others).allSatisfy { agree($0, $1) }
        case .object(let object):
            guard let others = theirs as? [String: Any], others.count == object.count else {
                return false
            }
            return object.allSatisfy { key, value in others[key].map { agree(value, $0) } ?? false }
        }
    }
}
