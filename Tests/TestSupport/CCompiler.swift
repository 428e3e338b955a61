import Foundation

/// Programs and libraries in C that a test makes for itself.
package enum CCompiler {
    package struct CannotCompile: Error {
        let target: String
    }

    /// - Parameter source: the path of a file in C.
    package static func compile(
        _ source: String, to target: String, options: [String] = []
    ) throws {
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["clang", "-std=gnu17", "-O1"] + options + ["-o", target, source]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw CannotCompile(target: target) }
    }

    package static func compile(text: String, to target: String) throws {
        let source = "\(target).c"
        try text.write(toFile: source, atomically: false, encoding: .utf8)
        try compile(source, to: target)
    }
}
