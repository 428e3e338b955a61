internal import Glibc

extension ProcessSurroundings {
    /// Sets the environment variable `name`.
    ///
    /// Only while no other thread may read the environment (`setenv(3)` is not thread-safe): at the
    /// start of a process, or in a test that has a process of its own.
    package static func setEnvironment(_ name: String, _ value: String) {
        unsafe _ = setenv(name, value, 1)
    }
}
