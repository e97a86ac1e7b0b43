"""The app's icons are what the command draws."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tools.draw_icons import ICONS, STATIC, draw

MOST_DIFFERENCE = 40
"""Of 255: what fewer colours change of one."""


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icon__is_what_is_drawn(name: str) -> None:
    width, part, ground = ICONS[name]
    drawn = Image.new("RGBA", (width, width), "white")
    drawn.alpha_composite(draw(width, part, ground))
    kept = Image.new("RGBA", (width, width), "white")
    kept.alpha_composite(Image.open(STATIC / name).convert("RGBA"))

    assert kept.size == (width, width)
    difference = ImageChops.difference(drawn.convert("RGB"), kept.convert("RGB"))
    assert max(high for _, high in difference.getextrema()) <= MOST_DIFFERENCE  # type: ignore[misc]
