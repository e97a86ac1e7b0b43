"""Each fact, in full: its id, its lines, and what it refuses."""

from __future__ import annotations

import pytest

from heitje_chain.chain.ids import ParticipantId
from heitje_chain.ledger import rules
from heitje_chain.ledger.accounts import (
    REDEMPTION,
    RETURNED,
    SUPPLY,
    Account,
    BudgetPart,
    UnknownAccount,
    account,
    budget,
    budget_of,
    family,
    group,
    payable,
    wallet,
)
from heitje_chain.ledger.entry import Entry, Kind, require_sound
from heitje_chain.money import AmountError
from tests.ledger import facts

SEEN = facts.seen(7)
GRANTED = budget(facts.budget(1), BudgetPart.GRANTED)
AVAILABLE = budget(facts.budget(1), BudgetPart.AVAILABLE)
RESERVED = budget(facts.budget(1), BudgetPart.RESERVED)
MINTED = budget(facts.budget(1), BudgetPart.MINTED)
ONE = "01".rjust(64, "0")


def moves(entry: Entry) -> dict[Account, int]:
    require_sound(entry)
    return {line.account: line.cents for line in entry.lines}


def test_grant__frees_cents_of_a_budget() -> None:
    entry = rules.grant(SEEN, grant_id=facts.word(1), budget_id=facts.budget(1), amount=500)

    assert (entry.id, entry.kind) == (f"grant:{ONE}", Kind.GRANT)
    assert (entry.seen, entry.occurred_at) == (SEEN, SEEN.occurred_at)
    assert moves(entry) == {GRANTED: -500, AVAILABLE: 500}


def test_post__reserves_every_slot() -> None:
    entry = rules.post(SEEN, job=facts.job(1), budget_id=facts.budget(1), reward=150, slots=3)

    assert (entry.id, entry.kind) == (f"post:{ONE}", Kind.POST)
    assert moves(entry) == {AVAILABLE: -450, RESERVED: 450}


def test_release_slots__frees_their_rewards() -> None:
    entry = rules.release_slots(
        SEEN, release_id=facts.word(1), budget_id=facts.budget(1), reward=150, slots=2
    )

    assert (entry.id, entry.kind) == (f"release_slots:{ONE}", Kind.RELEASE_SLOTS)
    assert moves(entry) == {RESERVED: -300, AVAILABLE: 300}


def test_close_budget__takes_back_what_was_free() -> None:
    entry = rules.close_budget(SEEN, budget_id=facts.budget(1), amount=80)

    assert (entry.id, entry.kind) == (f"close_budget:{ONE}", Kind.CLOSE_BUDGET)
    assert moves(entry) == {AVAILABLE: -80, GRANTED: 80}


def test_close_budget__when_nothing_was_free__moves_nothing() -> None:
    assert moves(rules.close_budget(SEEN, budget_id=facts.budget(1), amount=0)) == {}


@pytest.mark.parametrize("kind", [Kind.APPROVE, Kind.DECIDE])
def test_mint__of_a_smaller_claim__frees_the_rest(kind: rules.Mint) -> None:
    entry = rules.mint(
        SEEN,
        kind=kind,
        claim=facts.claim(1),
        budget_id=facts.budget(1),
        resident=facts.RESIDENT,
        amount=110,
        reward=150,
    )

    assert (entry.id, entry.kind) == (f"claim:{ONE}", kind)
    assert moves(entry) == {
        RESERVED: -150,
        MINTED: 110,
        AVAILABLE: 40,
        SUPPLY: -110,
        wallet(facts.RESIDENT): 110,
    }


def test_mint__of_the_whole_reward__frees_nothing() -> None:
    assert moves(facts.approval(1, 150, 150)) == {
        RESERVED: -150,
        MINTED: 150,
        SUPPLY: -150,
        wallet(facts.RESIDENT): 150,
    }


def test_mint__above_the_reward__is_refused() -> None:
    with pytest.raises(AmountError, match=r"^A claim is paid at most its slot's reward\.$"):
        facts.approval(1, 151, 150)


def test_award__mints_from_what_is_free() -> None:
    entry = rules.award(
        SEEN,
        award_id=facts.word(1),
        budget_id=facts.budget(1),
        resident=facts.RESIDENT,
        amount=60,
    )

    assert (entry.id, entry.kind) == (f"award:{ONE}", Kind.AWARD)
    assert moves(entry) == {AVAILABLE: -60, MINTED: 60, SUPPLY: -60, wallet(facts.RESIDENT): 60}


