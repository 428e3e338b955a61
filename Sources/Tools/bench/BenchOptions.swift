/// What stands on the command line of `bench`.
struct BenchOptions: Sendable {
    static let usage = """
        usage: bench [--quick] [--detail] [--pace MILLISECONDS] [--case PREFIX]... NAME...

        """

    var names: [String] = []
    /// Fewer rounds, for a look while something is being changed; not for a page.
    var isQuick = false
    /// Where the time of a run goes, instead of the figures.
    var showsDetail = false
    /// From one paced run to the next.
    var pace = Duration.milliseconds(8)
    /// Only cases whose name begins with one of these; all when it is empty.
    var cases: [String] = []

    /// Nil when it cannot be understood.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            switch word {
            case "--quick": isQuick = true
            case "--detail": showsDetail = true
            case "--pace":
                guard let value = rest.popFirst().flatMap({ Int($0) }), value > 0 else {
                    return nil
                }
                pace = .milliseconds(value)
            case "--case":
                guard let prefix = rest.popFirst() else { return nil }
                cases.append(prefix)
            case _ where word.hasPrefix("-"): return nil
            default: names.append(word)
            }
        }
    }

    func includes(_ name: String) -> Bool {
        cases.isEmpty || cases.contains { name.hasPrefix($0) }
    }

    /// Rounds to take, a quarter of them when it should be quick.
    func rounds(_ count: Int) -> Int { isQuick ? max(1, count / 4) : count }

    func time(_ duration: Duration) -> Duration { isQuick ? duration / 4 : duration }
}
