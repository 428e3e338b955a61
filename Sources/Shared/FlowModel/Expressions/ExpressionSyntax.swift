package import JSONValue
package import YAMLDocuments

/// What an expression says, as a tree.
///
/// Chains of `&&`, `||` and path steps are lists, so the tree is only as deep as its parentheses.
package indirect enum ExpressionSyntax: Sendable, Hashable {
    case literal(JSON)
    case path(PathSyntax)
    case not(ExpressionSyntax)
    /// Two or more, joined by `&&`.
    case all([ExpressionSyntax])
    /// Two or more, joined by `||`.
    case any([ExpressionSyntax])
    case comparison(ComparisonSyntax)
    case call(CallSyntax)
}

/// `inputs.project`, `nodes.merge-request?.output['x-y'][0]`, `fromJSON(…).a`.
package struct PathSyntax: Sendable, Hashable {
    package enum Base: Sendable, Hashable {
        case root(String)
        /// `nodes.NAME`, or `nodes.NAME?`.
        case node(name: String, isOptional: Bool)
        case value(ExpressionSyntax)
    }
    package enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
    }
    package let base: Base
    package let steps: [Step]
    /// Where the path begins.
    package let location: SourceLocation
    /// Where the node's name stands (of a `node`), or the root's.
    package let nameLocation: SourceLocation
    /// Where each step's name or number stands.
    package let stepLocations: [SourceLocation]
}

package enum ComparisonOperator: String, Sendable, Hashable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// Whether it needs values that have an order.
    var isOrdering: Bool { self != .equal && self != .notEqual }
}

package struct ComparisonSyntax: Sendable, Hashable {
    package let comparison: ComparisonOperator
    package let left: ExpressionSyntax
    package let right: ExpressionSyntax
    /// Where the operator stands.
    package let location: SourceLocation
}

package struct CallSyntax: Sendable, Hashable {
    package let function: ExpressionFunction
    package let arguments: [ExpressionSyntax]
    /// Where the function's name stands.
    package let location: SourceLocation
    package let argumentLocations: [SourceLocation]
}

package enum ExpressionFunction: String, Sendable, Hashable, CaseIterable {
    case contains
    case startsWith
    case endsWith
    case format
    case join
    case length
    case toJSON
    case fromJSON
    case `default`

    var argumentCount: ClosedRange<Int> {
        switch self {
        case .contains, .startsWith, .endsWith, .default: 2...2
        case .format: 1...32
        case .join: 1...2
        case .length, .toJSON, .fromJSON: 1...1
        }
    }

    /// As messages show how it is called.
    var usage: String {
        switch self {
        case .contains: "contains(text or list, value)"
        case .startsWith: "startsWith(text, start)"
        case .endsWith: "endsWith(text, end)"
        case .format: "format('… {0} …', value, …)"
        case .join: "join(list, separator)"
        case .length: "length(text, list or object)"
        case .toJSON: "toJSON(value)"
        case .fromJSON: "fromJSON(text)"
        case .default: "default(value, instead)"
        }
    }
}

extension ExpressionSyntax {
    /// Calls `visit` for every path in the tree, in the order of the text.
    package func forEachPath(_ visit: (PathSyntax) -> Void) {
        switch self {
        case .literal: break
        case .path(let path):
            if case .value(let base) = path.base { base.forEachPath(visit) }
            visit(path)
        case .not(let operand): operand.forEachPath(visit)
        case .all(let operands), .any(let operands):
            for operand in operands { operand.forEachPath(visit) }
        case .comparison(let comparison):
            comparison.left.forEachPath(visit)
            comparison.right.forEachPath(visit)
        case .call(let call):
            for argument in call.arguments { argument.forEachPath(visit) }
        }
    }
}
