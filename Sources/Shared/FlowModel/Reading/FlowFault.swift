package import YAMLDocuments

/// One thing that is wrong in a file, and what its author can do about it.
package struct FlowFault: Error, Sendable, Hashable {
    /// As messages name it.
    package let file: String
    package let location: SourceLocation
    /// What stands there: a key, a value, a part of an expression; empty where nothing does.
    package let offendingText: String
    package let message: String
    package let hint: String?
    /// Set for a literal credential: neither the message nor the shown line may repeat it.
    package let hidesSource: Bool

    package init(
        file: String, location: SourceLocation, offendingText: String, message: String,
        hint: String?, hidesSource: Bool = false
    ) {
        self.file = file
        self.location = location
        self.offendingText = offendingText
        self.message = message
        self.hint = hint
        self.hidesSource = hidesSource
    }
}

extension FlowFault {
    fileprivate var hidingSource: FlowFault {
        FlowFault(
            file: file, location: location, offendingText: offendingText, message: message,
            hint: hint, hidesSource: true)
    }
}

/// Everything that is wrong in a file, in the order of the file.
package struct FlowFaults: Error, Sendable, CustomStringConvertible {
    package let faults: [FlowFault]
    package let source: SourceText

    package init(faults: [FlowFault], source: SourceText) {
        self.faults = faults
        self.source = source
    }

    package var description: String { faults.rendered(with: source) }
}

/// Collects the faults of one file while it is read.
final class FaultCollector {
    /// So that a file of nothing but faults is answered as fast as any other.
    private static let limit = 200
    let file: String
    let source: SourceText
    private var collected: [FlowFault] = []

    init(file: String, source: SourceText) {
        self.file = file
        self.source = source
    }

    /// In the order of the file, each once.
    var faults: [FlowFault] {
        var seen: Set<FlowFault> = []
        // SECURITY: what stands beside a literal credential may not show it either.
        let hidden = Set(collected.filter(\.hidesSource).map(\.location.line))
        let collected = collected.map { fault in
            hidden.contains(fault.location.line) ? fault.hidingSource : fault
        }
        let sorted = collected.enumerated().sorted { left, right in
            let (first, second) = (left.element.location, right.element.location)
            return (first.line, first.column, left.offset)
                < (second.line, second.column, right.offset)
        }
        return sorted.map(\.element).filter { seen.insert($0).inserted }
    }

    /// How many there are so far; it tells whether what was just read had any.
    var count: Int { collected.count }

    /// Whether more faults would not be kept.
    var isFull: Bool { collected.count > Self.limit }

    func add(
        _ location: SourceLocation, _ offendingText: String = "", _ message: String,
        hint: @autoclosure () -> String? = nil, hidesSource: Bool = false
    ) {
        guard !isFull else { return }
        guard collected.count < Self.limit else {
            collected.append(
                FlowFault(
                    file: file, location: location, offendingText: "",
                    message: "there are more than \(Self.limit) faults; "
                        + "the rest is left out from here on", hint: nil))
            return
        }
        collected.append(
            FlowFault(
                file: file, location: withinFile(location),
                offendingText: hidesSource ? "" : offendingText,
                message: message, hint: hint(), hidesSource: hidesSource))
    }

    /// A value that is not there, after `---` say, has its place behind the last line.
    private func withinFile(_ location: SourceLocation) -> SourceLocation {
        let last = max(1, source.lineCount)
        guard location.line > last else { return location }
        let length = source.line(last)?.unicodeScalars.count ?? 0
        return SourceLocation(line: last, column: length + 1)
    }

    /// A fault of a value: shows the value when it is a scalar.
    func add(_ node: YAMLNode, _ message: String, hint: @autoclosure () -> String? = nil) {
        add(node.location, node.scalarText ?? "", message, hint: hint())
    }

    func add(_ error: ExpressionError) {
        add(error.location, error.source, error.message, hint: error.hint)
    }
}
