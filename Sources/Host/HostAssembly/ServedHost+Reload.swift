internal import HostAPI
package import JSONValue

extension ServedHost {
    package func reload() throws -> JSON {
        do {
            let report = try service.reload()
            return [
                "flows": .array(report.flows.map(JSON.string)),
                "problems": .array(report.problems),
            ]
        } catch let refusal as ReloadRefusal {
            throw APIFault(
                409, "wrong-configuration",
                "the configuration is wrong, and nothing has changed", details: refusal.faults)
        }
    }
}
