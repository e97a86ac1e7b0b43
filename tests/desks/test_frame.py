"""What holds for every page: who may see it, what the browser may do, what another site may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from heitje_chain.db import reading
from heitje_chain.desks.assets import asset
from heitje_chain.desks.looks import TEMPLATES
from heitje_chain.jobs.model import CLAIM
from heitje_chain.payments.model import PAYMENT
from tests.service.town import Person, Town

from .visitor import Visitor, logged_in

NOBODYS = "0" * 64


def payments(town: Town) -> int:
    with reading(town.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(PAYMENT)) or 0)


# ---------------------------------------------------------------- who


@pytest.mark.parametrize(
    "path", ["/jobs", "/claims", "/wallet", "/pay", "/till", "/till/day", "/till/redeem"]
)
def test_page__of_a_desk__asks_a_stranger_to_log_in(stranger: Visitor, path: str) -> None:
    page = stranger.get(path)

    assert (page.path, page.heading) == ("/login", "Log in")


@pytest.mark.parametrize("path", ["/till", "/till/day", "/till/code", "/till/redeem"])
def test_page__of_another_desk__is_not_there(resident: Visitor, path: str) -> None:
    page = resident.get(path)

    assert (page.status, page.text) == (
        404,
        "Not found This page is not for you, or it does not exist. To the first page",
    )


def test_person__with_two_roles__chooses_and_has_both_desks(town: Town, anna: Person, shop: Person) -> None:
    both = logged_in(town, anna, "resident", merchant=shop.id)

    assert both.get("/").links() == ["/jobs", "/till"]
    assert (both.get("/wallet").status, both.get("/till").status) == (200, 200)


def test_menu__on_a_page_for_everybody__is_that_of_the_readers_only_desk(
    town: Town, shop: Person, resident: Visitor, till: Visitor, stranger: Visitor
) -> None:
    both = logged_in(town, town.resident("Bilal Demir"), "resident", merchant=shop.id)
    member = logged_in(town, town.association(), "association")

    for path in ("/account", "/figures"):
        menus = [
            [str(one) for one in visitor.get(path).document.xpath("//nav[@class='desk']//a/@href")]
            for visitor in (resident, till, both, member)
        ]
        assert menus == [
            ["/jobs", "/claims", "/pay", "/wallet"],
            ["/till", "/till/day", "/till/code", "/till/redeem"],
            [],
            [],
        ], path
    assert stranger.get("/figures").document.xpath("//nav[@class='desk']") == []


@pytest.mark.parametrize(
    "path", [f"/claims/{NOBODYS}", f"/payments/{NOBODYS}", f"/jobs/{NOBODYS}", "/claims/1", "/nowhere"]
)
def test_thing__that_is_not_there__is_said_to_be_so_in_words(resident: Visitor, path: str) -> None:
    page = resident.get(path)

    assert page.status in (400, 404)
    assert page.links() == ["/"]


def test_thing__of_somebody_else__answers_as_one_that_is_not_there(
    town: Town, anna: Person, shop: Person, till: Visitor
) -> None:
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 1_00})["id"]
    other = logged_in(town, town.resident(), "resident")

    there, nowhere = other.get(f"/payments/{payment}"), other.get(f"/payments/{NOBODYS}")

    assert (there.status, there.text) == (nowhere.status, nowhere.text) == (404, nowhere.text)


# ---------------------------------------------------------------- from where


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_form__of_another_site__changes_nothing(
    town: Town, resident: Visitor, shop: Person, site: str
) -> None:
    fields = {"code": town.code_of(shop), "amount": "1", "key": "12345678"}

    page = resident.post("/pay", fields, **{"Sec-Fetch-Site": site})

    assert page.status == 403
    assert "Nothing was done" in page.text
    assert payments(town) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://testserver"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_form__from_an_older_browser__is_judged_by_its_origin(
    town: Town, resident: Visitor, shop: Person, headers: dict[str, str], status: int
) -> None:
    fields = {"code": town.code_of(shop), "amount": "1", "key": "12345678"}

    answer = resident.client.post(
        "/pay", data=fields, headers={"Accept": "text/html", **headers}, follow_redirects=False
    )

    assert answer.status_code == status
    assert payments(town) == (1 if status == 303 else 0)


@pytest.mark.parametrize("key", [None, "", "short", "with space", "x" * 65])
def test_form__without_its_key__changes_nothing(
    town: Town, resident: Visitor, shop: Person, key: str | None
) -> None:
    fields = {"code": town.code_of(shop), "amount": "1"} | ({} if key is None else {"key": key})

    assert resident.post("/pay", fields).status in (400, 409)
    assert payments(town) == 0


# ---------------------------------------------------------------- what a browser may


def test_page__lets_nothing_in_from_elsewhere_and_keeps_nothing(resident: Visitor) -> None:
    page = resident.get("/wallet")
    policy = page.response.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.response.headers["cache-control"] == "no-store"
    assert page.response.headers["x-content-type-options"] == "nosniff"
    loaded = page.document.xpath("//@src | //link/@href")
    assert [one for one in loaded if not str(one).startswith("/static/")] == []
    assert page.document.xpath("//style | //*[@style] | //script[not(@src)]") == []


def test_page__in_each_language__says_which_it_is(resident: Visitor) -> None:
    english = resident.get("/wallet")
    resident.language = "nl-NL,nl;q=0.9,en;q=0.8"
    dutch = resident.get("/wallet")

    assert (english.document.get("lang"), english.heading) == ("en", "Wallet")
    assert (dutch.document.get("lang"), dutch.heading) == ("nl", "Portemonnee")


def test_asset__under_its_hash__is_kept_and_small(stranger: Visitor) -> None:
    sizes = {}
    for name in ("heitje.css", "htmx.js", "scan.js", "heitje.svg"):
        answer = stranger.client.get(asset(name), headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        sizes[name] = int(answer.headers["content-length"])
        again = stranger.client.get(asset(name), headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304

    assert sum(sizes.values()) < 60_000


def test_asset__of_another_name__is_not_there(stranger: Visitor) -> None:
    for name in ("heitje.css", "heitje.00000000.css", "..%2f..%2fapp.py", "theme.css"):
        assert stranger.client.get(f"/static/{name}").status_code == 404


def test_own_scripts__are_within_20_kilobytes(stranger: Visitor) -> None:
    assert len(stranger.client.get(asset("scan.js")).content) <= 20_000


# ---------------------------------------------------------------- what people type


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_template__of_a_page__lets_nothing_through_that_somebody_typed(path: Path) -> None:
    """Jinja escapes what stands in text and between quotation marks, and nothing of ours asks it not to."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert re.findall(r"\|\s*safe\b|autoescape|Markup|<style|\son[a-z]+=|\sstyle=", text) == []
    assert re.findall(r"<script(?! src=\"\{\{ asset\()", text) == []
    assert re.findall(r"\s[a-z-]+=\{\{", text) == []


def test_text__with_tags_in_it__is_shown_and_not_run(town: Town, partner: Person, anna: Person) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"&"
    job = town.job(partner, title=nasty, description=nasty, neighbourhood=nasty[:80])["id"]
    resident = logged_in(town, anna, "resident")

    page = resident.get(f"/jobs/{job}")

    assert nasty in page.text
    assert page.document.xpath("//script[not(@src)] | //img[@onerror]") == []
    assert re.search(r"<script>alert|<img src=x", page.response.text) is None


def test_claim__by_a_double_click__is_one(town: Town, partner: Person, anna: Person) -> None:
    job = town.job(partner)["id"]
    resident = logged_in(town, anna, "resident")
    page = resident.get(f"/jobs/{job}")

    first, second = (resident.send(page, f"/jobs/{job}/claim") for _ in range(2))

    assert first.path == second.path
    with reading(town.engine) as connection:
        assert connection.scalar(select(func.count()).where(CLAIM.c.job == job)) == 1
