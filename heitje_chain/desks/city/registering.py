"""What the registrar writes down of a participant: residence, account number, contracts, logins, signers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.allowance import records
from heitje_chain.chain.ids import ClientId
from heitje_chain.desks import fields
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.problems import Refused
from heitje_chain.people import admission, appointing, contracts, passkeys, rules
from heitje_chain.people import service as people
from heitje_chain.people.errors import ContractUnknown
from heitje_chain.people.model import MERCHANT, PARTNER, RESIDENT

router = APIRouter(include_in_schema=False, prefix="/city/participants/{participant_id}")

Registrar = Annotated[Desk, At("registrar")]

UNDER_21, OVER_21 = "under", "over"


# ---------------------------------------------------------------- a resident


@router.get("/record")
def ask_record(participant_id: Hex16Path, desk: Registrar) -> Response:
    """Ask what was seen of a resident."""
    found = desk.read(lambda c: records.find(c, participant_id))
    band = "" if found.under_21 is None else UNDER_21 if found.under_21 else OVER_21
    given = {
        "confirmed": "yes" if found.confirmed_by else "",
        "band": band,
        "changes_on": "" if found.changes_on is None else found.changes_on.isoformat(),
    }
    return _page(desk, participant_id, "record", FormData(given), RESIDENT)


@router.post("/record")
def record(participant_id: Hex16Path, form: Form, desk: Registrar) -> Response:
    """Record that a resident lives here, and on which side of 21 it is."""

    def work(connection: Connection, _: ClientId) -> str:
        band, changes_on = form.raw("band"), None
        if band == UNDER_21:
            changes_on = fields.day(form, "changes_on")
        under_21 = {UNDER_21: True, OVER_21: False}.get(band)
        confirmed = form.raw("confirmed") == "yes"
        return records.record(
            connection, desk.subject, participant_id, confirmed, under_21, changes_on
        ).participant

    return _submit(desk, participant_id, "record", form, work)


# ---------------------------------------------------------------- a shop


@router.get("/iban")
def ask_iban(participant_id: Hex16Path, desk: Registrar) -> Response:
    """Ask for a shop's new account number."""
    return _page(desk, participant_id, "iban", FormData({}), MERCHANT)


@router.post("/iban")
def change_iban(participant_id: Hex16Path, form: Form, desk: Registrar) -> Response:
    """Give a shop another account number."""

    def work(connection: Connection, _: ClientId) -> str:
        holder = form.line("account_holder", rules.MAX_ACCOUNT_HOLDER)
        return people.change_iban(connection, desk.subject, participant_id, form.line("iban", 60), holder).id

    return _submit(desk, participant_id, "iban", form, work)


@router.get("/contract")
def ask_contract(participant_id: Hex16Path, desk: Registrar) -> Response:
    """Ask for the days of a new contract."""
    return _page(desk, participant_id, "contract", FormData({}), MERCHANT)


@router.post("/contract")
def enter_contract(participant_id: Hex16Path, form: Form, desk: Registrar) -> Response:
    """Write down what was agreed with a shop."""

    def work(connection: Connection, client_id: ClientId) -> str:
        first, last = fields.day(form, "valid_from"), fields.day(form, "valid_until")
        contract_id = fields.id_of(client_id)
        return contracts.enter(connection, desk.subject, contract_id, participant_id, first, last).merchant

    return _submit(desk, participant_id, "contract", form, work)


@router.get("/contracts/{contract_id}/end")
def ask_contract_end(participant_id: Hex16Path, contract_id: Hex16Path, desk: Registrar) -> Response:
    """Ask for the day on which a contract is to end."""
    return _contract_end(desk, participant_id, contract_id, FormData({}), None)


