"""What would shut somebody out of a page: what axe finds, what does not fit, what no key reaches.

Sources: WCAG 2.2, levels A and AA; 1.4.10 (320 CSS pixels, which 400 % leaves of 1280), 2.1.1 and 2.1.2
(keyboard), 2.4.7 (visible focus).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from heitje_chain.desks.assets import NPM

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROWEST = (320, 640)
ZOOMED = (320, 256)
"""What 400 % leaves of 1280 x 1024."""

MOST_TABS = 300

_AXE = "levels => axe.run({runOnly: {type: 'tag', values: levels}, resultTypes: ['violations']})"

_REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled)
    .filter(one => one.type !== 'radio' || one.checked || !document.querySelector(
        `input[name="${one.name}"]:checked`) && one === document.querySelector(`input[name="${one.name}"]`))
    .map((one, place) => { one.dataset.place = place; return one.outerHTML.slice(0, 90); })"""

_FOCUS = """async () => { const on = document.activeElement;
    const outlines = ['', '::after', '::before'].map(part => getComputedStyle(on, part || null))
        .filter(one => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 2);
    const isInView = () => { const box = on.getBoundingClientRect();
        return box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth; };
    for (let frames = 0; !isInView() && frames < 120; frames++)  // the browser scrolls there smoothly
        await new Promise(requestAnimationFrame);
    return [on.dataset.place ?? null, outlines.length > 0 && isInView()]; }"""


@cache
def _axe() -> str:
    return (NPM / "axe-core" / "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(_AXE, list(LEVELS))
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def overflow(page: Page, size: tuple[int, int] = NARROWEST) -> list[str]:
    """Say whether one has to scroll sideways on a screen of this size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    width = page.evaluate("document.documentElement.scrollWidth")
    return [] if width <= size[0] else [f"is {width} pixels wide on {size[0]} x {size[1]}"]


def keys_fail(page: Page) -> list[str]:
    """Go through a page by the Tab key: what it does not reach, and where one does not see that it did."""
    things: list[str] = page.evaluate(_REACHABLE)
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    reached, seen = set[int](), set[int]()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        place, is_seen = page.evaluate(_FOCUS)
        if place is None:
            break
        reached.add(int(place))
        if is_seen:  # a date has several stops, and its calendar's a ring of the browser's
            seen.add(int(place))
    names = dict(enumerate(things))
    return [
        *(f"is not reached: {names[one]}" for one in sorted(set(names) - reached)),
        *(f"shows no focus: {names[one]}" for one in sorted(reached - seen)),
    ]
