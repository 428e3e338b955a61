import CZygoteProtocol
import LinuxSystem
import SandboxPolicy

/// Node.js on this host: its program and every file that it reads to start.
struct NodeProgram {
    /// The program first, then its loader and shared libraries, then what a distribution keeps apart.
    let binds: [(path: String, use: BindUse)]

    /// Where distributions and Node's own packages install it.
    static let places = ["/usr/bin/node", "/usr/local/bin/node", "/usr/bin/nodejs"]

    /// Throws when there is no program, or it needs a library that stands in no folder of the system.
    ///
    /// - Parameter path: where it is; nil: in one of the usual places.
    init(at path: String?, for profile: ProfileName) throws(SandboxSetupError) {
        func failure(_ cause: String) -> SandboxSetupError { Self.failure(cause, for: profile) }
        let known = path.map { [$0] } ?? Self.places
        guard let program = known.first(where: ProcessSurroundings.isOrdinaryFile) else {
            throw failure("there is no program \(known.map { "'\($0)'" }.joined(separator: ", "))")
        }
        var binds = [(path: program, use: BindUse.program)]
        var waiting = [program]
        var seen: Set<String> = [program]
        while let next = waiting.popLast() {
            let file: ProgramFile
            do {
                file = try ProgramFile(next)
            } catch {
                throw failure("'\(next)' cannot be read as a program: \(error)")
            }
            if let loader = file.loader, seen.insert(loader).inserted {
                binds.append((loader, .program))
                seen.insert(Self.name(of: loader))
            }
            for library in file.libraries where seen.insert(library).inserted {
                guard let found = Self.find(library, named: file, at: next) else {
                    throw failure("its library '\(library)' stands in no folder of the system")
                }
                binds.append((found, .code))
                waiting.append(found)
            }
        }
        self.binds = binds + Self.partsOfDebian(binds.map(\.path))
    }

    private static let act = "find Node.js"

    static func failure(_ cause: String, for profile: ProfileName) -> SandboxSetupError {
        SandboxSetupError(
            act: act, profile: profile, cause: cause,
            hint: "install it with 'apt-get install nodejs', or let the script do without: "
                + "'runtime: embedded'")
    }

    /// Whether this host has no Node.js that works, which is no failure of a layer.
    static func isMissing(_ error: SandboxSetupError) -> Bool { error.act == act }

    /// - Parameter version: nil when it is too old to say it.
    static func tooOld(_ path: String, version: Int?) -> String {
        let found = version.map { "Node.js \($0)" } ?? "a Node.js that lacks options"
        return "'\(path)' is \(found), and Sluice needs \(ZYGOTE_OLDEST_NODE) or later"
    }

    /// The folders that a loader without a cache looks into, as in a box that has none.
    private static let folders: [String] = {
        #if arch(arm64)
            let machine = "aarch64-linux-gnu"
        #else
            let machine = "x86_64-linux-gnu"
        #endif
        return ["/lib/\(machine)", "/usr/lib/\(machine)", "/lib", "/usr/lib"]
    }()

    private static func find(_ library: String, named file: ProgramFile, at path: String) -> String?
    {
        let origin = path.split(separator: "/").dropLast().joined(separator: "/")
        let named = file.folders.map { folder in
            folder.split(separator: "/", omittingEmptySubsequences: false)
                .map { $0 == "$ORIGIN" || $0 == "${ORIGIN}" ? "/\(origin)" : String($0) }
                .joined(separator: "/")
        }
        return (named + folders).map { "\($0)/\(library)" }
            .first(where: ProcessSurroundings.isOrdinaryFile)
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Debian's Node keeps parts of itself, written in JavaScript, outside of its library.
    private static func partsOfDebian(_ files: [String]) -> [(path: String, use: BindUse)] {
        guard files.contains(where: { name(of: $0).hasPrefix("libnode.so") }) else { return [] }
        return ["acorn", "acorn-walk", "cjs-module-lexer", "undici"]
            .map { "/usr/share/nodejs/\($0)" }
            .filter(ProcessSurroundings.exists).map { ($0, .reading) }
    }
}
