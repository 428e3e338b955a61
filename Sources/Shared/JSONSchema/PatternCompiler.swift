/// What a pattern says, before it becomes instructions.
indirect enum PatternNode {
    case nothing
    case character(PatternSet)
    case atStart
    case atEnd
    case wordEdge(Bool)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// Nil: without an upper end.
    case repetition(PatternNode, minimum: Int, maximum: Int?)
}

enum PatternCompiler {
    /// More instructions than this make a pattern too costly: each is looked at for each character.
    static let mostInstructions = 5_000

    static func program(for node: PatternNode) throws(PatternError) -> [PatternInstruction] {
        var program: [PatternInstruction] = []
        try append(node, to: &program)
        program.append(.match)
        return program
    }

    private static func append(
        _ node: PatternNode, to program: inout [PatternInstruction]
    ) throws(PatternError) {
        guard program.count < mostInstructions else {
            throw PatternError(message: "the pattern is too large; use smaller counts in '{…}'")
        }
        switch node {
        case .nothing: break
        case .character(let set): program.append(.character(set))
        case .atStart: program.append(.atStart)
        case .atEnd: program.append(.atEnd)
        case .wordEdge(let expected): program.append(.wordEdge(expected))
        case .sequence(let nodes):
            for node in nodes { try append(node, to: &program) }
        case .choice(let nodes): try append(choice: nodes, to: &program)
        case .repetition(let node, let minimum, let maximum):
            for _ in 0..<minimum {
                let start = program.count
                try append(node, to: &program)
                // What takes no instruction takes none however often.
                if program.count == start { break }
            }
            if let maximum {
                for _ in minimum..<maximum { try append(optional: node, to: &program) }
            } else {
                let start = program.count
                try append(optional: node, to: &program)
                program.append(.jump(start))
                program[start] = .fork(start + 1, program.count)
            }
        }
    }

    private static func append(
        optional node: PatternNode, to program: inout [PatternInstruction]
    ) throws(PatternError) {
        let fork = program.count
        program.append(.fork(fork + 1, fork + 1))
        try append(node, to: &program)
        program[fork] = .fork(fork + 1, program.count)
    }

    private static func append(
        choice nodes: [PatternNode], to program: inout [PatternInstruction]
    ) throws(PatternError) {
        var jumps: [Int] = []
        for (offset, node) in nodes.enumerated() {
            let isLast = offset == nodes.count - 1
            let fork = program.count
            if !isLast { program.append(.fork(fork + 1, fork + 1)) }
            try append(node, to: &program)
            if isLast { break }
            jumps.append(program.count)
            program.append(.jump(0))
            program[fork] = .fork(fork + 1, program.count)
        }
        for jump in jumps { program[jump] = .jump(program.count) }
    }
}
