import CZygoteProtocol
import SandboxPolicy
import SeccompFilters

/// The settings message: `struct zygote_settings` byte for byte.
struct ZygoteSettings {
    var leftOut: Set<SandboxLayer>
    /// uid and gid to become, 0 to keep.
    var kernelID: UInt32
    var limits: Limits
    /// Script processes and threads that the zygote's user may have at once; 0 to leave that alone.
    var userProcesses: UInt32
    var binds: [String]
    /// What each bind is for beside being read; those that are missing at the end: nothing.
    var bindUses: [BindUse] = []
    var packages: PackageSight
    /// Packages of the distribution for the engine to load before the lock.
    var modules: [String]
    /// Where scripts find the egress broker; 0 without a network.
    var brokerPort: UInt16 = 0
    var filter: SeccompFilter

    /// Nil when a path or the filter does not fit.
    var bytes: [UInt8]? {
        let bindLength = ZYGOTE_BIND_LENGTH
        let filterLength = ZYGOTE_FILTER_LENGTH
        let bindCount = ZYGOTE_BIND_COUNT
        let modulesLength = ZYGOTE_MODULES_LENGTH
        let modules = Array(modules.joined(separator: " ").utf8)
        guard modules.count < modulesLength, binds.count <= bindCount,
            filter.program.count <= filterLength,
            binds.allSatisfy({ $0.utf8.count < bindLength })
        else { return nil }
        var writer = FrameWriter(
            capacity: 56 + bindCount + bindCount * bindLength + modulesLength + filterLength)
        writer.add(ZYGOTE_SETTINGS_MAGIC)
        writer.add(Self.bits(of: leftOut))
        writer.add(kernelID)
        writer.add(limits.cpuSeconds)
        writer.add(UInt64(limits.memory.bytes))
        writer.add(UInt32(clamping: limits.processes))
        writer.add(UInt32(64))
        writer.add(UInt32(binds.count))
        writer.add(UInt32(filter.program.count))
        writer.add(packages.number)
        writer.add(userProcesses)
        writer.add(UInt32(brokerPort))
        writer.add(UInt32(0))
        for index in 0..<bindCount {
            writer.add(index < bindUses.count ? bindUses[index].number : 0)
        }
        for index in 0..<bindCount {
            let path = index < binds.count ? Array(binds[index].utf8) : []
            writer.add(path, paddedTo: bindLength)
        }
        writer.add(modules, paddedTo: modulesLength)
        writer.add(filter.program, paddedTo: filterLength)
        return writer.bytes
    }

    static func bits(of layers: Set<SandboxLayer>) -> UInt32 {
        layers.reduce(0) { $0 | bit(of: $1) }
    }

    static func layers(of bits: UInt32) -> Set<SandboxLayer> {
        Set(SandboxLayer.allCases.filter { bits & bit(of: $0) != 0 })
    }

    private static func bit(of layer: SandboxLayer) -> UInt32 {
        switch layer {
        case .namespaces: ZYGOTE_NAMESPACES.rawValue
        case .landlock: ZYGOTE_LANDLOCK.rawValue
        case .seccomp: ZYGOTE_SECCOMP.rawValue
        case .limits: ZYGOTE_LIMITS.rawValue
        }
    }
}

/// What a bind is for, beside being read.
enum BindUse: Sendable, Hashable {
    case reading
    /// A shared library, whose code the loader maps.
    case code
    /// A program, or the loader that starts it.
    case program

    fileprivate var number: UInt8 {
        switch self {
        case .reading: 0
        case .code: UInt8(ZYGOTE_BIND_CODE.rawValue)
        case .program: UInt8(ZYGOTE_BIND_CODE.rawValue | ZYGOTE_BIND_PROGRAM.rawValue)
        }
    }
}

/// Whether scripts of a zygote see installed packages.
enum PackageSight: Sendable, Hashable {
    case none
    case pythonOnly
    /// Their shared libraries can be mapped too.
    case compiled

    fileprivate var number: UInt32 {
        switch self {
        case .none: ZYGOTE_NO_PACKAGES.rawValue
        case .pythonOnly: ZYGOTE_PACKAGES.rawValue
        case .compiled: ZYGOTE_COMPILED_PACKAGES.rawValue
        }
    }
}

extension Limits {
    /// RLIMIT_CPU takes whole seconds: the first one that the supervisor's own check cannot miss.
    fileprivate var cpuSeconds: UInt32 {
        let (seconds, rest) = cpuTime.components
        return UInt32(clamping: max(0, seconds) + (rest > 0 ? 2 : 1))
    }
}

/// The report message: `struct zygote_report`.
struct ZygoteReport: Sendable, Hashable {
    let stage: UInt32
    let error: Int32
    let enforced: Set<SandboxLayer>
    let landlockVersion: Int

    var isLocked: Bool { stage == ZYGOTE_LOCKED.rawValue }

    init?(_ bytes: [UInt8]) {
        var reader = FrameReader(bytes)
        guard bytes.count == 32, reader.number(UInt32.self) == ZYGOTE_REPORT_MAGIC,
            let stage = reader.number(UInt32.self), let error = reader.number(UInt32.self),
            let enforced = reader.number(UInt32.self), let version = reader.number(UInt32.self)
        else { return nil }
        self.stage = stage
        self.error = Int32(bitPattern: error)
        self.enforced = ZygoteSettings.layers(of: enforced)
        landlockVersion = Int(version)
    }
}

/// Little-endian numbers and bytes, one after the other.
struct FrameWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func add(_ number: some FixedWidthInteger) {
        var rest = number.littleEndian
        for _ in 0..<(type(of: number).bitWidth / 8) {
            bytes.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    mutating func add(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    mutating func add(_ text: [UInt8], paddedTo length: Int) {
        bytes.append(contentsOf: text)
        bytes.append(contentsOf: repeatElement(0, count: length - text.count))
    }
}

struct FrameReader {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil at the end of the bytes.
    mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        let length = Number.bitWidth / 8
        guard bytes.count - place >= length else { return nil }
        var value: Number = 0
        for index in (0..<length).reversed() {
            value = value << 8 | Number(truncatingIfNeeded: bytes[place + index])
        }
        place += length
        return value
    }
}
