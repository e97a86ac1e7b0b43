"""What a card says, which PIN is good, and how much a card pays. No I/O.

A card's QR is `heitje-card:<chain id>:<32 hex digits>`: no payer's scanner takes it, since payers' codes
begin with `heitje:`. Whoever cannot scan types the number beside it, twelve signs that cannot be confused.

Source: Crockford's base 32 for the signs.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from itertools import pairwise

from .errors import (
    CardDayTooHigh,
    CardLimitsInvalid,
    CardPaymentTooHigh,
    PinInvalid,
    PinsDiffer,
    PinTooEasy,
)

PIN_DIGITS = 4
MOST_ATTEMPTS = 3
"""So many wrong PINs in a row block a card."""

PAYMENT_CENTS, DAY_CENTS = 25_00, 50_00
"""Unless the counter chooses otherwise."""
MOST_PAYMENT_CENTS, MOST_DAY_CENTS = 50_00, 100_00

MOST_FAILURES, FAILURE_SECONDS = 10, 900
"""So many wrong cards or PINs at a shop in so long, and it has to wait."""

LONGEST_CODE = 200

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER = re.compile(f"[{_SIGNS}]{{12}}")
_CODE = re.compile(r"heitje-card:([1-9][0-9]{0,77}):([0-9a-f]{32})")
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_PIN = re.compile(rf"[0-9]{{{PIN_DIGITS}}}")

_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


def new_secret() -> str:
    """Return what a card's QR holds, 32 hex digits."""
    return secrets.token_hex(16)


def new_number() -> str:
    """Return what is typed instead, 12 signs."""
    return "".join(secrets.choice(_SIGNS) for _ in range(12))


def make_code(chain_id: int, secret: str) -> str:
    return f"heitje-card:{chain_id}:{secret}"


def shown(number: str) -> str:
    """Return a number as it is printed: K7QM-2P4X-9RTD."""
    return "-".join(number[at : at + 4] for at in (0, 4, 8))


def read_code(text: str, chain_id: int) -> tuple[str | None, str | None]:
    """Return the secret of a QR, or the number that somebody typed; None for both when it is neither."""
    tidy = text.strip()[:LONGEST_CODE]
    found = _CODE.fullmatch(tidy)
    if found is not None:
        return (found[2], None) if found[1] == str(chain_id) else (None, None)
    number = tidy.upper().translate(_ALIKE)
    return None, number if _NUMBER.fullmatch(number) else None


def hash_of(secret: str) -> str:
    """Return what a card is recognised by. No salt: nobody guesses 60 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def check_new_pin(pin: str, again: str) -> None:
    """Refuse a PIN that its owner mistyped, or that others would try first.

    Raises:
        PinInvalid, PinTooEasy, PinsDiffer
    """
    if _PIN.fullmatch(pin) is None:
        raise PinInvalid(PIN_DIGITS)
    if pin != again:
        raise PinsDiffer
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise PinTooEasy


def pin_hash(pin: str, salt: bytes) -> bytes:
    """Return scrypt of a PIN: some hundredths of a second, whatever was typed."""
    return hashlib.scrypt(pin.encode()[:64], salt=salt, dklen=32, **_SCRYPT)


def check_limits(payment_cents: int, day_cents: int) -> None:
    """Raises:
    CardLimitsInvalid
    """
    if not (payment_cents <= MOST_PAYMENT_CENTS and payment_cents <= day_cents <= MOST_DAY_CENTS):
        raise CardLimitsInvalid(MOST_PAYMENT_CENTS, MOST_DAY_CENTS)


def check_payment(cents: int, payment_cents: int, day_cents: int, paid_today: int) -> None:
    """Raises:
    CardPaymentTooHigh, CardDayTooHigh
    """
    if cents > payment_cents:
        raise CardPaymentTooHigh(payment_cents)
    if paid_today + cents > day_cents:
        raise CardDayTooHigh(day_cents)
