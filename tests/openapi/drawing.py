"""Requests drawn from the API's own description, sent by every role to a town that has some of everything.

About half of the requests fit the description and half do not. What a fitting one names is mostly there: the
role's own, another's, or of another kind. What a role had prepared it signs, mostly, when it is drawn to.

A call that takes more than a second is made again; it is slow when it is so three times in a row, so that a
machine that was busy with something else does not fail it.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from heitje_chain.people.roles import SCOPES_OF
from tests.service.town import sign
from tests.service.world import World

from .naming import LANE, OF_LANES, named, things_of

SLOW_SECONDS = 1.0
SLOW_TIMES = 3

NOBODY = ""
"""Asks without a token."""

PREPARING = "/prepare"
KEY = "Idempotency-Key"

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

FITTING, UNFITTING = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


@dataclass
class Tally:
    """What was sent and what came back."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    by_role: Counter[str] = field(default_factory=Counter)
    reached: dict[str, set[int]] = field(default_factory=dict)
    """Operation -> the statuses that it answered."""
    faults: dict[str, str] = field(default_factory=dict)
    """What was wrong, each kind once -> the request that shows it."""

    def take(self, operation: str, role: str, status: int) -> None:
        self.calls += 1
        self.statuses[status] += 1
        self.by_role[role] += 1
        self.reached.setdefault(operation, set()).add(status)


class Drawer:
    """Sends drawn requests to a world's town."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tally = Tally()
        self.roles = (*world.secrets, NOBODY)
        self._http = world.town.http
        self._description: dict[str, Any] = self._http.get("/api/openapi.json").json()
        self._schema = schemathesis.openapi.from_dict(self._description)
        self._things = things_of(world)
        # The town's clock is ahead of the machine's by the delays that were passed when it was built, and
        # stands still while nobody is at work.
        self._town_now = world.town.now()
        self._prepared: dict[tuple[str, str], list[dict[str, str]]] = {}
        """(role, the address that takes the signature) -> bodies with a signature."""

    def operations(self) -> Iterator[Any]:
        for found in self._schema.get_all_operations():
            yield cast(Any, found).ok()

    def may(self, operation: Any) -> list[str]:
        """Return the roles that may ask this."""
        needed = [scope for one in self._said(operation).get("security", ()) for scope in one["token"]]
        return [role for role in self.world.secrets if SCOPES_OF[role] >= set(needed)]

    def draw(self, operation: Any, role: str, examples: int) -> None:
        """Send this many fitting and as many unfitting requests of a role; the same ones each time."""
        chance = Random(f"{operation.label} {role}")  # beside Hypothesis: what it decides depends on the town
        for mode in (FITTING, UNFITTING):

            @seed(f"{operation.label} {role}")
            @settings(
                max_examples=examples,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(mode))
            def send(case: Any) -> None:
                self._send(case, role, chance)

            try:
                send()
            except Unsatisfiable:
                assert mode is UNFITTING
                assert self._takes_nothing(operation), operation.label

    def _send(self, case: Any, role: str, chance: Random) -> None:
        self._name(case, role, chance)
        request = self._request(case, role, chance)
        response = self._timed(case, request)
        self.tally.take(case.operation.label, role, response.status_code)
        told = f"{role or 'nobody'}: {case.as_curl_command()}\n{response.status_code} {response.text[:600]}"
        try:
            case.validate_response(response, checks=CHECKS)
        except (FailureGroup, Failure) as failure:
            for one in getattr(failure, "exceptions", [failure]):
                name = f"{case.operation.label} as answered {response.status_code}: {one.title}"
                self.tally.faults.setdefault(name, f"{one.message[:600]}\n{told}")
        if response.status_code >= 400:
            self._check_problem(case.operation, response, told)
        elif case.path.endswith(PREPARING):
            self._sign(request["url"].removesuffix(PREPARING), role, response.json())

    def _name(self, case: Any, role: str, chance: Random) -> None:
        if chance.random() < 0.2:
            return
        now = max(self._town_now, int(time.time()))
        case.path_parameters = named(case.path_parameters, self._things[role], now, chance)
        case.body = named(case.body, self._things[role], now, chance)
        if case.path.startswith(OF_LANES):
            case.path_parameters["name"] = LANE

    def _request(self, case: Any, role: str, chance: Random) -> dict[str, Any]:
        case.headers.pop("Authorization", None)
        request = dict(case.as_transport_kwargs(base_url="http://testserver"))
        request.pop("cookies", None)
        if isinstance(request.get("data"), str | bytes):
            request["content"] = request.pop("data")
        headers = dict(request["headers"])
        if role != NOBODY:
            headers["Authorization"] = f"Bearer {self.world.secrets[role]}"
        if KEY in headers and chance.random() < 0.8:  # drawn keys are often the same
            headers[KEY] = uuid.UUID(int=chance.getrandbits(128)).hex
        request["headers"] = {name: value.encode("latin-1", "replace") for name, value in headers.items()}
        prepared = self._prepared.get((role, request["url"]))
        if prepared and isinstance(case.body, dict) and "act" in case.body and chance.random() < 0.6:
            request["json"] = chance.choice(prepared)
        return request

    def _timed(self, case: Any, request: Mapping[str, Any]) -> Any:
        """Send it; send it again when it is slow, as a new order so that no stored answer is given."""
        sent = dict(request)
        for attempt in range(SLOW_TIMES):
            if attempt:
                self.tally.calls += 1
                sent["headers"] = request["headers"] | {KEY: uuid.uuid4().hex.encode()}
            began = time.monotonic()
            response = self._http.request(**sent)
            if time.monotonic() - began <= SLOW_SECONDS:
                return response
        self.tally.faults[f"{case.operation.label}: slow {SLOW_TIMES} times"] = case.as_curl_command()
        return response

    def _check_problem(self, operation: Any, response: Any, told: str) -> None:
        """A refusal is of a kind that the description names for this operation and status."""
        answer = self._said(operation)["responses"].get(str(response.status_code), {})
        shown = answer.get("content", {}).get("application/problem+json", {}).get("examples", {})
        slug = str(response.json().get("type")).removeprefix("/problems/")
        if slug not in shown:
            name = f"{operation.label}: {response.status_code} {slug} is not described"
            self.tally.faults.setdefault(name, told)

    def _sign(self, address: str, role: str, prepared: Mapping[str, Any]) -> None:
        key = self.world.keys.get(role) or self.world.town.key_of(role)
        body = {"act": str(prepared["id"]), "signature": sign(prepared["typed_data"], key)}
        self._prepared.setdefault((role, address), []).append(body)

    def _takes_nothing(self, operation: Any) -> bool:
        """Whether there is nothing in it that could be wrong: whatever stands in If-None-Match is taken."""
        said = self._said(operation)
        asked = {one["name"] for one in said.get("parameters", ())} - {"If-None-Match"}
        return not asked and "requestBody" not in said

    def _said(self, operation: Any) -> Mapping[str, Any]:
        method, path = operation.label.split(" ", 1)
        said: Mapping[str, Any] = self._description["paths"][path][method.lower()]
        return said
