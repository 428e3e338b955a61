import JSONValue
import YAMLDocuments

/// Why an expression has no value, and which part of it is the cause.
struct EvaluationError: Error {
    let location: SourceLocation
    let message: String
}

/// Computes the value of an expression's tree.
struct Evaluator {
    let scope: any ExpressionScope

    func value(of syntax: ExpressionSyntax) throws(EvaluationError) -> JSON {
        switch syntax {
        case .literal(let value): return value
        case .path(let path): return try value(of: path)
        case .not(let operand): return .bool(!(try value(of: operand).countsAsTrue))
        case .all(let operands):
            var last = JSON.bool(true)
            for operand in operands {
                last = try value(of: operand)
                guard last.countsAsTrue else { return last }
            }
            return last
        case .any(let operands):
            var last = JSON.bool(false)
            for operand in operands {
                last = try value(of: operand)
                if last.countsAsTrue { return last }
            }
            return last
        case .comparison(let comparison): return .bool(try holds(comparison))
        case .call(let call): return try value(of: call)
        }
    }

    private func value(of path: PathSyntax) throws(EvaluationError) -> JSON {
        var value: JSON
        switch path.base {
        case .root(let name):
            guard let root = scope.value(of: name) else {
                throw EvaluationError(
                    location: path.location, message: "'\(name)' does not exist here")
            }
            value = root
        case .node(let name, _):
            guard let node = scope.node(name) else {
                throw EvaluationError(
                    location: path.nameLocation, message: "there is no node '\(name)'")
            }
            value = node
        case .value(let syntax): value = try self.value(of: syntax)
        }
        for step in path.steps {
            switch step {
            case .member(let key): value = value[key] ?? .null
            case .index(let index): value = value[index] ?? .null
            }
        }
        return value
    }

    private func holds(_ comparison: ComparisonSyntax) throws(EvaluationError) -> Bool {
        let left = try value(of: comparison.left)
        let right = try value(of: comparison.right)
        switch comparison.comparison {
        case .equal: return left.isStrictlyEqual(to: right)
        case .notEqual: return !left.isStrictlyEqual(to: right)
        default: break
        }
        guard let order = left.order(to: right) else {
            let sign = comparison.comparison.rawValue
            throw EvaluationError(
                location: comparison.location,
                message: "'\(sign)' compares two numbers or two strings, "
                    + "not \(StaticType(left).words) with \(StaticType(right).words)")
        }
        switch comparison.comparison {
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        case .greater: return order > 0
        default: return order >= 0
        }
    }

    private func value(of call: CallSyntax) throws(EvaluationError) -> JSON {
        if call.function == .default {
            let value = try value(of: call.arguments[0])
            return value.isNull ? try self.value(of: call.arguments[1]) : value
        }
        var arguments: [JSON] = []
        for argument in call.arguments { arguments.append(try value(of: argument)) }
        do {
            return try call.function.apply(to: arguments)
        } catch {
            let place = error.argument.map { call.argumentLocations[$0] } ?? call.location
            throw EvaluationError(location: place, message: error.message)
        }
    }
}
