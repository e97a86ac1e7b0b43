"""An act is prepared once and signed once, by whoever may, in time."""

from __future__ import annotations

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from sqlalchemy import Connection, func, select, update

from heitje_chain.acts import service
from heitje_chain.acts.errors import (
    ActExpired,
    ActUnknown,
    OfficerMissing,
    SignatureMalformed,
    SignatureWrong,
    SignerMismatch,
)
from heitje_chain.acts.model import ACT
from heitje_chain.chain import outbox
from heitje_chain.chain.contracts import BUDGET, MANAGER, Contracts
from heitje_chain.chain.intents import Outcome
from heitje_chain.chain.model import BLOCK, INTENT

from .decisions import (
    AUDITOR_KEY,
    PARTNER,
    PARTNER_KEY,
    PARTNER_SIGNER,
    TREASURER_KEY,
    approval,
    grant,
    limit,
    signed,
)


def acts(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(ACT)) or 0


def intents(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(INTENT)) or 0


def chain_reaches(connection: Connection, timestamp: int) -> None:
    """Let the newest block that was seen have this time."""
    connection.execute(BLOCK.insert().values(number=1, hash="0x01", timestamp=timestamp, final=True))


# ---------------------------------------------------------------- preparing


def test_prepare__twice__is_one_act(connection: Connection, contracts: Contracts) -> None:
    assert grant(connection, contracts) == grant(connection, contracts)
    assert approval(connection, contracts) == approval(connection, contracts)
    assert acts(connection) == 2


def test_prepare__of_something_else__is_another_act(connection: Connection, contracts: Contracts) -> None:
    first, more = grant(connection, contracts), grant(connection, contracts, cents=200_00)

    assert first.id != more.id


def test_prepare__of_what_may_be_wanted_twice__is_another_act(
    connection: Connection, contracts: Contracts
) -> None:
    first = approval(connection, contracts, always_new=True)

    assert approval(connection, contracts, always_new=True).id != first.id


def test_prepare__after_it_was_signed__is_the_same_act_until_it_is_final(
    connection: Connection, contracts: Contracts
) -> None:
    act = grant(connection, contracts)
    service.sign_officer_act(connection, contracts, act.id, "grant", "treasurer", signed(act))

    assert grant(connection, contracts).id == act.id
    connection.execute(update(ACT).where(ACT.c.id == act.id).values(state="done"))
    assert grant(connection, contracts).id != act.id


def test_prepare__with_little_time_left__is_another_act(connection: Connection, contracts: Contracts) -> None:
    act = grant(connection, contracts)
    chain_reaches(connection, act.deadline - 600)

    assert grant(connection, contracts).id != act.id


def test_prepare__of_an_officers_act__is_what_the_officers_account_checks(
    connection: Connection, contracts: Contracts
) -> None:
    act = grant(connection, contracts)

    assert act.state == "prepared"
    assert act.typed_data["domain"]["verifyingContract"] == contracts.officer("treasurer").account
    assert act.typed_data["message"]["target"] == contracts.address(BUDGET)
    assert act.typed_data["message"]["clientId"] == f"0x{act.id}"
    as_wallets_sign = encode_typed_data(full_message=dict(act.typed_data))
    assert Account.sign_message(as_wallets_sign, TREASURER_KEY).signature == signed(act)


def test_prepare__of_a_delayed_act__is_to_schedule_it(connection: Connection, contracts: Contracts) -> None:
    message = limit(connection, contracts).typed_data["message"]

    assert message["target"] == contracts.address(MANAGER)
    call = contracts.codec.function_of(MANAGER, bytes.fromhex(message["data"][2:]))
    assert call is not None
    assert (call[0], call[1]["when"]) == ("schedule", 0)


def test_prepare__for_an_officer_that_there_is_not__is_refused(
    connection: Connection, contracts: Contracts
) -> None:
    with pytest.raises(OfficerMissing) as missing:
        grant(connection, contracts, officer="mayor")

    assert str(missing.value) == "This network has no officer mayor."
    assert acts(connection) == 0


# ---------------------------------------------------------------- signing


def test_sign__twice__is_one_act_and_one_intent(connection: Connection, contracts: Contracts) -> None:
    act = grant(connection, contracts)

    first = service.sign_officer_act(connection, contracts, act.id, "grant", "treasurer", signed(act))
    again = service.sign_officer_act(connection, contracts, act.id, "grant", "treasurer", signed(act))

    assert first == again
    assert (first.state, first.signature) == ("signed", signed(act))
    assert intents(connection) == 1
    intent = outbox.by_id(connection, act.id)
    assert intent is not None
    assert (intent.kind, intent.payload) == ("officer_act", {"act": act.id})
    message = act.typed_data["message"]
    assert intent.outcome == Outcome(
        "Acted",
        f"0x{act.id}",
        {
            "account": contracts.officer("treasurer").account.lower(),
            "target": message["target"].lower(),
            "data": message["data"],
        },
    )


