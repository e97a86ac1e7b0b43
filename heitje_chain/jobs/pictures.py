"""A picture that somebody sends becomes a JPEG of ours: upright, of a bounded size, with nothing but pixels.

What a camera notes beside the picture (where, when, by which telephone, a preview of what was cut away) is
never written: the picture is drawn anew onto an empty one. What is sent is read by three decoders only, and
never when it says that it has more pixels than a camera makes: a file of kilobytes can claim gigabytes.

Source: Pillow's handbook, "Image file formats" and "Security".
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import BinaryIO

from PIL import Image, ImageOps

from .errors import PhotosBusy, PhotoUnreadable

FORMATS = ("JPEG", "PNG", "WEBP")
MEDIA_TYPES = ("image/jpeg", "image/png", "image/webp")
"""What a browser is asked for; a telephone that keeps others then converts them by itself."""

LONGEST_SIDE = 1600
"""Pixels, as kept: enough to see whether a bench is painted."""
MOST_BYTES = 500_000
"""As kept."""
MOST_PIXELS = 50_000_000
"""Of a JPEG as sent: what telephones make. It is read at half its size or less, and takes 200 MB at most."""
MOST_OTHER_PIXELS = 12_500_000
"""Of others, which are read whole: with all copies a WebP then takes 200 MB, measured, and a PNG less."""
PATIENCE_SECONDS = 3.0
"""How long a picture waits for others: a person waits so long, and the thread with it."""

_QUALITIES = (85, 75, 65, 50)
_SMALLER = 0.7
AT_ONCE = BoundedSemaphore(2)
"""However many are sent at once, this many are read at once: a bound on memory."""

# What Pillow raises for files that are broken, cut off or made to break it.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    struct.error,
    OverflowError,
    IndexError,
    KeyError,
    TypeError,
    MemoryError,
    Image.DecompressionBombError,
)


@dataclass(frozen=True)
class Picture:
    content: bytes
    """JPEG."""
    width: int
    """Pixels, like the next."""
    height: int


def tidy(source: BinaryIO) -> Picture:
    """Draw a picture anew, without anything that came with it.

    Raises:
        PhotoUnreadable, PhotosBusy
    """
    if not AT_ONCE.acquire(timeout=PATIENCE_SECONDS):
        raise PhotosBusy
    try:
        return _written(_drawn(source))
    except _BROKEN as error:
        raise PhotoUnreadable from error
    finally:
        AT_ONCE.release()


# ---------------------------------------------------------------- details


def _drawn(source: BinaryIO) -> Image.Image:
    """Return the picture upright and small enough, on white where it lets through."""
    with Image.open(source, formats=FORMATS) as sent:
        width, height = sent.size
        if width * height > (MOST_PIXELS if sent.format == "JPEG" else MOST_OTHER_PIXELS):
            raise PhotoUnreadable
        sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is then read at half its size or less
        mode = "RGBA" if _lets_through(sent) else "RGB"
        shown = sent if sent.mode == mode else sent.convert(mode)  # a copy of the whole only where it must be
        shown.info = dict(sent.info)  # its orientation
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        upright = ImageOps.exif_transpose(shown)
    empty = Image.new("RGB", upright.size, "white")
    empty.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    return empty


def _lets_through(sent: Image.Image) -> bool:
    return "A" in sent.getbands() or "transparency" in sent.info


def _written(drawn: Image.Image) -> Picture:
    while True:
        for quality in _QUALITIES:
            written = io.BytesIO()
            drawn.save(written, "JPEG", quality=quality, optimize=True)
            if written.tell() <= MOST_BYTES:
                return Picture(written.getvalue(), *drawn.size)
        smaller = (max(1, int(side * _SMALLER)) for side in drawn.size)
        drawn = drawn.resize((next(smaller), next(smaller)), Image.Resampling.LANCZOS)
