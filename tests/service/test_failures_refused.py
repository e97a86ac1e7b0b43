"""What the contract or the service refuses for good, and what is sent again.

See survival.py. Each test names the case of failures.md that it is about; after each there is one event per
act, no hole in the nonces, and chain, books and bank are equal.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from heitje_chain.chain import typed_data
from heitje_chain.chain.ids import new_client_id
from heitje_chain.chain.model import EVENT
from heitje_chain.chain.node import CallReverted, Node
from heitje_chain.db import transaction

from .survival import (
    GAS,
    ORDERS,
    TOKEN,
    People,
    assert_sound,
    claim_told,
    paid_told,
    rows,
    send_past_the_service,
    wallet_key,
    wallet_of,
)
from .town import Town


def test_payment__when_the_coins_were_frozen_meanwhile__is_refused_and_its_hold_ends(
    town: Town, people: People
) -> None:
    """Case 18."""
    payment = people.pay(4_00)
    town._enforce("setFrozenTokens", wallet_of(people.anna), 12_00)
    assert town.spendable(people.anna) == 11_00
    town.work()

    found = town.get(people.anna, f"/payments/{payment['id']}")
    assert (found["state"], found["refusal"]["name"]) == ("refused", "ERC7943InsufficientUnfrozenBalance")
    assert paid_told(payment).count(town) == 0
    assert town.get(people.anna, "/wallet")["outgoing"] == 0
    assert town.spendable(people.anna) == 3_00, "what is not frozen"
    town._enforce("setFrozenTokens", wallet_of(people.anna), 0)
    assert_sound(town)
    assert town.spendable(people.anna) == 15_00
    assert paid_told(payment).count(town) == 0, "refused for good"
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "refused"


def test_redemption__when_the_coins_were_frozen_meanwhile__is_refused_and_its_hold_ends(
    town: Town, people: People
) -> None:
    """Case 18."""
    town.paid(people.anna, people.shop, 6_00)
    line = town.post(people.shop, "/redemptions", {"cents": 6_00})
    town._enforce("setFrozenTokens", wallet_of(people.shop), 1)
    assert town.spendable(people.shop) == 0
    town.work()

    found = town.get(people.shop, f"/redemptions/{line['id']}")
    assert (found["state"], found["refusal"]["name"]) == ("refused", "ERC7943InsufficientUnfrozenBalance")
    assert town.spendable(people.shop) == 5_99, "what is not frozen"
    assert_sound(town)


def test_payment__when_the_balance_went_meanwhile__is_refused_and_its_hold_ends(
    town: Town, people: People
) -> None:
    """Case 18: Anna's own key pays, past the service, what she is paying here."""
    payment = people.pay(4_00)
    key, token = wallet_key(town, people.anna), town.contracts.address(TOKEN)
    sides = (wallet_of(people.anna), wallet_of(people.shop))
    arguments = (*sides, 14_00, 0, town.now() + 3600, new_client_id())
    message = typed_data.transfer_with_authorization(town.contracts.token_domain, *arguments)
    signature = message.signed_by(key)
    v, r, s = signature[64], signature[:32], signature[32:64]
    data = town.contracts.codec.call(TOKEN, "transferWithAuthorization", *arguments, v, r, s)
    assert send_past_the_service(town, key, token, data)
    town.work()

    found = town.get(people.anna, f"/payments/{payment['id']}")
    assert (found["state"], found["refusal"]["name"]) == ("refused", "ERC20InsufficientBalance")
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (1_00, 14_00)
    assert_sound(town)


