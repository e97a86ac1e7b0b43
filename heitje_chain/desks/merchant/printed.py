"""A shop's code on paper: a poster for the door, and a sheet of small ones for counter and tables.

Everything is text and vectors, so it is sharp at any size. The fonts are PDF's own, which every reader has.
They know the letters of Latin-1, é and ë among them; what they do not know is written with the letter that it
comes from, ő as o, or left out.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos

WORDS = (
    ("Betaal hier met Heitjes", "Pay here with Heitjes"),
    ("Scan de code in Heitje, onder Betalen. Of vul hem in:", "Scan the code in Heitje, at Pay. Or type it:"),
)

_WIDTH, _HEIGHT, _MARGIN = 210, 297, 15  # A4, in millimetres like all below
_QR, _SMALL_QR = 118, 44
_COLUMNS, _ROWS = 2, 4
_QUIET = 4
"""Empty modules around a QR, which readers need: ISO/IEC 18004, 9.1."""

_MAIN, _INK = (11, 79, 74), (0, 0, 0)
_INSTEAD = {
    0x2018: "'",  # quotation marks and dashes as a word processor makes them
    0x2019: "'",
    0x201C: '"',
    0x201D: '"',
    0x2013: "-",
    0x2014: "-",
    0x2026: "...",
    0x20AC: "EUR",
    0x0141: "L",  # letters that come from none by Unicode's tables
    0x0142: "l",
    0x0110: "D",
    0x0111: "d",
    0x0152: "OE",
    0x0153: "oe",
    0x0131: "i",
}


def poster(name: str, code: str, short: str) -> bytes:
    """Return a PDF of two pages, A4.

    Args:
        name: of the shop
        code: what the QR holds
        short: what is typed instead
    """
    pdf = FPDF(format="A4", unit="mm")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.set_lang("nl-NL")
    shown = printable(name)
    pdf.set_title(f"{WORDS[0][0]}: {shown}")
    _poster(pdf, shown, code, short)
    _sheet(pdf, shown, code, short)
    return bytes(pdf.output())


def printable(text: str) -> str:
    """Return a text in letters of Latin-1: others become the letter that they come from, or are left out."""
    found = []
    for one in unicodedata.normalize("NFC", text.translate(_INSTEAD)):
        bare = one if _is_known(one) else unicodedata.normalize("NFKD", one)
        found += [letter for letter in bare if _is_known(letter)]
    return " ".join("".join(found).split())


# ---------------------------------------------------------------- details


def _is_known(letter: str) -> bool:
    return letter.isprintable() and ord(letter) < 256


def _poster(pdf: FPDF, name: str, code: str, short: str) -> None:
    pdf.add_page()
    pdf.set_fill_color(*_MAIN)
    pdf.rect(0, 0, _WIDTH, 52, style="F")
    pdf.set_text_color(255, 255, 255)
    pdf.set_y(12)
    _line(pdf, WORDS[0][0], 38, "B")
    _line(pdf, WORDS[0][1], 22)
    pdf.set_text_color(*_INK)
    _draw(pdf, code, (_WIDTH - _QR) / 2, 58, _QR)
    pdf.set_y(182)
    _name(pdf, name, 34, _WIDTH - 2 * _MARGIN, _MARGIN)
    pdf.set_y(232)
    for words in WORDS[1]:
        _line(pdf, words, 15)
    pdf.ln(3)
    _line(pdf, short, 40, "B", "Courier")


def _sheet(pdf: FPDF, name: str, code: str, short: str) -> None:
    pdf.add_page()
    width, height = _WIDTH / _COLUMNS, _HEIGHT / _ROWS
    pdf.set_draw_color(150, 150, 150)
    pdf.set_dash_pattern(dash=2, gap=2)
    for row in range(1, _ROWS):
        pdf.line(0, row * height, _WIDTH, row * height)
    pdf.line(width, 0, width, _HEIGHT)
    pdf.set_dash_pattern()
    for place in range(_COLUMNS * _ROWS):
        left, top = place % _COLUMNS * width, place // _COLUMNS * height
        _draw(pdf, code, left + 4, top + (height - _SMALL_QR) / 2, _SMALL_QR)
        beside, room = left + 4 + _SMALL_QR + 2, width - _SMALL_QR - 10
        pdf.set_y(top + 13)
        _name(pdf, name, 14, room, beside, most_lines=3)
        pdf.ln(2)
        for words, size in ((WORDS[0][0], 10), (WORDS[0][1], 9)):
            pdf.set_font("Helvetica", "", size)
            pdf.set_x(beside)
            pdf.multi_cell(room, size * 0.45, words, align="C", new_x=XPos.LEFT, new_y=YPos.NEXT)
        pdf.ln(2)
        pdf.set_font("Courier", "B", 16)
        pdf.set_x(beside)
        pdf.cell(room, 8, short, align="C")


def _line(pdf: FPDF, words: str, size: int, style: str = "", font: str = "Helvetica") -> None:
    pdf.set_font(font, style, size)
    pdf.set_x(0)
    pdf.cell(_WIDTH, size * 0.45, words, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _name(pdf: FPDF, name: str, size: float, room: float, left: float, most_lines: int = 2) -> None:
    """Write a name as large as it fits into its lines."""
    while True:
        pdf.set_font("Helvetica", "B", size)
        pdf.set_x(left)
        lines: Any = pdf.multi_cell(room, size * 0.45, name, align="C", dry_run=True, output="LINES")
        if len(lines) <= most_lines or size <= 7:
            break
        size *= 0.9
    pdf.multi_cell(room, size * 0.45, name, align="C", new_x=XPos.LEFT, new_y=YPos.NEXT)


def _draw(pdf: FPDF, code: str, left: float, top: float, side: float) -> None:
    """Draw a QR, its empty border within the side; a row's modules that touch are one bar, without seams."""
    modules = segno.make_qr(code, error="q").matrix
    size = side / (len(modules) + 2 * _QUIET)
    pdf.set_fill_color(*_INK)
    for y, row in enumerate(modules, _QUIET):
        x = 0
        while x < len(row):
            length = next((n for n in range(len(row) - x) if not row[x + n]), len(row) - x)
            if length:
                pdf.rect(left + (x + _QUIET) * size, top + y * size, length * size, size, style="F")
            x += max(length, 1)
