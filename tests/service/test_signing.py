"""What a partner's developer needs to sign: whose signatures count, for which chain, and what is refused."""

from __future__ import annotations

import json

import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from heitje_chain.chain.contracts import JOB_ESCROW

from .crew import Crew
from .town import Person, Town

ELSEWHERE = "0x71c7656ec7ab88b098defb751b7401b5f6d8976f"


def prepared(town: Town, partner: Person) -> dict[str, str]:
    return town.prepare(partner, "/jobs", town.terms())


def test_job__signed_with_another_signer_named__is_refused_and_not_posted(town: Town, crew: Crew) -> None:
    partner = crew.partner
    signed = prepared(town, partner)

    for named in (ELSEWHERE, "0x" + "22" * 84):
        assert town.refused(partner, "/jobs", {**signed, "signer": named}) == (
            400,
            "The signer that you name did not sign this, or may not. Leave signer out: only a passkey needs "
            "it. /api/v1/me says who may sign.",
        )
    town.work()
    assert town.get(partner, "/jobs")["items"] == []
    assert town.events("JobPosted") == []

    own = Account.from_key(town.key_of(partner)).address
    assert town.post(partner, "/jobs", {**signed, "signer": own})["state"] == "posting"


def test_officers_act__with_a_signer_named__is_refused(town: Town, crew: Crew) -> None:
    partner = crew.partner
    signed = town.prepare(
        "treasurer", "/grants", {"partner": partner.id, "period": town.terms()["period"], "cents": 1}
    )

    assert town.refused("treasurer", "/grants", {**signed, "signer": ELSEWHERE}) == (
        400,
        "Not everything is filled in right. Check this: body.signer.",
    )
    assert town.get("treasurer", f"/acts/{signed['act']}")["state"] == "prepared"


def test_job__signed_for_another_chain__is_told_whose_signature_that_is(town: Town, crew: Crew) -> None:
    partner = crew.partner
    act = town.post(partner, "/jobs/prepare", town.terms())
    message = act["typed_data"]
    elsewhere = {**message, "domain": {**message["domain"], "chainId": 1}}
    signature = Account.sign_typed_data(town.key_of(partner), full_message=elsewhere).signature.to_0x_hex()

    status, told = town.refused(partner, "/jobs", {"act": act["id"], "signature": signature})

    assert (status, told[:62]) == (400, "Read with the message that we prepared, this signature is by 0")
    assert Account.from_key(town.key_of(partner)).address.lower() not in told


def test_oneself__of_a_partner__says_who_signs_and_its_id_on_the_chain(town: Town, crew: Crew) -> None:
    partner, resident = crew.partner, crew.anna
    message = town.post(partner, "/jobs/prepare", town.terms())["typed_data"]["message"]

    me = town.get(partner, "/me")

    assert me["signers"] == [Account.from_key(town.key_of(partner)).address.lower()]
    assert me["chain_participant"] == message["partner"]
    assert town.get(resident, "/me")["signers"] == []
    assert town.get(resident, "/me")["chain_participant"] == f"0x{resident.chain_id}"
    treasurer = town.get("treasurer", "/me")
    assert treasurer["signers"] == [Account.from_key(town.key_of("treasurer")).address.lower()]
    assert treasurer["chain_participant"] is None


def test_chain__without_a_token__is_what_messages_are_for(town: Town, crew: Crew) -> None:
    partner = crew.partner
    domain = town.post(partner, "/jobs/prepare", town.terms())["typed_data"]["domain"]

    chain = town.http.get("/api/v1/chain").json()

    assert (chain["chain_id"], chain["contracts"][JOB_ESCROW]) == (
        domain["chainId"],
        domain["verifyingContract"].lower(),
    )
    assert set(chain["officer_accounts"]) == set(town.contracts.record.officers)
    parameters = town.contracts.parameters
    assert chain["highest_reward"] == parameters.max_reward_cents
    assert chain["decision_seconds"] == parameters.decision_window_seconds
    assert chain["dispute_seconds"] == parameters.dispute_window_seconds


def test_act__of_a_job__gives_the_words_that_its_hash_is_of(town: Town, crew: Crew) -> None:
    partner = crew.partner
    terms = town.terms(title="Hegge snoeien")
    prepared = town.post(partner, "/jobs/prepare", terms)

    document = town.get(partner, f"/acts/{prepared['id']}")["document"]

    hashed = keccak(bytes.fromhex(document["salt"].removeprefix("0x")) + document["text"].encode())
    assert prepared["typed_data"]["message"]["documentHash"] == f"0x{hashed.hex()}"
    words = json.loads(document["text"])
    assert words == {name: terms.get(name, "") for name in words}
    assert {"title", "description", "place", "evidence"} <= set(words)
    assert document["salt"].removeprefix("0x") not in json.dumps(prepared)


@pytest.mark.parametrize("path", ["/job-closings", "/grants"])
def test_act__without_words__has_no_document(town: Town, crew: Crew, path: str) -> None:
    partner = crew.partner
    who = "treasurer" if path == "/grants" else partner
    body = {"partner": partner.id, "period": town.terms()["period"], "cents": 1}
    asked = body if path == "/grants" else {"job": town.job(partner)["id"]}
    prepared = town.post(who, f"{path}/prepare", asked)

    assert town.get(who, f"/acts/{prepared['id']}")["document"] is None
