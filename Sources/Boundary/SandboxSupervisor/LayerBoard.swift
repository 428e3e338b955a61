import FlowModel
import Synchronization

/// Which layers hold the scripts of a lane.
package struct ActiveLayers: Sendable, Hashable {
    package let enforced: Set<SandboxLayer>
    /// Wanted, but not to be had on this host.
    package let missing: Set<SandboxLayer>
    /// Of Landlock; 0 when it is missing.
    package let landlockVersion: Int

    package var isDegraded: Bool { !missing.isEmpty }

    /// The same as the record of a run holds it.
    var held: HeldLayers {
        HeldLayers(
            enforced: enforced.map(\.rawValue), missing: missing.map(\.rawValue),
            landlockVersion: landlockVersion)
    }
}

/// What the lanes have found out about this host.
final class LayerBoard: Sendable {
    private let layers = Mutex<[LaneKey: ActiveLayers]>([:])

    func record(_ active: ActiveLayers, for key: LaneKey) {
        layers.withLock { $0[Self.place(of: key)] = active }
    }

    func layers(for key: LaneKey) -> ActiveLayers? { layers.withLock { $0[Self.place(of: key)] } }

    /// What a zygote has loaded has nothing to do with its layers.
    private static func place(of key: LaneKey) -> LaneKey {
        var place = key
        place.library = .whole
        return place
    }

    /// Of all lanes: a layer counts as enforced when it is everywhere.
    var summary: ActiveLayers? {
        layers.withLock { layers in
            guard let first = layers.values.first else { return nil }
            return layers.values.dropFirst().reduce(first) { sum, next in
                ActiveLayers(
                    enforced: sum.enforced.intersection(next.enforced),
                    missing: sum.missing.union(next.missing),
                    landlockVersion: min(sum.landlockVersion, next.landlockVersion))
            }
        }
    }
}
