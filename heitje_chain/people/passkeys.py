"""Passkeys: what a person logs in with, and what a person signs acts with.

They are two kinds for two places. The one to log in with belongs to the pages' own address, the one to sign
with to an address of its own, so nothing that runs on the pages can ask a device to sign. Here is only what
tells whether a device has the key: its public half. Answers are checked by py_webauthn.

Source: WebAuthn level 2, sections 7.1 and 7.2.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    select,
    update,
)
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import bytes_to_base64url, decode_credential_public_key, encode_cbor
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey
from webauthn.helpers.exceptions import WebAuthnException

from heitje_chain.audit import service as audit
from heitje_chain.chain import passkeys as onchain
from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.contracts import Contracts
from heitje_chain.db import METADATA

from . import accounts, sessions
from .accounts import ACCOUNT, ACCOUNT_ROLE, Account
from .login_errors import PasskeyHeld, PasskeyLast, PasskeyMissing, PasskeyRefused
from .model import PARTICIPANT, PARTNER, PARTNER_SIGNER, SIGNER_PREPARED

LOGIN, APPROVE = "login", "approve"

LONGEST_NAME = 120
LONGEST_CREDENTIAL = 1364
"""In base64url: a credential's id has at most 1023 bytes."""

PASSKEY = Table(
    "passkey",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("account", String(32), ForeignKey("account.id"), nullable=False),
    Column("place", String(8), nullable=False),
    Column("credential", String(LONGEST_CREDENTIAL), nullable=False, unique=True),  # base64url
    Column("x", String(64), nullable=False),  # the public key on P-256, in hex
    Column("y", String(64), nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", String(80), nullable=False),  # how a browser reaches it, with commas between
    Column("name", String(LONGEST_NAME), nullable=False),  # how its person knows it again
    Column("created_at", BigInteger, nullable=False),  # UTC seconds, like the next two
    Column("last_used_at", BigInteger),
    Column("removed_at", BigInteger),
    CheckConstraint("place IN ('login', 'approve')", name="place"),
    Index("ix_passkey_account", "account", "place"),
)

_TRANSPORTS = ("ble", "hybrid", "internal", "nfc", "smart-card", "usb")
_EC2, _ES256, _P256 = 2, -7, 1

_BAD = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What py_webauthn raises on an answer that is wrong, and on one that is no answer at all."""


@dataclass(frozen=True)
class Place:
    """Where a passkey is used: what its answers must name."""

    kind: str
    """login or approve."""
    origin: str
    """https://approve.heitje.example"""
    rp_id: str
    """approve.heitje.example"""


@dataclass(frozen=True)
class Passkey:
    id: str
    account: str
    place: str
    credential: str
    x: bytes
    y: bytes
    sign_count: int
    transports: tuple[str, ...]
    name: str
    created_at: int
    """UTC seconds, like the next."""
    last_used_at: int | None

    def signer(self, contracts: Contracts) -> bytes | None:
        """Return the ERC-7913 bytes by which contracts know it; None where no contract checks passkeys."""
        verifier = contracts.passkey_verifier
        return None if verifier is None else onchain.signer(verifier.hex(), self.x, self.y)


# ---------------------------------------------------------------- adding and using


def add(
    connection: Connection,
    account_id: str,
    place: Place,
    challenge: bytes,
    answer: Mapping[str, Any],
    name: str,
) -> Passkey:
    """Take what a device answered to `navigator.credentials.create`.

    Args:
        answer: the credential as JSON, as its `toJSON` makes it
        name: how its person knows it again

    Raises:
        PasskeyRefused: not for this challenge or place, nobody was verified, or its key is of another kind.
        PasskeyHeld: it is here already.
    """
    try:
        made = verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
            supported_pub_key_algs=[COSEAlgorithmIdentifier.ECDSA_SHA_256],
        )
        key = decode_credential_public_key(made.credential_public_key)
    except _BAD:
        raise PasskeyRefused from None
    if not isinstance(key, DecodedEC2PublicKey) or key.crv != _P256 or len(key.x) != 32 or len(key.y) != 32:
        raise PasskeyRefused
    credential = bytes_to_base64url(made.credential_id)
    if len(credential) > LONGEST_CREDENTIAL:
        raise PasskeyRefused
    if connection.scalar(select(PASSKEY.c.id).where(PASSKEY.c.credential == credential)) is not None:
        raise PasskeyHeld
    passkey_id = uuid.uuid4().hex
    connection.execute(
        PASSKEY.insert().values(
            id=passkey_id,
            account=account_id,
            place=place.kind,
            credential=credential,
            x=key.x.hex(),
            y=key.y.hex(),
            sign_count=made.sign_count,
            transports=",".join(_transports(answer)),
            name=name[:LONGEST_NAME],
            created_at=latest_now(connection),
        )
    )
    return find(connection, passkey_id)


