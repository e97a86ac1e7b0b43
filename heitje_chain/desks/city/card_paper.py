"""A card on paper: an A4 with a card to cut out, of a bank card's size, and how to use it.

No name is on it: whoever finds it does not know whose it is.
"""

from __future__ import annotations

import io
from typing import Protocol

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from heitje_chain.cards import rules
from heitje_chain.cards.service import Card, Print
from heitje_chain.desks import texts
from heitje_chain.http.language import Language

_ = texts.marked

WIDTH, HEIGHT = 85.6, 53.98
"""Millimetres: ID-1 of ISO/IEC 7810."""

_LEFT, _TOP, _QR = 20.0, 30.0, 34.0
_MAIN = (11, 79, 74)


class _Text(Protocol):
    def __call__(self, english: str, **fields: object) -> str: ...


def paper(chain_id: int, made: Print, card: Card, language: Language) -> bytes:
    """Return the PDF. What stands on it is kept nowhere else."""

    def text(english: str, **fields: object) -> str:
        return texts.translate(language, english, **fields)

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.core_fonts_encoding = "cp1252"  # which has a sign for the euro
    pdf.set_title("Heitje")
    pdf.set_lang(language)
    pdf.add_page()
    _line(pdf, 16, "B", text(_("Your Heitje card")), 18)
    _card(pdf, rules.make_code(chain_id, made.secret), rules.shown(made.number), text)
    limits = {
        "payment": texts.euros(card.payment_cents, language),
        "day": texts.euros(card.day_cents, language),
    }
    pdf.set_xy(_LEFT, _TOP + HEIGHT + 12)
    _line(pdf, 13, "B", text(_("How to pay")))
    for step in (
        _("Cut out the card and keep it in your purse."),
        _("At the till, show the card. The shop scans it."),
        _("Type your PIN yourself. Nobody else needs to know it, not even the shop."),
        _("Look whether the screen says that it is paid."),
    ):
        _paragraph(pdf, f"-  {text(step)}")
    pdf.ln(4)
    told = text(_("You can pay at most %(payment)s at once and %(day)s a day."), **limits)
    _paragraph(pdf, told)
    pdf.ln(4)
    _line(pdf, 13, "B", text(_("Lost it?")))
    _paragraph(pdf, text(_("Call the municipality at once: the card is blocked while you are on the line.")))
    _paragraph(pdf, text(_("Never write your PIN on the card. After three wrong PINs the card is blocked.")))
    return bytes(pdf.output())


# ---------------------------------------------------------------- details


def _card(pdf: FPDF, code: str, number: str, text: _Text) -> None:
    pdf.set_draw_color(150)
    pdf.set_dash_pattern(dash=1.5, gap=1.5)
    pdf.rect(_LEFT, _TOP, WIDTH, HEIGHT, round_corners=True, corner_radius=3)
    pdf.set_dash_pattern()
    picture = io.BytesIO()
    segno.make_qr(code, error="m").save(picture, kind="png", scale=10, border=4)
    pdf.image(picture, _LEFT + 3, _TOP + (HEIGHT - _QR) / 2, _QR, _QR, alt_text="QR")
    beside = _LEFT + _QR + 6
    pdf.set_xy(beside, _TOP + 8)
    pdf.set_text_color(*_MAIN)
    pdf.set_font("Helvetica", "B", 22)
    pdf.cell(WIDTH - _QR - 8, 10, "Heitje")
    pdf.set_text_color(0)
    pdf.set_font("Helvetica", "", 9)
    pdf.set_xy(beside, _TOP + 20)
    pdf.multi_cell(WIDTH - _QR - 9, 4.2, text(_("Card to pay with at the shops that take part")), align="L")
    pdf.set_font("Courier", "B", 11)
    pdf.set_xy(beside, _TOP + 34)
    pdf.cell(WIDTH - _QR - 8, 5, number)
    pdf.set_font("Helvetica", "", 8)
    pdf.set_xy(beside, _TOP + 42)
    pdf.multi_cell(WIDTH - _QR - 9, 3.8, text(_("Lost it? Call the municipality of Heerlen.")), align="L")


def _line(pdf: FPDF, size: int, style: str, words: str, top: float | None = None) -> None:
    if top is not None:
        pdf.set_y(top)
    pdf.set_x(_LEFT)
    pdf.set_font("Helvetica", style, size)
    pdf.cell(0, 8, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _paragraph(pdf: FPDF, words: str) -> None:
    pdf.set_x(_LEFT)
    pdf.set_font("Helvetica", "", 12)
    pdf.multi_cell(170, 7, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
