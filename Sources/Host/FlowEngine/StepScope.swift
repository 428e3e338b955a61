internal import FlowModel
internal import JSONValue

/// Where the expressions of one step find their values.
struct StepScope: ExpressionScope {
    let frame: FlowFrame
    /// The item of a `for-each`.
    var item: JSON?
    /// What the step itself returned, for `until`.
    var output: JSON?
    /// The arguments of a tool call.
    var tool: JSON?
    /// The question that `deliver` sends.
    var approval: JSON?

    func value(of root: String) -> JSON? {
        switch root {
        case "inputs": frame.inputs
        case "trigger": frame.trigger
        case "vars": frame.vars
        case "item": item
        case "output": output
        case "tool": tool
        case "approval": approval
        default: nil
        }
    }

    func node(_ name: String) -> JSON? { frame.view(of: name) }
}
