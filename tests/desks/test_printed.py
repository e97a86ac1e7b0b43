"""A shop's code on paper: what stands there, and that its QR is the shop's own."""

from __future__ import annotations

import re
import zlib

import pytest
import segno

from heitje_chain.desks.merchant.printed import poster, printable
from heitje_chain.payments import rules
from tests.service.town import Person, Town

from .visitor import Visitor

CODE, SHORT = "heitje:31337:merchant:" + "5644edde" * 4, "5644-EDDE"


def pages(pdf: bytes) -> list[str]:
    """What is drawn on each page, as PDF's operators in Latin-1."""
    streams = re.findall(rb"/Filter /FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(one).decode("latin-1") for one in streams if b" re f" in zlib.decompress(one)]


def texts(page: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", one) for one in re.findall(r"\(((?:[^()\\]|\\.)*)\) Tj", page)]


def modules(page: str, code: str) -> list[list[int]]:
    """The first QR of a page, read from its black bars."""
    black = page[page.rindex("0 g") if page.count("0 g") == 1 else page.index("0 g") :]
    bars = [
        [float(one) for one in bar] for bar in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) -([\d.]+) re f", black)
    ]
    size = len(segno.make_qr(code, error="q").matrix)
    side = bars[0][3]
    left, top = bars[0][0], bars[0][1]
    found = [[0] * size for _ in range(size)]
    for x, y, width, _ in bars:
        row, first = round((top - y) / side), round((x - left) / side)
        if 0 <= row < size and 0 <= first < size:
            found[row][first : first + round(width / side)] = [1] * round(width / side)
    return found


def test_poster__has_name_words_code_and_qr() -> None:
    first, second = pages(poster("Café Zoë (Heerlen)", CODE, SHORT))

    assert texts(first) == [
        "Betaal hier met Heitjes",
        "Pay here with Heitjes",
        "Café Zoë (Heerlen)",
        "Scan de code in Heitje, onder Betalen. Of vul hem in:",
        "Scan the code in Heitje, at Pay. Or type it:",
        SHORT,
    ]
    assert modules(first, CODE) == [list(row) for row in segno.make_qr(CODE, error="q").matrix]
    assert texts(second).count(SHORT) == 8


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Café Zoë", "Café Zoë"),
        ("Bakker \u2019t Hofje \u2013 Heerlen", "Bakker 't Hofje - Heerlen"),
        ("Ławka Őrség", "Lawka Orség"),
        ("日本 \u202e\nShop", "Shop"),
        ("<b>&", "<b>&"),
    ],
)
def test_names__of_any_letters__are_printed_as_well_as_can_be(name: str, printed: str) -> None:
    assert printable(name) == printed


@pytest.mark.parametrize("name", ["", "日本", "W" * 200, "Hotel " * 33])
def test_poster__of_an_odd_name__is_made_all_the_same(name: str) -> None:
    assert poster(name, CODE, SHORT).startswith(b"%PDF-")


def test_shop__prints_its_own_code(town: Town, shop: Person, till: Visitor) -> None:
    assert "/till/code.pdf" in till.get("/till/code").links()

    answer = till.client.get("/till/code.pdf")

    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "application/pdf",
        "no-store",
    )
    first, _ = pages(answer.content)
    assert rules.short(shop.id) in texts(first)
    code = town.code_of(shop)
    assert modules(first, code) == [list(row) for row in segno.make_qr(code, error="q").matrix]
