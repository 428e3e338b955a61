// swift-tools-version: 6.2
import PackageDescription

// The folder of a target is its layer, and the layer is the trust statement (ARCHITECTURE.md).
// `scripts/check-layers` refuses an edge that the layers do not allow.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let strictC: [CSetting] = [
    .define("_GNU_SOURCE"),
    .unsafeFlags(["-Wall", "-Wextra", "-Werror", "-Wconversion", "-fvisibility=hidden"]),
]

// SwiftPM links C executables with swiftc. These flags keep the Swift runtime out of the zygotes,
// which must stay small: every page they map is a page each script process inherits.
let zygoteLink: [LinkerSetting] =
    Context.environment["SLUICE_SANITIZE"] == nil
    ? [
        .unsafeFlags([
            "-static-stdlib", "-nostartfiles", "-Xlinker", "--gc-sections", "-Xlinker",
            "--as-needed",
        ])
    ] : []

/// A build for `scripts/sanitize`: what has threads or holds memory by hand, and its tests.
let isSanitizing = Context.environment["SLUICE_SANITIZE"] != nil

/// Programs of C cannot be linked with the fuzzer's engine, which brings a `main`; fuzzers start none.
let isFuzzing = Context.environment["SLUICE_FUZZ"] != nil

func layer(
    _ folder: String, _ name: String, _ dependencies: [Target.Dependency] = [],
    exclude: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(folder)/\(name)",
        exclude: exclude, swiftSettings: strict)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil,
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], path: "Tests/\(name)",
        exclude: exclude, resources: resources, swiftSettings: strict)
}

func library(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/Platform/\(name)", pkgConfig: pkgConfig,
        providers: [.apt([apt])])
}

