package import JSONValue
package import SandboxPolicy

/// Which engine a JavaScript script asks for.
package enum ScriptRuntime: String, Sendable, Hashable, CaseIterable {
    /// The embedded engine, unless the script needs Node.js.
    case auto
    /// The embedded engine.
    case embedded
    /// Node.js, by a profile that runs it.
    case node
}

/// The engine that a JavaScript script got, and why.
package struct RuntimeChoice: Sendable, Hashable {
    package enum Engine: String, Sendable, Hashable {
        case embedded
        case node
    }

    package var engine: Engine
    /// Such as `the script requires 'fs' (step.js, line 1)`.
    package var reason: String

    package init(engine: Engine, reason: String) {
        self.engine = engine
        self.reason = reason
    }

    package var json: JSON {
        ["engine": .string(engine.rawValue), "reason": .string(reason)]
    }

    package init?(json: JSON) {
        guard let engine = json["engine"]?.stringValue.flatMap(Engine.init),
            let reason = json["reason"]?.stringValue
        else { return nil }
        self.init(engine: engine, reason: reason)
    }
}

/// What the choice of an engine depends on.
package struct RuntimeQuestion {
    /// What the node or the command says; nil: nothing, which is `auto`.
    package var asked: ScriptRuntime?
    /// The profile that is named; nil: none, and the choice is free.
    package var profile: ProfileName?
    /// The profiles whose JavaScript runs in Node.js.
    package var nodeProfiles: Set<ProfileName>
    /// Why the script needs Node.js; nil when nothing in it does.
    package var need: NodeModuleImport?

    package init(
        asked: ScriptRuntime?, profile: ProfileName?, nodeProfiles: Set<ProfileName>,
        need: NodeModuleImport?
    ) {
        self.asked = asked
        self.profile = profile
        self.nodeProfiles = nodeProfiles
        self.need = need
    }

    /// The profile of a script that names none and runs in the embedded engine.
    package static let embeddedProfile = ProfileName("pure")
    /// The profile of a script that names none and runs in Node.js.
    package static let nodeProfile = ProfileName("node")

    /// The profile and engine, or why what is asked for contradicts itself.
    ///
    /// A named profile decides; without one the script's own needs do.
    package func answer() throws(RuntimeConflict) -> (profile: ProfileName, choice: RuntimeChoice) {
        if let profile { return (profile, try choice(under: profile)) }
        let knowsNode = nodeProfiles.contains(Self.nodeProfile)
        switch asked ?? .auto {
        case .node:
            let reason = "runtime 'node' is asked for"
            return (Self.nodeProfile, RuntimeChoice(engine: .node, reason: reason))
        case .auto:
            guard let need else {
                return (
                    Self.embeddedProfile,
                    RuntimeChoice(engine: .embedded, reason: "nothing in the script needs Node.js")
                )
            }
            guard knowsNode else {
                return (
                    Self.embeddedProfile,
                    RuntimeChoice(
                        engine: .embedded,
                        reason: "\(need), but there is no profile '\(Self.nodeProfile)'")
                )
            }
            return (Self.nodeProfile, RuntimeChoice(engine: .node, reason: "\(need)"))
        case .embedded:
            return (
                Self.embeddedProfile,
                RuntimeChoice(engine: .embedded, reason: "runtime 'embedded' is asked for")
            )
        }
    }

    private func choice(under profile: ProfileName) throws(RuntimeConflict) -> RuntimeChoice {
        if nodeProfiles.contains(profile) {
            guard asked != .embedded else {
                throw RuntimeConflict(
                    message: "profile '\(profile)' runs JavaScript in Node.js, not embedded",
                    hint: "name another profile, or say 'runtime: node'")
            }
            return RuntimeChoice(
                engine: .node, reason: "profile '\(profile)' runs JavaScript in Node.js")
        }
        guard asked != .node else {
            throw RuntimeConflict(
                message: "profile '\(profile)' does not run JavaScript in Node.js",
                hint: "leave the profile out, or name '\(Self.nodeProfile)'")
        }
        let reason = "profile '\(profile)' runs JavaScript in the embedded engine"
        return RuntimeChoice(
            engine: .embedded, reason: need.map { "\(reason), although \($0)" } ?? reason)
    }
}

/// A profile and a runtime that exclude each other.
package struct RuntimeConflict: Error, Sendable, Hashable {
    package let message: String
    package let hint: String

    package init(message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}
