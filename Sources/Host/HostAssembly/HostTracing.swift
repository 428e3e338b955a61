internal import Connectors
internal import FlowModel
internal import HTTPTransport
internal import Telemetry

/// Traces as the configuration wants them.
enum HostTracing {
    /// Nil when traces go nowhere.
    static func exporter(
        _ configuration: HostConfiguration, secrets: SecretStore
    ) throws -> TraceExporter? {
        guard let traces = configuration.telemetry.traces else { return nil }
        let egress = configuration.egress
        let headers = try traces.headers.map { header in
            HTTPHeader(header.name, try value(of: header, secrets))
        }
        let destination = TraceDestination(
            endpoint: try HTTPURL(traces.endpoint), headers: headers,
            egress: try EgressPolicy(allow: egress.allow + traces.privateAddresses),
            share: traces.sample, version: hostVersion)
        return TraceExporter(
            destination,
            transport: try HTTPTransport(.init(proxy: egress.proxy, caFile: egress.caFile)))
    }

    private static func value(
        of header: TelemetryRule.Header, _ secrets: SecretStore
    ) throws -> String {
        guard header.value.hasPrefix("secret:") else { return header.value }
        let name = try SecretName(String(header.value.dropFirst("secret:".count)))
        return try secrets.secret(name).reveal()
    }
}
