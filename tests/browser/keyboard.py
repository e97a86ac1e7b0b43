"""A page by the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page

MOST_TABS = 60


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "() => { const on = document.activeElement; const label = on.labels?.[0];"
            " return (label?.innerText || on.innerText || '').trim(); }"
        )
        if words in name:
            return
    raise AssertionError(f"{page.url}: no key leads to {words!r}.")


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    page.keyboard.press("Enter")


def type_into(page: Page, label: str, text: str) -> None:
    tab_to(page, label)
    page.keyboard.type(text)


def tick(page: Page, words: str) -> None:
    """Tick a box, or choose the first of several."""
    tab_to(page, words)
    page.keyboard.press("Space")


def choose_next(page: Page, steps: int) -> None:
    """Choose the one of several that lies so many below what has the focus."""
    for _ in range(steps):
        page.keyboard.press("ArrowDown")
