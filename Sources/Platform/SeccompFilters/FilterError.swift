/// Rules that cannot become a filter.
///
/// Nothing has been installed anywhere.
package enum FilterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No call of this name exists on this architecture.
    case unknownCall(String)
    /// errno 0 would tell the caller that the call succeeded; the kernel keeps 12 bits.
    case errnoOutOfRange(call: String, errno: Int32)
    case argumentOutOfRange(call: String, index: Int)
    /// A masked comparison whose value has bits outside of its mask can never hold.
    case neverHolds(call: String, index: Int)
    case unsupportedArchitecture(UInt32)
    /// The kernel takes 4096 instructions at most.
    case tooLong(instructions: Int)

    package var description: String {
        switch self {
        case .unknownCall(let call):
            "no system call is named '\(call)' on this machine"
        case .errnoOutOfRange(let call, let errno):
            "the rule for '\(call)' answers errno \(errno); use a number from 1 to 4095"
        case .argumentOutOfRange(let call, let index):
            "the rule for '\(call)' looks at argument \(index); arguments are 0 to 5"
        case .neverHolds(let call, let index):
            "the rule for '\(call)' compares argument \(index) with bits outside of its mask"
        case .unsupportedArchitecture(let number):
            "filters are made for x86_64 and aarch64 only, not for architecture "
                + "0x\(String(number, radix: 16))"
        case .tooLong(let instructions):
            "the filter has \(instructions) instructions; the kernel takes 4096"
        }
    }
}
