"""Signing an order: read what the message says, hold it against what was asked, show it, then sign.

So a person signs what was seen here, whatever the service meant it to be.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from getpass import getpass
from typing import TYPE_CHECKING, Any

from heitje_chain.reasons import codes

from .desk import Desk
from .reasons import told_reason
from .refusals import MISTYPED, REFUSED, Refusal
from .shown import short

if TYPE_CHECKING:
    from pathlib import Path

    from heitje_chain.client import KeyFile, Signer
    from heitje_chain.client.meaning import Meaning

# function or message -> what it is called in a summary, en and nl
_ACTS: Mapping[str, tuple[str, str]] = {
    "grant": ("grant a budget", "een budget toekennen"),
    "closeBudget": ("close a budget", "een budget sluiten"),
    "award": ("mint coins for a resident", "Heitjes toekennen aan een bewoner"),
    "attestReserve": ("attest the euros in the bank", "de euro's op de bank bevestigen"),
    "setMintLimit": ("set a partner's limit", "de limiet van een partner instellen"),
    "admitMerchants": ("admit merchants", "winkeliers toelaten"),
    "admitAssociations": ("admit associations", "verenigingen toelaten"),
    "admitPartner": ("admit a partner", "een partner toelaten"),
    "blockParticipant": ("block a participant", "een deelnemer blokkeren"),
    "unblockParticipant": ("end a block", "een blokkade opheffen"),
    "replaceWallet": ("replace a wallet", "een portemonnee vervangen"),
    "setFrozenTokens": ("set how much of somebody's coins is frozen", "instellen hoeveel er bevroren is"),
    "pause": ("stop all coins: nobody can pay or redeem", "alle Heitjes stilzetten: niemand kan betalen"),
    "unpause": ("let coins move again", "de Heitjes weer laten bewegen"),
    "recover": ("move coins to a new wallet", "Heitjes naar een nieuwe portemonnee brengen"),
    "forcedTransfer": (
        "take somebody's coins and give them to another",
        "Heitjes afnemen en aan een ander geven",
    ),
    "addSigner": ("let somebody sign for a partner", "iemand laten tekenen voor een partner"),
    "removeSigner": ("stop somebody's signing for a partner", "iemand niet meer laten tekenen"),
    "decide": ("decide a dispute", "een geschil beslissen"),
    "close": ("close a payout batch", "een uitbetaling sluiten"),
    "settle": ("settle a payout batch: burn what the bank booked", "een uitbetaling afronden"),
    "cancel": ("cancel what was signed and waits", "intrekken wat getekend is en wacht"),
    "labelRole": ("name a role", "een rol een naam geven"),
    "grantRole": ("give a role", "een rol geven"),
    "revokeRole": ("take a role away", "een rol afnemen"),
    "setRoleAdmin": ("change who gives a role", "wijzigen wie een rol geeft"),
    "setRoleGuardian": ("change who can cancel", "wijzigen wie kan intrekken"),
    "setGrantDelay": ("change a role's delay", "de wachttijd van een rol wijzigen"),
    "setTargetAdminDelay": ("change a contract's delay", "de wachttijd van een contract wijzigen"),
    "setTargetClosed": ("close or open a contract", "een contract sluiten of openen"),
    "setTargetFunctionRole": ("change who may do what", "wijzigen wie wat mag"),
    "updateAuthority": ("change a contract's manager", "de beheerder van een contract wijzigen"),
    "PostJob": ("post a job", "een klus plaatsen"),
    "CloseJob": ("close a job", "een klus sluiten"),
    "Approve": ("approve work: the rewards are minted", "werk goedkeuren: de beloningen worden uitgegeven"),
    "Reject": ("reject work", "werk afkeuren"),
}

# argument -> its name in a summary, en and nl; what is not here, salts and hashes, says nothing to a person
_ARGUMENTS: Mapping[str, tuple[str, str]] = {
    "cancelled": ("Cancelled", "Ingetrokken"),
    "partner": ("Partner", "Partner"),
    "participant": ("Participant", "Deelnemer"),
    "resident": ("Resident", "Inwoner"),
    "wallets": ("Wallets", "Portemonnees"),
    "oldWallet": ("Old wallet", "Oude portemonnee"),
    "newWallet": ("New wallet", "Nieuwe portemonnee"),
    "role": ("Role", "Rol"),
    "account": ("Wallet", "Portemonnee"),
    "from": ("From", "Van"),
    "to": ("To", "Naar"),
    "amount": ("Frozen, in all", "Bevroren, in totaal"),
    "signer": ("Signer", "Ondertekenaar"),
    "period": ("Period", "Periode"),
    "cents": ("Amount", "Bedrag"),
    "reward": ("Reward per slot", "Beloning per plek"),
    "slots": ("Slots", "Plekken"),
    "capacity": ("At most", "Hoogstens"),
    "window": ("In", "Per"),
    "asOf": ("As of", "Per datum"),
    "claimBy": ("Claim before", "Aanmelden voor"),
    "submitBy": ("Hand in before", "Inleveren voor"),
    "job": ("Job", "Klus"),
    "claim": ("Claim", "Aanmelding"),
    "claims": ("Claims", "Aanmeldingen"),
    "id": ("Claim", "Aanmelding"),
    "award": ("In the resident's favour", "In het voordeel van de bewoner"),
    "reason": ("Reason", "Reden"),
    "batch": ("Batch", "Uitbetaling"),
    "redemptions": ("Redemptions", "Inwisselingen"),
    "rejected": ("Rejected by the bank", "Door de bank afgewezen"),
}
_MONEY = {"cents", "reward", "capacity", "amount"}
_TIMES = {"asOf", "claimBy", "submitBy"}

_REASONS = {"Reject": codes.REJECT, "decide": codes.DECIDE, "blockParticipant": codes.BLOCK}
"""Whose list a message's reason is of."""

