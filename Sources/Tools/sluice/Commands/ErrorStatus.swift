import FlowModel
import HostAssembly
import Journal
import LinuxSystem
import Packages

extension ExitStatus {
    /// What a user named or wrote is `usage`; what is left, the host could not do.
    init(of error: any Error) {
        switch error {
        case let error as HostError: self = error.cause == .given ? .usage : .host
        case let error as PackageError: self = error.cause == .given ? .usage : .host
        case is FlowFaults, is InputFaults, is FlowBundleError, is UserFileError: self = .usage
        case let error as JournalError: self = error.isUsage ? .usage : .host
        default: self = .host
        }
    }
}

extension JournalError {
    /// Whether it is about what was asked, and not about the journal.
    fileprivate var isUsage: Bool {
        switch self {
        case .noSuchRun, .noSuchStep, .notAsked, .unknownChoice, .notAllowed: true
        default: false
        }
    }
}
