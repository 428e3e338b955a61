"""The rules a schema must keep for strict structured output, and values that fit a schema."""

KEYWORDS = {
    "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf",
    "$ref", "$defs", "definitions", "description", "title", "pattern", "format", "multipleOf",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems",
}
DEEPEST = 10


def check_strict_schema(schema):
    """What is wrong with the schema, in words, or None."""
    if not isinstance(schema, dict):
        return "schema must be a JSON Schema of 'type: \"object\"', got nothing."
    if schema.get("type") != "object" or "anyOf" in schema:
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    return _check(schema, (), 0)


def _check(schema, path, depth):
    context = f"In context={path!r}, "
    if not isinstance(schema, dict):
        return context + "schema must be an object."
    if depth > DEEPEST:
        return context + f"more than {DEEPEST} levels of nesting."
    for key in schema:
        if key not in KEYWORDS:
            return context + f"'{key}' is not permitted."
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds == [None] and not any(key in schema for key in ("anyOf", "$ref", "enum", "const")):
        return context + "schema must have a 'type' key."
    if "object" in kinds:
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            return context + "'additionalProperties' is required to be supplied and to be false."
        if sorted(schema.get("required", [])) != sorted(properties):
            return context + ("'required' is required to be supplied and to be an array including "
                              "every key in properties.")
        for name, inner in properties.items():
            complaint = _check(inner, path + ("properties", name), depth + 1)
            if complaint:
                return complaint
    if "array" in kinds:
        if "items" not in schema:
            return context + "array schema missing items."
        complaint = _check(schema["items"], path + ("items",), depth + 1)
        if complaint:
            return complaint
    for number, inner in enumerate(schema.get("anyOf", [])):
        complaint = _check(inner, path + ("anyOf", str(number)), depth + 1)
        if complaint:
            return complaint
    for key in ("$defs", "definitions"):
        for name, inner in schema.get(key, {}).items():
            complaint = _check(inner, path + (key, name), depth + 1)
            if complaint:
                return complaint
    return None


def smallest_value(schema, root=None):
    """A value that fits the schema: first choice of an enum, empty text, zero, empty list."""
    root = schema if root is None else root
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return smallest_value(target, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("anyOf"):
        return smallest_value(schema["anyOf"][0], root)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = "null" if "null" in kind else kind[0]
    if kind == "object":
        return {name: smallest_value(inner, root)
                for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [smallest_value(schema["items"], root)] * schema.get("minItems", 0)
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return {"string": "", "boolean": False}.get(kind)
