internal import FlowModel
package import HostAPI
internal import HTTPListener
internal import LinuxSystem
internal import SandboxPolicy
internal import SandboxSupervisor
internal import Scheduling
internal import Telemetry
internal import Webhooks

extension ServedHost {
    package func figures() async -> [HostFigure] {
        let host = service.host
        return HostGauges.build
            + (await host.meters.figures(of: host.journal))
            + HostGauges.queue(service.queue)
            + host.meters.figures
            + (host.traces?.figures ?? [])
            + HostGauges.sandbox(host.sandboxPools)
            + HostGauges.process(dataFolder: host.dataFolder)
    }
}

extension WebhookAnswer.Kind {
    /// As `/metrics` calls it.
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .duplicate: "duplicate"
        case .ignored: "ignored"
        case .refused: "refused"
        case .unverified: "unverified"
        case .unknown: "unknown"
        case .unavailable: "unavailable"
        }
    }
}

/// Figures of what the host's parts say of themselves.
enum HostGauges {
    static var build: [HostFigure] {
        [
            HostFigure(
                "sluice_build_info", "Always 1; the labels say what runs.", .gauge,
                labels: ["version": hostVersion], value: 1)
        ]
    }

    static func queue(_ queue: RunQueue) -> [HostFigure] {
        [
            HostFigure(
                "sluice_runs_driven", "Runs that this host drives now.", .gauge,
                value: Double(queue.figures.driven)),
            HostFigure(
                "sluice_runs_driven_limit", "The most runs that this host drives at once.", .gauge,
                value: Double(queue.settings.rule.runsAtOnce)),
            HostFigure(
                "sluice_queue_limit", "Queued runs beyond which new ones are refused.", .gauge,
                value: Double(queue.settings.rule.longest)),
            HostFigure(
                "sluice_journal_writable", "1 while the journal can be written, else 0.", .gauge,
                value: queue.fault == nil ? 1 : 0),
        ]
    }

    static func sandbox(_ pools: [PoolFigures]) -> [HostFigure] {
        let pools = pools.sorted {
            ($0.profile.text, $0.runtime) < ($1.profile.text, $1.runtime)
        }
        let gauges: [(String, String, KeyPath<PoolFigures, Int>)] = [
            ("sluice_zygotes", "Zygotes that live.", \.zygotes),
            ("sluice_script_processes_ready", "Script processes that wait for a script.", \.ready),
            ("sluice_scripts_running", "Scripts that run.", \.running),
            ("sluice_scripts_waiting", "Scripts that wait for a process.", \.waiting),
            (
                "sluice_zygote_brakes_pulled",
                "Pools that start nothing now, after failures in a row.", \.braking
            ),
        ]
        let counters: [(String, String, KeyPath<PoolFigures, Int>)] = [
            ("sluice_zygote_starts_total", "Zygotes that were started.", \.started),
            (
                "sluice_zygote_replacements_total",
                "Zygotes that another took over from, since they were worn or old.", \.replaced
            ),
            (
                "sluice_zygote_failures_total",
                "Zygotes that did not start, or went although nobody asked them to.", \.failed
            ),
            (
                "sluice_zygote_brakes_total",
                "How often a pool began to start nothing for a while.", \.braked
            ),
        ]
        return gauges.flatMap { name, help, count in
            figures(pools, name, help, .gauge, count)
        }
            + counters.flatMap { name, help, count in
                figures(pools, name, help, .counter, count)
            }
    }

    private static func figures(
        _ pools: [PoolFigures], _ name: String, _ help: String, _ kind: HostFigure.Kind,
        _ count: KeyPath<PoolFigures, Int>
    ) -> [HostFigure] {
        pools.map { pool in
            HostFigure(
                name, help, kind,
                labels: ["profile": pool.profile.text, "runtime": pool.runtime],
                value: Double(pool[keyPath: count]))
        }
    }

    static func listener(_ listener: ListenerFigures) -> [HostFigure] {
        [
            HostFigure(
                "sluice_http_connections", "Connections that are open.", .gauge,
                value: Double(listener.connections)),
            HostFigure(
                "sluice_http_connections_limit",
                "The most connections; further ones are closed as they come.", .gauge,
                value: Double(listener.mostConnections)),
            HostFigure(
                "sluice_http_connections_total", "Connections that were taken.", .counter,
                value: Double(listener.accepted)),
            HostFigure(
                "sluice_http_connections_cut_total",
                "Connections that were cut off since their time was over.", .counter,
                value: Double(listener.cutOff)),
            HostFigure(
                "sluice_http_requests_malformed_total",
                "Requests that were refused before anybody looked at what they ask.", .counter,
                value: Double(listener.malformed)),
            HostFigure(
                "sluice_http_requests_under_way", "Requests that are being answered.", .gauge,
                value: Double(listener.underWay)),
            HostFigure(
                "sluice_http_held_bytes", "Bytes of bodies that are held.", .gauge,
                value: Double(listener.heldBytes)),
        ]
    }

    /// By the names that Prometheus' own clients use.
    static func process(dataFolder: String) -> [HostFigure] {
        let own = OwnFigures.now
        let values: [(String, String, HostFigure.Kind, Double?)] = [
            (
                "process_cpu_seconds_total", "Processor time of the host, without its scripts.",
                .counter, Double(own.cpuTime.nanoseconds) / 1e9
            ),
            (
                "process_resident_memory_bytes", "Memory of the host, without its scripts.",
                .gauge, own.residentBytes.map(Double.init)
            ),
            (
                "process_virtual_memory_bytes", "Addresses of the host.", .gauge,
                own.virtualBytes.map(Double.init)
            ),
            ("process_open_fds", "Open descriptors.", .gauge, own.openFiles.map(Double.init)),
            (
                "process_max_fds", "The most descriptors.", .gauge,
                own.mostOpenFiles.map(Double.init)
            ),
            ("process_threads", "Threads of the host.", .gauge, own.threads.map(Double.init)),
            (
                "process_start_time_seconds", "When the host began, in seconds since 1970.", .gauge,
                own.startTime
            ),
            (
                "sluice_data_free_bytes", "Room on the disk of the data folder.", .gauge,
                FileFigures.room(at: dataFolder).map(Double.init)
            ),
        ]
        return values.compactMap { name, help, kind, value in
            value.map { HostFigure(name, help, kind, value: $0) }
        }
    }
}
