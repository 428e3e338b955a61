/// Puts the answers of the probes together into layers.
struct LayerFindings {
    let answers: [String: ProbeAnswer]

    var all: [PreflightFinding] {
        [seccomp, landlock, namespaces, identity, capabilities, limits]
    }

    private func answer(_ probe: String) -> ProbeAnswer {
        answers[probe] ?? ProbeAnswer(error: -1, detail: "the probe gave no answer")
    }

    /// The first of these probes that does not work, in words.
    private func failure(of probes: [String]) -> String? {
        for probe in probes where !answer(probe).works {
            return "\(probe): \(answer(probe).words)"
        }
        return nil
    }

    private func finding(
        _ layer: String, _ probes: [String], holds: String, fails: String, remedy: String
    ) -> PreflightFinding {
        let failure = failure(of: probes)
        let details = probes.map { "\($0): \(answer($0).words.isEmpty ? "ok" : answer($0).words)" }
        return PreflightFinding(
            layer: layer, state: failure == nil ? .enforced : .missing,
            summary: failure == nil ? holds : fails,
            detail: failure ?? details.joined(separator: "; "),
            remedy: failure == nil ? "" : remedy)
    }

    private var seccomp: PreflightFinding {
        #if arch(x86_64)
            let foreign = ["foreign-calls", "x32-calls"]
        #else
            let foreign: [String] = []
        #endif
        return finding(
            "seccomp",
            ["seccomp-actions", "no-new-privileges", "filter"] + foreign + ["listener"],
            holds: "refused calls are refused, foreign ones kill, and the supervisor is asked",
            fails: "calls of a script cannot be filtered",
            remedy: "run on Linux 5.11 or later, and let the container runtime allow seccomp(2)")
    }

    private var landlock: PreflightFinding {
        finding(
            "landlock", ["landlock"],
            holds: "files are out of reach but those of the profile (\(answer("landlock").detail))",
            fails: "files are hidden by the private root alone",
            remedy: "start the kernel with 'landlock' in its lsm= list (Linux 5.13 or later)")
    }

    private var namespaces: PreflightFinding {
        finding(
            "namespaces", ["namespaces"],
            holds: "a script has a root, network, ids and processes of its own",
            fails: Self.sharedWorld, remedy: Self.namespaceRemedy)
    }

    private static let sharedWorld =
        "a script shares the host's network and process numbers, behind the filter"
    private static let namespaceRemedy =
        "allow user namespaces (sysctl user.max_user_namespaces, "
        + "kernel.apparmor_restrict_unprivileged_userns=0, or the container's profile)"

    /// In the place of what the probe found, where a zygote could do less than the probe.
    static let namespacesRefused = PreflightFinding(
        layer: "namespaces", state: .missing, summary: sharedWorld,
        detail: "the kernel makes some of them here, and a zygote was refused the others",
        remedy: namespaceRemedy)

    private var identity: PreflightFinding {
        finding(
            "identity", ["identity"], holds: "scripts run as a user that is not root",
            fails: "scripts would run as root",
            remedy: "run Sluice as a user of its own, or give it CAP_SETUID and CAP_SETGID")
    }

    private var capabilities: PreflightFinding {
        finding(
            "capabilities", ["capabilities"], holds: "scripts hold none and get none back",
            fails: "capabilities cannot be dropped", remedy: "let the container allow capset(2)")
    }

    private var limits: PreflightFinding {
        finding(
            "limits", ["limits"], holds: "memory and file sizes are bounded for each script",
            fails: "memory of a script cannot be bounded",
            remedy: "let the container allow setrlimit")
    }
}
