internal import FuzzChecks
internal import FuzzEntry

/// Takes each input for the system calls that a script made.
@_cdecl("LLVMFuzzerInitialize")
public func prepareFuzzing() -> CInt {
    guard let check = try? ShippedProfiles().callsCheck() else { return 1 }
    FuzzEntry.run { Finding.report(check.faults($0)) }
    return 0
}
