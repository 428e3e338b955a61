import YAMLDocuments

/// Computes the edges of a flow and finds those that cannot be.
///
/// A reference is a need: `nodes.X.output` waits for X and is skipped with it, `nodes.X?.output`
/// waits and reads null.
struct EdgeBuilder {
    private var drafts: [NodeDraft]
    private let faults: FaultCollector

    init(drafts: [NodeDraft], faults: FaultCollector) {
        self.drafts = drafts
        self.faults = faults
    }

    /// The nodes with their needs; faults for cycles and for references that never hold.
    mutating func build() -> [Node] {
        let failures = failureTargets()
        var needs = drafts.map { ownNeeds($0, failures: failures[$0.node.name] ?? []) }
        let index = Dictionary(
            drafts.enumerated().map { ($1.node.name, $0) }, uniquingKeysWith: { first, _ in first })
        for draft in drafts {
            for named in draft.named {
                guard let target = index[named.name] else { continue }
                switch named.role {
                case .chosen:
                    needs[target].add(draft.node.name, .chosenBy, at: named.location)
                case .goTo:
                    needs[target].add(draft.node.name, .failureOf, at: named.location)
                case .after: break
                case .afterAny: break
                case .covers: break
                }
            }
        }
        addCoveredNeeds(&needs, index)
        for place in drafts.indices { drafts[place].node.needs = needs[place].needs }
        CycleFinder(names: drafts.map(\.node.name), needs: needs, faults: faults).report()
        checkCovers(index)
        return drafts.map(\.node)
    }

    /// By target: the nodes that go to it when they fail.
    private func failureTargets() -> [String: Set<String>] {
        var targets: [String: Set<String>] = [:]
        for draft in drafts {
            for named in draft.named where named.role == .goTo {
                targets[named.name, default: []].insert(draft.node.name)
            }
        }
        return targets
    }

    private func ownNeeds(_ draft: NodeDraft, failures: Set<String>) -> NeedList {
        var list = NeedList()
        for reference in draft.references {
            if failures.contains(reference.name), !reference.isOptional {
                if reference.member == "output" || reference.member == "items" {
                    faults.add(
                        reference.location, reference.text,
                        "node '\(reference.name)' has failed when '\(draft.node.name)' runs, "
                            + "and has no \(reference.member ?? "output")",
                        hint:
                            "read nodes.\(reference.name).error, or nodes.\(reference.name)?.output"
                    )
                }
                continue
            }
            if reference.member == "error", !reference.isOptional {
                faults.add(
                    reference.location, reference.text,
                    "'\(draft.node.name)' is skipped when '\(reference.name)' fails, "
                        + "so it never reads its error",
                    hint: "write nodes.\(reference.name)?.error, or let '\(reference.name)' "
                        + "go to '\(draft.node.name)' in on-error")
            }
            list.add(
                reference.name, reference.isOptional ? .optional : .required,
                at: reference.location)
        }
        for named in draft.named {
            switch named.role {
            case .after: list.add(named.name, .after, at: named.location)
            case .afterAny: list.add(named.name, .anyOf, at: named.location)
            case .chosen, .goTo, .covers: break
            }
        }
        return list
    }

    /// An approval shows what it covers, so it waits for whatever those arguments read.
    private func addCoveredNeeds(_ needs: inout [NeedList], _ index: [String: Int]) {
        for (place, draft) in drafts.enumerated() {
            for named in draft.named where named.role == .covers {
                guard let covered = index[named.name] else { continue }
                for reference in drafts[covered].workReferences {
                    guard reference.name != draft.node.name else {
                        faults.add(
                            reference.location, reference.text,
                            "'\(named.name)' cannot read '\(reference.name)', "
                                + "which shows it before anybody has answered",
                            hint: "remove '\(named.name)' from 'covers', or do not read the answer")
                        continue
                    }
                    needs[place].add(
                        reference.name, reference.isOptional ? .optional : .required,
                        at: named.location)
                }
            }
        }
    }

    /// What an approval covers is a writing operation that waits for it.
    private func checkCovers(_ index: [String: Int]) {
        for draft in drafts {
            for named in draft.named where named.role == .covers {
                guard let covered = index[named.name] else { continue }
                guard case .operation = drafts[covered].node.work else {
                    faults.add(
                        named.location, named.name,
                        "an approval covers operations; node '\(named.name)' is none")
                    continue
                }
                guard !reaches(from: covered, to: draft.node.name, index) else { continue }
                faults.add(
                    named.location, named.name,
                    "node '\(named.name)' does not wait for the approval '\(draft.node.name)'",
                    hint: "add 'after: [\(draft.node.name)]' to it, or let a 'choose' take it")
            }
        }
    }

    private func reaches(from start: Int, to name: String, _ index: [String: Int]) -> Bool {
        var open = [start]
        var seen: Set<Int> = [start]
        while let place = open.popLast() {
            for need in drafts[place].node.needs {
                if need.node == name { return true }
                if let next = index[need.node], seen.insert(next).inserted { open.append(next) }
            }
        }
        return false
    }
}

/// The needs of one node, each once, with the place that asks for it.
struct NeedList {
    private(set) var needs: [NodeNeed] = []
    private(set) var places: [SourceLocation] = []

    /// A required need stays required, whatever else asks for the same node.
    mutating func add(_ name: String, _ kind: NodeNeed.Kind, at location: SourceLocation) {
        if kind == .optional, needs.contains(where: { $0.node == name && $0.kind == .required }) {
            return
        }
        if kind == .required,
            let place = needs.firstIndex(where: { $0.node == name && $0.kind == .optional })
        {
            needs[place].kind = .required
            return
        }
        guard !needs.contains(NodeNeed(node: name, kind: kind)) else { return }
        needs.append(NodeNeed(node: name, kind: kind))
        places.append(location)
    }
}

/// Finds nodes that wait for each other.
private struct CycleFinder {
    private let names: [String]
    private let needs: [NeedList]
    private let faults: FaultCollector
    private let index: [String: Int]

    init(names: [String], needs: [NeedList], faults: FaultCollector) {
        self.names = names
        self.needs = needs
        self.faults = faults
        index = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private enum Mark {
        case unseen
        case open
        case done
    }

    /// One fault for each cycle that a walk in the order of the file comes upon.
    func report() {
        var marks = [Mark](repeating: .unseen, count: names.count)
        for start in names.indices where marks[start] == .unseen {
            walk(from: start, &marks)
        }
    }

    private func walk(from start: Int, _ marks: inout [Mark]) {
        var path: [(node: Int, next: Int)] = [(start, 0)]
        marks[start] = .open
        while let (node, next) = path.last {
            guard next < needs[node].needs.count else {
                marks[node] = .done
                path.removeLast()
                continue
            }
            path[path.count - 1].next += 1
            guard let target = index[needs[node].needs[next].node] else { continue }
            switch marks[target] {
            case .done: break
            case .unseen:
                marks[target] = .open
                path.append((target, 0))
            case .open:
                guard let begin = path.firstIndex(where: { $0.node == target }) else { continue }
                report(path[begin...].map(\.node), at: needs[node].places[next])
            }
        }
    }

    private func report(_ cycle: [Int], at location: SourceLocation) {
        let name = names[cycle[0]]
        if cycle.count == 1 {
            faults.add(
                location, name, "node '\(name)' refers to itself",
                hint: "a node reads only what was done before it")
            return
        }
        let chain = (cycle + [cycle[0]]).map { names[$0] }.joined(separator: " → ")
        faults.add(
            location, name, "nodes wait for each other: \(chain)",
            hint: "each arrow reads 'waits for'; remove one of them")
    }
}
