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
        try start(
            descriptor.number, as: target, output: -1, errors: showingErrors ? 2 : -1, in: folder)
    }

    /// Starts it with /dev/null as input and what it says on both its streams in `log`.
    package func start(logging log: borrowing Descriptor, in folder: String) throws(Errno) -> Int32
    {
        let number = log.number
        return try start(number, as: 3, output: number, errors: number, in: folder)
    }

    private func start(
        _ source: Int32, as target: Int32, output: Int32, errors: Int32, in folder: String?
    ) throws(Errno) -> Int32 {
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
                        output: output, error_output: errors, folder: placeNumber)
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
