internal import LinuxSystem
internal import Scheduling

/// The time zones that this machine knows (package `tzdata`).
enum TimeZones {
    /// Whether `name`, such as `Asia/Seoul`, is one.
    static func exists(_ name: String) -> Bool { path(of: name) != nil }

    /// Nil when there is no such zone, or its file cannot be read.
    static func rules(of name: String) -> ZoneRules? {
        guard let path = path(of: name), let bytes = try? UserFiles.read(path, limit: 1 << 20)
        else { return name == "UTC" ? .utc : nil }
        return ZoneRules(file: bytes)
    }

    private static func path(of name: String) -> String? {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2F, 0x5F: true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix("/") else { return nil }
        let path = "/usr/share/zoneinfo/\(name)"
        return ProcessSurroundings.exists(path) && !ProcessSurroundings.isFolder(path) ? path : nil
    }
}
