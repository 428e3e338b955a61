internal import Connectors
internal import FlowEngine
internal import FlowModel
internal import JSONValue
internal import Journal
internal import Scheduling
internal import Webhooks

/// The flows of a host's folder, each pinned to its files as they are now.
struct ServedFlows {
    private(set) var flows: [ServedFlow] = []
    private(set) var webhooks: [WebhookRoute] = []
    private(set) var schedules: [ServedSchedule] = []
    /// What is not served and why, in words; the rest is.
    private(set) var problems: [String] = []

    init(of host: Host) throws {
        let maker = BundleMaker(library: host.library, packages: host.packages)
        for folder in try host.library.allFolders() {
            do {
                if let faults = try host.library.faults(of: folder) {
                    problems.append(faults.text)
                    continue
                }
                let (flow, bundle) = try maker.bundle(of: folder)
                add(
                    ServedFlow(
                        flow: flow, bundle: DigestedBundle(bundle),
                        tenant: host.library.tenant(of: flow.name), sealing: host.sealing), host)
            } catch {
                problems.append("\(error)")
            }
        }
    }

    private mutating func add(_ served: ServedFlow, _ host: Host) {
        let flow = served.flow
        if flows.contains(where: { $0.flow.name == flow.name }) {
            problems.append("there are two flows '\(flow.name)'; only the first is served")
            return
        }
        flows.append(served)
        let secrets = host.secrets
        let route = WebhookRoute(
            flow, vars: host.library.configuration?.vars ?? .object(JSONObject()),
            secret: { try secrets.secret(try SecretName($0)).reveal() },
            makeRun: { start in
                try served.newRun(
                    start.id, trigger: start.trigger, inputs: start.inputs, at: start.at,
                    requestedBy: start.requestedBy)
            })
        if let route {
            if let other = webhooks.first(where: { $0.path == route.path }) {
                problems.append(
                    "flows '\(other.flow)' and '\(flow.name)' take the same path \(route.path); "
                        + "only the first is served there")
            } else {
                webhooks.append(route)
                problems += route.problems
            }
        }
        guard let trigger = flow.schedule else { return }
        guard let zone = TimeZones.rules(of: trigger.timezone),
            let schedule = ServedSchedule(served, zone: zone)
        else {
            problems.append(
                "the schedule of flow '\(flow.name)' is not served: the file of time zone "
                    + "'\(trigger.timezone)' cannot be read")
            return
        }
        schedules.append(schedule)
    }
}
