"""`style: n8n`: the body of a Code node, unchanged, and what n8n makes of what it returns."""

import ast

RESERVED = {"json", "binary", "pairedItem", "error"}


class StepMistake(ScriptMistake):
    """n8n's own complaints about what a body returned."""

    def __init__(self, message, description):
        super().__init__("ValidationError", f"{message}: {description}")


def not_items():
    return StepMistake("Code doesn't return items properly",
                       "Please return a list of dictionaries, one for each item you would like to output.")


def body_function(job):
    """The body as a function, by its syntax tree: every line keeps its number, `return` is allowed."""
    text = source_text(job.source, job.file)
    tree = ast.parse(text, job.file)
    kind = ast.AsyncFunctionDef if awaits(tree.body) else ast.FunctionDef
    empty = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    function = kind(name="body", args=empty, body=tree.body or [ast.Pass()], decorator_list=[], lineno=1, col_offset=0)
    ast.fix_missing_locations(function)
    module = script_module(job)
    exec(compile(ast.Module([function], []), job.file, "exec", dont_inherit=True), module.__dict__)
    return module, module.__dict__.pop("body")


def awaits(nodes):
    """Whether `await` stands outside every inner function."""
    for node in nodes:
        if isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
            return True
        inner = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
        if not isinstance(node, inner) and awaits(ast.iter_child_nodes(node)):
            return True
    return False


def called(function):
    value = function()
    return wait_for(value) if is_awaitable(value) else value


def check_item(item):
    for key in ("json", "binary"):
        if key in item and not isinstance(item[key], dict):
            raise StepMistake(f"A '{key}' property isn't a dictionary",
                              f"In the returned data, every key named '{key}' must point to a dictionary.")


def wrapped_items(value):
    """All-items mode: the list of items that n8n makes of the returned value."""
    if not value:
        return []
    values = value if isinstance(value, (list, tuple)) else [value]
    if not all(isinstance(one, dict) for one in values):
        raise not_items()
    if any(RESERVED & one.keys() for one in values):
        for one in values:
            unknown = next((key for key in one if key not in RESERVED), None)
            if unknown is not None:
                raise StepMistake(f"Unknown top-level item key: {unknown}",
                                  "Access the properties of an item under `json`, e.g. `item[\"json\"]`")
        items = [one if "json" in one else {"json": {}, **one} for one in values]
    else:
        items = [{"json": one} for one in values]
    for one in items:
        check_item(one)
    return items


def one_item(value, index):
    """Each-item mode: the item, or None if it is dropped."""
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        what = "A list of dictionaries was returned." if value else "An empty list was returned."
        raise StepMistake("Code doesn't return a single dictionary",
                          f"{what} If you need to output multiple items, please use the 'Run Once for All Items' mode instead.")
    if not isinstance(value, dict):
        raise StepMistake("Code doesn't return a dictionary",
                          f"Please return a dictionary representing the output item. ({value!r} was returned instead.)")
    item = {key: value[key] for key in ("json", "binary") if key in value} if "json" in value else {"json": value}
    check_item(item)
    return {**item, "pairedItem": {"item": index}}


def run_steps(job, given):
    context = decode_json(job.context.decode()) if job.context else {}
    items = context.get("items")
    if items is None:
        items = given if isinstance(given, list) else [{"json": given}]
    module, body = body_function(job)
    if job.mode in ("each", "runOnceForEachItem"):
        results = []
        for index, item in enumerate(items):
            module.__dict__["_item"] = item
            result = one_item(called(body), index)
            results += [result] if result is not None else []
    else:
        module.__dict__["_items"] = items
        results = wrapped_items(called(body))
    restore_builtins()
    return result_bytes(results, job.limit, job.depth, lenient=True)
