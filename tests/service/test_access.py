"""Every route asks who sends the request, and for a scope that not everybody has."""

from __future__ import annotations

from heitje_chain.people.roles import PARTICIPANT_ROLES, SCOPES_OF

from .town import Town


def routes(town: Town) -> list[tuple[str, str]]:
    paths = town.http.get("/api/openapi.json").json()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def test_routes__without_a_token__refuse(town: Town) -> None:
    found = routes(town)
    assert len(found) > 60
    for method, path in found:
        answer = town.http.request(method, path.format_map(Anything()), json={})
        assert answer.status_code in (400, 401), (method, path, answer.text)
        if answer.status_code == 400:  # the body is looked at first; a token is asked for all the same
            assert answer.json()["type"] in ("/problems/request-invalid", "/problems/idempotency-key-missing")


def test_orders__by_a_role_without_their_scope__are_refused(town: Town) -> None:
    resident, shop = town.resident(), town.merchant()
    zeros = "0" * 64
    act: dict[str, object] = {"act": zeros, "signature": "0x" + "00" * 65}
    orders: list[tuple[str, dict[str, object]]] = [
        ("/grants", act),
        ("/approvals", act),
        ("/admissions", act),
        ("/payout-batches", act),
        ("/decisions", act),
        ("/attestations", act),
        ("/blocks", act),
        ("/tokens", {"participant": resident.id}),
        ("/residents", {"id": resident.id, "name": "X"}),
        ("/reconciliations", {}),
        (f"/redemptions/{zeros}/account-confirmation", {}),
    ]
    for path, body in orders:
        for who in (resident, shop):
            assert town.refused(who, path, body)[0] == 403, path
    assert town.refused(shop, "/claims", {"job": zeros})[0] == 403
    assert town.refused(resident, "/redemptions", {"cents": 100})[0] == 403
    assert town.refused("treasurer", "/decisions", act)[0] == 403


def test_things_of_others__are_not_found(town: Town) -> None:
    partner, other = town.partner(), town.partner()
    anna, bilal, shop = town.resident(), town.resident("Bilal"), town.merchant()
    town.earned(partner, anna)
    [claim] = town.get(anna, "/claims")["items"]
    payment = town.paid(anna, shop, 5_00)

    for who, path in (
        (bilal, f"/claims/{claim['id']}"),
        (other, f"/claims/{claim['id']}"),
        (bilal, f"/payments/{payment['id']}"),
        (other, f"/jobs/{claim['job']}"),
    ):
        assert town.ask("GET", who, path).status_code == 404, path
    assert town.get(bilal, "/claims")["items"] == []
    assert town.get(bilal, "/payments")["items"] == []
    assert town.refused(bilal, f"/claims/{claim['id']}/withdrawal")[0] == 404


def test_roles__of_participants__share_no_officers_scope() -> None:
    writing = {
        scope
        for role, scopes in SCOPES_OF.items()
        if role not in PARTICIPANT_ROLES
        for scope in scopes
        if scope.endswith(":write")
    }
    for role in PARTICIPANT_ROLES:
        assert not SCOPES_OF[role] & writing, role


class Anything(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return "1"