_LISTED = 10
"""How many ids a summary names before it only counts."""


@dataclass(frozen=True)
class Asked:
    """What a command asked, as its message must say it."""

    acts: Sequence[str]
    """The functions or messages that it may be, such as ("admitMerchants", "admitAssociations")."""
    arguments: Mapping[str, Any]
    """By name, in the forms of `client.meaning.Meaning`; what is not here is not compared."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Id in hex -> what a person calls it."""
    more: Sequence[tuple[str, str]] = ()
    """What a person should see besides, such as a reason in words."""
    explain: Callable[[Meaning], Sequence[tuple[str, str]]] | None = None
    """Tells more from the message itself, such as a sum; it may raise Refusal."""


class ShownSigner:
    """Shows what is signed, asks, and has it signed by the key file or the signer command."""

    def __init__(self, desk: Desk, asked: Asked) -> None:
        """Raises:
        Refusal: there is nothing to sign with, or two things.
        """
        self._desk, self._asked = desk, asked
        options = desk.options
        if (options.key is None) == (options.signer is None):
            raise Refusal(
                "signer-missing",
                desk.text(
                    "Say what to sign with: --key FILE, or --signer COMMAND.",
                    "Zeg waarmee je tekent: --key BESTAND of --signer OPDRACHT.",
                ),
                MISTYPED,
            )
        if options.key is not None:
            options.key.open().close()  # A wrong name is told now, not after the person agreed.

    def sign(self, typed_data: Mapping[str, Any]) -> bytes:
        """Raises:
        Refusal, SignerError, KeyFileError
        """
        from heitje_chain.client.meaning import meaning_of

        meaning = meaning_of(typed_data)
        self._compare(meaning)
        en, nl = _ACTS[meaning.act]
        summary = [(self._desk.text("You sign", "Je ondertekent"), self._desk.text(en, nl))]
        self._desk.confirm([*summary, *self._lines(meaning)], "Sign this?", "Dit ondertekenen?")
        return self._signer().sign(typed_data)

    def _signer(self) -> Signer:
        from heitje_chain.client import CommandSigner

        options = self._desk.options
        if options.signer is not None:
            return CommandSigner(options.signer, options.signer_timeout)
        return open_key(self._desk)

    def _compare(self, meaning: Meaning) -> None:
        """Raises:
        Refusal: the message says something else than what was asked, or is for another chain.
        """
        asked, chain = self._asked, self._desk.options.chain_id
        wrong = [name for name, value in asked.arguments.items() if not _is_said(meaning, name, value)]
        if meaning.act not in asked.acts:
            wrong = [meaning.act]
        if chain is not None and meaning.chain_id != chain:
            wrong = [f"chain {meaning.chain_id}"]
        if wrong:
            what = ", ".join(sorted(wrong))
            raise Refusal(
                "message-differs",
                self._desk.text(
                    f"What the service asks to be signed is not what you asked ({what}), so nothing was "
                    "signed. Tell whoever runs the service.",
                    f"Wat de dienst laat tekenen is niet wat je vroeg ({what}), dus er is niets getekend. "
                    "Meld dit aan de beheerder.",
                ),
                REFUSED,
            )

    def _lines(self, meaning: Meaning) -> list[tuple[str, str]]:
        desk = self._desk
        lines = [
            (desk.text(*_ARGUMENTS[name]), self._value(meaning.act, name, value))
            for name, value in meaning.arguments.items()
            if name in _ARGUMENTS
        ]
        lines += self._asked.more
        lines += self._asked.explain(meaning) if self._asked.explain else ()
        if meaning.delayed:
            words = desk.text("later by itself, after a delay", "later vanzelf, na een wachttijd")
            lines.append((desk.text("Takes effect", "Gaat in"), words))
        until = desk.text("Signature counts until", "Handtekening geldt tot")
        lines.append((until, desk.moment(meaning.deadline)))
        lines.append((desk.text("On chain", "Op keten"), f"{meaning.chain_id}, {meaning.contract}"))
        return lines

    def _value(self, act: str, name: str, value: Any) -> str:
        if name == "cancelled":
            return self._desk.text(*_ACTS[value])
        if name in _MONEY:
            return self._desk.amount(value)
        if name in _TIMES:
            return self._desk.moment(value)
        if name == "reason":
            return told_reason(self._desk, _REASONS[act], value)
        if name == "window":
            return self._desk.text(f"{value / 3600:g} hours", f"{value / 3600:g} uur")
        if isinstance(value, bool):
            return self._desk.text("yes" if value else "no", "ja" if value else "nee")
        if isinstance(value, list):
            told = ", ".join(self._named(one) for one in value[:_LISTED])
            return f"{len(value)}: {told}" + (", ..." if len(value) > _LISTED else "") if value else "0"
        return self._named(value)

    def _named(self, value: Any) -> str:
        name = self._asked.names.get(str(value))
        return f"{name} ({short(value)})" if name else str(value)


