internal import Cryptography
package import FlowModel
package import JSONValue

/// A question to people that a run waits for.
package struct ApprovalRecord: Sendable, Hashable {
    package var ask: String
    /// `{name: label}` in the order of the flow file.
    package var choices: JSON
    /// Who may answer; empty: whoever may decide at all.
    package var who: [String]
    /// The choices that let what is covered happen; none of the others does.
    package var approves: [String]
    /// The highest of what is covered, as the host computed it when the question was asked.
    package var risk: OperationRisk
    /// `{node: arguments}` as they stood when the question was asked.
    package var covered: JSON
    /// `{node: {operation, connection, risk}}` of what is covered; empty where an earlier version asked.
    package var operations: JSON
    package var askedAt: Moment
    package var expiresAt: Moment?
    package var decision: ApprovalDecision?

    package init(
        ask: String, choices: JSON, who: [String], approves: [String] = [],
        risk: OperationRisk = .low, covered: JSON, operations: JSON = .object(JSONObject()),
        askedAt: Moment, expiresAt: Moment?, decision: ApprovalDecision? = nil
    ) {
        self.ask = ask
        self.choices = choices
        self.who = who
        self.approves = approves
        self.risk = risk
        self.covered = covered
        self.operations = operations
        self.askedAt = askedAt
        self.expiresAt = expiresAt
        self.decision = decision
    }
}

extension ApprovalRecord {
    /// SHA-256, in hexadecimal, of everything that a person decides about: the place, the question, the
    /// choices and what each lets happen, and the operations with exactly their arguments.
    package func hash(of run: RunID, _ step: StepPath) -> String {
        let subject: JSON = [
            .string(run.text), .string(step.text), .string(ask), choices,
            .array(approves.map(JSON.string)), .string(risk.rawValue), covered, operations,
        ]
        return Hexadecimal.encode(Digest.sha256(subject.bytes))
    }
}

package struct ApprovalDecision: Sendable, Hashable {
    package var choice: String
    /// Such as `slack:T1/U7` or `key:release`.
    package var by: String
    package var at: Moment
    package var comment: String?
    /// The hash of what was shown to whoever decides; nil: they look at the journal itself.
    ///
    /// Compared when the decision is stored, and not kept: what was asked never changes.
    package var seen: String?

    package init(
        choice: String, by: String, at: Moment, comment: String? = nil, seen: String? = nil
    ) {
        self.choice = choice
        self.by = by
        self.at = at
        self.comment = comment
        self.seen = seen
    }

    /// Who decides with the command: whoever can write the journal may decide everything.
    ///
    /// SECURITY: people who are named elsewhere have a prefix (`slack:`, `key:`), so nobody is taken
    /// for this one.
    package static let commandLine = "command-line"

    /// What the approval node outputs: `{choice, by, at, comment}`.
    package var output: JSON {
        [
            "choice": .string(choice), "by": .string(by), "at": .string(at.description),
            "comment": comment.map(JSON.string) ?? .null,
        ]
    }
}
