"""The examples of acts are what is really signed there, and refusals name what the operation has."""

from __future__ import annotations

from typing import Any

import pytest

from heitje_chain.act_examples import PREPARED
from heitje_chain.client.meaning import meaning_of
from heitje_chain.http.examples import REFERENCE
from tests.service.conftest import town as town
from tests.service.town import Town

JSON, PROBLEM = "application/json", "application/problem+json"
Description = dict[str, Any]

MEANS = {
    "post_job": "PostJob",
    "close_job": "CloseJob",
    "approve": "Approve",
    "reject": "Reject",
    "decide": "decide",
    "grant": "grant",
    "close_budget": "closeBudget",
    "award": "award",
    "attest_reserve": "attestReserve",
    "set_mint_limit": "setMintLimit",
    "close_batch": "close",
    "settle_batch": "settle",
    "pause": "pause",
    "unpause": "unpause",
    "freeze": "setFrozenTokens",
    "unfreeze": "setFrozenTokens",
    "force": "forcedTransfer",
    "recover_wallet": "recover",
    "cancel": "cancel",
    "admit": "admitMerchants",
    "add_signer": "addSigner",
    "remove_signer": "removeSigner",
    "block": "blockParticipant",
    "unblock": "unblockParticipant",
}


def answer_of(description: Description, path: str, status: str) -> Any:
    return description["paths"][path]["post"]["responses"][status]["content"][JSON]


def test_every_prepare__shows_its_own_message(description: Description) -> None:
    preparing = {path for path in description["paths"] if path.endswith("/prepare")}

    assert {f"{path}/prepare" for path in PREPARED} == preparing, "see heitje_chain/act_examples.py"
    shown = {path: answer_of(description, path, "200")["example"] for path in preparing}
    assert sorted(act["kind"] for act in shown.values()) == sorted(MEANS)
    for path, act in shown.items():
        meaning = meaning_of(act["typed_data"])
        assert meaning.act == MEANS[act["kind"]], path
        assert meaning.deadline == act["deadline"], path
        primary = act["typed_data"]["primaryType"]
        assert set(act["typed_data"]["types"]) == {"EIP712Domain", primary}, path
        fields = [field["name"] for field in act["typed_data"]["types"][primary]]
        assert fields == list(act["typed_data"]["message"]), path


def test_every_signing__shows_the_act_that_was_signed(description: Description) -> None:
    for path, prepared in PREPARED.items():
        example = answer_of(description, path, "202")["example"]
        schema = answer_of(description, path, "202")["schema"]["$ref"].removeprefix(REFERENCE)
        act = {"ActView": example, "ApprovalView": example.get("act")}.get(schema)
        if act is not None:
            assert (act["kind"], act["state"]) == (prepared["kind"], "signed"), path
            assert "typed_data" not in act, path
        else:
            assert schema in ("JobView", "ClaimView"), path


def test_partners_examples__have_the_shape_of_what_is_prepared(town: Town) -> None:
    partner, anna, bilal = town.partner(), town.resident(), town.resident("Bilal")
    job = town.job(partner)
    first, second = town.handed_in(anna, job), town.handed_in(bilal, job)
    bodies: dict[str, dict[str, Any]] = {
        "jobs": town.terms(),
        "job-closings": {"job": job["id"]},
        "approvals": {"claims": [first["id"]]},
        "rejections": {"claim": second["id"], "reason": 1, "words": "Niet af."},
    }

    for noun, body in bodies.items():
        real, shown = town.post(partner, f"/{noun}/prepare", body), PREPARED[f"/api/v1/{noun}"]

        assert (set(real), real["kind"]) == (set(shown), shown["kind"])
        assert list(real["content"]) == list(shown["content"])
        for part in ("types", "primaryType"):
            assert real["typed_data"][part] == shown["typed_data"][part]
        assert real["typed_data"]["domain"]["name"] == shown["typed_data"]["domain"]["name"]
        kinds = [{n: type(v) for n, v in one["typed_data"]["message"].items()} for one in (real, shown)]
        assert kinds[0] == kinds[1]


def test_refusals__name_the_scope_and_a_field_of_the_operation(description: Description) -> None:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            refused = {
                slug: example["value"]
                for status, answer in operation["responses"].items()
                for slug, example in answer.get("content", {}).get(PROBLEM, {}).get("examples", {}).items()
                if "value" in example
            }
            needed = [scope for one in operation.get("security", ()) for scope in one["token"]]
            if needed:
                assert refused["scope-missing"]["scope"] == needed[0], (method, path)
            [error] = refused["request-invalid"]["errors"]
            assert error["field"] == refused["request-invalid"]["fields"]
            place, _, name = error["field"].partition(".")
            parameters = {(one["in"], one["name"]) for one in operation.get("parameters", ())}
            if place == "body":
                body = operation["requestBody"]["content"][JSON]["schema"]["$ref"].removeprefix(REFERENCE)
                assert name in description["components"]["schemas"][body]["properties"], (method, path)
            else:
                assert (place, name) in {*parameters, ("query", "stat")}, (method, path)


@pytest.mark.parametrize("path", ["/api/v1/webhooks", "/api/v1/webhooks/{webhook_id}/secret"])
def test_webhooks__show_a_secret_that_signs_and_a_partners_events(
    description: Description, path: str
) -> None:
    example = answer_of(description, path, "201")["example"]

    assert example["secret"].startswith("whsec_")
    assert {"job.open", "claim.submitted", "claim.decided"} >= set(example.get("events", ()))


def test_budget__adds_up(description: Description) -> None:
    content = description["paths"]["/api/v1/budgets"]["get"]["responses"]["200"]["content"][JSON]
    [budget] = content["example"]["items"]

    assert budget["available"] == budget["granted"] - budget["reserved"] - budget["minted"]
    assert budget["closed"] is False


def test_new_job__is_claimed_before_it_is_handed_in(description: Description) -> None:
    job = description["paths"]["/api/v1/jobs/prepare"]["post"]["requestBody"]["content"][JSON]["example"]

    assert job["claim_by"] < job["submit_by"]
