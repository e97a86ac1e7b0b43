"""Which characters a text may have: what people write, and nothing that hides or turns other text.

One rule for every text in every request (`fields.Body` applies it, `LineText` does for an address): it is
brought into Unicode's NFC form, so that what looks the same is the same, and refused when it holds

    control characters      also NUL; a line may end (LF) in texts of several lines, and tabs stand there
    bidirectional controls  marks, embeddings, overrides and isolates, which show text in another order than
                            it has; Arabic and Hebrew are shown right without them
    invisible characters    zero-width space, word joiner, byte-order mark, soft hyphen, fillers, tags
    half characters         surrogates, and what Unicode has not assigned or leaves to private use

Two invisible characters are needed to write: the joiner and the non-joiner (U+200D, U+200C) of Persian,
Indic scripts and emoji. They are taken between characters of those, never beside Latin letters.

Sources: Unicode Standard Annex 15 (NFC) and 9 (bidirectional controls); RFC 5892, appendix A (joiners).
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator

from .problems import Refused

_HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}
# Letters and marks by category, that show as nothing: grapheme joiner, Hangul's fillers, braille blank.
_BLANKS = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", "\u3164", "\uffa0"}
_JOINED_CATEGORIES = {"Lo", "Lm", "Mn", "Mc", "So", "Sk"}


class TextInvalid(
    Refused,
    ValueError,
    slug="text-invalid",
    status=400,
    nl="In deze tekst mag teken {character} niet staan (plaats {position}). Haal het weg.",
    en="Character {character} may not stand in this text (place {position}). Take it out.",
):
    """A character that is not seen, or that changes how others are seen."""

    def __init__(self, character: str, position: int) -> None:
        """Args:
        character: as code point, U+202E
        position: from 1
        """
        self.character, self.position = character, position


def line(text: str) -> str:
    """Return a text of one line in NFC.

    Raises:
        TextInvalid
    """
    return _checked(unicodedata.normalize("NFC", text), frozenset())


def lines(text: str) -> str:
    """Return a text of several lines in NFC, whose lines end with LF alone.

    Raises:
        TextInvalid
    """
    ended = text.replace("\r\n", "\n")
    return _checked(unicodedata.normalize("NFC", ended), frozenset("\n\t"))


def all_in(value: Any, *, several_lines: bool) -> Any:
    """Return JSON's value with every text in it checked; whatever else it is comes back as it is.

    Raises:
        TextInvalid
    """
    check = lines if several_lines else line
    if isinstance(value, str):
        return check(value)
    if isinstance(value, list):
        return [all_in(item, several_lines=several_lines) for item in value]
    if isinstance(value, dict):
        return {name: all_in(item, several_lines=several_lines) for name, item in value.items()}
    return value


LineText = Annotated[str, AfterValidator(line)]
"""A text in an address: `?neighbourhood=...`."""


def _checked(text: str, allowed: frozenset[str]) -> str:
    if text.isascii() and text.isprintable():
        return text
    for at, character in enumerate(text):
        if character in allowed or not _is_hidden(character):
            continue
        if character not in _JOINERS or not (_joins(text, at - 1) and _joins(text, at + 1)):
            raise TextInvalid(f"U+{ord(character):04X}", at + 1)
    return text


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN_CATEGORIES or character in _BLANKS


def _joins(text: str, at: int) -> bool:
    """Whether the character there is of a script, or an emoji, in which joiners have a meaning."""
    if not 0 <= at < len(text):
        return False
    character = text[at]
    is_latin = unicodedata.name(character, "LATIN").startswith("LATIN")
    return not is_latin and unicodedata.category(character) in _JOINED_CATEGORIES
