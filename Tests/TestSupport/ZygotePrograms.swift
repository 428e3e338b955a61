import Foundation
import LinuxSystem

/// Where the zygotes are that tests start.
package enum ZygotePrograms {
    /// The folder of the running program, where the build puts them too.
    ///
    /// A sanitized build has none that could hold its limits; `scripts/sanitize` names those of the
    /// ordinary build.
    package static func folder() throws -> String {
        if let folder = ProcessInfo.processInfo.environment["SLUICE_TEST_PROGRAMS"] {
            return folder
        }
        return try CurrentProcess.executableFolder()
    }
}
