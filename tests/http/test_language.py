from __future__ import annotations

import pytest

from heitje_chain.http.language import Language, preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "nl"),
        ("", "nl"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("fr, de", "nl"),
        ("nl,en", "nl"),
        ("en;q=0.5, nl;q=0.4", "en"),
        ("en;q=0.5, nl", "nl"),
        ("en;q=0", "nl"),
        ("en;q=0.2, *;q=0.1", "en"),
        ("en;q=much", "nl"),
        ("en;q=nan", "nl"),
        ("en;v=1", "nl"),
        (";;,=;q=,," * 1000, "nl"),
    ],
)
def test_preferred__of_a_header__dutch_unless_english_comes_first(
    header: str | None, language: Language
) -> None:
    assert preferred(header) == language
