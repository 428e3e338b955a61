import HostAPI
import HostAssembly
import LinuxSystem

/// `sluice serve`: the host, behind HTTP.
struct ServeCommand: Command {
    let name = "serve"
    let summary = "Serve webhooks and the API"
    let forms = ["[options]"]
    let options = [
        Option("listen", "PLACE", "HOST:PORT or unix:PATH (default 127.0.0.1:8080)"),
        Option("data", "DIR", "the data folder (default ./.sluice)"),
        Option("flows", "DIR", "the folder of flows (default ./flows)"),
        Option(
            "config", "FILE", "the host's configuration (default ./sluice.yaml, where there is one)"
        ),
        Option("log", "STYLE", "text or json lines on standard error (default text)"),
        Option("drain", "TIME", "how long runs may go on after SIGTERM (default 25s)"),
        Option(
            "allow-degraded", nil, "run scripts although a required layer is missing, and say so"),
    ]
    let notes = """
        Answers Dify's sandbox contract too: API_KEY in the environment is its key, and without --listen
        SANDBOX_PORT the port, on every address. Prints `listening on PLACE` when it takes requests. Every route but /health needs a key
        (`sluice keys create`); other machines are served only where there is one. SIGTERM lets what
        runs end, refuses new work with 503, and leaves the rest to the next start. A socket that
        systemd hands over is used when --listen is not given.
        """

    func run(_ arguments: ParsedArguments) async throws -> ExitStatus {
        _ = try arguments.exactly([])
        let options = ServeOptions(
            host: HostOptions(
                dataFolder: try arguments.value("data") ?? "./.sluice",
                flowsFolder: try arguments.value("flows"),
                configuration: try arguments.value("config"),
                allowDegraded: arguments.has("allow-degraded")),
            listen: try arguments.value("listen"),
            logStyle: try arguments.choice("log", of: AccessLog.Style.self) ?? .text,
            drainTime: try arguments.value("drain").map { text throws(UsageError) in
                try TimeArgument.duration(text, option: "--drain")
            } ?? .seconds(25))
        try await HostServer.run(options) { place in
            StandardStream.output.write("listening on \(place)\n")
        }
        return .done
    }
}
