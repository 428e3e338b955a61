/// How a flow's folder is read.
///
/// Whoever implements it keeps every read inside the folder.
package protocol FlowFiles: Sendable {
    /// Absolute path of the folder.
    var folder: String { get }

    /// Relative paths, with `/`, of the regular files below the folder, in any order.
    ///
    /// Symbolic links and hidden files are neither followed nor listed.
    func paths() throws(FlowFileError) -> [String]

    /// The bytes of a regular file below the folder.
    ///
    /// SECURITY: no part of the path may be a symbolic link, so a flow never reads what stands
    /// outside its folder.
    func read(_ path: String) throws(FlowFileError) -> [UInt8]
}

/// Why a file of a flow's folder cannot be read.
package enum FlowFileError: Error, Sendable, Hashable {
    case missing
    case symbolicLink
    case notARegularFile
    case tooLarge(limit: Int)
    case unreadable(String)
}

extension FlowFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "there is no such file"
        case .symbolicLink: "it is, or stands behind, a symbolic link"
        case .notARegularFile: "it is no regular file"
        case .tooLarge(let limit): "it is larger than \(limit) bytes"
        case .unreadable(let cause): cause
        }
    }
}

/// A path as a flow file may write it: relative to the flow's folder and never out of it.
enum FlowPath {
    /// Why `path` is none, nil when it is one.
    static func fault(of path: String) -> String? {
        if path.isEmpty { return "the path is empty" }
        if path.hasPrefix("/") { return "the path is not relative to the flow's folder" }
        if path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F || $0 == "\\" }
        ) {
            return "the path has a control character or a backslash"
        }
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            if part == ".." { return "the path leaves the flow's folder" }
            if part.isEmpty || part == "." { return "the path has an empty part" }
        }
        return nil
    }
}
