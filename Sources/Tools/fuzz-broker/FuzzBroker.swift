internal import FuzzChecks
internal import FuzzEntry

/// Takes each input for what a script says to the egress broker, or a host answers.
@_cdecl("LLVMFuzzerInitialize")
public func prepareFuzzing() -> CInt {
    let check = BrokerCheck()
    FuzzEntry.run { Finding.report(check.faults($0)) }
    return 0
}
