/// Code of files, such as the compiled part of an installed package, that scripts may map.
extension ResolvedProfile {
    /// Whether a script that has packages may map a file as code.
    ///
    /// Only Python has packages; Node.js maps its own libraries before it is ready, and no script does.
    package var mapsCode: Bool {
        language == .python && allowances.contains(where: \.mapsCode)
    }

    /// The same without that: for scripts that have no packages, whose refusals are then named.
    package var withoutMappedCode: ResolvedProfile {
        guard mapsCode else { return self }
        var rest = self
        rest.allowances = allowances.compactMap { $0.mapsCode ? $0.withoutMappedCode : $0 }
        return rest
    }
}

extension Allowance {
    fileprivate var mapsCode: Bool {
        call == "mmap" && (alternatives.isEmpty || alternatives.contains(where: Self.mapsCode))
    }

    /// Nil when every way of it maps code: none at all would mean that all are allowed.
    fileprivate var withoutMappedCode: Allowance? {
        let rest = alternatives.filter { !Self.mapsCode($0) }
        return rest.isEmpty ? nil : Allowance(call: call, alternatives: rest, reason: reason)
    }

    /// Whether a way of calling mmap(2) lets PROT_EXEC (4) through: everything that does not rule it out.
    private static func mapsCode(_ way: [ArgumentPredicate]) -> Bool {
        !way.contains { predicate in
            guard predicate.index == 2 else { return false }
            return switch predicate.comparison {
            case .equal(let value): value & 4 == 0
            case .masked(let mask, let value): mask & 4 != 0 && value & 4 == 0
            case .atMost(let value): value < 4
            case .notEqual, .atLeast, .isOwnProcess: false
            }
        }
    }
}
