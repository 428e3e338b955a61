extension YAMLNode {
    /// Reads one document: libyaml's events with YAML 1.2 core types.
    ///
    /// An empty file, or one with comments only, is a null scalar. Refused, each with its place:
    /// bytes that are no UTF-8, anchors, aliases, tags, merge keys, duplicate keys, keys that are
    /// collections, a second document, and whatever passes `limits`.
    package static func parse(
        _ bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> YAMLNode {
        let text = try ByteChecks.check(bytes, limits: limits)
        do {
            var builder = TreeBuilder(reader: try EventReader(text), depthLimit: limits.depth)
            return try builder.build()
        } catch {
            throw error.explained(by: SourceText(bytes))
        }
    }

    package static func parse(
        _ text: String, limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLError) -> YAMLNode {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// Turns events into the tree.
///
/// It keeps its own stack: no recursion that a document could deepen.
private struct TreeBuilder: ~Copyable {
    private struct Open {
        let location: SourceLocation
        let isMapping: Bool
        var elements: [YAMLNode] = []
        var members: [YAMLMember] = []
        var keys: [[UInt8]: SourceLocation] = [:]
        var key: (text: String, location: SourceLocation)?
    }

    private var reader: EventReader
    private let depthLimit: Int
    private var open: [Open] = []
    private var root: YAMLNode?
    private var documents = 0

    init(reader: consuming EventReader, depthLimit: Int) {
        self.reader = reader
        self.depthLimit = depthLimit
    }

    mutating func build() throws(YAMLError) -> YAMLNode {
        while true {
            let (event, location) = try reader.next()
            switch event {
            case .streamStart, .documentEnd: break
            case .documentStart(let version, let hasTagDirective):
                try startDocument(version, hasTagDirective, location)
            case .streamEnd:
                let nothing = Content.scalar(text: "", isQuoted: false)
                return root ?? YAMLNode(content: nothing, location: .init(line: 1, column: 1))
            case .alias(let name):
                throw YAMLError(
                    location: location,
                    message: "aliases are not supported; "
                        + "write the value of '*\(name)' out here")
            case .scalar(let text, let isQuoted, let decorations):
                try refuse(decorations, location)
                try addScalar(text, isQuoted, location)
            case .sequenceStart(let decorations):
                try start(Open(location: location, isMapping: false), decorations)
            case .mappingStart(let decorations):
                try start(Open(location: location, isMapping: true), decorations)
            case .collectionEnd: finishCollection()
            }
        }
    }

    private typealias Content = YAMLNode.Content

    private mutating func startDocument(
        _ version: (Int, Int)?, _ hasTagDirective: Bool, _ location: SourceLocation
    ) throws(YAMLError) {
        documents += 1
        guard documents == 1 else {
            throw YAMLError(
                location: location,
                message: "a second document begins here; one file holds one document")
        }
        if let version, version != (1, 2) {
            throw YAMLError(
                location: location,
                message: "the file asks for YAML \(version.0).\(version.1); "
                    + "it is read as YAML 1.2: remove the %YAML line")
        }
        guard !hasTagDirective else {
            throw YAMLError(location: location, message: "tags are not supported; remove %TAG")
        }
    }

    private func refuse(
        _ decorations: YAMLEvent.Decorations, _ location: SourceLocation
    ) throws(YAMLError) {
        if let anchor = decorations.anchor {
            throw YAMLError(
                location: location, message: "anchors are not supported; remove '&\(anchor)'")
        }
        if let tag = decorations.tag {
            throw YAMLError(
                location: location, message: "tags are not supported; remove the tag '\(tag)'")
        }
    }

    private mutating func start(
        _ collection: Open, _ decorations: YAMLEvent.Decorations
    ) throws(YAMLError) {
        try refuse(decorations, collection.location)
        if let parent = open.last, parent.isMapping, parent.key == nil {
            throw YAMLError(
                location: collection.location,
                message: "a key must be text; "
                    + "if this is an expression, write it as \"${{ … }}\" in quotes")
        }
        guard open.count < depthLimit else {
            throw YAMLError(
                location: collection.location,
                message: "nested deeper than \(depthLimit) levels")
        }
        open.append(collection)
    }

    private mutating func addScalar(
        _ text: String, _ isQuoted: Bool, _ location: SourceLocation
    ) throws(YAMLError) {
        guard let parent = open.last, parent.isMapping, parent.key == nil else {
            add(YAMLNode(content: .scalar(text: text, isQuoted: isQuoted), location: location))
            return
        }
        if !isQuoted, text == "<<" {
            throw YAMLError(
                location: location, message: "merge keys are not supported; write the keys out")
        }
        if !isQuoted, text.isEmpty {
            throw YAMLError(location: location, message: "a key is missing here")
        }
        if let first = parent.keys[Array(text.utf8)] {
            throw YAMLError(
                location: location,
                message: "the key '\(text)' stands here twice; the first is at "
                    + "\(first.line):\(first.column)")
        }
        open[open.count - 1].keys[Array(text.utf8)] = location
        open[open.count - 1].key = (text, location)
    }

    private mutating func finishCollection() {
        guard let done = open.popLast() else { return }
        let content: Content =
            done.isMapping ? .mapping(done.members) : .sequence(done.elements)
        add(YAMLNode(content: content, location: done.location))
    }

    private mutating func add(_ node: YAMLNode) {
        guard let parent = open.last else {
            root = node
            return
        }
        if let key = parent.key {
            open[open.count - 1].members.append(
                YAMLMember(key: key.text, keyLocation: key.location, value: node))
            open[open.count - 1].key = nil
        } else {
            open[open.count - 1].elements.append(node)
        }
    }
}
