"""What no client of ours sends, sent to every operation of the whole service that takes a body.

Ids of others and bad tokens are walked in `test_access.py`; drawn requests are in `tests/openapi`.
"""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from heitje_chain.custody.model import new_wallet_id
from heitje_chain.people.roles import SCOPES_OF

from .serving import heitje_serve
from .town import Town
from .world import World

TEN_MB = 10 * 1024 * 1024

TRICKS = {
    "right-to-left override": "Anna \u202eneznarF",
    "right-to-left mark": "Anna\u200f",
    "isolate": "\u2066Anna\u2069",
    "nul": "Anna\x00",
    "escape": "\x1b[31mAnna",
    "line separator": "Anna\u2028Jansen",
    "zero-width space": "An\u200bna",
    "byte-order mark": "\ufeffAnna",
    "tag": "Anna\U000e0041",
    "joiner between Latin letters": "An\u200dna",
    "half a character": "Anna\ud800",
    "private use": "Anna\ue000",
}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    role: str
    """One that may."""
    body: dict[str, Any]
    texts: list[tuple[str | int, ...]]
    """Where its free texts stand."""

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.role}"


def operations(town: Town) -> list[Operation]:
    """Every operation that takes a body, with the description's example of it."""
    description = town.http.get("/api/openapi.json").json()
    found = []
    for route, methods in description["paths"].items():
        for method, said in methods.items():
            if "requestBody" not in said:
                continue
            media = said["requestBody"]["content"]["application/json"]
            needed = {scope for one in said["security"] for scope in one["token"]}
            role = next(role for role, scopes in SCOPES_OF.items() if needed <= scopes)
            texts = list(free_texts(media["schema"], description["components"]["schemas"]))
            path = route
            for one in said.get("parameters", ()):
                path = path.replace(f"{{{one['name']}}}", str(one["schema"].get("examples", ["main"])[0]))
            found.append(Operation(method.upper(), path, role, media["example"], texts))
    return found


def free_texts(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], at: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Yield where a text stands that may be anything that people write."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for option in schema.get("anyOf", ()):
        yield from free_texts(option, schemas, at)
    if schema.get("type") == "array":
        yield from free_texts(schema["items"], schemas, (*at, 0))
    if schema.get("type") == "string" and not {"enum", "const", "pattern"} & set(schema):
        yield at
    for name, member in schema.get("properties", {}).items():
        yield from free_texts(member, schemas, (*at, name))


def send(world: World, operation: Operation, content: bytes, kind: str = "application/json") -> Any:
    return world.town.http.request(
        operation.method,
        operation.path,
        content=content,
        headers={
            "Authorization": f"Bearer {world.secrets[operation.role]}",
            "Accept-Language": "en",
            "Content-Type": kind,
            "Idempotency-Key": uuid.uuid4().hex,
        },
    )


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).removeprefix("/problems/")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"],
)
def test_every_body__of_another_content_type__is_refused_as_such(world: World, kind: str) -> None:
    for one in operations(world.town):
        answer = send(world, one, json.dumps(one.body).encode(), kind)

        assert told(answer) == (415, "content-type-unknown"), str(one)


def test_every_body__of_10_mb__is_refused_as_such(world: World) -> None:
    large = b'{"name": "' + b"x" * TEN_MB + b'"}'
    for one in operations(world.town):
        assert told(send(world, one, large)) == (413, "body-too-large"), str(one)


def test_every_body__of_json_that_is_deep__is_refused_as_such(world: World) -> None:
    for deep in (b"[" * 30_000 + b"]" * 30_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000, b"[" * 60_000):
        for one in operations(world.town):
            assert told(send(world, one, deep)) == (400, "json-too-deep"), str(one)


def test_every_text__that_hides_or_turns_something__is_refused_by_its_name(world: World) -> None:
    tried = 0
    for one in operations(world.town):
        for at in one.texts:
            for trick, text in TRICKS.items():
                answer = send(world, one, json.dumps(put(one.body, at, text)).encode())

                assert told(answer) == (400, "request-invalid"), (str(one), at, trick, answer.text)
                [error] = answer.json()["errors"]
                assert error["field"].startswith(f"body.{at[0]}"), (str(one), at, trick)
                assert "may not stand in this text" in error["detail"], (str(one), at, trick)
                assert text not in answer.text
                tried += 1
    assert tried >= 20 * len(TRICKS)


def put(body: Mapping[str, Any], at: tuple[str | int, ...], text: str) -> dict[str, Any]:
    """Return the body with this text there."""
    made = copy.deepcopy(dict(body))
    inside: Any = made
    for step in at[:-1]:
        inside = inside[step]
    inside[at[-1]] = text
    return made


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Zoe\u0308 de Vries", "Zo\u00eb de Vries"),
        ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0645\u062f"),
        ("Ng\u0169g\u0129 wa Thiong\u2019o", "Ng\u0169g\u0129 wa Thiong\u2019o"),
        ("\u5f20\u4f1f \U0001f469\u200d\U0001f33e", "\u5f20\u4f1f \U0001f469\u200d\U0001f33e"),
    ],
)
def test_name__of_any_script__is_kept_in_its_one_form(town: Town, written: str, kept: str) -> None:
    resident = new_wallet_id()

    town.post("registrar", "/residents", {"id": resident, "name": written})

    assert town.get("registrar", f"/residents/{resident}")["name"] == kept


def test_served__a_body_of_10_mb_over_the_line__is_refused_and_the_service_goes_on(town: Town) -> None:
    with heitje_serve(town, {"HEITJE_DATABASE_URL": town.config.database_url}) as (_, address):
        client = httpx2.Client(
            base_url=address,
            headers={"Authorization": f"Bearer {town.secrets['registrar']}"},
            timeout=30,
            trust_env=False,
        )
        with client:
            answer = client.post(
                "/api/v1/residents", content=b"x" * TEN_MB, headers={"Content-Type": "application/json"}
            )
            after = client.get("/api/v1/me")

    assert told(answer) == (413, "body-too-large")
    assert after.status_code == 200
