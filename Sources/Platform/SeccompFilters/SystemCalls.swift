private import CSeccomp
private import Glibc

/// Names and numbers of system calls on this machine's architecture, as libseccomp knows them.
package enum SystemCalls {
    /// The highest number with a name; the filter answers ENOSYS to every number above it.
    package static let newest: UInt32 = names.keys.max() ?? 0

    /// Every number that has a name here, in ascending order.
    package static let numbers: [UInt32] = names.keys.sorted()

    /// Nil for a number that no known call has, x32 numbers included.
    package static func name(of number: UInt32) -> String? { names[number] }

    /// Nil for a name that does not exist, or that this architecture does not have (`open` on aarch64).
    package static func number(of name: String) -> UInt32? { numbersByName[name] }

    /// Every name that a profile may write: those of x86_64 and of aarch64 together, so that one file
    /// serves both (`open` exists on x86_64 only).
    package static let knownNames = Set(table(x86Table).values).union(table(armTable).values)

    private static let x86Table = UInt32(0xC000_003E)
    private static let armTable = UInt32(0xC000_00B7)

    /// Far above the newest call of any kernel (470 in Linux 7.1), far below x32.
    private static let searchLimit: UInt32 = 2048

    private static let names = table(UInt32(SCMP_ARCH_NATIVE))

    private static func table(_ architecture: UInt32) -> [UInt32: String] {
        var names: [UInt32: String] = [:]
        for number in 0..<searchLimit {
            let text = unsafe seccomp_syscall_resolve_num_arch(architecture, Int32(number))
            guard let text = unsafe text else { continue }
            unsafe names[number] = String(cString: text)
            unsafe free(text)
        }
        return names
    }

    private static let numbersByName = [String: UInt32](
        names.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
}