@pytest.mark.parametrize("kind", [Kind.PAY, Kind.REFUND, Kind.DONATE, Kind.FORCE])
def test_transfer__has_one_id_whatever_it_is_called(kind: rules.Transfer) -> None:
    entry = rules.transfer(
        SEEN,
        kind=kind,
        payer=facts.RESIDENT,
        payee=facts.MERCHANT,
        nonce=facts.word(1),
        amount=25,
    )

    assert (entry.id, entry.kind) == (f"transfer:{facts.RESIDENT.hex()}:{ONE}", kind)
    assert moves(entry) == {wallet(facts.RESIDENT): -25, wallet(facts.MERCHANT): 25}


def test_transfer__to_oneself__is_refused() -> None:
    with pytest.raises(AmountError, match=r"^A transfer has two sides\.$"):
        rules.transfer(
            SEEN,
            kind=Kind.FORCE,
            payer=facts.RESIDENT,
            payee=facts.RESIDENT,
            nonce=facts.word(1),
            amount=25,
        )


def test_lock_and_release_line__move_between_merchant_and_redemption() -> None:
    locked = rules.lock(SEEN, redemption=facts.redemption(1), merchant=facts.MERCHANT, amount=25)
    released = rules.release_line(SEEN, redemption=facts.redemption(1), merchant=facts.MERCHANT, amount=25)

    assert (locked.id, released.id) == (f"lock:{ONE}", f"release_line:{ONE}")
    assert moves(locked) == {wallet(facts.MERCHANT): -25, REDEMPTION: 25}
    assert moves(released) == {wallet(facts.MERCHANT): 25, REDEMPTION: -25}


def test_burn__ends_coins() -> None:
    entry = rules.burn(SEEN, batch=4, amount=25)

    assert (entry.id, entry.kind) == ("burn:4", Kind.BURN)
    assert moves(entry) == {REDEMPTION: -25, SUPPLY: 25}


def test_bank_return_and_pay_payable__touch_no_coins() -> None:
    returned = rules.bank_return(99, redemption=facts.redemption(1), end_to_end_id="E1", amount=25)
    paid = rules.pay_payable(100, redemption=facts.redemption(1), end_to_end_id="E2", amount=25)

    assert (returned.id, paid.id) == (f"bank_return:{ONE}:E1", f"pay_payable:{ONE}:E2")
    assert (returned.seen, returned.occurred_at) == (None, 99)
    assert moves(returned) == {RETURNED: -25, payable(facts.redemption(1)): 25}
    assert moves(paid) == {RETURNED: 25, payable(facts.redemption(1)): -25}


@pytest.mark.parametrize("amount", [0, -1])
def test_any_fact__of_no_cents__is_refused(amount: int) -> None:
    with pytest.raises(AmountError, match=r"^An amount is more than 0 cents\.$"):
        facts.payment(1, amount)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "wallet",
        "wallet:",
        "Supply",
        "supply:",
        f"wallet:0x{'1' * 40}",
        f"wallet:{'1' * 39}",
        f"wallet:{'A' * 40}",
        f"wallet:{'1' * 40}\n",
        f"budget:{'1' * 64}",
        f"budget:{'1' * 64}:spent",
        f"payable:{'1' * 40}",
    ],
)
def test_account__outside_the_grammar__is_refused(text: str) -> None:
    with pytest.raises(UnknownAccount) as caught:
        account(text)
    assert str(caught.value) == f"{text!r} is not in the chart of accounts."


def test_account__of_a_participant_with_a_short_id__is_refused() -> None:
    with pytest.raises(UnknownAccount, match=r"^'wallet:01' is not in the chart of accounts\.$"):
        wallet(ParticipantId(b"\x01"))


def test_group__is_whole_parts() -> None:
    assert [group(text) for text in ("wallet", "budget", f"budget:{ONE}", GRANTED, "supply")] == [
        "wallet",
        "budget",
        f"budget:{ONE}",
        GRANTED,
        "supply",
    ]
    for text in ("wal", "wallet:", f"wallet:{ONE}", f"budget:{ONE[1:]}", "supply:x", "everything"):
        with pytest.raises(UnknownAccount):
            group(text)


def test_family__separates_coins_budgets_and_payables() -> None:
    assert [family(each) for each in (SUPPLY, REDEMPTION, wallet(facts.RESIDENT))] == ["coins"] * 3
    assert [family(each) for each in (RETURNED, payable(facts.redemption(1)))] == ["payables"] * 2
    assert {family(each) for each in (GRANTED, AVAILABLE, RESERVED, MINTED)} == {f"budget:{ONE}"}


def test_budget_of__takes_a_budgets_account_apart() -> None:
    assert budget_of(MINTED) == (facts.budget(1), BudgetPart.MINTED)
    assert budget_of(SUPPLY) is None
