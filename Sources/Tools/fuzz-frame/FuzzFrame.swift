internal import FuzzChecks
internal import FuzzEntry

/// Takes each input for what a script wrote to descriptor 3.
@_cdecl("LLVMFuzzerInitialize")
public func prepareFuzzing() -> CInt {
    guard let check = try? ShippedProfiles().frameCheck() else { return 1 }
    FuzzEntry.run { Finding.report(check.faults($0)) }
    return 0
}
