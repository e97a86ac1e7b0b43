"""Who takes part and whoever wants to: found, looked at, added, admitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.allowance import records
from heitje_chain.allowance.records import RecordOf
from heitje_chain.chain.ids import ClientId
from heitje_chain.desks import fields
from heitje_chain.desks.entry import At
from heitje_chain.desks.exports import DAY, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk, NotYourDesk
from heitje_chain.desks.words import PARTICIPANT_NAMES
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.http.texts import LineText
from heitje_chain.payments import spending
from heitje_chain.payments.spending import Balance
from heitje_chain.people import accounts, admission, appointing, contracts, recovery, rules, signers
from heitje_chain.people import service as people
from heitje_chain.people.accounts import Account
from heitje_chain.people.contract_rules import MerchantContract
from heitje_chain.people.model import KINDS, MERCHANT, PARTICIPANT, READY, RECOVERY, RESIDENT
from heitje_chain.people.recovery import Recovery
from heitje_chain.people.roles import OFFICER_ROLES
from heitje_chain.people.service import MerchantDetails, Participant

from . import words

router = APIRouter(include_in_schema=False, prefix="/city/participants")

PARTICIPANTS = Listing("participants", (PARTICIPANT.c.created_at, PARTICIPANT.c.id))

MOST_ADMITTED = 100
"""How many one act admits."""

_BLOCKED = "blocked"


@dataclass(frozen=True)
class Shown:
    """A participant with all that its page says, as far as its reader may see it."""

    one: Participant
    balance: Balance | None
    record: RecordOf | None
    details: MerchantDetails | None
    contracts: Sequence[tuple[MerchantContract, str]]
    """Each with its state."""
    signers: Sequence[tuple[str, str]]
    """ERC-7913 bytes in hex, and a state."""
    accounts: Sequence[Account]
    recoveries: Sequence[Recovery]


@router.get("")
def list_participants(
    desk: Annotated[Desk, At(*OFFICER_ROLES)],
    wanted: Wanted,
    name: Annotated[LineText | None, Query(max_length=rules.MAX_NAME)] = None,
    kind: Annotated[str | None, Query(max_length=16)] = None,
    state: Annotated[str | None, Query(max_length=16)] = None,
    saved: SavedAs = None,
) -> Response:
    """List participants, newest first; those of a name, a kind, a state."""
    chosen = {
        "name": " ".join((name or "").split()),
        "kind": kind if kind is not None and kind in KINDS else "",
        "state": state if state is not None and state in words.STATES else "",
    }

    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk, chosen)))

    def found(connection: Connection) -> dict[str, Any]:
        page = PARTICIPANTS.page(connection, _query(chosen), wanted)
        return {
            "participants": [(people.from_row(row), row.created_at) for row in page.rows],
            "next": page.next_address(desk.request),
        }

    return desk.page("city/participants.html", chosen=chosen, **_names(desk), **desk.read(found))


@router.get("/new")
def ask_new(
    desk: Annotated[Desk, At("registrar")], kind: Annotated[str | None, Query(max_length=16)] = None
) -> Response:
    """Ask who is to be added."""
    return _new(desk, FormData({"kind": kind if kind in KINDS and kind is not None else RESIDENT}), None)


@router.post("/new")
def add(form: Form, desk: Annotated[Desk, At("registrar")]) -> Response:
    """Add a participant; with an e-mail address, also an account."""
    kind = form.raw("kind")
    if kind not in KINDS:
        raise NotYourDesk

    def work(connection: Connection, client_id: ClientId) -> str:
        added = people.add(
            connection, kind, fields.id_of(client_id), form.line("name", rules.MAX_NAME), _details(form)
        )
        if kind == MERCHANT and (form.raw("valid_from") or form.raw("valid_until")):
            first, last = fields.day(form, "valid_from"), fields.day(form, "valid_until")
            contracts.enter(connection, desk.subject, fields.id_of(client_id), added.id, first, last)
        if form.raw("email").strip():
            appointing.add_role(connection, desk.subject, form.raw("email"), kind, added.id)
        return added.id

    try:
        return desk.submit(form, work, "/city/participants/{}")
    except Refused as error:
        return _new(desk, form, desk.refusal(error))


@router.get("/ready")
def list_ready(desk: Annotated[Desk, At(*OFFICER_ROLES)]) -> Response:
    """List who can be admitted now, by kind."""
    return _ready(desk, None)


@router.post("/ready")
def admit(form: Form, desk: Annotated[Desk, At("registrar")]) -> Response:
    """Prepare the admission of all who were chosen."""
    chosen = [name.removeprefix("p-") for name in form.fields if name.startswith("p-")]

    def work(connection: Connection, _: ClientId) -> str:
        return admission.prepare_admission(connection, desk.onchain, desk.subject, chosen).id

    try:
        return desk.submit(form, work, "/acts/{}")
    except Refused as error:
        return _ready(desk, desk.refusal(error))


@router.get("/{participant_id}")
def read_participant(participant_id: Hex16Path, desk: Annotated[Desk, At(*OFFICER_ROLES)]) -> Response:
    """Show one participant, and what this officer can do about it."""
    shown = desk.read(lambda connection: _shown(connection, desk, participant_id))
    return desk.page("city/participant.html", shown=shown, **_names(desk))


# ---------------------------------------------------------------- details


def _query(chosen: Mapping[str, str]) -> Any:
    state, is_blocked = chosen["state"] or None, chosen["state"] == _BLOCKED
    return people.participants_query(
        name=chosen["name"],
        kind=chosen["kind"] or None,
        state=None if is_blocked else state,
        blocked=True if is_blocked else False if state == "active" else None,
    )


def _table(connection: Connection, desk: Desk, chosen: Mapping[str, str]) -> Table:
    columns = (
        Column(desk.text("Name")),
        Column(desk.text("Kind")),
        Column(desk.text("State")),
        Column(desk.text("Added"), DAY),
    )
    kinds, states = words.told(desk, PARTICIPANT_NAMES), words.told(desk, words.STATES)
    rows = []
    for row in all_rows(connection, PARTICIPANTS, _query(chosen)):
        one = people.from_row(row)
        rows.append(
            (one.name, kinds[one.kind], states[_BLOCKED if one.blocked else one.state], row.created_at)
        )
    return Table("participants", columns, rows)


def _details(form: FormData) -> MerchantDetails | None:
    if form.raw("kind") != MERCHANT:
        return None
    holder = form.line("account_holder", rules.MAX_ACCOUNT_HOLDER, required=False)
    name = form.line("name", rules.MAX_NAME)
    return MerchantDetails(form.line("iban", 60), holder or name, form.line("category", 40))


def _new(desk: Desk, form: FormData, error: str | None) -> Response:
    status = 200 if error is None else 400
    return desk.page("city/new_participant.html", status, form=form, error=error, **_names(desk))


def _ready(desk: Desk, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, list[tuple[Participant, int]]]:
        by_kind = {}
        for kind in KINDS:
            query = people.participants_query(kind=kind, state=READY)
            rows = connection.execute(query.order_by(*PARTICIPANTS.order).limit(MOST_ADMITTED)).all()
            if rows:
                by_kind[kind] = [(people.from_row(row), row.created_at) for row in rows]
        return by_kind

    status = 200 if error is None else 409
    return desk.page("city/ready.html", status, error=error, by_kind=desk.read(found), **_names(desk))


def _shown(connection: Connection, desk: Desk, participant_id: str) -> Shown:
    one, is_registrar = people.participant(connection, participant_id), desk.has("registrar")
    sees_wallet = any(desk.has(role) for role in ("registrar", "auditor", "enforcer"))
    sees_account = is_registrar or desk.has("settlement")
    today = contracts.today(connection)
    rows = connection.execute(
        recovery.recoveries_query(RECOVERY.c.participant == one.id).order_by(RECOVERY.c.created_at.desc())
    )
    return Shown(
        one,
        spending.balance(connection, one) if sees_wallet and one.wallet and one.chain_id else None,
        records.find(connection, one.id) if is_registrar and one.kind == RESIDENT else None,
        people.details_of(connection, one.id) if sees_account else None,
        [(held, held.state(today)) for held in contracts.of_merchant(connection, one.id)],
        [(row.signer, row.state) for row in connection.execute(signers.signers_query(one.id))],
        accounts.of_subject(connection, one.kind, one.id) if is_registrar else [],
        [recovery.recovery_of(row) for row in rows],
    )


def _names(desk: Desk) -> dict[str, Any]:
    return {
        "kinds": words.told(desk, PARTICIPANT_NAMES),
        "states": words.told(desk, words.STATES),
        "recovery_states": words.told(desk, words.RECOVERY_STATES),
    }
