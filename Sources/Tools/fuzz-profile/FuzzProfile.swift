internal import FuzzChecks
internal import FuzzEntry

/// Takes each input for a profile, or for a base when it begins like one.
@_cdecl("LLVMFuzzerInitialize")
public func prepareFuzzing() -> CInt {
    guard let check = try? ShippedProfiles().profileCheck() else { return 1 }
    FuzzEntry.run { Finding.report(check.faults($0)) }
    return 0
}
