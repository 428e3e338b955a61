import Testing

@testable import SeccompFilters

@Suite struct FilterCompilerTests {
    private func number(_ name: String) throws -> UInt32 {
        try #require(SystemCalls.number(of: name))
    }

    private func filter(_ rules: [FilterRule]) throws -> SeccompFilter {
        try SeccompFilter.compile(defaultAction: .notify, rules: rules)
    }

    @Test func `a listed call is allowed and every other known call asks the supervisor`() throws {
        let filter = try filter([FilterRule(call: "getrandom", conditions: [], action: .allow)])

        let allowed = try number("getrandom")
        for call in SystemCalls.numbers {
            #expect(filter.evaluate(call: call) == (call == allowed ? .allow : .notify))
        }
    }

    @Test func `a call of another architecture kills the process whatever its number`() throws {
        let filter = try filter([FilterRule(call: "read", conditions: [], action: .allow)])

        for call in 0..<UInt32(512) {
            let verdict = filter.evaluate(call: call, architecture: SeccompFilter.x86)
            #expect(verdict == .killProcess)
        }
    }

    @Test(arguments: [0x4000_0000, 0x4000_0001, 0x4000_0200, 0x8000_0000, 0xffff_ffff] as [UInt32])
    func `an x32 number kills the process`(call: UInt32) throws {
        let filter = try filter([FilterRule(call: "read", conditions: [], action: .allow)])

        #expect(filter.evaluate(call: call) == .killProcess)
    }

    @Test func `a number above the newest known call does not exist`() throws {
        let filter = try filter([])

        for call in [SystemCalls.newest + 1, 9999, 0x3fff_ffff] {
            #expect(filter.evaluate(call: call) == .error(38))
        }
        #expect(filter.evaluate(call: SystemCalls.newest) == .notify)
    }

    @Test func `conditions look at all 64 bits of the register`() throws {
        let filter = try filter([
            FilterRule(call: "ioctl", conditions: [(1, .equal(0x5401))], action: .allow),
            FilterRule(call: "fcntl", conditions: [(1, .atMost(4))], action: .allow),
            FilterRule(call: "mmap", conditions: [(2, .masked(mask: 4, value: 0))], action: .allow),
        ])

        let ioctl = try number("ioctl")
        #expect(filter.evaluate(call: ioctl, arguments: [0, 0x5401]) == .allow)
        #expect(filter.evaluate(call: ioctl, arguments: [0, 0x5412]) == .notify)
        #expect(filter.evaluate(call: ioctl, arguments: [0, 0x1_0000_5401]) == .notify)
        let fcntl = try number("fcntl")
        #expect(filter.evaluate(call: fcntl, arguments: [0, 4]) == .allow)
        #expect(filter.evaluate(call: fcntl, arguments: [0, 5]) == .notify)
        #expect(filter.evaluate(call: fcntl, arguments: [0, 1 << 32]) == .notify)
        let mmap = try number("mmap")
        #expect(filter.evaluate(call: mmap, arguments: [0, 0, 3]) == .allow)
        #expect(filter.evaluate(call: mmap, arguments: [0, 0, 7]) == .notify)
    }

    @Test func `rules for one call are alternatives and conditions of a rule all hold`() throws {
        let filter = try filter([
            FilterRule(
                call: "prlimit64", conditions: [(0, .equal(0)), (2, .equal(0))], action: .allow),
            FilterRule(call: "socketpair", conditions: [(0, .equal(1))], action: .allow),
            FilterRule(call: "socketpair", conditions: [(0, .equal(7))], action: .error(13)),
        ])

        let prlimit = try number("prlimit64")
        #expect(filter.evaluate(call: prlimit, arguments: [0, 7, 0]) == .allow)
        #expect(filter.evaluate(call: prlimit, arguments: [1, 7, 0]) == .notify)
        #expect(filter.evaluate(call: prlimit, arguments: [0, 7, 4096]) == .notify)
        let pair = try number("socketpair")
        #expect(filter.evaluate(call: pair, arguments: [1]) == .allow)
        #expect(filter.evaluate(call: pair, arguments: [7]) == .error(13))
        #expect(filter.evaluate(call: pair, arguments: [2]) == .notify)
    }

    @Test(arguments: [0, -1, 4096] as [Int32])
    func `an errno that the caller would read as success is refused`(errno: Int32) {
        #expect(throws: FilterError.errnoOutOfRange(call: "fork", errno: errno)) {
            try SeccompFilter.compile(
                defaultAction: .notify,
                rules: [FilterRule(call: "fork", conditions: [], action: .error(errno))])
        }
    }

    @Test(arguments: [
        (FilterRule(call: "opne", conditions: [], action: .allow), FilterError.unknownCall("opne")),
        (
            FilterRule(call: "read", conditions: [(6, .equal(0))], action: .allow),
            .argumentOutOfRange(call: "read", index: 6)
        ),
        (
            FilterRule(
                call: "read", conditions: [(0, .masked(mask: 1, value: 2))], action: .allow),
            .neverHolds(call: "read", index: 0)
        ),
    ])
    func `a rule that cannot be meant is refused by name`(rule: FilterRule, error: FilterError) {
        #expect(throws: error) {
            try SeccompFilter.compile(defaultAction: .notify, rules: [rule])
        }
    }

    @Test func `alternatives on one argument do not let through what neither names`() throws {
        let filter = try filter([
            FilterRule(call: "read", conditions: [(0, .atMost(8))], action: .allow),
            FilterRule(call: "read", conditions: [(0, .atLeast(0x1_0000_0001))], action: .allow),
        ])

        let read = try number("read")
        #expect(filter.evaluate(call: read, arguments: [8]) == .allow)
        #expect(filter.evaluate(call: read, arguments: [15]) == .notify)
        #expect(filter.evaluate(call: read, arguments: [0x1_0000_0000]) == .notify)
        #expect(filter.evaluate(call: read, arguments: [0x1_0000_0001]) == .allow)
    }

    @Test func `the first rule of a call that holds decides`() throws {
        let filter = try filter([
            FilterRule(call: "kill", conditions: [(1, .equal(9))], action: .notify),
            FilterRule(call: "kill", conditions: [(1, .atMost(9))], action: .error(1)),
            FilterRule(call: "kill", conditions: [], action: .allow),
        ])

        let kill = try number("kill")
        #expect(filter.evaluate(call: kill, arguments: [0, 9]) == .notify)
        #expect(filter.evaluate(call: kill, arguments: [0, 8]) == .error(1))
        #expect(filter.evaluate(call: kill, arguments: [0, 10]) == .allow)
    }

    @Test func `names and numbers of calls agree both ways`() throws {
        for number in SystemCalls.numbers {
            let name = try #require(SystemCalls.name(of: number))
            #expect(SystemCalls.number(of: name) == number)
        }
        #expect(SystemCalls.number(of: "no_such_call") == nil)
        #expect(SystemCalls.newest >= 450)
    }

    @Test func `a program that the kernel would refuse is told apart from an answer`() {
        #expect(SeccompFilter(program: []).evaluate(call: 0) == .invalid)
        #expect(SeccompFilter(program: [1, 2, 3]).evaluate(call: 0) == .invalid)
        let runsOffItsEnd = BPFInstruction(code: BPFCode.loadWord, constant: 0)
        #expect(SeccompFilter(program: runsOffItsEnd.bytes).evaluate(call: 0) == .invalid)
        let unaligned = BPFInstruction(code: BPFCode.loadWord, constant: 2)
        #expect(SeccompFilter(program: unaligned.bytes).evaluate(call: 0) == .invalid)
    }
}
