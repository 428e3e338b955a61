/// What a column holds or a parameter is bound to.
package enum SQLiteValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

extension SQLiteValue: ExpressibleByNilLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }

    package init(_ text: String?) { self = text.map(SQLiteValue.text) ?? .null }
    package init(_ number: Int64?) { self = number.map(SQLiteValue.integer) ?? .null }
    package init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
    package init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
}

/// One row of an answer.
///
/// Columns count from 0.
///
/// A column of another type than the one asked for reads as nil, as does NULL.
package struct SQLiteRow: Sendable {
    package let values: [SQLiteValue]

    package func text(_ column: Int) -> String? {
        guard case .text(let text) = values[column] else { return nil }
        return text
    }

    package func integer(_ column: Int) -> Int64? {
        guard case .integer(let number) = values[column] else { return nil }
        return number
    }

    package func blob(_ column: Int) -> [UInt8]? {
        guard case .blob(let bytes) = values[column] else { return nil }
        return bytes
    }

    package func flag(_ column: Int) -> Bool { integer(column).map { $0 != 0 } ?? false }
}
