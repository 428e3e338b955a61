import HostAPI
import TestSupport
import Testing
import YAMLDocuments

@Suite struct ContractTests {
    private struct Line: Hashable {
        var method: String
        var path: String
        var operation: String
        var isOpen: Bool
    }

    private func members(of node: YAMLNode?) -> [YAMLMember] {
        if case .mapping(let members)? = node?.content { return members }
        return []
    }

    private func text(_ node: YAMLNode?) -> String? {
        if case .scalar(let text, _)? = node?.content { return text }
        return nil
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
                        isOpen: keys.contains { $0.key == "security" }))
            }
        }
        let table = Set(
            APIRoute.all.map { route in
                var isOpen = true
                if case .scope = route.access { isOpen = false }
                return Line(
                    method: route.method, path: route.path, operation: route.operation.rawValue,
                    isOpen: isOpen)
            })
        #expect(contract == table)
        #expect(Set(APIRoute.all.map(\.operation)) == Set(APIOperation.allCases))
    }
}