let platform: [Target] = [
    .target(
        name: "CLinux", path: "Sources/Platform/CLinux", cSettings: strictC),
    .executableTarget(
        name: "fork-floor", dependencies: ["CLinux"], path: "Sources/Platform/ForkFloor",
        cSettings: strictC, linkerSettings: zygoteLink),
    library("CSeccomp", pkgConfig: "libseccomp", apt: "libseccomp-dev"),
    library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
    library("CMicroHTTPD", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
    .target(
        name: "CCurlShims", dependencies: ["CCurl"], path: "Sources/Platform/CCurlShims",
        cSettings: strictC),
    .target(
        name: "CMicroHTTPDShims", dependencies: ["CMicroHTTPD"],
        path: "Sources/Platform/CMicroHTTPDShims", cSettings: strictC),
    layer("Platform", "LinuxSystem", ["CLinux"]),
    layer("Platform", "SeccompFilters", ["CSeccomp", "CLinux"]),
    layer("Platform", "YAMLDocuments", ["CYAML"]),
    layer("Platform", "SQLiteStore", ["CSQLite"]),
    layer("Platform", "HTTPTransport", ["CCurl", "CCurlShims", "CLinux"]),
    layer("Platform", "HTTPListener", ["CMicroHTTPDShims", "LinuxSystem"]),
    layer("Platform", "Cryptography", ["CCrypto"]),
]

let shared: [Target] = [
    .target(
        name: "CZygoteProtocol", path: "Sources/Shared/CZygoteProtocol", cSettings: strictC),
    layer("Shared", "JSONValue"),
    layer("Shared", "JSONSchema", ["JSONValue"]),
    layer("Shared", "SandboxPolicy", ["YAMLDocuments"]),
    layer("Shared", "FlowModel", ["JSONValue", "JSONSchema", "YAMLDocuments", "SandboxPolicy"]),
]

let inside: [Target] = [
    .target(
        name: "Runners", path: "Sources/Inside/Runners",
        exclude: ["README.md", "python", "javascript"],
        cSettings: strictC),
    .target(
        name: "ZygoteCore", dependencies: ["CZygoteProtocol", "CLinux"],
        path: "Sources/Inside/ZygoteCore", cSettings: strictC),
    .systemLibrary(
        name: "CPython", path: "Sources/Inside/CPython", pkgConfig: "python3-embed",
        providers: [.apt(["libpython3-dev"])]),
    .systemLibrary(
        name: "CJavaScriptCore", path: "Sources/Inside/CJavaScriptCore",
        pkgConfig: "javascriptcoregtk-4.1", providers: [.apt(["libjavascriptcoregtk-4.1-dev"])]),
    .executableTarget(
        name: "zygote-python", dependencies: ["ZygoteCore", "Runners", "CPython"],
        path: "Sources/Inside/zygote-python", cSettings: strictC, linkerSettings: zygoteLink),
    .executableTarget(
        name: "zygote-javascript", dependencies: ["ZygoteCore", "Runners", "CJavaScriptCore"],
        path: "Sources/Inside/zygote-javascript", cSettings: strictC, linkerSettings: zygoteLink),
    .executableTarget(
        name: "zygote-node", dependencies: ["ZygoteCore", "Runners"],
        path: "Sources/Inside/zygote-node", cSettings: strictC, linkerSettings: zygoteLink),
    .executableTarget(
        name: "sandbox-probe", dependencies: ["CLinux"], path: "Sources/Inside/sandbox-probe",
        cSettings: strictC, linkerSettings: zygoteLink),
]

let zygotes: [Target.Dependency] = ["zygote-python", "zygote-javascript", "zygote-node"]

let boundary: [Target] = [
    layer(
        "Boundary", "EgressBroker", ["LinuxSystem", "HTTPTransport", "Cryptography"],
        exclude: ["README.md"]),
    layer(
        "Boundary", "SandboxSupervisor",
        [
            "LinuxSystem", "SeccompFilters", "JSONValue", "SandboxPolicy", "FlowModel",
            "EgressBroker", "HTTPTransport", "CZygoteProtocol",
        ] + (isFuzzing || isSanitizing ? [] : zygotes + ["sandbox-probe"]),
        exclude: ["README.md"]),
]

let host: [Target] = [
    layer(
        "Host", "Journal",
        ["SQLiteStore", "JSONValue", "FlowModel", "SandboxPolicy", "LinuxSystem", "Cryptography"]),
    layer(
        "Host", "FlowEngine",
        ["Journal", "FlowModel", "JSONValue", "JSONSchema", "SandboxPolicy", "LinuxSystem"]),
    layer(
        "Host", "Scheduling", ["Journal", "FlowEngine", "FlowModel", "JSONValue"]),
    layer(
        "Host", "Webhooks",
        ["Journal", "FlowModel", "JSONValue", "Cryptography", "HTTPTransport"]),
    layer(
        "Host", "Connectors",
        [
            "HTTPTransport", "Cryptography", "FlowModel", "JSONValue", "JSONSchema", "LinuxSystem",
            "YAMLDocuments",
        ]),
    layer(
        "Host", "Packages",
        [
            "LinuxSystem", "Cryptography", "JSONValue", "FlowModel", "SandboxPolicy",
        ]),
    layer(
        "Host", "HostAPI",
        [
            "HTTPListener", "Journal", "FlowEngine", "FlowModel", "JSONValue", "LinuxSystem",
            "Cryptography", "SandboxPolicy",
        ], exclude: ["openapi.yaml"]),
    layer(
        "Host", "Telemetry",
        [
            "HostAPI", "Connectors", "FlowEngine", "Scheduling", "Journal", "FlowModel",
            "JSONValue", "SandboxPolicy", "LinuxSystem", "HTTPTransport", "Cryptography",
        ]),
    layer(
        "Host", "DifyAPI",
        [
            "HostAPI", "HTTPListener", "Journal", "FlowEngine", "FlowModel", "JSONValue",
            "LinuxSystem", "Cryptography", "SandboxPolicy",
        ]),
    layer(
        "Host", "HostAssembly",
        [
            "DifyAPI", "Telemetry",
            "Packages", "Scheduling", "Webhooks", "HostAPI", "HTTPListener",
            "Journal", "FlowEngine", "Connectors", "SandboxSupervisor", "SandboxPolicy",
            "FlowModel", "JSONValue", "JSONSchema", "LinuxSystem", "Cryptography", "YAMLDocuments",
            "HTTPTransport", "SeccompFilters",
        ]),
]

let tools: [Target] = [
    .executableTarget(
        name: "sluice",
        dependencies: [
            "HostAssembly", "Packages", "SandboxSupervisor", "SandboxPolicy", "FlowModel",
            "FlowEngine", "HostAPI", "HTTPListener",
            "Journal", "Connectors", "JSONValue", "LinuxSystem",
        ],
        path: "Sources/Tools/sluice", swiftSettings: strict),
    .executableTarget(
        name: "bench",
        dependencies: [
            "HostAssembly", "SandboxSupervisor", "SandboxPolicy", "FlowModel", "FlowEngine",
            "Journal", "JSONValue", "LinuxSystem", "fork-floor", "Webhooks", "Scheduling",
            "Telemetry", "SeccompFilters",
            "Cryptography", "HTTPTransport",
        ],
        path: "Sources/Tools/bench", swiftSettings: strict),
    .executableTarget(
        name: "chaos-host",
        dependencies: [
            "HostAssembly", "Scheduling", "Webhooks", "Journal", "JSONValue", "HTTPTransport",
            "LinuxSystem",
        ],
        path: "Sources/Tools/chaos-host", swiftSettings: strict),
    .target(
        name: "FuzzChecks",
        dependencies: [
            "SandboxSupervisor", "SandboxPolicy", "SeccompFilters", "FlowModel", "JSONValue",
            "LinuxSystem", "YAMLDocuments", "EgressBroker",
        ],
        path: "Sources/Tools/fuzz-checks", swiftSettings: strict),
]

/// Fuzzers, each `Sources/Tools/fuzz-NAME`: they link only with the fuzzer's engine, so they exist
/// only for `scripts/fuzz`.
func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: "fuzz-\(name)", dependencies: dependencies + ["FuzzEntry"],
        path: "Sources/Tools/fuzz-\(name)",
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
}