def use(
    connection: Connection, place: Place, challenge: bytes, answer: Mapping[str, Any], account_id: str = ""
) -> Passkey:
    """Take what a device answered to `navigator.credentials.get`; return whose passkey it is.

    Args:
        account_id: whose it must be; anybody's when empty

    Raises:
        PasskeyMissing: it is not here, was removed, is another person's, or is for the other place.
        PasskeyRefused: not for this challenge or place, nobody was verified, or the signature is wrong.
    """
    credential = str(answer.get("id", ""))
    good = (
        (PASSKEY.c.credential == credential)
        & (PASSKEY.c.place == place.kind)
        & PASSKEY.c.removed_at.is_(None)
    )
    if account_id:
        good &= PASSKEY.c.account == account_id
    row = connection.execute(select(PASSKEY).where(good).with_for_update()).one_or_none()
    if row is None:
        raise PasskeyMissing
    found = _passkey(row)
    try:
        used = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            credential_public_key=_cose(found),
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except _BAD:
        raise PasskeyRefused from None
    changed = {"sign_count": used.new_sign_count, "last_used_at": latest_now(connection)}
    connection.execute(update(PASSKEY).where(PASSKEY.c.id == found.id).values(**changed))
    return found


def remove(connection: Connection, account: Account, passkey_id: str, session_id: str) -> bool:
    """Let a passkey of a person open and sign nothing any more, and log that person's other browsers out.

    Args:
        session_id: of the browser that asks, which stays

    Returns:
        False when there is no such passkey of this person, or it is removed already: nothing happens then.

    Raises:
        PasskeyLast: the last one of somebody who decides about others.
    """
    own = (PASSKEY.c.account == account.id) & PASSKEY.c.removed_at.is_(None)
    rows = connection.execute(select(PASSKEY).where(own).order_by(PASSKEY.c.id).with_for_update()).all()
    found = next((row for row in rows if row.id == passkey_id), None)
    if found is None:
        return False
    logins = [row.id for row in rows if row.place == LOGIN]
    if logins == [passkey_id] and sessions.decides(account):
        raise PasskeyLast
    now = latest_now(connection)
    connection.execute(update(PASSKEY).where(PASSKEY.c.id == passkey_id).values(removed_at=now))
    sessions.end_others(connection, account.id, session_id)
    audit.record(
        connection,
        occurred_at=int(time.time()),
        actor=f"account:{account.id}",
        act="remove_passkey",
        subject=f"account:{account.id}",
        details={"passkey": passkey_id},
    )
    return True


def remove_all(connection: Connection, account_id: str) -> None:
    """Let none of a person's passkeys open or sign anything any more."""
    held = (PASSKEY.c.account == account_id) & PASSKEY.c.removed_at.is_(None)
    connection.execute(update(PASSKEY).where(held).values(removed_at=latest_now(connection)))


def forget(connection: Connection, officer: str, account_id: str) -> None:
    """Remove all passkeys of somebody who lost them, and log that person out; once more changes nothing.

    Args:
        officer: who decides it, for the audit log

    Raises:
        AccountUnknown
    """
    remove_all(connection, accounts.find(connection, account_id).id)
    sessions.end(connection, account_id)
    audit.record_by_officer(connection, officer, "forget_passkeys", f"account:{account_id}")


