import JSONValue
import LinuxSystem

/// Files named on the command line; what cannot be read ends the command with status 2.
enum LocalFiles {
    static func read(_ path: String) throws -> [UInt8] {
        do {
            return try UserFiles.read(path, limit: JSONLimits().size)
        } catch {
            throw CommandFailure.file(error.description)
        }
    }

    static func list(_ folder: String) throws -> [String] {
        do {
            return try UserFiles.list(folder)
        } catch {
            throw CommandFailure.file(error.description)
        }
    }
}
