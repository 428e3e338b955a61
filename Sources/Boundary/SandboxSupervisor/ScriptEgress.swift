package import EgressBroker
import FlowModel
package import HTTPTransport
import LinuxSystem
import SandboxPolicy
import Synchronization

/// What the host's owner says about the way out of scripts.
package struct ScriptEgress: Sendable {
    /// Where every zygote with a network finds the broker; nothing else is in its namespace.
    static let port: UInt16 = 3128

    /// Addresses, networks or `host:port` that scripts may reach although they are not public.
    package var allow: [String]
    /// PEM file with certificates that are trusted beside the system's.
    package var caFile: String?
    /// Why no script of this host may have a network at all; nil when it may.
    package var refusal: String?
    package var limits = EgressLimits()
    /// The addresses of a name; nil: as the system says.
    package var resolve: (@Sendable (String) -> [IPAddress])?

    package init(allow: [String] = [], caFile: String? = nil, refusal: String? = nil) {
        self.allow = allow
        self.caFile = caFile
        self.refusal = refusal
    }
}

/// The broker of a supervisor, which starts with the first profile that needs it.
final class EgressOffice: Sendable {
    private let egress: ScriptEgress
    private let state = Mutex<(broker: EgressBroker?, certificates: String?)>((nil, nil))

    init(_ egress: ScriptEgress) { self.egress = egress }

    /// Throws when this host does not let scripts out.
    func broker(for profile: ProfileName) throws(SandboxSetupError) -> EgressBroker {
        if let refusal = egress.refusal {
            throw failure(profile, refusal, hint: "")
        }
        let result = state.withLock { state -> Result<EgressBroker, SandboxSetupError> in
            if let broker = state.broker { return .success(broker) }
            do {
                // Read once: scripts and broker trust the same.
                if let path = egress.caFile {
                    state.certificates = String(
                        decoding: try UserFiles.read(path, limit: 4 << 20), as: UTF8.self)
                }
                var configuration = EgressBroker.Configuration()
                configuration.limits = egress.limits
                if let resolve = egress.resolve { configuration.resolve = resolve }
                configuration.caFile = egress.caFile
                let broker = try EgressBroker(configuration)
                state.broker = broker
                return .success(broker)
            } catch {
                return .failure(
                    failure(profile, "\(error)", hint: "look at 'egress' in the configuration"))
            }
        }
        return try result.get()
    }

    /// Lets the run of `request` out until `revoke`.
    func admit(
        _ request: ScriptRequest, for wallTime: Duration
    ) throws(SandboxSetupError) -> EgressLeave {
        let profile = request.work.profile
        let broker = try broker(for: profile)
        var destinations: [EgressDestination] = []
        for text in request.work.network {
            guard let destination = EgressDestination(text) else {
                throw failure(profile, "'\(text)' is no host and port", hint: "write HOST:PORT")
            }
            destinations.append(destination)
        }
        var allowed = egress.allow
        if request.trustsWrittenAddresses {
            allowed += destinations.filter(\.isAddress).map(\.description)
        }
        let policy: EgressPolicy
        do {
            policy = try EgressPolicy(allow: allowed)
        } catch {
            throw failure(profile, "\(error)", hint: "")
        }
        // The run may wait for its turn first; `end` is what ends it.
        let until = MonotonicInstant.now + wallTime + .seconds(3600)
        let pass = broker.admit(
            EgressGrant(destinations: destinations, policy: policy, until: until))
        return EgressLeave(
            proxy: "http://\(pass.credentials)@127.0.0.1:\(ScriptEgress.port)",
            certificates: state.withLock { $0.certificates }, pass: pass, broker: broker)
    }

    func stop() async {
        let broker = state.withLock { state in
            defer { state.broker = nil }
            return state.broker
        }
        await broker?.stop()
    }

    private func failure(
        _ profile: ProfileName, _ cause: String, hint: String
    ) -> SandboxSetupError {
        SandboxSetupError(
            act: "let scripts out to the network", profile: profile, cause: cause, hint: hint)
    }
}

/// What one run is told about its way out, and what is taken from it at its end.
struct EgressLeave {
    let proxy: String
    /// PEM text of the owner's own certificates.
    let certificates: String?
    fileprivate let pass: EgressPass
    fileprivate let broker: EgressBroker

    fileprivate init(
        proxy: String, certificates: String?, pass: EgressPass, broker: EgressBroker
    ) {
        self.proxy = proxy
        self.certificates = certificates
        self.pass = pass
        self.broker = broker
    }

    /// Ends every connection of the run; what it was not given, in words.
    ///
    /// Ending twice does no harm.
    @discardableResult
    func end() -> [Denial] {
        broker.revoke(pass).map { denial in
            Denial(
                syscall: "connect", arguments: [denial.destination],
                meaning: "asked the egress broker for \(denial.destination): \(denial.meaning)",
                count: denial.count)
        }
    }
}

/// The listening socket of a zygote, for as long as its scripts live.
final class ServedListener {
    private let broker: EgressBroker
    private let number: UInt32

    init(_ listener: consuming Descriptor, by broker: EgressBroker) {
        self.broker = broker
        number = broker.serve(listener)
    }

    deinit { broker.stopServing(number) }
}
