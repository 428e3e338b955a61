internal import FlowModel
internal import JSONValue
internal import Journal
internal import LinuxSystem
internal import Packages

/// Which versions of packages runs are pinned to: in the settings of their bundles.
enum PinnedPackages {
    static let key = "packages"

    /// Digests by name.
    static func digests(in settings: JSON) -> [String: String] {
        (settings[key]?.objectValue ?? JSONObject()).reduce(into: [:]) { all, member in
            all[member.key] = member.value.stringValue
        }
    }
}

extension DataFolder {
    /// Digests of packages that runs which are not over are pinned to; none where there are no runs.
    package func pinnedPackages() async throws -> Set<String> {
        guard ProcessSurroundings.exists("\(path)/journal.sqlite") else { return [] }
        let journal = try await openExistingJournal()
        do {
            let digests = try await Self.pinnedPackages(in: journal)
            await journal.close()
            return digests
        } catch {
            await journal.close()
            throw error
        }
    }

    private static func pinnedPackages(in journal: any Journal) async throws -> Set<String> {
        var digests: Set<String> = []
        var filter = RunFilter(states: [.queued, .running, .waiting], limit: 500)
        while true {
            let runs = try await journal.listRuns(filter)
            for run in runs {
                let settings = try await journal.bundle(of: run.id).settings
                digests.formUnion(PinnedPackages.digests(in: settings).values)
            }
            guard runs.count == filter.limit, let last = runs.last else { return digests }
            filter.before = last.id
        }
    }
}
