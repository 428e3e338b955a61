package import FlowModel
package import SandboxPolicy

/// The host could not run a script.
///
/// No line of it has run.
package struct SandboxSetupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done, such as `start the zygote`.
    package let act: String
    package let profile: ProfileName?
    package let cause: String
    /// What the reader can do; empty when nothing.
    package let hint: String
    package init(act: String, profile: ProfileName?, cause: String, hint: String = "") {
        self.act = act
        self.profile = profile
        self.cause = cause
        self.hint = hint
    }
    package var description: String {
        let subject = profile.map { " for profile '\($0)'" } ?? ""
        let remedy = hint.isEmpty ? "" : "; \(hint)"
        return "cannot \(act)\(subject): \(cause); no line of the script has run\(remedy)"
    }
}

/// One script to run.
package struct ScriptRequest: Sendable, Hashable {
    package var work: ScriptWork
    package var tenant: String
    /// At most the profile's wall-time; nil means just that.
    package var timeout: Duration?
    /// Whether an address among the hosts, written out by whoever runs the host, is allowed although it
    /// is not public; a name that stands for such an address never is.
    package var trustsWrittenAddresses: Bool
    /// The host's own in the place of the profile's; nil: the profile's.
    package var limits: Limits?
    package init(
        work: ScriptWork, tenant: String, timeout: Duration?, trustsWrittenAddresses: Bool = false,
        limits: Limits? = nil
    ) {
        self.work = work
        self.tenant = tenant
        self.timeout = timeout
        self.trustsWrittenAddresses = trustsWrittenAddresses
        self.limits = limits
    }

    /// Why the script cannot have its packages; nil when it can, or has none.
    package func packageProblem(under profile: ResolvedProfile) -> String? {
        guard let packages = work.packages else { return nil }
        guard work.language == .python else {
            return
                "the packages '\(packages.name)' are for Python; \(work.language.rawValue) has none"
        }
        guard profile.allowances.contains(where: { $0.call == "openat" }) else {
            return
                "profile '\(profile.name)' lets a script open no file, and so import no packages; "
                + "use 'pure'"
        }
        return nil
    }
}
