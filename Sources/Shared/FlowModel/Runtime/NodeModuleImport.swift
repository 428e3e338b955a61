/// The first thing in a script that only Node.js has.
package struct NodeModuleImport: Sendable, Hashable, CustomStringConvertible {
    /// A module of Node.js, such as `fs`.
    package let module: String
    /// The file that imports it, and the line.
    package let file: String
    package let line: Int

    package var description: String { "\(file) imports '\(module)' (line \(line))" }

    /// Modules that Node.js has and the embedded engine has not.
    ///
    /// Source: `require("module").builtinModules` of Node 18 to 22; what the embedded runner has stands
    /// in its message about a module that is missing, and a test compares.
    package static let modules: Set<String> = [
        "async_hooks", "child_process", "cluster", "constants", "dgram", "diagnostics_channel",
        "dns", "dns/promises", "domain", "fs", "fs/promises", "http", "http2", "https",
        "inspector", "inspector/promises", "module", "net", "path/win32", "punycode", "readline",
        "readline/promises", "repl", "sea", "sqlite", "stream", "stream/consumers",
        "stream/promises", "stream/web", "sys", "test", "tls", "trace_events", "tty", "v8", "vm",
        "wasi", "worker_threads", "zlib",
    ]

    /// Most files that are followed from one script.
    private static let mostFiles = 64

    /// Looks at the script and at the files beside it that it imports.
    ///
    /// A hint, never a decision about safety: what it misses ends with an error that names the remedy.
    ///
    /// - Parameter read: a file of the flow's folder by its path; nil when there is none.
    package static func first(
        in source: [UInt8], of file: String, read: (String) -> [UInt8]?
    ) -> NodeModuleImport? {
        var waiting: [(path: String, source: [UInt8])] = [(file, source)]
        var seen: Set<String> = [file]
        while !waiting.isEmpty {
            let next = waiting.removeFirst()
            for found in JavaScriptImports.of(next.source) {
                let name =
                    found.name.hasPrefix("node:") ? String(found.name.dropFirst(5)) : found.name
                if modules.contains(name) {
                    return NodeModuleImport(module: name, file: next.path, line: found.line)
                }
                guard seen.count < mostFiles,
                    let sibling = sibling(found.name, of: next.path, seen: &seen, read: read)
                else { continue }
                waiting.append(sibling)
            }
        }
        return nil
    }

    /// The file that a relative import names, as the runner finds it; nil when it was looked at before.
    private static func sibling(
        _ name: String, of path: String, seen: inout Set<String>, read: (String) -> [UInt8]?
    ) -> (path: String, source: [UInt8])? {
        guard name.hasPrefix("./") || name.hasPrefix("../") else { return nil }
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in name.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(String(part))
            } else if parts.popLast() == nil {
                return nil
            }
        }
        let base = parts.joined(separator: "/")
        for end in ["", ".js", ".mjs", ".cjs", "/index.js"] where base + end != "" {
            guard !seen.contains(base + end) else { return nil }
            guard let source = read(base + end) else { continue }
            seen.insert(base + end)
            return (base + end, source)
        }
        return nil
    }
}