def test_sign__by_a_partner_twice__tells_which_was_the_first(
    connection: Connection, contracts: Contracts
) -> None:
    act = approval(connection, contracts)
    signature = signed(act, PARTNER_KEY)

    first = service.sign(connection, act.id, "approve", PARTNER, [PARTNER_SIGNER], signature)
    again = service.sign(connection, act.id, "approve", PARTNER, [PARTNER_SIGNER], signature)

    assert (first[1], again[1]) == (True, False)
    assert first[0] == again[0]
    assert first[0].signer == PARTNER_SIGNER


def test_sign__by_somebody_else__is_refused(connection: Connection, contracts: Contracts) -> None:
    act = grant(connection, contracts)

    with pytest.raises(SignatureWrong) as wrong:
        service.sign_officer_act(
            connection, contracts, act.id, "grant", "treasurer", signed(act, AUDITOR_KEY)
        )
    auditor = Account.from_key(AUDITOR_KEY).address.lower()
    assert str(wrong.value) == (
        f"Read with the message that we prepared, this signature is by {auditor}, who may not sign this. "
        "If you do not know that address, something else was signed: sign typed_data just as we gave it. "
        "If it is yours, see at /api/v1/me who may sign."
    )
    for signature in (b"\x00" * 65, b"", signed(act)[:64], signed(act)[:64] + b"\x00"):
        with pytest.raises(SignatureMalformed) as malformed:
            service.sign_officer_act(connection, contracts, act.id, "grant", "treasurer", signature)
        assert str(malformed.value) == (
            "This is no signature of a key. That has 65 bytes: r, s (the low one) and v, and v is 27 or 28."
        )

    assert service.find(connection, act.id) == act
    assert intents(connection) == 0


@pytest.mark.parametrize("named", [b"\x11" * 20, b"\x11" * 84], ids=["address", "passkey"])
def test_sign__naming_another_signer__is_refused(
    connection: Connection, contracts: Contracts, named: bytes
) -> None:
    act = approval(connection, contracts)

    for registered in ([PARTNER_SIGNER], [PARTNER_SIGNER, b"\x11" * 20]):
        with pytest.raises(SignerMismatch) as mismatch:
            service.sign(connection, act.id, "approve", PARTNER, registered, signed(act, PARTNER_KEY), named)
        assert str(mismatch.value) == (
            "The signer that you name did not sign this, or may not. Leave signer out: only a passkey needs "
            "it. /api/v1/me says who may sign."
        )
    assert service.find(connection, act.id) == act
    signature = signed(act, PARTNER_KEY)
    taken, _ = service.sign(
        connection, act.id, "approve", PARTNER, [PARTNER_SIGNER], signature, PARTNER_SIGNER
    )
    assert taken.signer == PARTNER_SIGNER


def test_sign__by_nobody_of_a_partner_without_signers__is_refused(
    connection: Connection, contracts: Contracts
) -> None:
    act = approval(connection, contracts)

    with pytest.raises(SignatureWrong):
        service.sign(connection, act.id, "approve", PARTNER, [], signed(act, PARTNER_KEY))


def test_sign__after_the_deadline_on_the_chain__is_refused(
    connection: Connection, contracts: Contracts
) -> None:
    act = grant(connection, contracts)
    chain_reaches(connection, act.deadline)

    with pytest.raises(ActExpired) as expired:
        service.sign_officer_act(connection, contracts, act.id, "grant", "treasurer", signed(act))

    assert str(expired.value) == "The time to sign this is over. Ask for it again."


def test_sign__again_after_the_deadline__is_the_same_act(
    connection: Connection, contracts: Contracts
) -> None:
    act = grant(connection, contracts)
    first = service.sign_officer_act(connection, contracts, act.id, "grant", "treasurer", signed(act))
    chain_reaches(connection, act.deadline)

    again = service.sign_officer_act(connection, contracts, act.id, "grant", "treasurer", signed(act))

    assert again == first


@pytest.mark.parametrize(
    ("act_id", "kind", "officer", "key"),
    [
        ("00" * 32, "grant", "treasurer", TREASURER_KEY),
        (None, "award", "treasurer", TREASURER_KEY),
        (None, "grant", "auditor", AUDITOR_KEY),
    ],
)
def test_sign__of_an_unknown_act__is_refused(
    connection: Connection, contracts: Contracts, act_id: str | None, kind: str, officer: str, key: bytes
) -> None:
    act = grant(connection, contracts)

    with pytest.raises(ActUnknown) as unknown:
        service.sign_officer_act(connection, contracts, act_id or act.id, kind, officer, signed(act, key))

    assert str(unknown.value) == (
        "We do not know this act, or it is somebody else's. See whether it has happened already; if not, ask "
        "for it again."
    )


def test_sign__for_an_officer_that_there_is_not__is_refused(
    connection: Connection, contracts: Contracts
) -> None:
    act = grant(connection, contracts)

    with pytest.raises(OfficerMissing):
        service.sign_officer_act(connection, contracts, act.id, "grant", "mayor", signed(act))


def test_find__of_an_unknown_act__is_refused(connection: Connection) -> None:
    with pytest.raises(ActUnknown):
        service.find(connection, "00" * 32)
