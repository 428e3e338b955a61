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
    package var askedAt: Moment
    package var expiresAt: Moment?
    package var decision: ApprovalDecision?

    package init(
        ask: String, choices: JSON, who: [String], approves: [String] = [],
        risk: OperationRisk = .low, covered: JSON, askedAt: Moment, expiresAt: Moment?,
        decision: ApprovalDecision? = nil
    ) {
        self.ask = ask
        self.choices = choices
        self.who = who
        self.approves = approves
        self.risk = risk
        self.covered = covered
        self.askedAt = askedAt
        self.expiresAt = expiresAt
        self.decision = decision
    }
}

package struct ApprovalDecision: Sendable, Hashable {
    package var choice: String
    /// Such as `slack:T1/U7` or `key:release`.
    package var by: String
    package var at: Moment
    package var comment: String?

    package init(choice: String, by: String, at: Moment, comment: String? = nil) {
        self.choice = choice
        self.by = by
        self.at = at
        self.comment = comment
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
