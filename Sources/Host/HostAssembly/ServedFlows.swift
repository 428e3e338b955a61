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
    private(set) var problems: [ServingProblem] = []
    private let library: FlowLibrary

    /// - Parameters:
    ///   - library: nil: the host's own.
    ///   - earlier: what was served until now; a flow whose files are wrong is served as it was.
    init(
        of host: Host, _ library: FlowLibrary? = nil, keeping earlier: [ServedFlow] = []
    ) throws {
        self.library = library ?? host.library
        let maker = BundleMaker(library: self.library, packages: host.packages)
        for folder in try self.library.allFolders() {
            do {
                if let faults = try self.library.faults(of: folder) {
                    problems.append(ServingProblem(faults))
                    keep(earlier, folder, host)
                    continue
                }
                let (flow, bundle) = try maker.bundle(of: folder)
                add(
                    ServedFlow(
                        flow: flow, bundle: DigestedBundle(bundle),
                        tenant: self.library.tenant(of: flow.name), sealing: host.sealing), host)
            } catch {
                problems.append(ServingProblem("\(error)"))
                keep(earlier, folder, host)
            }
        }
    }

    /// SECURITY: as far as the grants, as they are now, still cover it.
    private mutating func keep(_ earlier: [ServedFlow], _ folder: String, _ host: Host) {
        guard let served = earlier.first(where: { $0.flow.folder == folder }),
            let flows = try? BundleReader(library: library, packages: host.packages)
                .flows(of: served.bundle.pinned),
            let flow = flows[served.flow.name]
        else { return }
        add(
            ServedFlow(
                flow: flow, bundle: served.bundle, tenant: library.tenant(of: flow.name),
                sealing: host.sealing), host)
    }

    private mutating func add(_ served: ServedFlow, _ host: Host) {
        let flow = served.flow
        if flows.contains(where: { $0.flow.name == flow.name }) {
            problems.append(
                ServingProblem("there are two flows '\(flow.name)'; only the first is served"))
            return
        }
        flows.append(served)
        let secrets = host.secrets
        let route = WebhookRoute(
            flow, vars: library.configuration?.vars ?? .object(JSONObject()),
            secret: { try secrets.secret(try SecretName($0)).reveal() },
            makeRun: { start in
                try served.newRun(
                    start.id, trigger: start.trigger, inputs: start.inputs, at: start.at,
                    requestedBy: start.requestedBy)
            })
        if let route {
            if let other = webhooks.first(where: { $0.path == route.path }) {
                problems.append(
                    ServingProblem(
                        "flows '\(other.flow)' and '\(flow.name)' take the same path \(route.path); "
                            + "only the first is served there"))
            } else {
                webhooks.append(route)
                problems += route.problems.map { ServingProblem($0) }
            }
        }
        guard let trigger = flow.schedule else { return }
        guard let zone = TimeZones.rules(of: trigger.timezone),
            let schedule = ServedSchedule(served, zone: zone)
        else {
            problems.append(
                ServingProblem(
                    "the schedule of flow '\(flow.name)' is not served: the file of time zone "
                        + "'\(trigger.timezone)' cannot be read"))
            return
        }
        schedules.append(schedule)
    }
}
