import FlowModel
import LinuxSystem
import Packages

/// Installed packages as people read them.
enum PackageText {
    static func installed(_ result: PackageInstaller.Result) -> String {
        let version = result.version
        var text = result.isNew ? "" : "nothing has changed: "
        text += "packages '\(version.name)' \(short(version)), \(size(version))\n"
        text += packages(of: version)
        text += compiledNote(version)
        if result.keptOld > 0 {
            text += "\(versions(result.keptOld)) still used, and kept until that is over\n"
        }
        return Terminal.harmlessLines(text)
    }

    static func list(_ versions: [PackageStore.Version]) -> String {
        guard !versions.isEmpty else {
            return "no packages are installed; 'sluice help packages' says how\n"
        }
        return Terminal.harmlessLines(
            versions.map { version in
                HelpText.padded(version.name, to: 16) + short(version)
                    + "  \(count(version.record.packages.count)), \(size(version))\n"
            }.joined())
    }

    static func detail(
        _ version: PackageStore.Version, all: [PackageStore.Version]
    ) -> String {
        let record = version.record
        var text = """
            packages '\(version.name)'
            digest   \(record.digest)
            folder   \(version.environment.folder)
            size     \(size(version)) in \(record.files) files, for Python \(record.python)

            """
        text += packages(of: version) + compiledNote(version)
        let others = all.filter { !$0.isCurrent }
        if !others.isEmpty {
            text += "older    \(others.map(short).joined(separator: ", "))\n"
        }
        return Terminal.harmlessLines(text)
    }

    static func removed(_ name: String, kept: Int) -> String {
        kept == 0
            ? "packages '\(name)' are removed"
            : "packages '\(name)' are gone for new runs; \(versions(kept)) still used, and kept until "
                + "that is over"
    }

    private static func packages(of version: PackageStore.Version) -> String {
        version.record.packages.map { package in
            "  \(package.name) \(package.version)"
                + (package.compiled.isEmpty ? "\n" : "  (compiled)\n")
        }.joined()
    }

    /// What a package with machine code in it cannot do everywhere.
    private static func compiledNote(_ version: PackageStore.Version) -> String {
        let names = version.record.compiledPackages
        guard !names.isEmpty else { return "" }
        return "compiled parts are not loaded by profile 'pure': use a profile such as 'data', or "
            + "install with --pure\n"
    }

    private static func short(_ version: PackageStore.Version) -> String {
        String(version.record.digest.prefix(12))
    }

    private static func count(_ number: Int) -> String {
        number == 1 ? "1 package" : "\(number) packages"
    }

    private static func versions(_ number: Int) -> String {
        number == 1 ? "one older version is" : "\(number) older versions are"
    }

    private static func size(_ version: PackageStore.Version) -> String {
        let bytes = version.record.bytes
        return bytes < 1 << 20 ? "\((bytes + 1023) >> 10) KiB" : "\((bytes + (1 << 19)) >> 20) MiB"
    }
}
