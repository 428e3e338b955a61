/// Files that a profile can show to its scripts, by the name that stands in `files`.
///
/// Which paths, packages and modules that are on this host is the supervisor's matter (`FileSets`).
package enum FileSet: String, Sendable, Hashable, CaseIterable {
    case runtimeLibrary = "runtime-library"
    case zoneinfo
    case certificates
    case httpClients = "http-clients"
    case numpy
    case pandas

    /// Whether a host may do without: modules that are packages of the distribution.
    package var isOptional: Bool {
        switch self {
        case .runtimeLibrary, .zoneinfo, .certificates: false
        case .httpClients, .numpy, .pandas: true
        }
    }

    /// What to call it in a sentence.
    package var words: String {
        switch self {
        case .runtimeLibrary: "the language's own library"
        case .zoneinfo: "the time zones"
        case .certificates: "the authorities that the system trusts"
        case .httpClients: "the packages requests and httpx"
        case .numpy: "the package numpy"
        case .pandas: "the package pandas"
        }
    }
}