let fuzzers: [Target] =
    !isFuzzing
    ? []
    : [
        layer("Platform", "FuzzEntry"),
        fuzzer("json", ["JSONValue", "JSONSchema"]),
        fuzzer("flow", ["FlowModel", "JSONValue", "SandboxPolicy", "YAMLDocuments"]),
        fuzzer("frame", ["FuzzChecks"]),
        fuzzer("calls", ["FuzzChecks"]),
        fuzzer("profile", ["FuzzChecks"]),
        fuzzer("broker", ["FuzzChecks"]),
        .executableTarget(
            name: "fuzz-zygote", dependencies: ["CZygoteProtocol"],
            path: "Sources/Inside/fuzz-zygote",
            cSettings: strictC + [.headerSearchPath("../ZygoteCore/include")]),
    ]

let testTargets: [Target] = [
    .target(
        name: "TestSupport", dependencies: ["LinuxSystem", "JSONValue"], path: "Tests/TestSupport",
        exclude: ["Servers"],
        swiftSettings: strict),
    tests("LinuxSystemTests", ["LinuxSystem"]),
    tests("JSONValueTests", ["JSONValue"]),
    tests("JSONSchemaTests", ["JSONSchema", "JSONValue"]),
    tests("YAMLDocumentsTests", ["YAMLDocuments"]),
    tests(
        "FlowModelTests", ["FlowModel", "JSONValue", "SandboxPolicy", "YAMLDocuments"],
        exclude: ["Golden"]),
    tests("SandboxPolicyTests", ["SandboxPolicy", "YAMLDocuments"]),
    tests("SeccompFiltersTests", ["SeccompFilters"]),
    tests(
        "SandboxSupervisorTests",
        [
            "SandboxSupervisor", "SandboxPolicy", "SeccompFilters", "FlowModel", "JSONValue",
            "LinuxSystem", "FuzzChecks", "EgressBroker", "HTTPTransport",
        ], exclude: ["Shim"]),
    tests("EgressBrokerTests", ["EgressBroker", "HTTPTransport", "FuzzChecks"]),
    tests(
        "EscapeTests",
        ["SandboxSupervisor", "SandboxPolicy", "SeccompFilters", "FlowModel", "JSONValue"],
        exclude: ["Programs", "Golden"]),
    tests("SQLiteStoreTests", ["SQLiteStore"]),
    tests(
        "JournalTests", ["Journal", "SQLiteStore", "FlowModel", "SandboxPolicy", "JSONValue"],
        exclude: ["Files"]),
    tests(
        "FlowEngineTests",
        ["FlowEngine", "Journal", "FlowModel", "SandboxPolicy", "JSONValue"]),
    tests("CryptographyTests", ["Cryptography"]),
    tests("PackagesTests", ["Packages"]),
    tests(
        "WebhooksTests",
        ["Webhooks", "Journal", "FlowModel", "JSONValue", "Cryptography", "HTTPTransport"]),
    tests(
        "SchedulingTests",
        [
            "Scheduling", "FlowEngine", "Journal", "FlowModel", "SandboxPolicy", "JSONValue",
            "SQLiteStore",
        ]),
    tests("ChaosTests", ["sluice", "chaos-host", "Journal", "JSONValue"]),
    tests("HTTPTransportTests", ["HTTPTransport", "LinuxSystem"]),
    tests("HTTPListenerTests", ["HTTPListener", "LinuxSystem"]),
    tests(
        "HostAPITests",
        ["HostAPI", "HTTPListener", "Journal", "JSONValue", "YAMLDocuments", "sluice"]),
    tests(
        "TelemetryTests",
        [
            "Telemetry", "HostAPI", "Connectors", "FlowEngine", "Scheduling", "Journal",
            "FlowModel", "JSONValue", "SandboxPolicy", "LinuxSystem", "HTTPTransport",
        ]),
    tests(
        "DifyAPITests",
        [
            "DifyAPI", "HostAPI", "HTTPListener", "Journal", "FlowModel", "JSONValue",
            "SandboxPolicy", "YAMLDocuments",
        ]),
    tests(
        "ConnectorsTests",
        [
            "Connectors", "HTTPTransport", "FlowModel", "JSONValue", "JSONSchema", "Cryptography",
            "LinuxSystem", "YAMLDocuments",
        ]),
]

/// Those that `scripts/sanitize` runs; the zygotes come from the ordinary build.
let sanitizedTests: Set<String> = [
    "TestSupport", "SandboxSupervisorTests", "EgressBrokerTests", "LinuxSystemTests",
    "SQLiteStoreTests", "JournalTests",
    "FlowEngineTests", "HTTPTransportTests", "ConnectorsTests",
]

let package = Package(
    name: "sluice",
    products: isSanitizing ? [] : [.executable(name: "sluice", targets: ["sluice"])],
    targets: isSanitizing
        ? platform + shared + boundary + host + tools.filter { $0.name == "FuzzChecks" }
            + testTargets.filter { sanitizedTests.contains($0.name) }
        : platform + shared + inside + boundary + host + tools + fuzzers + testTargets
)

// The thread sanitizer does not see the locks of Synchronization: it would report every value behind one.
if Context.environment["SLUICE_SANITIZE"] == "thread" {
    for target in package.targets where target.swiftSettings != nil {
        target.dependencies.append("SanitizedLocks")
        target.swiftSettings?.append(
            .unsafeFlags(["-module-alias", "Synchronization=SanitizedLocks"]))
    }
    package.targets.append(layer("Platform", "SanitizedLocks"))
}
