import JSONValue
import YAMLDocuments

extension FlowSession {
    /// Checks every path of an expression against the names that exist where it stands.
    func check(_ expression: Expression, isWhole: Bool, in place: ExpressionPlace) {
        var isLonePath = false
        if isWhole, case .path = expression.syntax { isLonePath = true }
        expression.syntax.forEachPath { path in
            switch path.base {
            case .value: break
            case .node(let name, let isOptional):
                checkNode(name, isOptional, path, expression, place)
            case .root(let root):
                guard place.roots.contains(root) else {
                    unknownRoot(root, path, expression, place)
                    return
                }
                if root == "inputs" { checkInput(path, expression, isLonePath, place) }
                if root == "vars" { checkVariable(path, expression) }
                if root == "approval" { checkApproval(path) }
            }
        }
    }

    private func unknownRoot(
        _ root: String, _ path: PathSyntax, _ expression: Expression, _ place: ExpressionPlace
    ) {
        let hint: String?
        switch root {
        case "item": hint = "'item' is there only in a node with 'for-each'"
        case "output": hint = "'output' alone is there only in 'until'; write nodes.NAME.output"
        case "tool": hint = "'tool' is there only in a tool of a model's node"
        case "body", "headers", "query": hint = "write trigger.\(root)"
        case "inputs", "trigger": hint = "a webhook reads body, headers and query"
        case "approval": hint = "'approval' is there only in 'deliver'"
        case "secrets", "secret", "env": hint = "secrets stand in connections (sluice.yaml) only"
        case _ where nodeNames.contains(root): hint = "write nodes.\(root).output"
        case _ where inputNames.contains(root): hint = "write inputs.\(root)"
        default: hint = Nearest.hint(for: root, among: place.roots)
        }
        faults.add(
            path.nameLocation, root, "'\(root)' does not exist in \(place.words)", hint: hint)
    }

    private func checkNode(
        _ name: String, _ isOptional: Bool, _ path: PathSyntax, _ expression: Expression,
        _ place: ExpressionPlace
    ) {
        guard place.roots.contains("nodes") else {
            faults.add(
                path.location, "nodes", "\(place.words) cannot read nodes",
                hint: "it is read before any node has run")
            return
        }
        guard nodeNames.contains(name) else {
            faults.add(
                path.nameLocation, name, "there is no node '\(name)'",
                hint: Nearest.hint(for: name, among: nodeNames))
            return
        }
        guard let first = path.steps.first, case .member(let member) = first else {
            faults.add(
                path.nameLocation, name, "nodes.\(name) needs a member",
                hint: "write nodes.\(name).output")
            return
        }
        let known = ["output", "items", "error", "state"]
        guard known.contains(member) else {
            faults.add(
                path.stepLocations[0], member, "a node has no '\(member)'",
                hint: Nearest.suggestion(for: member, among: known)
                    ?? "write nodes.\(name).output.\(member)")
            return
        }
        if member == "items", !repeatedNodes.contains(name) {
            faults.add(
                path.stepLocations[0], member, "node '\(name)' has no 'for-each', and so no items",
                hint: "write nodes.\(name).output")
            return
        }
        references.append(
            NodeReference(
                name: name, isOptional: isOptional, member: member, location: path.nameLocation,
                text: name))
    }

    private func checkInput(
        _ path: PathSyntax, _ expression: Expression, _ isLonePath: Bool, _ place: ExpressionPlace
    ) {
        guard let first = path.steps.first, case .member(let name) = first else {
            guard let secret = inputs.first(where: { $0.type == .secret }) else { return }
            faults.add(
                path.location, "inputs",
                "all inputs together hold the secret '\(secret.name)'",
                hint: "name the inputs that are needed: inputs.NAME")
            return
        }
        guard inputNames.contains(name) else {
            faults.add(
                path.stepLocations[0], name, "there is no input '\(name)'",
                hint: Nearest.hint(for: name, among: inputNames))
            return
        }
        guard input(name)?.type == .secret else { return }
        // SECURITY: a secret goes nowhere but into a credential parameter, whole and unchanged.
        if place.isCredential, isLonePath, path.steps.count == 1 { return }
        faults.add(
            path.location, "inputs.\(name)",
            "the secret input '\(name)' cannot be read in \(place.words)",
            hint: place.isCredential
                ? "write ${{ inputs.\(name) }} and nothing else"
                : "only credential parameters of operations may read it")
    }

    /// What `deliver` reads of the question that it sends.
    private func checkApproval(_ path: PathSyntax) {
        let known = ["url", "ask", "choices", "who", "risk", "expires"]
        guard let first = path.steps.first, case .member(let name) = first else { return }
        guard known.contains(name) else {
            faults.add(
                path.stepLocations[0], name, "an approval has no '\(name)'",
                hint: Nearest.hint(for: name, among: known))
            return
        }
        guard name == "url", let configuration = surroundings.configuration,
            configuration.publicURL == nil
        else { return }
        faults.add(
            path.stepLocations[0], name,
            "this host does not know where people reach it, so there is no address to send",
            hint: "add 'public-url: https://…' to sluice.yaml")
    }

    private func checkVariable(_ path: PathSyntax, _ expression: Expression) {
        guard let configuration = surroundings.configuration,
            let first = path.steps.first, case .member(let name) = first,
            configuration.vars[name] == nil
        else { return }
        faults.add(
            path.stepLocations[0], name, "there is no variable '\(name)'",
            hint: Nearest.hint(for: name, among: configuration.vars.objectValue?.keys ?? [])
                ?? "define it under 'vars' in sluice.yaml")
    }
}
