"""The resident's page about what it may earn: limits, its own stop, what it gets elsewhere."""

from __future__ import annotations

import pytest

from heitje_chain.allowance import service
from heitje_chain.db import reading
from tests.service.town import Person, Town

from .visitor import Visitor


def test_allowance__shows_each_limit_with_what_is_left(town: Town, anna: Person, resident: Visitor) -> None:
    page = resident.get("/allowance")

    assert "You can still earn €195.00 this month and €2,085.00 this year." in page.text
    assert "€15.00 of €210.00 €195.00 left" in page.text


def test_own_stop__lowers_what_can_be_earned_and_can_be_taken_back(
    town: Town, anna: Person, resident: Visitor
) -> None:
    page = resident.send(resident.get("/allowance"), "/allowance/stop", month="20", year="")
    assert (page.path, page.status) == ("/allowance", 200)
    assert "You can still earn €5.00 this month" in page.text
    assert page.form("/allowance/stop") == {"month": "20.00", "year": ""}

    page = resident.send(page, "/allowance/stop", month="")
    assert "You can still earn €195.00 this month" in page.text


def test_elsewhere__counts_and_can_be_taken_back(town: Town, anna: Person, resident: Visitor) -> None:
    page = resident.send(resident.get("/allowance"), "/allowance/elsewhere", amount="30,50")
    assert "You can still earn €164.50 this month" in page.text

    page = resident.send(page, "/allowance/elsewhere/delete")
    assert "You can still earn €195.00 this month" in page.text
    with reading(town.engine) as connection:
        assert dict(service.own(connection, anna.id).elsewhere) == {}


@pytest.mark.parametrize(
    "fields", [{"amount": "-1"}, {"amount": "1,500"}, {"amount": "5", "when": "2999-01"}]
)
def test_elsewhere__that_cannot_be__is_refused_and_kept_in_the_form(
    resident: Visitor, fields: dict[str, str]
) -> None:
    page = resident.send(resident.get("/allowance"), "/allowance/elsewhere", **fields)

    assert page.status == 400
    assert page.refusal
    assert page.form("/allowance/elsewhere")["amount"] == fields["amount"]


def test_explanation__is_for_everybody(stranger: Visitor) -> None:
    page = stranger.get("/allowance/explanation")

    assert "You get benefits and are under 27" in page.text
    assert "no legal advice" in page.text
