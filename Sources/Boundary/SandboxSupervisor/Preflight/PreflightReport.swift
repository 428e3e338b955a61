package import JSONValue
package import SandboxPolicy

/// Whether a layer of the box holds on this host.
package enum LayerState: String, Sendable, Hashable {
    case enforced
    /// It holds in part, or is not used; what remains is said in the finding.
    case degraded
    case missing
}

/// What was found out about one layer, by trying it.
package struct PreflightFinding: Sendable, Hashable {
    package let layer: String
    package let state: LayerState
    /// One line for people.
    package let summary: String
    /// What was tried and what happened.
    package let detail: String
    /// What the host's owner can do; empty when nothing is to be done.
    package let remedy: String
}

/// Whether scripts of one profile and language may start.
package struct ProfileReadiness: Sendable, Hashable {
    package enum State: String, Sendable, Hashable {
        case ready
        /// A layer that the profile only prefers is missing.
        case degraded
        /// A layer that the profile requires is missing: its scripts do not start.
        case refused
        /// The program or the modules of the profile are not installed: its scripts do not start.
        case unavailable
    }

    package let profile: ProfileName
    package let language: ScriptLanguage
    package let state: State
    /// The layers that are not enforced although the profile names them.
    package let lacking: [String]
}

/// What `sluice doctor` prints.
package struct PreflightReport: Sendable, Hashable {
    /// Release, machine and user.
    package let kernel: String
    package let findings: [PreflightFinding]
    package let profiles: [ProfileReadiness]
    /// Settings of the machine that decide nothing here, but that its owner should know.
    package let settings: String

    /// Whether every profile can start in every language that it serves, but for one whose program or modules
    /// are not installed.
    package var isReady: Bool { profiles.allSatisfy { $0.state != .refused } }

    package var json: JSON {
        [
            "ready": .bool(isReady), "kernel": .string(kernel),
            "layers": .array(
                findings.map { finding in
                    [
                        "layer": .string(finding.layer), "state": .string(finding.state.rawValue),
                        "summary": .string(finding.summary), "detail": .string(finding.detail),
                        "remedy": finding.remedy.isEmpty ? .null : .string(finding.remedy),
                    ]
                }),
            "profiles": .array(
                profiles.map { profile in
                    [
                        "profile": .string(profile.profile.text),
                        "language": .string(profile.language.rawValue),
                        "state": .string(profile.state.rawValue),
                        "lacking": .array(profile.lacking.map { .string($0) }),
                    ]
                }),
            "settings": .string(settings),
        ]
    }

    package var text: String {
        let width = findings.map(\.layer.count).max() ?? 0
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines = [kernel, ""]
        for finding in findings {
            let indent = String(repeating: " ", count: width + 12)
            lines.append(
                "\(padded(finding.layer, width))  \(padded(finding.state.rawValue, 8))  "
                    + finding.summary)
            if finding.state != .enforced {
                if !finding.detail.isEmpty { lines.append(indent + finding.detail) }
                if !finding.remedy.isEmpty { lines.append(indent + finding.remedy) }
            }
        }
        lines.append("")
        for profile in profiles {
            let lacking =
                profile.lacking.isEmpty ? "" : ": lacks \(profile.lacking.joined(separator: ", "))"
            lines.append(
                "profile \(profile.profile) (\(profile.language.rawValue)) is "
                    + "\(profile.state.rawValue)\(lacking)")
        }
        lines += ["", "settings: \(settings)", ""]
        return lines.joined(separator: "\n")
    }
}
