"""Values that one database takes and the other does not are refused before either sees them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from .town import Person, Town

ODD = ("%00", "a%00b", "%ED%A0%80", str(2**31), str(2**63), "-1", "9" * 30, "x" * 300)
"""NUL, a lone surrogate, beyond 32 and 64 bits, negative, long."""


@pytest.mark.seconds(30)
def test_reads__of_odd_ids_and_filters__are_answered(
    town: Town, partner: Person, anna: Person, shop: Person
) -> None:
    paths = town.http.get("/api/openapi.json").json()["paths"]
    officers = ("registrar", "auditor", "settlement")  # who between them read almost everything
    askers = [*(town.secrets[role] for role in officers), partner.secret, anna.secret, shop.secret]
    faults = []
    for path, operations in paths.items():
        if "get" not in operations or path.endswith("/events"):
            continue
        for address in addresses(path, operations["get"].get("parameters", [])):
            for secret in askers:
                answer = town.http.get(address, headers={"Authorization": f"Bearer {secret}"})
                if answer.status_code >= 500:
                    faults.append((address, answer.status_code))
    assert faults == []


def addresses(path: str, parameters: list[dict[str, Any]]) -> list[str]:
    """Return the path with each parameter odd in turn."""
    inside = [one["name"] for one in parameters if one["in"] == "path"]
    asked = [one["name"] for one in parameters if one["in"] == "query"]
    found = []
    for odd in ODD:
        filled = path
        for name in inside:
            filled = filled.replace(f"{{{name}}}", odd)
        if inside:
            found.append(filled)
        found += [f"{filled}?{quote(name)}={odd}" for name in asked]
    return found