# ---------------------------------------------------------------- reading


def find(connection: Connection, passkey_id: str) -> Passkey:
    return _passkey(connection.execute(select(PASSKEY).where(PASSKEY.c.id == passkey_id)).one())


def of_key(connection: Connection, key: str) -> Passkey | None:
    """Return the passkey to sign with that has a public key, the removed ones too.

    Args:
        key: x and y in hex, one after the other
    """
    this = (PASSKEY.c.x == key[:64]) & (PASSKEY.c.y == key[64:]) & (PASSKEY.c.place == APPROVE)
    row = connection.execute(select(PASSKEY).where(this).order_by(PASSKEY.c.created_at)).first()
    return None if row is None else _passkey(row)


def of_account(connection: Connection, account_id: str, place: str) -> Sequence[Passkey]:
    """Return a person's passkeys for one place, the oldest first."""
    own = (PASSKEY.c.account == account_id) & (PASSKEY.c.place == place) & PASSKEY.c.removed_at.is_(None)
    rows = connection.execute(select(PASSKEY).where(own).order_by(PASSKEY.c.created_at, PASSKEY.c.id))
    return [_passkey(row) for row in rows]


@dataclass(frozen=True)
class WaitingSigner:
    """A passkey of somebody of a partner organisation that may not sign for it yet."""

    partner: str
    """The partner's id."""
    partner_name: str
    email: str
    passkey: Passkey
    signer: bytes
    """ERC-7913, for `admission.prepare_signer`."""


def waiting_signers(connection: Connection, contracts: Contracts) -> list[WaitingSigner]:
    """Return the passkeys that wait until the registrar lets them sign for their partner, the oldest first.

    One that the chain knows already, or knew once and that was taken away, does not wait.
    """
    rows = connection.execute(
        select(
            PASSKEY,
            PARTICIPANT.c.id.label("partner"),
            PARTICIPANT.c.name.label("partner_name"),
            ACCOUNT.c.email,
        )
        .join(ACCOUNT, ACCOUNT.c.id == PASSKEY.c.account)
        .join(ACCOUNT_ROLE, (ACCOUNT_ROLE.c.account == PASSKEY.c.account) & (ACCOUNT_ROLE.c.role == PARTNER))
        .join(PARTICIPANT, PARTICIPANT.c.id == ACCOUNT_ROLE.c.subject)
        .where((PASSKEY.c.place == APPROVE) & PASSKEY.c.removed_at.is_(None))
        .order_by(PASSKEY.c.created_at, PASSKEY.c.id)
    ).all()
    over = (PARTNER_SIGNER.c.partner, PARTNER_SIGNER.c.signer)
    known = {
        tuple(row)
        for row in connection.execute(select(*over).where(PARTNER_SIGNER.c.state != SIGNER_PREPARED))
    }
    found = []
    for row in rows:
        passkey = _passkey(row)
        signer = passkey.signer(contracts)
        if signer is not None and (row.partner, signer.hex()) not in known:
            found.append(WaitingSigner(row.partner, row.partner_name, row.email, passkey, signer))
    return found


# ---------------------------------------------------------------- details


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id,
        account=row.account,
        place=row.place,
        credential=row.credential,
        x=bytes.fromhex(row.x),
        y=bytes.fromhex(row.y),
        sign_count=row.sign_count,
        transports=tuple(filter(None, row.transports.split(","))),
        name=row.name,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )


def _cose(passkey: Passkey) -> bytes:
    """Return the public key as WebAuthn writes it (RFC 9053, section 7.1.1)."""
    return encode_cbor({1: _EC2, 3: _ES256, -1: _P256, -2: passkey.x, -3: passkey.y})


def _transports(answer: Mapping[str, Any]) -> list[str]:
    """Return how a browser reaches this device, as far as it says what we know."""
    given = answer.get("response", {}).get("transports")
    return [one for one in _TRANSPORTS if one in given] if isinstance(given, list) else []
