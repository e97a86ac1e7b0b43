"""A form counts once: also when it was refused, when its outcome is unknown, and with something else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from heitje_chain.db import reading
from heitje_chain.http.transaction import DatabaseBusy, RequestDatabase, Work
from heitje_chain.payments.model import PAYMENT
from tests.service.town import Person, Town

from .visitor import Visitor


def payments(town: Town) -> int:
    with reading(town.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(PAYMENT)) or 0)


def test_form__that_was_refused__is_shown_with_its_key(town: Town, resident: Visitor, shop: Person) -> None:
    page = resident.get(f"/pay?code={town.code_of(shop)}&amount=1")
    key = page.form("/pay")["key"]

    refused = resident.send_once(page, "/pay", amount="900")
    assert refused.refusal.startswith("This amount is too high.")
    assert refused.form("/pay")["key"] == key
    paid = resident.send_once(refused, "/pay", amount="1")
    again = resident.send_once(refused, "/pay", amount="1")
    assert paid.path == again.path

    other = resident.send_once(refused, "/pay", amount="2")
    assert other.refusal.startswith("You sent this already, with something else in it.")
    assert other.form("/pay")["key"] not in ("", key)
    assert payments(town) == 1
    assert resident.get(f"/pay?code={town.code_of(shop)}&amount=1").form("/pay")["key"] != key
    for missing in ("", "short", "<script>"):
        form = {"code": town.code_of(shop), "amount": "1", "key": missing}
        assert len(resident.post("/pay", form).form("/pay")["key"]) > 8
    assert payments(town) == 1


def test_form__of_which_nobody_knows_whether_it_counted__counts_once(
    town: Town, resident: Visitor, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = resident.get(f"/pay?code={town.code_of(shop)}&amount=1")
    change = RequestDatabase.change

    def commits_and_cannot_say_so(database: RequestDatabase, work: Work[Any]) -> Any:
        change(database, work)
        raise DatabaseBusy

    with monkeypatch.context() as patched:
        patched.setattr(RequestDatabase, "change", commits_and_cannot_say_so)
        busy = resident.send_once(page, "/pay")
    assert (busy.status, payments(town)) == (409, 1)
    assert busy.refusal == "We are too busy now. Try again in 5 seconds."

    paid = resident.send_once(busy, "/pay")

    assert paid.path.startswith("/payments/")
    assert payments(town) == 1


def test_card__on_its_way_to_the_pin__keeps_the_key_of_its_first_form(till: Visitor) -> None:
    page = till.get("/till/card")
    key = page.form("/till/card/pin")["key"]

    wrong = till.send(page, "/till/card/pin", amount="1e3", code="K7QM-2P4X-9RTD")
    assert wrong.form("/till/card/pin")["key"] == key
    for _ in range(2):
        asked = till.send(wrong, "/till/card/pin", amount="1", code="K7QM-2P4X-9RTD")
        assert asked.form("/till/card")["key"] == key
