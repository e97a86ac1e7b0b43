"""How an act is told apart from others, and what the audit log keeps of a call."""

from __future__ import annotations

import hashlib

import pytest

from heitje_chain.acts.rules import audit_code, audit_details, content_hash
from heitje_chain.audit.rules import canonical


def test_content_hash__of_the_same_in_another_order__is_the_same() -> None:
    first = content_hash("officer", "treasurer", "grant", {"partner": "a", "cents": 1})
    again = content_hash("officer", "treasurer", "grant", {"cents": 1, "partner": "a"})

    assert first == again
    assert len(bytes.fromhex(first)) == 32


@pytest.mark.parametrize(
    ("actor_kind", "actor", "kind", "content"),
    [
        ("partner", "treasurer", "grant", {"cents": 1}),
        ("officer", "auditor", "grant", {"cents": 1}),
        ("officer", "treasurer", "award", {"cents": 1}),
        ("officer", "treasurer", "grant", {"cents": 2}),
        ("officer", "treasurer", "grant", {"cents": "1"}),
    ],
)
def test_content_hash__of_anything_else__differs(
    actor_kind: str, actor: str, kind: str, content: dict[str, object]
) -> None:
    known = content_hash("officer", "treasurer", "grant", {"cents": 1})

    assert content_hash(actor_kind, actor, kind, content) != known


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ("grant", "grant"),
        ("admitMerchants", "admit_merchants"),
        ("RewardBudget", "reward_budget"),
        ("claimBy", "claim_by"),
    ],
)
def test_audit_code__of_a_name__is_in_lower_case(function: str, code: str) -> None:
    assert audit_code(function) == code


def test_audit_details__of_ids_amounts_and_lists__are_as_they_are() -> None:
    arguments = {"partner": "0xAB", "cents": 150_000, "closed": True, "wallets": ["0xCD", "0xEF"], "none": []}

    assert audit_details(arguments) == {
        "partner": "0xab",
        "cents": 150_000,
        "closed": 1,
        "wallets": ["0xcd", "0xef"],
        "none": [],
    }


@pytest.mark.parametrize("text", ["0x" + "ab" * 200, "Burgemeester van Heerlen", "", "[1, '0xab']"])
def test_audit_details__of_what_is_no_id__are_its_hash(text: str) -> None:
    hashed = f"sha256:{hashlib.sha256(text.lower().encode()).hexdigest()}"

    assert audit_details({"label": text, "labels": [text]}) == {"label": hashed, "labels": [hashed]}


@pytest.mark.parametrize("value", ["", "Two words", "é", [["a", 1], ["b", 2]], "0x" + "0" * 1000, True, -1])
def test_audit_details__of_whatever_a_call_holds__are_taken_by_the_log(value: object) -> None:
    details = audit_details({"someValue": value})

    assert canonical(details).startswith('{"some_value":')
