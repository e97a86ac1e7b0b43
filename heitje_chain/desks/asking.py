"""Asking a device for a passkey, and reading what it answers.

`static/passkey.js` asks for options, hands them to the browser, and sends the form with what came back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Response
from sqlalchemy import Connection
from webauthn import generate_authentication_options, generate_registration_options, options_to_json
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from heitje_chain.people import challenges, passkeys
from heitje_chain.people.accounts import Account
from heitje_chain.people.login_errors import PasskeyRefused
from heitje_chain.people.passkeys import LOGIN, Passkey, Place

from .forms import FormData

ANSWER = "answer"
"""The field that holds what the device answered, as JSON."""

MOST_ANSWER = 20_000
PATIENCE_MILLISECONDS = 1000 * challenges.LIFETIME_SECONDS

_LOG_IN = "log in"


def new_passkey(connection: Connection, account: Account, place: Place) -> Response:
    """Answer with the options for a new passkey of this person."""
    held = passkeys.of_account(connection, account.id, place.kind)
    options = generate_registration_options(
        rp_id=place.rp_id,
        rp_name="Heitje",
        user_id=bytes.fromhex(account.id),
        user_name=account.email,
        user_display_name=account.email,
        challenge=challenges.ask(connection, _make(account, place)),
        timeout=PATIENCE_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            # One is found again without a name only where one logs in with it.
            resident_key=ResidentKeyRequirement.REQUIRED
            if place.kind == LOGIN
            else ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(held),
        supported_pub_key_algs=[COSEAlgorithmIdentifier.ECDSA_SHA_256],
    )
    return _as_json(options_to_json(options))


def add_passkey(connection: Connection, account: Account, place: Place, form: FormData, name: str) -> Passkey:
    """Take a new passkey of this person.

    Raises:
        ChallengeOver, PasskeyRefused, PasskeyHeld
    """
    answer = read(form)
    challenge = challenges.answered(connection, _make(account, place), answer)
    return passkeys.add(connection, account.id, place, challenge, answer, name)


def log_in(connection: Connection, place: Place) -> Response:
    """Answer with the options to show by a passkey who one is."""
    challenge = challenges.ask(connection, _LOG_IN)
    return _shown(place, challenge, ())


def logged_in(connection: Connection, place: Place, form: FormData) -> Passkey:
    """Return the passkey that showed who this is.

    Raises:
        ChallengeOver, PasskeyRefused, PasskeyMissing
    """
    answer = read(form)
    challenge = challenges.answered(connection, _LOG_IN, answer)
    return passkeys.use(connection, place, challenge, answer)


def sign(place: Place, digest: bytes, allowed: Sequence[Passkey]) -> Response:
    """Answer with the options to sign a digest by one of these passkeys."""
    return _shown(place, digest, allowed)


def read(form: FormData) -> Mapping[str, Any]:
    """Return what the device answered.

    Raises:
        PasskeyRefused: no JSON object of a size that one has.
    """
    text = form.raw(ANSWER)
    try:
        answer = json.loads(text) if len(text) <= MOST_ANSWER else None
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise PasskeyRefused
    return answer


# ---------------------------------------------------------------- details


def _make(account: Account, place: Place) -> str:
    return f"make {place.kind} {account.id}"


def _shown(place: Place, challenge: bytes, allowed: Sequence[Passkey]) -> Response:
    options = generate_authentication_options(
        rp_id=place.rp_id,
        challenge=challenge,
        timeout=PATIENCE_MILLISECONDS,
        allow_credentials=_described(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _as_json(options_to_json(options))


def _described(held: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential),
            transports=[AuthenticatorTransport(name) for name in one.transports] or None,
        )
        for one in held
    ]


def _as_json(text: str) -> Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(text, media_type="application/json", headers=headers)
