internal import Cryptography
internal import JSONValue

/// A bundle with the digests of its files, made once for the many runs that share it.
package struct DigestedBundle: Sendable, Hashable {
    typealias Content = (digest: [UInt8], bytes: [UInt8])

    package let pinned: PinnedBundle
    /// Of the manifest, which names every file by its digest.
    package let digest: [UInt8]
    let manifest: [UInt8]
    private let fileDigests: [[UInt8]]

    package init(_ bundle: PinnedBundle) {
        pinned = bundle
        var digests: [[UInt8]] = []
        var flows: [JSON] = []
        for flow in bundle.flows {
            var named = JSONObject()
            for file in flow.files {
                let digest = Digest.sha256(file.bytes)
                digests.append(digest)
                named[file.path] = .string(Hexadecimal.encode(digest))
            }
            flows.append([
                "name": .string(flow.name), "folder": .string(flow.folder),
                "files": .object(named),
            ])
        }
        let json: JSON = [
            "entry": .string(bundle.entry), "flows": .array(flows), "settings": bundle.settings,
        ]
        manifest = json.bytes
        digest = Digest.sha256(manifest)
        fileDigests = digests
    }

    /// The manifest first.
    var contents: [Content] {
        let files = pinned.flows.flatMap(\.files)
        return [(digest, manifest)] + zip(fileDigests, files).map { ($0, $1.bytes) }
    }

    var size: Int { pinned.flows.flatMap(\.files).reduce(0) { $0 + $1.bytes.count } }
}
