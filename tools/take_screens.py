"""Takes a picture of every page in each of its states, on a phone and a desktop, in both languages.

    python -m tools.take_screens

They go into var/screens/; a few of them, made small, into docs/screens/ for the README. What is pictured is
the list of tests/browser/places/, in a town of the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SCREENS = ROOT / "var" / "screens"
SHOWN = ROOT / "docs" / "screens"

README = {
    "jobs": "phone-nl-light/resident-jobs",
    "claim": "phone-nl-light/resident-claim-to-do",
    "paid": "phone-nl-light/resident-payment",
    "till": "phone-nl-light/shop-request",
    "city": "desktop-nl-light/auditor-of-money-figures",
}
"""Name in docs/screens -> which picture it is."""

WIDTH = {"phone": 390, "desktop": 1000}
HIGHEST = {"phone": 844, "desktop": 760}
COLOURS = 64


def make_small(picture: Path, to: Path) -> None:
    """Write the upper part of a picture with few colours."""
    kind = picture.parent.name.partition("-")[0]
    with Image.open(picture) as full:
        scale = WIDTH[kind] / full.width
        small = full.convert("RGB").resize(
            (WIDTH[kind], round(full.height * scale)), Image.Resampling.LANCZOS
        )
        part = small.crop((0, 0, small.width, min(small.height, HIGHEST[kind])))
        part.quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)


def main() -> int:
    """Take all pictures; return the exit code."""
    tests = [sys.executable, "-m", "pytest", "--quiet", "tests/browser/screens.py"]
    taken = subprocess.run(tests, cwd=ROOT, env={**os.environ, "HEITJE_SCREENS": str(SCREENS)}, check=False)
    if taken.returncode != 0:
        return taken.returncode
    SHOWN.mkdir(exist_ok=True)
    for name, picture in README.items():
        make_small(SCREENS / f"{picture}.png", SHOWN / f"{name}.png")
    print(f"{len(list(SCREENS.glob('*/*.png')))} pictures lie in {SCREENS.relative_to(ROOT)}/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
