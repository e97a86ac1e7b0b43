"""Officers' acts in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from heitje_chain.acts.service import Act
from heitje_chain.chain.signatures import ADDRESS_BYTES
from heitje_chain.desks.texts import marked as _
from heitje_chain.jobs import service as jobs
from heitje_chain.people import accounts, passkeys
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.reasons import codes
from heitje_chain.settlement.model import REDEMPTION

from .reader import Reader, Words

MOST_PAYEES = 20

_KINDS = {
    "resident": _("Resident"),
    "merchant": _("Shop"),
    "partner": _("Partner organisation"),
    "association": _("Association"),
}

# ---------------------------------------------------------------- money


def budget_granted(reader: Reader, act: Act) -> Words:
    told = _budget(reader, act)
    effect = _("%(partner)s may promise %(cents)s more in %(period)s.")
    return Words(reader.text(_("Grant a budget")), reader.text(effect, **told), _money(reader, act))


def budget_closed(reader: Reader, act: Act) -> Words:
    effect = _(
        "%(partner)s can promise nothing more from its budget for %(period)s. What it promised is paid."
    )
    return Words(
        reader.text(_("Close a budget")), reader.text(effect, **_budget(reader, act)), _money(reader, act)
    )


def coins_awarded(reader: Reader, act: Act) -> Words:
    effect = _("%(name)s gets %(cents)s at once, from what %(partner)s may promise in %(period)s.")
    name = reader.name(act.content["resident"])
    return Words(
        reader.text(_("Give Heitjes to a resident")),
        reader.text(effect, name=name, **_budget(reader, act)),
        ((reader.text(_("Resident")), name), *_money(reader, act)),
        reader.letter(reader.argument(act, "reasonHash"), "reason"),
        reader.is_missing(reader.argument(act, "reasonHash")),
    )


def reserve_attested(reader: Reader, act: Act) -> Words:
    cents, when = reader.euros(act.content["cents"]), reader.moment(act.content["as_of"])
    return Words(
        reader.text(_("Confirm the euros in the bank")),
        reader.text(
            _("You confirm that %(cents)s was there for Heitjes on %(when)s."), cents=cents, when=when
        ),
        (
            (reader.text(_("Amount")), cents),
            (reader.text(_("As of")), when),
            (reader.text(_("Statement (SHA-256)")), act.content["statement_sha256"]),
        ),
    )


def limit_set(reader: Reader, act: Act) -> Words:
    partner, cents = reader.name(act.content["partner"]), reader.euros(act.content["capacity"])
    window = reader.duration(act.content["window"])
    return Words(
        reader.text(_("Set how much can be paid in a while")),
        reader.text(
            _("Of what %(partner)s approves, at most %(cents)s is paid in %(window)s."),
            partner=partner,
            cents=cents,
            window=window,
        ),
        (
            (reader.text(_("Partner organisation")), partner),
            (reader.text(_("At most")), cents),
            (reader.text(_("In")), window),
        ),
    )


def batch_closed(reader: Reader, act: Act) -> Words:
    lines = act.content["redemptions"]
    total = reader.connection.scalar(select(func.sum(REDEMPTION.c.cents)).where(REDEMPTION.c.id.in_(lines)))
    cents = reader.euros(int(total or 0))
    return Words(
        reader.text(_("Put a payout together")),
        reader.text(_("%(cents)s is paid to shops and associations by the bank."), cents=cents),
        (
            (reader.text(_("Payout")), str(act.content["batch"])),
            (reader.text(_("Redemptions")), str(len(lines))),
            (reader.text(_("Amount")), cents),
            *_payees(reader, lines),
        ),
    )


def batch_settled(reader: Reader, act: Act) -> Words:
    return Words(
        reader.text(_("Finish a payout")),
        reader.text(
            _("Heitjes that the bank paid out are gone for good. What it refused goes back to its shop.")
        ),
        (
            (reader.text(_("Payout")), str(act.content["batch"])),
            (reader.text(_("Refused by the bank")), str(len(act.content["rejected"]))),
        ),
    )


# ---------------------------------------------------------------- disputes


def dispute_decided(reader: Reader, act: Act) -> Words:
    claim = jobs.find_claim(reader.connection, act.content["claim"])
    resident = people.by_chain_id(reader.connection, claim.resident)
    name = reader.text(_("The resident")) if resident is None else resident.name
    effect = _("The work is not paid. That is final.")
    if act.content["award"]:
        effect = _("%(name)s is paid %(cents)s, and this cannot be taken back.")
    return Words(
        reader.text(_("Decide a dispute")),
        reader.text(effect, name=name, cents=reader.euros(claim.cents)),
        (
            (reader.text(_("Job")), claim.job_title or reader.text(_("A job"))),
            (reader.text(_("Resident")), name),
            (reader.text(_("Amount")), reader.euros(claim.cents)),
            (reader.text(_("Reason")), reader.reason(codes.DECIDE, act.content["reason"])),
        ),
        reader.letter(reader.argument(act, "documentHash"), "words"),
        reader.is_missing(reader.argument(act, "documentHash")),
    )


# ---------------------------------------------------------------- people


def people_admitted(reader: Reader, act: Act) -> Words:
    kind = reader.text(_KINDS.get(str(act.content.get("kind")), _("Name")))
    names = tuple((kind, reader.name(one)) for one in act.content["participants"])
    return Words(
        reader.text(_("Admit participants")), reader.text(_("They take part in Heitje from now on.")), names
    )


def signer_added(reader: Reader, act: Act) -> Words:
    effect = _("Whoever has this key or passkey can post jobs and approve work for %(partner)s.")
    return _about_signer(reader, act, _("Let somebody sign for a partner"), effect)


def signer_removed(reader: Reader, act: Act) -> Words:
    effect = _("Nothing that is signed by this key or passkey counts for %(partner)s any more.")
    return _about_signer(reader, act, _("Let somebody sign no more"), effect)


def participant_blocked(reader: Reader, act: Act) -> Words:
    effect = _("%(name)s cannot earn, pay or redeem until this is ended.")
    return _about_person(reader, act, _("Block somebody"), effect, codes.BLOCK)


def participant_unblocked(reader: Reader, act: Act) -> Words:
    return _about_person(reader, act, _("End a block"), _("%(name)s takes part again."))


def wallet_recovered(reader: Reader, act: Act) -> Words:
    effect = _("All Heitjes of %(name)s move to a new wallet. The old one can do nothing any more.")
    told = _about_person(reader, act, _("Replace a wallet"), effect)
    code = act.content.get("reason")
    facts = [(_("From"), act.content["old_wallet"]), (_("To"), act.content["new_wallet"])]
    if code is not None:
        facts.append((_("Reason"), reader.reason(codes.RECOVER, code)))
    return replace(told, facts=(*told.facts, *((reader.text(label), value) for label, value in facts)))


# ---------------------------------------------------------------- stops


def coin_paused(reader: Reader, act: Act) -> Words:
    reason = reader.reason(codes.PAUSE, act.content["reason"])
    return Words(
        reader.text(_("Stop all Heitjes")),
        reader.text(_("Nobody can earn, pay or redeem until you let Heitjes move again.")),
        ((reader.text(_("Reason")), reason),),
    )


def coin_unpaused(reader: Reader, act: Act) -> Words:
    return Words(
        reader.text(_("Let Heitjes move again")), reader.text(_("Everybody can earn, pay and redeem again."))
    )


def coins_frozen(reader: Reader, act: Act) -> Words:
    effect = _("%(name)s cannot spend %(cents)s of what is in the wallet.")
    return _about_person(reader, act, _("Freeze Heitjes"), effect, codes.FREEZE)


def coins_unfrozen(reader: Reader, act: Act) -> Words:
    effect = _("%(name)s can spend everything that is in the wallet again.")
    return _about_person(reader, act, _("End a freeze"), effect)


def coins_forced(reader: Reader, act: Act) -> Words:
    payer, payee = reader.name(act.content["payer"]), reader.name(act.content["payee"])
    cents = reader.euros(act.content["cents"])
    return Words(
        reader.text(_("Move Heitjes by force")),
        reader.text(
            _("%(cents)s is taken from %(payer)s and given to %(payee)s."),
            cents=cents,
            payer=payer,
            payee=payee,
        ),
        (
            (reader.text(_("From")), payer),
            (reader.text(_("To")), payee),
            (reader.text(_("Amount")), cents),
            (reader.text(_("Reason")), reader.reason(codes.FORCE, act.content["reason"])),
        ),
    )


def act_cancelled(reader: Reader, act: Act, stopped: Words) -> Words:
    """`stopped`: what does not happen."""
    return Words(
        reader.text(_("Stop what was signed")),
        reader.text(_("This does not happen: %(what)s"), what=stopped.effect),
        ((reader.text(_("What was signed")), stopped.title), *stopped.facts),
    )


# ---------------------------------------------------------------- details


def _budget(reader: Reader, act: Act) -> dict[str, object]:
    told: dict[str, object] = {
        "partner": reader.name(act.content["partner"]),
        "period": act.content["period"],
    }
    return told | ({"cents": reader.euros(act.content["cents"])} if "cents" in act.content else {})


def _money(reader: Reader, act: Act) -> tuple[tuple[str, str], ...]:
    told = _budget(reader, act)
    named = ((_("Partner organisation"), "partner"), (_("Year"), "period"), (_("Amount"), "cents"))
    return tuple((reader.text(label), str(told[name])) for label, name in named if name in told)


def _about_person(reader: Reader, act: Act, title: str, effect: str, reasons: str | None = None) -> Words:
    name = reader.name(act.content["participant"])
    cents = reader.euros(act.content["cents"]) if "cents" in act.content else ""
    facts = [(_("Name"), name), (_("Amount"), cents)]
    if reasons is not None:
        facts.append((_("Reason"), reader.reason(reasons, act.content["reason"])))
    shown = tuple((reader.text(label), value) for label, value in facts if value)
    return Words(reader.text(title), reader.text(effect, name=name, cents=cents), shown)


def _about_signer(reader: Reader, act: Act, title: str, effect: str) -> Words:
    partner, signer = reader.name(act.content["partner"]), str(act.content["signer"])
    passkey = passkeys.of_key(reader.connection, signer[2 * ADDRESS_BYTES :])
    whose = reader.text(_("No account here made this key"))
    if passkey is not None:
        whose = reader.text(
            _("%(email)s, %(device)s, made on %(day)s"),
            email=accounts.find(reader.connection, passkey.account).email,
            device=passkey.name or reader.text(_("Passkey")),
            day=reader.day(passkey.created_at),
        )
    return Words(
        reader.text(title),
        reader.text(effect, partner=partner),
        (
            (reader.text(_("Partner organisation")), partner),
            (reader.text(_("Whose")), whose),
            (reader.text(_("Key or passkey")), f"0x{signer}"),
        ),
    )


def _payees(reader: Reader, lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return who is paid in a batch, and how much: the first by name, and how many more."""
    rows = reader.connection.execute(
        select(PARTICIPANT.c.name, func.sum(REDEMPTION.c.cents).label("cents"))
        .select_from(REDEMPTION)
        .outerjoin(PARTICIPANT, PARTICIPANT.c.chain_id == REDEMPTION.c.merchant)
        .where(REDEMPTION.c.id.in_(lines))
        .group_by(REDEMPTION.c.merchant, PARTICIPANT.c.name)
        .order_by(PARTICIPANT.c.name, REDEMPTION.c.merchant)
    ).all()
    unknown = reader.text(_("somebody who is not known here any more"))
    shown = [(row.name or unknown, reader.euros(int(row.cents))) for row in rows[:MOST_PAYEES]]
    more = len(rows) - len(shown)
    return [*shown, (reader.text(_("More shops and associations")), str(more))] if more else shown
