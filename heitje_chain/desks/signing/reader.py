"""What an act's words are made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy import Connection

from heitje_chain.acts.service import Act
from heitje_chain.chain.codec import bytes_of
from heitje_chain.chain.contracts import MANAGER, Contracts
from heitje_chain.desks import texts
from heitje_chain.desks.texts import marked as _
from heitje_chain.documents import service as documents
from heitje_chain.http.language import Language
from heitje_chain.people import service as people
from heitje_chain.reasons import codes


@dataclass(frozen=True)
class Words:
    """An act as a person reads it before signing."""

    title: str
    """What is done: "Approve work"."""
    effect: str
    """What a signature brings about."""
    facts: tuple[tuple[str, str], ...] = ()
    """Names and values, below one another."""
    letter: str | None = None
    """What a person wrote, as it was written."""
    is_missing: bool = False
    """Whether words that the signature is about are there no more: then nobody can read what is signed."""


@dataclass(frozen=True)
class Reader:
    """Who reads, and what there is to read."""

    connection: Connection
    contracts: Contracts
    language: Language

    def text(self, english: str, **fields: object) -> str:
        return texts.translate(self.language, english, **fields)

    def euros(self, cents: int) -> str:
        return texts.euros(cents, self.language)

    def moment(self, seconds: int) -> str:
        return texts.moment(seconds, self.language)

    def duration(self, seconds: int) -> str:
        return texts.duration(seconds // 60, self.language)

    def name(self, participant_id: str) -> str:
        """Return a participant's name."""
        found = people.names_of(self.connection, [participant_id])
        return found.get(participant_id, self.text(_("somebody who is not known here any more")))

    def reason(self, act: str, code: int) -> str:
        """Return what a reason's code means."""
        meaning = codes.meaning_of(act, code)
        return str(code) if meaning is None else meaning.told(self.language)

    def letter(self, document_hash: str, name: str) -> str | None:
        """Return what somebody wrote; None when it was erased."""
        return (documents.find(self.connection, document_hash) or {}).get(name)

    def is_missing(self, document_hash: str) -> bool:
        """Whether the words that a hash (0x hex) stands for are not here, or are others."""
        found = documents.sealed(self.connection, document_hash)
        return found is None or keccak(found[0] + found[1].encode()) != bytes_of(document_hash)

    def day(self, seconds: int) -> str:
        return texts.day(seconds, self.language)

    def argument(self, act: Act, name: str) -> str:
        """Return an argument of the call that an officer signs, as hex; empty when it has none."""
        message = act.typed_data["message"]
        found = self.call(message["target"], message["data"])
        while found is not None and found[0] == MANAGER and "data" in found[2]:  # to be carried out later
            found = self.call(found[2]["target"], found[2]["data"])
        return "" if found is None else str(found[2].get(name, ""))

    def call(self, target: str, data: str) -> tuple[str, str, dict[str, Any]] | None:
        """Take a call (0x hex) apart: contract, function, arguments as JSON values; None when it is none of
        ours."""
        contract = self.contracts.codec.contract_at(target)
        found = None if contract is None else self.contracts.codec.function_of(contract, bytes_of(data))
        return None if contract is None or found is None else (contract, *found)
