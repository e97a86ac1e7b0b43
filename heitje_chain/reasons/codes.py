"""What each reason code means, for each act that takes one. No I/O.

A code goes onto the chain and stays there, so a line is never changed or taken out: a new meaning gets a new
code. What a code cannot say stands in the words beside it, which are kept off the chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

REJECT, DECIDE, BLOCK, RECOVER = "reject", "decide", "block", "recover"
FREEZE, PAUSE, FORCE = "freeze", "pause", "force"

OTHER = 99
"""Whatever no other code says."""


@dataclass(frozen=True)
class Meaning:
    """A reason in both languages, as it stands in a sentence or alone."""

    nl: str
    en: str

    def told(self, language: Literal["nl", "en"]) -> str:
        """Return it in one language."""
        return self.nl if language == "nl" else self.en


_OTHER = Meaning("iets anders, zie de toelichting", "something else, see the words")

LISTS: Mapping[str, Mapping[int, Meaning]] = MappingProxyType(
    {
        REJECT: {
            1: Meaning("de klus is niet gedaan", "the job was not done"),
            2: Meaning("de klus is niet gedaan zoals gevraagd", "the job was not done as it was asked"),
            3: Meaning("de klus is nog niet af", "the job is not finished"),
            4: Meaning("het bewijs ontbreekt of is onduidelijk", "the evidence is missing or unclear"),
            5: Meaning("iemand anders deed de klus", "somebody else did the job"),
            OTHER: _OTHER,
        },
        DECIDE: {
            1: Meaning("de klus is gedaan zoals gevraagd", "the job was done as it was asked"),
            2: Meaning("de klus is niet gedaan zoals gevraagd", "the job was not done as it was asked"),
            3: Meaning("wat gevraagd werd was niet duidelijk", "what was asked was not clear"),
            4: Meaning("de organisatie antwoordde niet", "the organisation did not answer"),
            OTHER: _OTHER,
        },
        BLOCK: {
            1: Meaning("op eigen verzoek", "at their own request"),
            2: Meaning("verhuisd of gestopt", "moved away, or out of business"),
            3: Meaning("overleden", "died"),
            4: Meaning("de afspraken zijn niet nagekomen", "the agreements were not kept"),
            5: Meaning("er wordt iets onderzocht", "something is being looked into"),
            OTHER: _OTHER,
        },
        RECOVER: {
            1: Meaning("de sleutel is kwijt", "the key is lost"),
            2: Meaning("iemand anders kan de sleutel hebben", "somebody else may have the key"),
            OTHER: _OTHER,
        },
        FREEZE: {
            1: Meaning("er wordt iets onderzocht", "something is being looked into"),
            2: Meaning("een vergissing wordt hersteld", "a mistake is being put right"),
            3: Meaning("een bevel van de rechter", "an order of a court"),
            OTHER: _OTHER,
        },
        PAUSE: {
            1: Meaning("een storing", "a failure"),
            2: Meaning("iemand anders kan een sleutel hebben", "somebody else may have a key"),
            3: Meaning("onderhoud", "maintenance"),
            4: Meaning("verhuizing naar nieuwe contracten", "the move to new contracts"),
            OTHER: _OTHER,
        },
        FORCE: {
            1: Meaning("een bevel van de rechter", "an order of a court"),
            2: Meaning("een vergissing wordt hersteld", "a mistake is being put right"),
            3: Meaning("een nalatenschap", "an estate"),
            4: Meaning("verhuizing naar nieuwe contracten", "the move to new contracts"),
            5: Meaning("gestolen Heitjes gaan terug", "stolen coins are given back"),
            OTHER: _OTHER,
        },
    }
)
"""Act -> code -> what it means."""


def meaning_of(act: str, code: int) -> Meaning | None:
    """Return what a code means; None for one that only the chain told of."""
    return LISTS[act].get(code)
