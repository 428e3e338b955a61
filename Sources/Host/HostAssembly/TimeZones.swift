internal import LinuxSystem

/// The time zones that this machine knows (package `tzdata`).
enum TimeZones {
    /// Whether `name`, such as `Asia/Seoul`, is one.
    static func exists(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2F, 0x5F: true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix("/") else { return false }
        let path = "/usr/share/zoneinfo/\(name)"
        return ProcessSurroundings.exists(path) && !ProcessSurroundings.isFolder(path)
    }
}
