package import JSONValue

/// Which layers of the sandbox held the script of an attempt, as its process found them.
package struct HeldLayers: Sendable, Hashable {
    /// By name, in alphabetical order: `landlock`, `limits`, `namespaces`, `seccomp`, `cgroup`.
    package var enforced: [String]
    /// Wanted by the profile, but not to be had on the host that ran it.
    package var missing: [String]
    /// Version of Landlock's interface; 0 without it.
    package var landlockVersion: Int

    package init(enforced: [String], missing: [String], landlockVersion: Int) {
        self.enforced = enforced.sorted()
        self.missing = missing.sorted()
        self.landlockVersion = landlockVersion
    }

    package var isDegraded: Bool { !missing.isEmpty }

    package var json: JSON {
        [
            "enforced": .array(enforced.map(JSON.string)),
            "missing": .array(missing.map(JSON.string)),
            "landlock_version": .integer(Int64(landlockVersion)),
        ]
    }

    package init?(json: JSON) {
        guard let enforced = json["enforced"]?.arrayValue,
            let missing = json["missing"]?.arrayValue,
            let version = json["landlock_version"]?.integerValue
        else { return nil }
        self.init(
            enforced: enforced.compactMap(\.stringValue),
            missing: missing.compactMap(\.stringValue),
            landlockVersion: Int(clamping: version))
    }
}
