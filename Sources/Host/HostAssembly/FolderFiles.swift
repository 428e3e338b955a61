internal import FlowModel
internal import LinuxSystem

/// A flow's folder on disk, read without following links.
struct FolderFiles: FlowFiles {
    private static let sizeLimit = 16 << 20
    private let reader: FolderReader

    init(_ folder: String) { reader = FolderReader(folder) }

    var folder: String { reader.folder }

    func paths() throws(FlowFileError) -> [String] {
        do {
            return try reader.paths()
        } catch {
            throw Self.meaning(of: error)
        }
    }

    func read(_ path: String) throws(FlowFileError) -> [UInt8] {
        do {
            return try reader.read(path, limit: Self.sizeLimit)
        } catch {
            throw Self.meaning(of: error)
        }
    }

    private static func meaning(of error: FolderReadError) -> FlowFileError {
        switch error {
        case .missing: .missing
        case .symbolicLink: .symbolicLink
        case .notARegularFile: .notARegularFile
        case .tooLarge(let limit): .tooLarge(limit: limit)
        case .invalidPath, .tooManyFiles, .system: .unreadable(error.description)
        }
    }
}
