import FlowModel

/// `HOST:PORT`, as `--allow-host` and the `hosts` of a batch give them.
enum NetworkHosts {
    static func checked(_ texts: [String], option: String) throws(UsageError) -> [String] {
        for text in texts {
            if let fault = HostAndPort.fault(of: text) {
                throw UsageError(
                    message: "\(option) is '\(text)': \(fault); such as api.example.com:443")
            }
        }
        return texts
    }
}
