"""Of which kinds a partner's jobs are: declared on a page, ended there, and read by everybody."""

from __future__ import annotations

import pytest

from tests.service.town import Person, Town

from .visitor import Page, Visitor, logged_in

KINDS, REGISTER = "/partner/kinds", "/declarations"
WHY = {"words": "Nobody is paid for it.", "by": "the board"}


@pytest.fixture
def desk(town: Town, partner: Person) -> Visitor:
    """The partner at its pages; it declared green jobs, and care."""
    return logged_in(town, partner, "partner")


def kinds_to_post(desk: Visitor) -> list[str]:
    """What the form of a new job offers."""
    return list(desk.get("/partner/jobs/new").document.xpath("//select[@name='kind']/option/@value"))


def on_kinds(desk: Visitor, path: str, **fields: str) -> Page:
    """Send one of the forms of the page, as somebody does who looked at it now."""
    key = desk.get(KINDS).document.xpath("//input[@name='key']/@value")[0]
    return desk.post(f"{KINDS}{path}", {"key": str(key), **fields})


def cards(page: Page) -> list[str]:
    return [
        " ".join(card.text_content().split())
        for card in page.document.xpath("//li[contains(@class, 'card')]")
    ]


def test_declaring__kinds_of_the_list_and_an_own_one__lets_jobs_of_them_be_posted(desk: Visitor) -> None:
    page = desk.send(desk.get(KINDS), KINDS, **{"kind-maintenance": "yes"}, kind="sport", **WHY)

    assert (page.status, page.path, page.heading) == (200, KINDS, "Kinds of jobs")
    assert kinds_to_post(desk) == ["care", "green", "maintenance", "sport"]
    assert page.document.xpath("//fieldset//input[starts-with(@name, 'kind-')]") == []


def test_declaring__what_is_no_kind__is_refused_and_keeps_what_was_typed(desk: Visitor) -> None:
    for filled_in, refusal in (
        (WHY, "Choose something from the list."),
        ({**WHY, "kind": "sport", "by": " "}, "Fill something in here."),
        ({**WHY, "kind": "s" * 41}, "This text is too long: at most 40 characters."),
    ):
        page = desk.send(desk.get(KINDS), KINDS, **filled_in)
        assert (page.status, page.refusal) == (400, refusal)
        assert page.form(KINDS)["words"] == WHY["words"]
    assert kinds_to_post(desk) == ["care", "green"]


def test_changing__the_words_of_a_kind__shows_both_in_the_register(desk: Visitor, stranger: Visitor) -> None:
    page = on_kinds(desk, "/change", kind="green", of="green", **WHY)

    assert page.path == KINDS
    assert kinds_to_post(desk) == ["care", "green"]
    register = cards(stranger.get(REGISTER))
    assert len(register) == 3
    [present] = [one for one in register if one.startswith("Alcander: Green Nobody is paid for it.")]
    assert "The board, since " in present
    [former] = [one for one in register if one.startswith("Alcander: Green ended ")]
    assert "Niemand verliest er werk door. Bestuur, from " in former


def test_ending__a_kind__takes_it_from_the_form_and_keeps_it_in_the_register(
    desk: Visitor, stranger: Visitor
) -> None:
    page = on_kinds(desk, "/end", kind="care", ends="care", by="the board", reason="We stop.")

    assert page.path == KINDS
    assert kinds_to_post(desk) == ["green"]
    [ended] = [one for one in cards(stranger.get(REGISTER)) if one.startswith("Alcander: Company and care")]
    assert ended.endswith("Why it ended: We stop.")

    for path, sentence in (
        ("/end", "No declaration of yours is in force for the kind 'care'."),
        ("/change", "You have not declared that jobs of the kind 'care' replace no paid work."),
    ):
        again = on_kinds(desk, path, kind="care", **WHY)
        assert (again.status, again.refusal.startswith(sentence)) == (400, True)


def test_register__as_a_file__has_a_line_for_each(stranger: Visitor, partner: Person) -> None:
    answer = stranger.client.get(f"{REGISTER}?as=csv", headers={"Accept-Language": "en"})

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == (
        "Organisation;Kind of job;Why it replaces no paid work;Who says so;From;Until;Why it ended"
    )
    assert sorted(line.split(";")[:4] for line in lines[1:]) == [
        ["Alcander", "Company and care", "Niemand verliest er werk door.", "Bestuur"],
        ["Alcander", "Green", "Niemand verliest er werk door.", "Bestuur"],
    ]


def test_page__of_a_partner_without_kinds__says_what_to_do(desk: Visitor) -> None:
    for kind in ("green", "care"):
        on_kinds(desk, "/end", kind=kind, by="the board")

    assert "First say of which kinds your jobs are" in desk.get("/partner/jobs/new").text
    assert KINDS in desk.get("/partner/jobs/new").links()
    assert "You have no kinds yet." in desk.get(KINDS).text


def test_register__where_nobody_declared_anything__says_so(town: Town, stranger: Visitor) -> None:
    assert stranger.get(REGISTER).text.count("No organisation has declared a kind of job yet.") == 1
