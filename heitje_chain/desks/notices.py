"""Which mails one wants."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from heitje_chain.notices import rules, service
from heitje_chain.people.accounts import Account
from heitje_chain.people.login_errors import NotLoggedIn

from .entry import At
from .forms import Form
from .frame import Desk

router = APIRouter(include_in_schema=False, prefix="/account/notices")


@router.get("")
def read_notices(desk: Annotated[Desk, At()], kept: Annotated[bool, Query()] = False) -> Response:
    """Show which mails there are for somebody, and which of them it wants."""
    account = _logged_in(desk)
    off = desk.read(lambda c: service.switched_off(c, account.id))
    return desk.page("notices.html", kinds=_kinds(account), off=off, kept=kept)


@router.post("")
def choose_notices(form: Form, desk: Annotated[Desk, At()]) -> Response:
    """Note which mails somebody wants: doing it twice is doing it once."""
    account = _logged_in(desk)
    kinds = _kinds(account)
    wanted = [kind for kind in kinds if form.raw(kind)]
    desk.database.change(lambda c: service.choose(c, account.id, wanted, kinds))
    return desk.go("/account/notices?kept=true")


# ---------------------------------------------------------------- details


def _logged_in(desk: Desk) -> Account:
    if desk.account is None:
        raise NotLoggedIn
    return desk.account


def _kinds(account: Account) -> list[str]:
    return rules.kinds_for([role for role, _ in account.roles])
