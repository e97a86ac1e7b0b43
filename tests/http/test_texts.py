# ruff: noqa: RUF001 - letters of many scripts, on purpose
"""Names and texts of all the world's scripts come through; what hides or turns text does not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heitje_chain.http.texts import TextInvalid, all_in, line, lines

ORDINARY = [
    "Anna Jansen",
    "Zoë van 't Hof-Müller",
    "Łukasz Świątek",
    "محمد عبد الله",
    "דוד בן־גוריון",
    "佐藤 さくら",
    "김민준",
    "Nguyễn Thị Ánh",
    "Ελένη Παπαδοπούλου",
    "Ірина Ковальчук",
    "می\u200cخواهم",  # Persian writes its non-joiner
    "श्री\u200dमान",
    "Samen \U0001f469\u200d\U0001f33e in de tuin \u2764\ufe0f",
    "O’Neill & Zn. – 50 % „korting“",
    "",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_line__of_ordinary_text__comes_through(text: str) -> None:
    assert line(text) == text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [
        ("Anna\x00", "U+0000", 5),
        ("Anna\nJansen", "U+000A", 5),
        ("\tAnna", "U+0009", 1),
        ("\x1b[31mAnna", "U+001B", 1),
        ("Anna\x85", "U+0085", 5),
        ("Anna \u202egnirb", "U+202E", 6),  # right-to-left override
        ("Anna \u2066a\u2069", "U+2066", 6),  # isolate
        ("\u200fAnna", "U+200F", 1),
        ("An\u200bna", "U+200B", 3),  # zero-width space
        ("An\u200dna", "U+200D", 3),  # a joiner between Latin letters
        ("Anna\u200c", "U+200C", 5),
        ("محمد\u200d", "U+200D", 5),  # nothing to join with
        ("\ufeffAnna", "U+FEFF", 1),
        ("An\u00adna", "U+00AD", 3),  # soft hyphen
        ("An\u2060na", "U+2060", 3),
        ("\u3164", "U+3164", 1),  # Hangul filler
        ("Anna\u2028", "U+2028", 5),
        ("\ud800", "U+D800", 1),  # half a character
        ("\U000e0041", "U+E0041", 1),  # a tag
        ("\ue000", "U+E000", 1),  # private use
        ("\u0378", "U+0378", 1),  # not assigned
        ("\uffff", "U+FFFF", 1),
    ],
)
def test_line__with_what_hides__is_refused_by_name_and_place(
    text: str, character: str, position: int
) -> None:
    with pytest.raises(TextInvalid) as refused:
        line(text)

    assert (refused.value.character, refused.value.position) == (character, position)


def test_line__not_composed__is_composed() -> None:
    assert line("Zoe\u0308") == "Zoë"
    assert line("\u212b") == "Å"


def test_lines__of_a_text__keeps_them_and_ends_them_alike() -> None:
    assert lines("Eerst dit.\r\nDan dat.\n\t- en dit") == "Eerst dit.\nDan dat.\n\t- en dit"


def test_lines__with_a_bare_carriage_return__is_refused() -> None:
    with pytest.raises(TextInvalid):
        lines("Anna\rBob")


def test_all_in__of_nested_json__checks_names_and_values_of_every_depth() -> None:
    value = {"a": ["Zoe\u0308", 1, None, {"b": True}]}

    assert all_in(value, several_lines=False) == {"a": ["Zoë", 1, None, {"b": True}]}
    with pytest.raises(TextInvalid):
        all_in({"a": [{"b": ["x\x00"]}]}, several_lines=True)


@given(st.text())
def test_line__of_any_text__is_normal_and_shows_all_that_it_has_or_is_refused(text: str) -> None:
    try:
        kept = line(text)
    except TextInvalid:
        return
    assert unicodedata.is_normalized("NFC", kept)
    assert line(kept) == kept
    assert not {unicodedata.category(one) for one in kept} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not {one for one in kept if unicodedata.bidirectional(one) in _BIDI_CONTROLS}


_BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
