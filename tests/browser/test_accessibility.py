"""No page shuts anybody out, in any of its states (places/)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .barriers import NARROWEST, ZOOMED, keys_fail, overflow, violations
from .conftest import DESKTOP, City
from .places import Look, everything

FURNISH = everything


def found(
    city: City,
    looks: list[Look],
    look_for: Callable[[Page], list[str]],
    size: tuple[int, int],
    scheme: str,
    language: str = "nl",
) -> list[str]:
    """What is found at all places, each with where and in which combination."""
    barriers = []
    for look in looks:
        page = city.visit(look.person, look.role, language=language, size=size, color_scheme=scheme)
        for name, place in look.each():
            page.goto(place.path)
            place.then(page)
            barriers += [f"{name} ({language}, {scheme}, {size[0]}): {one}" for one in look_for(page)]
            page.set_viewport_size({"width": size[0], "height": size[1]})
        page.context.close()
    return barriers


@pytest.mark.prove
@pytest.mark.parametrize(
    ("language", "scheme", "size"),
    [
        ("nl", "light", NARROWEST),
        ("nl", "dark", DESKTOP),
        ("en", "light", DESKTOP),
        ("en", "dark", NARROWEST),
    ],
)
@pytest.mark.seconds(80)
def test_places__in_every_language_and_scheme__have_no_barrier(
    sights: City, looks: list[Look], language: str, scheme: str, size: tuple[int, int]
) -> None:
    def look_for(page: Page) -> list[str]:
        return violations(page) + overflow(page) + overflow(page, ZOOMED)

    assert found(sights, looks, look_for, size, scheme, language) == []


@pytest.mark.prove
@pytest.mark.parametrize(("size", "scheme"), [(NARROWEST, "light"), (DESKTOP, "dark")])
@pytest.mark.seconds(110)
def test_places__by_the_keyboard__reach_everything_and_show_where_one_is(
    sights: City, looks: list[Look], size: tuple[int, int], scheme: str
) -> None:
    assert found(sights, looks, keys_fail, size, scheme) == []