@router.post("/contracts/{contract_id}/end")
def end_contract(participant_id: Hex16Path, contract_id: Hex16Path, form: Form, desk: Registrar) -> Response:
    """End a contract earlier than was agreed."""

    def work(connection: Connection, _: ClientId) -> str:
        last: date = fields.day(form, "last_day")
        return contracts.end(connection, desk.subject, contract_id, last).merchant

    try:
        return desk.submit(form, work, "/city/participants/{}")
    except Refused as error:
        return _contract_end(desk, participant_id, contract_id, form, desk.refusal(error))


# ---------------------------------------------------------------- whoever has pages or signs


@router.get("/account")
def ask_account(participant_id: Hex16Path, desk: Registrar) -> Response:
    """Ask for the e-mail address with which somebody is to log in."""
    return _page(desk, participant_id, "account", FormData({}))


@router.post("/account")
def add_account(participant_id: Hex16Path, form: Form, desk: Registrar) -> Response:
    """Let whoever has an e-mail address use the pages as this participant."""

    def work(connection: Connection, _: ClientId) -> str:
        kind, email = people.participant(connection, participant_id).kind, form.raw("email")
        appointing.add_role(connection, desk.subject, email, kind, participant_id)
        return participant_id

    return _submit(desk, participant_id, "account", form, work)


@router.get("/signer")
def ask_signer(participant_id: Hex16Path, desk: Registrar) -> Response:
    """Ask who is to sign for a partner."""
    return _page(desk, participant_id, "signer", FormData({}), PARTNER)


@router.post("/signer")
def add_signer(participant_id: Hex16Path, form: Form, desk: Registrar) -> Response:
    """Prepare that somebody may sign for a partner."""

    def work(connection: Connection, _: ClientId) -> str:
        signer = rules.signer(form.raw("signer").strip())
        return admission.prepare_signer(connection, desk.onchain, desk.subject, participant_id, signer).id

    return _submit(desk, participant_id, "signer", form, work, "/acts/{}")


@router.post("/signer/remove")
def remove_signer(participant_id: Hex16Path, form: Form, desk: Registrar) -> Response:
    """Prepare that somebody may not sign for a partner any more."""

    def work(connection: Connection, _: ClientId) -> str:
        signer = rules.signer(form.raw("signer"))
        return admission.prepare_signer_removal(
            connection, desk.onchain, desk.subject, participant_id, signer
        ).id

    return _submit(desk, participant_id, "signer", form, work, "/acts/{}")


# ---------------------------------------------------------------- details


def _submit(
    desk: Desk,
    participant_id: str,
    what: str,
    form: FormData,
    work: Callable[[Connection, ClientId], str],
    to: str = "/city/participants/{}",
) -> Response:
    try:
        return desk.submit(form, work, to)
    except Refused as error:
        return _page(desk, participant_id, what, form, error=desk.refusal(error))


def _page(
    desk: Desk, participant_id: str, what: str, form: FormData, *kinds: str, error: str | None = None
) -> Response:
    """Show one form about a participant."""

    def found(connection: Connection) -> dict[str, Any]:
        one = people.participant(connection, participant_id)
        if kinds:
            people.of_kind(connection, participant_id, *kinds)
        told: dict[str, Any] = {"one": one, "details": people.details_of(connection, participant_id)}
        if what == "signer":
            waiting = passkeys.waiting_signers(connection, desk.onchain)
            told["waiting"] = [passkey for passkey in waiting if passkey.partner == participant_id]
        return told

    status = 200 if error is None else 400
    return desk.page(f"city/participant/{what}.html", status, form=form, error=error, **desk.read(found))


def _contract_end(
    desk: Desk, participant_id: str, contract_id: str, form: FormData, error: str | None
) -> Response:
    one = desk.read(lambda c: people.of_kind(c, participant_id, MERCHANT))
    contract = desk.read(lambda c: contracts.find(c, contract_id))
    if contract.merchant != one.id:
        raise ContractUnknown
    status = 200 if error is None else 400
    fields_of_page = {"one": one, "contract": contract, "form": form, "error": error}
    return desk.page("city/participant/contract_end.html", status, **fields_of_page)
