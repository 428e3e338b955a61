internal import FlowModel
package import Packages
internal import SandboxSupervisor

extension FlowLibrary {
    /// Where packages come from: the configuration's index, proxy and certificates, and pip's own
    /// variables.
    package func packageIndex() throws -> PackageIndex {
        if let faults = configurationFaults { throw faults }
        return PackageIndex(
            url: configuration?.packageIndex, proxy: configuration?.egress.proxy,
            certificates: configuration?.egress.caFile)
    }
}

extension Sandbox {
    /// Installs packages; whatever is not safe to do with their bytes is done in this sandbox.
    package func installer(
        into store: PackageStore, from index: PackageIndex, pinned: Set<String>
    ) -> PackageInstaller {
        PackageInstaller(store: store, index: index, pinned: pinned) { [supervisor] work in
            try await supervisor.run(
                ScriptRequest(work: work, tenant: "sluice-packages", timeout: nil))
        }
    }
}