def _is_said(meaning: Meaning, name: str, value: Any) -> bool:
    """Whether the message has this argument with this value; a list's order says nothing."""
    said = meaning.arguments.get(name)
    if isinstance(value, list) and isinstance(said, list):
        return sorted(said) == sorted(value)
    return bool(said == value and name in meaning.arguments)


def sign_all(desk: Desk, to_sign: Sequence[tuple[Asked, Mapping[str, Any]]]) -> list[bytes]:
    """Have several messages signed after one question; each is compared with what was asked first.

    Raises:
        Refusal, SignerError, KeyFileError
    """
    from heitje_chain.client.meaning import meaning_of

    summary: list[tuple[str, str]] = []
    for asked, typed_data in to_sign:
        shown, meaning = ShownSigner(desk, asked), meaning_of(typed_data)
        shown._compare(meaning)
        en, nl = _ACTS[meaning.act]
        summary += [(desk.text("You sign", "Je ondertekent"), desk.text(en, nl)), *shown._lines(meaning)]
    desk.confirm(summary, "Sign all of these?", "Dit allemaal ondertekenen?")
    signer = ShownSigner(desk, to_sign[0][0])._signer()
    return [signer.sign(typed_data) for _, typed_data in to_sign]


def open_key(desk: Desk) -> Signer:
    """Open the key file of --key; its password is asked on the terminal, or in HEITJE_KEY_PASSWORD.

    Raises:
        KeyFileError, Refusal: no password, and nobody to ask.
    """
    path = desk.options.key
    assert path is not None  # noqa: S101 - the constructor of ShownSigner made sure
    return open_key_file(desk, path)


def open_key_file(desk: Desk, path: Path) -> KeyFile:
    """Raises:
    KeyFileError, Refusal
    """
    from heitje_chain.client import KeyFile

    if not path.read_bytes().lstrip().startswith(b"{"):
        return KeyFile(path)
    return KeyFile(path, password(desk, f"Password of {path}: ", f"Wachtwoord van {path}: "))


def password(desk: Desk, en: str, nl: str) -> str:
    """Return the key file's password from HEITJE_KEY_PASSWORD or the terminal.

    Raises:
        Refusal
    """
    if desk.options.password_given:
        return os.environ["HEITJE_KEY_PASSWORD"]
    if not sys.stdin.isatty():
        raise Refusal(
            "password-missing",
            desk.text(
                "The key file has a password and there is no terminal to ask it on: set HEITJE_KEY_PASSWORD.",
                "De sleutel heeft een wachtwoord, en er is geen terminal: gebruik HEITJE_KEY_PASSWORD.",
            ),
            MISTYPED,
        )
    return getpass(desk.text(en, nl), stream=sys.stderr)