@pytest.mark.parametrize(
    ("contract", "refusal"),
    [("Redemption", "ERC7943CannotTransfer"), ("JobEscrow", "ERC7943CannotReceive")],
)
def test_transfer__to_a_contract_of_ours_by_a_wallets_own_key__is_refused(
    town: Town, people: People, contract: str, refusal: str
) -> None:
    """Case 29."""
    town.paid(people.anna, people.shop, 6_00)
    token, codec, node = town.contracts.address(TOKEN), town.contracts.codec, Node(town.url)
    data = codec.call(TOKEN, "transfer", town.contracts.address(contract), 1_00)
    for person, left in ((people.anna, 9_00), (people.shop, 6_00)):
        with pytest.raises(CallReverted) as reverted:
            node.call(wallet_of(person), token, data)
        assert codec.refusal(reverted.value.data).name == refusal
        assert not send_past_the_service(town, wallet_key(town, person), token, data)
        town.work()
        assert town.spendable(person) == left
    assert_sound(town)


@pytest.mark.parametrize("kind", list(ORDERS))
def test_call__replayed_by_a_stranger__changes_nothing(town: Town, people: People, kind: str) -> None:
    """Case 23: all that was sent for the act is sent again, word for word, by somebody else."""
    act = ORDERS[kind](people)
    town.work()
    before, held = rows(town), town.spendable(people.anna)
    with transaction(town.engine) as connection:
        events = connection.execute(
            select(EVENT.c.transaction_hash, EVENT.c.arguments).where(EVENT.c.name == act.event)
        )
        [sent] = [row[0] for row in events if row[1][act.argument] == act.value]
    call = town.rpc("eth_getTransactionByHash", sent)
    stranger = town.rpc("eth_accounts")[0]
    again = {"from": stranger, "to": call["to"], "data": call["input"], "gas": hex(GAS)}
    town.mined(town.rpc("eth_sendTransaction", again))

    assert_sound(town, act)
    assert town.spendable(people.anna) == held
    after = rows(town)
    assert {name for name in before if after[name] != before[name]} <= {"block", "chain_event"}


def test_signature__sent_again_after_the_claim_is_decided__changes_nothing(
    town: Town, people: People
) -> None:
    """Case 23: the approval's own, and a rejection that was signed before and not sent."""
    claim = people.submitted()
    rejection = town.prepare(
        people.partner, "/rejections", {"claim": claim, "reason": 2, "words": "Niet af."}
    )
    approval = town.prepare(people.partner, "/approvals", {"claims": [claim]})
    town.post(people.partner, "/approvals", approval, key="approval-1")
    town.work()
    before = rows(town)

    same = town.post(people.partner, "/approvals", approval, key="approval-1")
    assert [one["pending"] for one in same["claims"]] == ["approve"], "the answer that it got"
    late = town.post(people.partner, "/approvals", approval, key="approval-2")
    assert [one["state"] for one in late["claims"]] == ["approved"]
    assert town.refused(people.partner, "/rejections", rejection)[0] == 409

    after = rows(town)
    assert {name for name in before if after[name] != before[name]} == {"idempotent_answer"}
    assert_sound(town, claim_told("ClaimApproved", claim))
    assert town.events("ClaimRejected") == []


def test_key__used_for_another_body__is_refused_and_nothing_is_written(town: Town, people: People) -> None:
    """Case 7."""
    job, other_job = (town.job(people.partner, reward=1_00) for _ in range(2))
    payment = town.paid(people.anna, people.shop, 6_00)
    code = town.code_of(people.shop)
    orders = [
        (people.anna, "/payments", {"code": code, "cents": 1_00}, {"code": code, "cents": 1_01}),
        (people.anna, "/claims", {"job": job["id"]}, {"job": other_job["id"]}),
        (people.shop, "/redemptions", {"cents": 2_00}, {"cents": 1_00}),
        (people.shop, f"/payments/{payment['id']}/refunds", {"cents": 10}, {"cents": 20}),
        (people.shop, "/payment-requests", {"cents": 10}, {"cents": 20}),
    ]
    for number, (person, path, body, _) in enumerate(orders):
        town.post(person, path, body, key=f"order-{number:03}")
    before = rows(town)

    for number, (person, path, _, other) in enumerate(orders):
        answer = town.ask("POST", person, path, other, f"order-{number:03}")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/idempotency-key-reused"), path
    assert rows(town) == before
    assert_sound(town)
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (8_10, 4_90)
