"""Draws the app's icons, the coin of heitje.svg as PNG: a phone's home screen takes no SVG.

    python -m tools.draw_icons

A test holds what lies in desks/static/ to what is drawn here. Sources: W3C's Web Application Manifest (a
maskable icon's safe zone is a circle of 80 % of its width); Apple's 180 pixels, without transparency.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).resolve().parent.parent / "heitje_chain" / "desks" / "static"

COIN, RIM, LETTER, GROUND = "#ffc845", "#8a6200", "#3a2a00", "#0b4f4a"

_DRAWN = 64
"""The width of heitje.svg, in which the numbers below are."""
_FINER = 4
_COLOURS = 64

ICONS = {
    "icon-192.png": (192, 1.0, None),
    "icon-512.png": (512, 1.0, None),
    "icon-maskable-512.png": (512, 0.74, GROUND),
    "apple-touch-icon.png": (180, 0.86, GROUND),
}
"""Name -> its width in pixels, how much of that the coin takes, and the colour behind it."""


def draw(width: int, part: float, ground: str | None) -> Image.Image:
    """Return an icon."""
    size = width * _FINER
    picture = Image.new("RGBA", (size, size), ground or (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    scale = size * part / _DRAWN
    middle = size / 2

    def box(left: float, top: float, right: float, bottom: float) -> list[float]:
        half = _DRAWN / 2
        return [middle + (one - half) * scale for one in (left, top, right, bottom)]

    pen.ellipse(box(2, 2, 62, 62), COIN)
    pen.ellipse(box(6.5, 6.5, 57.5, 57.5), RIM)
    pen.ellipse(box(9.5, 9.5, 54.5, 54.5), COIN)
    for bar in ((22, 18, 29, 46), (35, 18, 42, 46), (29, 29, 35, 35)):
        pen.rectangle(box(*bar), LETTER)
    return picture.resize((width, width), Image.Resampling.LANCZOS)


def main() -> None:
    """Draw all icons anew."""
    for name, (width, part, ground) in ICONS.items():
        draw(width, part, ground).quantize(_COLOURS, method=Image.Quantize.FASTOCTREE).save(
            STATIC / name, optimize=True
        )


if __name__ == "__main__":
    main()
