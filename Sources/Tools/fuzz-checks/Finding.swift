import LinuxSystem

/// What a fuzzer stops on.
package enum Finding {
    /// Says what is wrong and traps; does nothing when nothing is wrong.
    package static func report(_ faults: [String]) {
        guard !faults.isEmpty else { return }
        for fault in faults { StandardStream.error.write("found: \(fault)\n") }
        preconditionFailure("the input is a finding")
    }
}
