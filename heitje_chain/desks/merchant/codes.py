"""Codes to scan, as pictures."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr(code: str) -> Markup:
    """Return a QR as SVG: not Micro QR, which readers do not know; black on white in any colour scheme."""
    svg = segno.make_qr(code, error="m").svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(svg)  # noqa: S704 - made by segno, of squares alone
