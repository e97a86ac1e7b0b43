"""What makes a name, an account number or a signer sound. No I/O."""

from __future__ import annotations

from stdnum import iban as iban_rules
from stdnum.exceptions import ValidationError

from heitje_chain.chain.signatures import ADDRESS_BYTES, MOST_SIGNER_BYTES
from heitje_chain.http import texts

from .errors import IbanInvalid, NameInvalid, SignerInvalid

MAX_NAME = 200
MAX_ACCOUNT_HOLDER = 70
"""Of a name in a SEPA message (ISO 20022 Max70Text)."""


def name(text: str, most: int = MAX_NAME) -> str:
    """Return a name with single blanks.

    Raises:
        NameInvalid: empty or too long.
        TextInvalid: with a character that is not seen; a request's texts were checked before.
    """
    tidy = " ".join(texts.line(text).split())
    if not tidy or len(tidy) > most:
        raise NameInvalid(most)
    return tidy


def iban(text: str) -> str:
    """Return an IBAN without blanks, in capitals.

    Only form, length and check digits are asked, not a bank's own test of its numbers.

    Raises:
        IbanInvalid

    Source: ISO 13616.
    """
    try:
        return str(iban_rules.validate(text, check_country=False))
    except ValidationError:
        raise IbanInvalid from None


def signer(text: str) -> bytes:
    """Return ERC-7913 bytes from hex.

    Raises:
        SignerInvalid
    """
    try:
        found = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise SignerInvalid from None
    if not ADDRESS_BYTES <= len(found) <= MOST_SIGNER_BYTES or not any(found[:ADDRESS_BYTES]):
        raise SignerInvalid
    return found
