"""The municipality's pages about people: who is let in, stopped, helped at the counter."""

from __future__ import annotations

import pytest

from heitje_chain.people.roles import OFFICER_ROLES
from tests.service.town import Town

from .visitor import Visitor, officer


@pytest.mark.parametrize("role", OFFICER_ROLES)
def test_overview__is_where_each_officer_begins(town: Town, role: str) -> None:
    page = officer(town, role).get("/")

    assert (page.path, page.status, page.heading) == ("/city", 200, "What waits for you")


def test_overview__for_a_resident__is_not_there(resident: Visitor) -> None:
    assert resident.get("/city").status == 404
