"""Pictures of every place, for whoever looks at the pages: `make screens` runs this, no test command does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .conftest import DESKTOP, PHONE, City
from .places import Look, everything

FURNISH = everything

COMBINATIONS = [
    *((size, language, "light") for size in ("phone", "desktop") for language in ("nl", "en")),
    ("phone", "nl", "dark"),
]
SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.mark.parametrize(("size", "language", "scheme"), COMBINATIONS)
def test_places__are_pictured(sights: City, looks: list[Look], size: str, language: str, scheme: str) -> None:
    folder = Path(os.environ["HEITJE_SCREENS"]) / f"{size}-{language}-{scheme}"
    folder.mkdir(parents=True, exist_ok=True)
    for look in looks:
        page = sights.visit(look.person, look.role, language=language, size=SIZES[size], color_scheme=scheme)
        for name, place in look.each():
            page.goto(place.path)
            place.then(page)
            page.screenshot(path=folder / f"{name}.png", full_page=True)
        page.context.close()
