import SandboxPolicy
import Testing

@testable import SandboxSupervisor

@Suite struct FileSetTests {
    private func profile(
        files: [String], language: ScriptLanguage = .python
    ) throws -> ResolvedProfile {
        let pure = try #require(
            try ProfileCompilerTests.catalogue().resolve(ProfileName("pure"), language))
        return ResolvedProfile(
            name: pure.name, language: language, summary: "", limits: pure.limits, files: files,
            network: "none", allowances: [], refusals: [], requires: pure.requires)
    }

    @Test func `a package shows its own folders and never the folder of all packages`() throws {
        let sets = try FileSets(of: profile(files: ["numpy", "pandas"])) { _ in true }

        #expect(sets.paths.contains("/usr/lib/python3/dist-packages/pandas"))
        #expect(sets.paths.allSatisfy { $0.split(separator: "/").count == 5 })
        #expect(sets.modules == ["numpy", "six", "dateutil", "pytz", "pandas"])
        #expect(sets.environment.contains("OPENBLAS_NUM_THREADS=1"))
        #expect(Set(sets.environment).count == sets.environment.count)
    }

    @Test func `a set that is not installed says how to install it`() throws {
        let wanted = try profile(files: ["runtime-library", "pandas"])

        let error = #expect(throws: SandboxSetupError.self) {
            try FileSets(of: wanted) { !$0.hasSuffix("/pytz") }
        }
        #expect(
            error?.description
                == "cannot find the modules for profile 'pure': "
                + "'/usr/lib/python3/dist-packages/pytz' of the set 'pandas' is not there; "
                + "no line of the script has run; install it with 'apt-get install python3-pandas'")
    }

    @Test func `every set has its paths`() throws {
        for set in FileSet.allCases {
            let sets = try FileSets(of: profile(files: [set.rawValue])) { _ in true }
            #expect(!sets.paths.isEmpty)
            #expect(
                sets.paths.allSatisfy { $0.hasPrefix("/usr/") || $0.hasPrefix("/etc/ssl/certs/") })
        }
    }

    @Test func `a script that needs no file is shown none`() throws {
        let profile = try profile(
            files: ["runtime-library", "zoneinfo"], language: .javascript)

        #expect(try FileSets(of: profile).paths == [])
    }

    @Test func `no set has another name`() throws {
        let wanted = try profile(files: ["everything"])

        #expect(throws: SandboxSetupError.self) { try FileSets(of: wanted) }
    }
}
