internal import JSONValue
package import Journal

/// What became of a delivery that came again.
package struct RedeliveryReceipt: Sendable {
    package var delivery: DeliveryID
    package var result: DeliveryResult
    package var reason: String?
    package var run: RunID?

    package init(delivery: DeliveryID, result: DeliveryResult, reason: String?, run: RunID?) {
        self.delivery = delivery
        self.result = result
        self.reason = reason
        self.run = run
    }
}

/// A profile as the API shows it.
package struct ProfileListing: Sendable, Hashable {
    package var name: String
    package var summary: String
    package var languages: [String]
    /// `none`, or what the network is for.
    package var network: String
    /// What `sluice explain` prints.
    package var explanation: String

    package init(
        name: String, summary: String, languages: [String], network: String, explanation: String
    ) {
        self.name = name
        self.summary = summary
        self.languages = languages
        self.network = network
        self.explanation = explanation
    }

    var json: JSON {
        [
            "profile": .string(name), "summary": .string(summary),
            "languages": .array(languages.map(JSON.string)), "network": .string(network),
        ]
    }
}
