"""What is refused of acts.

Refused
├── ActUnknown          404
├── ActExpired          409  its deadline is over
├── SignatureWrong      400  it is by nobody who may sign this
├── SignatureMalformed  400  it is no signature of a key
├── SignerMismatch      400  it is not by the signer that was named
├── PasskeySignatureWrong 400  the contract that checks passkeys would refuse it
├── OfficerMissing      409  the deployment names no such officer
└── ActNotScheduled     409  there is no delay in which it could be cancelled
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class ActUnknown(
    Refused,
    slug="act-unknown",
    status=404,
    nl="Deze opdracht kennen wij niet, of hij is van iemand anders. Kijk of hij al is uitgevoerd; vraag hem "
    "anders opnieuw op.",
    en="We do not know this act, or it is somebody else's. See whether it has happened already; if not, ask "
    "for it again.",
):
    """No such act, or of another kind or actor; or one that a restored database forgot."""


class ActExpired(
    Refused,
    slug="act-expired",
    status=409,
    nl="De tijd om dit te ondertekenen is voorbij. Vraag de opdracht opnieuw op.",
    en="The time to sign this is over. Ask for it again.",
):
    """The deadline is over by the chain's clock."""


class SignatureWrong(
    Refused,
    slug="signature-wrong",
    status=400,
    nl="Bij het bericht dat wij maakten, is deze handtekening van {recovered}. Die mag dit niet "
    "ondertekenen. Ken je dat adres niet? Dan is er iets anders ondertekend: onderteken typed_data zoals wij "
    "het gaven. Is het jouw sleutel? Kijk bij /api/v1/me wie mag ondertekenen.",
    en="Read with the message that we prepared, this signature is by {recovered}, who may not sign this. "
    "If you do not know that address, something else was signed: sign typed_data just as we gave it. If it "
    "is yours, see at /api/v1/me who may sign.",
):
    """It is by another key, or over something else: then the address is nobody's."""

    def __init__(self, recovered: bytes) -> None:
        self.recovered = f"0x{recovered.hex()}"


class SignatureMalformed(
    Refused,
    slug="signature-malformed",
    status=400,
    nl="Dit is geen handtekening van een sleutel. Die heeft 65 bytes: r, s (de lage) en v, en v is 27 of 28.",
    en="This is no signature of a key. That has 65 bytes: r, s (the low one) and v, and v is 27 or 28.",
):
    """Of another length, or of a form that the contracts refuse (EIP-2)."""


class SignerMismatch(
    Refused,
    slug="signer-mismatch",
    status=400,
    nl="De ondertekenaar in signer heeft dit niet ondertekend, of mag dat niet. Laat signer weg; het is "
    "alleen nodig bij een passkey. /api/v1/me zegt wie mag ondertekenen.",
    en="The signer that you name did not sign this, or may not. Leave signer out: only a passkey needs it. "
    "/api/v1/me says who may sign.",
):
    """The signature is another's than `signer` says, or that signer is not registered."""


class PasskeySignatureWrong(
    Refused,
    slug="passkey-signature-wrong",
    status=400,
    nl="Dit is geen handtekening van deze passkey over het bericht dat wij maakten. De challenge moet de "
    "EIP-712-digest van typed_data zijn, het toestel moet iemand herkend hebben (UP en UV), en s is de lage.",
    en="This is no signature of that passkey over the message that we prepared. The challenge must be the "
    "EIP-712 digest of typed_data, the device must have verified somebody (UP and UV), and s is the low one.",
):
    """What the contract that checks passkeys would refuse: WebAuthnAuth, encoded."""


class OfficerMissing(
    Refused,
    slug="officer-missing",
    status=409,
    nl="Er is geen functionaris {officer} in dit netwerk.",
    en="This network has no officer {officer}.",
):
    def __init__(self, officer: str) -> None:
        self.officer = officer


class ActNotScheduled(
    Refused,
    slug="act-not-scheduled",
    status=409,
    nl="Deze opdracht wacht niet op uitvoering en kan dus niet worden geannuleerd.",
    en="This act does not wait to be carried out, so it cannot be cancelled.",
):
    """It has no delay, is not on the chain yet, was carried out, or was cancelled."""
