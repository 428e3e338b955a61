extension Flow {
    /// The names of packages that its scripts import, each once, sorted.
    package var packageNames: [String] { Set(scriptNodes.compactMap(\.packages)).sorted() }

    /// The flow with the environment that each of its scripts gets.
    package func withPackages<Failure>(
        _ find: (String) throws(Failure) -> PackageEnvironment
    ) throws(Failure) -> Flow {
        var flow = self
        for index in flow.nodes.indices {
            flow.nodes[index].work = try flow.nodes[index].work.withPackages(find)
        }
        return flow
    }
}

extension NodeWork {
    fileprivate func withPackages<Failure>(
        _ find: (String) throws(Failure) -> PackageEnvironment
    ) throws(Failure) -> NodeWork {
        switch self {
        case .script(var script):
            if let name = script.packages { script.environment = try find(name) }
            return .script(script)
        case .operation(var operation):
            for index in operation.tools.indices {
                operation.tools[index].work = try operation.tools[index].work.withPackages(find)
            }
            return .operation(operation)
        default: return self
        }
    }
}
