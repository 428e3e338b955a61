import CLinux
import Glibc

/// How to start a program.
package struct SpawnRequest: Sendable, Hashable {
    package var path: String
    /// With the name of the program first.
    package var arguments: [String]
    /// `NAME=value`; nothing is inherited.
    package var environment: [String]
    package init(path: String, arguments: [String], environment: [String]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Starts it as the leader of a process group of its own, and gives its pid.
    ///
    /// It gets `descriptor` as number `target`, /dev/null as 0 to 2, and nothing else; it works in
    /// `folder`, which this process must be able to open, or where this process does. The thread that
    /// starts it lives as long as this process, so that a death signal means the death of this process.
    package func start(
        giving descriptor: borrowing Descriptor, as target: Int32, showingErrors: Bool = false,
        in folder: String? = nil
    ) throws(Errno) -> Int32 {
        let source = descriptor.number
        // Opened here: who the process becomes may not be allowed to walk to it.
        let place = try folder.map { path throws(Errno) in
            Channel(try Descriptor.openFolder(path))
        }
        defer { withExtendedLifetime(place) {} }
        let placeNumber = place?.descriptor.number ?? -1
        let pid = unsafe withCStrings(arguments) { arguments in
            unsafe withCStrings(environment) { environment in
                unsafe path.withCString { path in
                    var request = unsafe clinux_spawn(
                        path: path, arguments: arguments, environment: environment,
                        descriptor: source, target: target,
                        error_output: showingErrors ? 2 : -1, folder: placeNumber)
                    return unsafe clinux_spawn(&request)
                }
            }
        }
        if pid < 0 { throw Errno.last }
        return pid
    }
}

/// A zero-terminated vector of zero-terminated strings.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = unsafe strings.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { preconditionFailure("the vector has an end") }
        return unsafe body(base)
    }
}
