import SandboxPolicy
import YAMLDocuments

/// What clients of the workflow API may ask for (`workflow-api` in `sluice.yaml`).
package struct WorkflowAPIRule: Sendable, Hashable {
    /// How long a blocking request waits for the end of its run.
    package var blockingLimit: Duration
    /// Bytes of one uploaded file.
    package var fileLimit: Int
    /// Bytes of all files of one flow together.
    package var filesLimit: Int
    package var filesKeptFor: Duration

    package init(
        blockingLimit: Duration = .seconds(600), fileLimit: Int = 15 << 20,
        filesLimit: Int = 2 << 30, filesKeptFor: Duration = .seconds(30 * 86_400)
    ) {
        self.blockingLimit = blockingLimit
        self.fileLimit = fileLimit
        self.filesLimit = filesLimit
        self.filesKeptFor = filesKeptFor
    }
}

extension HostConfigurationReader {
    func readWorkflowAPI(_ fields: Fields) -> WorkflowAPIRule {
        var rule = WorkflowAPIRule()
        let known = ["blocking", "file-size", "files", "keep-files"]
        guard let node = fields["workflow-api"],
            let api = Fields(node, of: "'workflow-api'", known: known, faults: faults)
        else { return rule }
        rule.blockingLimit =
            api.duration("blocking", in: .seconds(1) ... .seconds(86_400)) ?? rule.blockingLimit
        rule.fileLimit = size(api, "file-size", atMost: 256 << 20) ?? rule.fileLimit
        rule.filesLimit = size(api, "files", atMost: 1 << 40) ?? rule.filesLimit
        rule.filesKeptFor =
            api.duration("keep-files", in: .seconds(3600) ... .seconds(36_500 * 86_400))
            ?? rule.filesKeptFor
        return rule
    }

    private func size(_ fields: Fields, _ key: String, atMost most: Int) -> Int? {
        guard let text = fields.literal(key), let node = fields[key] else { return nil }
        do {
            let count = try ByteCount(quantity: text).bytes
            if (1...most).contains(count) { return count }
            faults.add(node, "'\(key)' in \(fields.owner) must be 1 B to \(most >> 20) MiB")
        } catch {
            faults.add(node, "'\(key)' in \(fields.owner): \(error.message)")
        }
        return nil
    }
}
