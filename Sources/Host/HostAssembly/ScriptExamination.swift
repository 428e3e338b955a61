package import FlowModel
package import SandboxPolicy
package import SandboxSupervisor

/// What a script would need, found out by running it where it is refused all of it.
package struct ScriptExamination: Sendable {
    package let work: ScriptWork
    package let recording: ScriptRecording
    package let needs: ScriptNeeds
    /// A profile with those calls, its reasons empty; nil when no profile can help.
    package let fragment: String?
    /// Profiles of this host under which it was tried, ran to its end and was refused nothing.
    package let enough: [ProfileName]
    /// Profiles that allow each of its calls, but have a network, so that it was not tried there.
    package let perhapsEnough: [ProfileName]

    /// Where it stopped; nil when main returned, so that nothing comes after what was seen.
    package var stop: StepOutcome? {
        if case .returned = recording.report.outcome { return nil }
        return recording.report.outcome
    }
}

extension Sandbox {
    /// Runs the script with every call recorded, and tries the other profiles when something is missing.
    ///
    /// A call that is refused otherwise is refused here too.
    package func examine(_ request: ScriptRequest) async throws -> ScriptExamination {
        let work = request.work
        guard let profile = profiles.resolve(work.profile, work.language) else {
            throw HostError(
                profiles.unknownProfileMessage(work.profile, work.language), cause: .given)
        }
        let recording = try await supervisor.record(request)
        let needs = ScriptNeeds(
            of: recording.calls, under: profile, never: ProfileCompiler.neverInFilter,
            profiles: profiles.names)
        let (enough, perhaps) = try await others(for: request, after: recording)
        return ScriptExamination(
            work: work, recording: recording, needs: needs,
            fragment: ProfileFragment.text(of: needs, in: profiles, script: work.fileName),
            enough: enough, perhapsEnough: perhaps)
    }

    private func others(
        for request: ScriptRequest, after recording: ScriptRecording
    ) async throws -> (enough: [ProfileName], perhaps: [ProfileName]) {
        var enough: [ProfileName] = []
        var perhaps: [ProfileName] = []
        guard recording.lacksSomething else { return (enough, perhaps) }
        for name in profiles.names where name != request.work.profile {
            guard let profile = profiles.resolve(name, request.work.language),
                request.packageProblem(under: profile) == nil
            else { continue }
            let other = request.work.packages == nil ? profile.withoutMappedCode : profile
            if other.network == "none" {
                var attempt = request
                attempt.work.profile = name
                if try await supervisor.record(attempt).isUnhindered { enough.append(name) }
            } else if !recording.calls.isEmpty,
                try ProfileCompiler.compile(other, ownProcess: 1).allows(recording.calls)
            {
                perhaps.append(name)
            }
        }
        return (enough, perhaps)
    }
}

extension ScriptRecording {
    /// Whether it ran to its end and nothing was refused to it.
    fileprivate var isUnhindered: Bool {
        guard case .returned = report.outcome else { return false }
        return calls.isEmpty && hosts.isEmpty
    }

    /// Whether another profile could make a difference: a limit is the same wherever it is reached.
    fileprivate var lacksSomething: Bool {
        switch report.outcome {
        case .returned: !calls.isEmpty || !hosts.isEmpty
        case .raised, .refused, .crashed: true
        case .exceeded, .cancelled: false
        }
    }
}
