"""Write `heitje_chain/client/orders.py` and `answers.py` from the API's own description.

    python tools/generate_client_types.py [--check]

With --check nothing is written, and the exit code is 1 when a file is not what would be written.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from heitje_chain.app import create_app
from heitje_chain.chain.contracts import Contracts
from heitje_chain.config import from_environment
from heitje_chain.db import open_engine

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "heitje_chain" / "client"

HEAD = '''"""{about}

Written by `python tools/generate_client_types.py` from the API's description; do not edit.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''

REFERENCE = "#/components/schemas/"
NO_TYPES = ("Problem",)
"""The client has its own."""
SIMPLE = {"string": "str", "integer": "int", "boolean": "bool", "number": "float", "null": "None"}

Schemas = Mapping[str, Mapping[str, Any]]


def files() -> dict[Path, str]:
    """Return what the two files are to hold."""
    description = api_description()
    schemas: Schemas = description["components"]["schemas"]
    sent = set(closure(schemas, request_bodies(description)))
    wanted = [name for name in schemas if name not in NO_TYPES and not name.startswith("PageOf")]
    orders = module("What is sent to the API.", schemas, [name for name in wanted if name in sent])
    answers = module("What the API answers.", schemas, [name for name in wanted if name not in sent])
    return {FOLDER / "orders.py": orders, FOLDER / "answers.py": answers}


def api_description() -> dict[str, Any]:
    """Return the OpenAPI of an application that never runs: it needs neither tables nor a deployment."""
    app = create_app(open_engine("sqlite://"), cast(Contracts, None), from_environment({}))
    return app.openapi()


def module(about: str, schemas: Schemas, names: list[str]) -> str:
    ordered = sorted(names, key=class_name)
    classes = "\n\n".join("\n".join(typed_dict(name, schemas[name])) for name in ordered)
    body = f"{HEAD.format(about=about)}\n\n{classes}\n"
    for imported in ("Any", "Literal", "NotRequired"):
        if imported not in classes:
            body = body.replace(f"{imported}, ", "", 1)
    return formatted(body)


def typed_dict(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f"class {class_name(name)}(TypedDict):"
    required = schema.get("required", [])
    for field, value in schema.get("properties", {}).items():
        kind = type_of(value)
        yield f"    {field}: {kind if field in required else f'NotRequired[{kind}]'}"
    if not schema.get("properties"):
        yield "    pass"


def type_of(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return class_name(schema["$ref"].removeprefix(REFERENCE))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(one) for one in schema["anyOf"]))
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if "enum" in schema:
        return f"Literal[{', '.join(repr(one) for one in schema['enum'])}]"
    match schema.get("type"):
        case "array":
            return f"list[{type_of(schema.get('items', {}))}]"
        case "object":
            values = schema.get("additionalProperties")
            return f"dict[str, {type_of(values) if isinstance(values, Mapping) else 'Any'}]"
        case str(simple):
            return SIMPLE[simple]
    return "Any"


def class_name(name: str) -> str:
    """Two classes of the same name in two slices carry their modules' names: the slice's is enough."""
    if not name.startswith("heitje_chain__"):
        return name
    parts = name.split("__")
    return f"{parts[1].capitalize()}{parts[-1]}"


def request_bodies(description: Mapping[str, Any]) -> Iterator[str]:
    for methods in description["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from references(content["schema"])


def closure(schemas: Schemas, names: Iterator[str]) -> Iterator[str]:
    """Yield these schemas and those that they hold."""
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            yield name
            waiting += references(schemas[name])


def references(schema: Any) -> list[str]:
    if isinstance(schema, Mapping):
        own = [schema["$ref"].removeprefix(REFERENCE)] if isinstance(schema.get("$ref"), str) else []
        return own + [name for value in schema.values() for name in references(value)]
    return [name for one in schema for name in references(one)] if isinstance(schema, list) else []


def formatted(code: str) -> str:
    ruff = Path(sys.executable).parent / "ruff"
    command = [str(ruff), "format", "--stdin-filename", str(FOLDER / "orders.py"), "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout


def main(check: bool) -> int:
    stale = [path for path, code in files().items() if not path.exists() or path.read_text() != code]
    for path in stale:
        if check:
            print(f"{path.relative_to(ROOT)} is not what the API describes.", file=sys.stderr)
        else:
            path.write_text(files()[path])
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
