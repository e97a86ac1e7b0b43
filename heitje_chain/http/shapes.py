"""What a schema of the description says, in words and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .examples import REFERENCE

Schema = Mapping[str, Any]

_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}
_BOUNDS = (
    ("minimum", "from {}"),
    ("exclusiveMinimum", "above {}"),
    ("maximum", "to {}"),
    ("exclusiveMaximum", "below {}"),
    ("minLength", "{} or more characters"),
    ("maxLength", "at most {} characters"),
    ("minItems", "{} or more"),
    ("maxItems", "at most {}"),
    ("pattern", "matches {}"),
)


@dataclass(frozen=True)
class Row:
    name: str
    """Where it stands: `typed_data`, `lines[].cents`."""
    kind: str
    is_needed: bool
    words: str


def rows(schema: Schema, schemas: Mapping[str, Schema]) -> list[Row]:
    """Return a row for each member of an object, and for theirs."""
    return list(_members(schema, schemas, ""))


def parameter(said: Mapping[str, Any], schemas: Mapping[str, Schema]) -> Row:
    """Return the row of what stands in an address or a header."""
    schema = said["schema"]
    words = said.get("description") or schema.get("description", "")
    kind = f"{said['in']}: {in_words(_without_null(schema), schemas)}"
    return Row(said["name"], kind, bool(said["required"]), words)


def example(said: Mapping[str, Any]) -> Any:
    """Return what a parameter can be; its name in brackets when nothing says so."""
    schema = said["schema"]
    shown = [said["example"]] if "example" in said else schema.get("examples") or schema.get("enum")
    return shown[0] if shown else f"{{{said['name']}}}"


def in_words(schema: Schema, schemas: Mapping[str, Schema]) -> str:
    """Return "text, at most 200 characters", "list of whole number, at most 50", "a, b or null"."""
    schema = _resolved(schema, schemas)
    if "anyOf" in schema:
        return " or ".join(in_words(option, schemas) for option in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return "one of " + ", ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "")
    told = (
        f"list of {in_words(schema.get('items', {}), schemas)}"
        if kind == "array"
        else _WORDS.get(kind, "anything")
    )
    return ", ".join([told, *_bounds(schema)])


def _bounds(schema: Schema) -> Iterator[str]:
    for name, words in _BOUNDS:
        if name in schema:
            bound = schema[name]
            yield words.format(int(bound) if isinstance(bound, float) and bound.is_integer() else bound)
    if schema.get("default"):
        yield f"else {schema['default']}"


def _members(schema: Schema, schemas: Mapping[str, Schema], before: str) -> Iterator[Row]:
    schema = _resolved(schema, schemas)
    for option in schema.get("anyOf", ()):
        yield from _members(option, schemas, before)
    if schema.get("type") == "array":
        yield from _members(schema["items"], schemas, f"{before.removesuffix('.')}[].")
    for name, member in schema.get("properties", {}).items():
        words = member.get("description", "")
        yield Row(f"{before}{name}", in_words(member, schemas), _needs(schema, name), words)
        yield from _members(member, schemas, f"{before}{name}.")


def _needs(schema: Schema, name: str) -> bool:
    return name in schema.get("required", ())


def _without_null(schema: Schema) -> Schema:
    """Leave out that a parameter can be null: an address has no null, it leaves the parameter out."""
    options: Sequence[Schema] = schema.get("anyOf", ())
    kept = [option for option in options if option.get("type") != "null"]
    return kept[0] if len(kept) == 1 else schema


def _resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].removeprefix(REFERENCE)]
    return schema
