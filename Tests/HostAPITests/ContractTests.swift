import HostAPI
import TestSupport
import Testing
import YAMLDocuments

@Suite struct ContractTests {
    private struct Line: Hashable {
        var method: String
        var path: String
        var operation: String
        /// `open` without a key.
        var scope: String
        var query: Set<String>
    }

    private func members(of node: YAMLNode?) -> [YAMLMember] {
        if case .mapping(let members)? = node?.content { return members }
        return []
    }

    private func text(_ node: YAMLNode?) -> String? {
        if case .scalar(let text, _)? = node?.content { return text }
        return nil
    }

    private func elements(of node: YAMLNode?) -> [YAMLNode] {
        if case .sequence(let elements)? = node?.content { return elements }
        return []
    }

    private func queryNames(in parameters: YAMLNode?) -> Set<String> {
        Set(
            elements(of: parameters).compactMap { parameter in
                let keys = members(of: parameter)
                guard text(keys.first { $0.key == "in" }?.value) == "query" else { return nil }
                return text(keys.first { $0.key == "name" }?.value)
            })
    }

    @Test func `openapi.yaml and the table of routes say the same`() throws {
        let root = try YAMLNode.parse(
            try RepositoryFiles.bytes("Sources/Host/HostAPI/openapi.yaml"))
        let paths = try #require(members(of: root).first { $0.key == "paths" })
        var contract: Set<Line> = []
        for path in members(of: paths.value) {
            for method in members(of: path.value) {
                let keys = members(of: method.value)
                contract.insert(
                    Line(
                        method: method.key.uppercased(), path: path.key,
                        operation: text(keys.first { $0.key == "operationId" }?.value) ?? "",
                        scope: keys.contains { $0.key == "security" }
                            ? "open" : text(keys.first { $0.key == "x-scope" }?.value) ?? "",
                        query: queryNames(in: keys.first { $0.key == "parameters" }?.value)))
            }
        }
        let table = Set(
            APIRoute.all.map { route in
                var scope = "open"
                if case .scope(let needed) = route.access { scope = needed.rawValue }
                return Line(
                    method: route.method, path: route.path, operation: route.operation.rawValue,
                    scope: scope, query: Set(route.query))
            })
        #expect(contract == table)
        #expect(Set(APIRoute.all.map(\.operation)) == Set(APIOperation.allCases))
    }
}
