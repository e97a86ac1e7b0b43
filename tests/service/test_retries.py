"""An operator tries an intent again: it happens once, or the reason is told why it must not be tried."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain import outbox
from heitje_chain.chain.codec import Refusal
from heitje_chain.chain.contracts import MANAGER
from heitje_chain.chain.model import INTENT
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import transaction
from heitje_chain.jobs import deadlines
from heitje_chain.settlement import onchain as settlement

from .survival import People, assert_sound, paid_told, use_elsewhere
from .town import DAY, EARNED, Person, Town, wall_clock

ORDERED = (
    409,
    "Whoever asked for this was told that it did not happen, and may have asked anew. Trying again could do "
    "it twice. Let them ask for it again.",
)
RECORDED = (409, "The chain has recorded this already. There is nothing to try again.")
OVERTAKEN = (409, "Something else has taken its place meanwhile. There is nothing left to try again.")
NEXT = (
    409,
    "This is next anyway: the worker tries it by itself. If nothing happens, see whether a worker runs.",
)


def newest(town: Town, kind: str, state: str | None = None) -> dict[str, Any]:
    asked = f"/intents?kind={kind}&limit=1" + (f"&state={state}" if state else "")
    found: dict[str, Any] = town.get("operator", asked)["items"][0]
    return found


def again(town: Town, intent: dict[str, Any]) -> dict[str, Any]:
    """Return the intent as it is by now, as in a list."""
    found: dict[str, Any] = town.get("operator", f"/intents/{intent['id']}")
    return {name: found[name] for name in intent}


def path_of(intent: dict[str, Any]) -> str:
    return f"/intents/{intent['id']}/retry"


def may_be_retried(town: Town, intent: dict[str, Any]) -> bool:
    return bool(town.get("operator", f"/intents/{intent['id']}")["retry"]["possible"])


@contextmanager
def closed(town: Town, contract: str) -> Iterator[None]:
    """Have the administrator close a contract for everybody for a while: it then refuses for good."""
    _close(town, contract, True)
    yield
    _close(town, contract, False)


def _close(town: Town, contract: str, is_closed: bool) -> None:
    admin, codec = town.record.officers["admin"].account, town.contracts.codec
    manager = town.contracts.address(MANAGER)
    inner = codec.call(MANAGER, "setTargetClosed", town.contracts.address(contract), is_closed)
    town.rpc("anvil_impersonateAccount", admin)
    town.rpc("anvil_setBalance", admin, hex(10**20))
    for function, arguments in (("schedule", (manager, inner, 0)), ("execute", (manager, inner))):
        data = "0x" + codec.call(MANAGER, function, *arguments).hex()
        sent = town.rpc("eth_sendTransaction", {"from": admin, "to": manager, "data": data})
        assert town.mined(sent), function
        town.rpc("evm_increaseTime", town.delay_seconds)


def refuse_for_good(town: Town, kind: str, name: str = "SomethingRare") -> dict[str, Any]:
    """Have the newest intent of a kind end as when the contract refuses it for good."""
    with transaction(town.engine) as connection:
        wanted = select(INTENT.c.id).where(INTENT.c.kind == kind).order_by(INTENT.c.created_at.desc())
        intent = outbox.by_id(connection, connection.scalars(wanted).first() or "")
        assert intent is not None
        refusal = Refusal(name, {})
        outbox.mark_failed(connection, intent, refusal)
        town.worker.sender._kinds[kind].fail(connection, intent, refusal)
    return newest(town, kind, "failed")


# ---------------------------------------------------------------- what is tried again


def test_retry__of_what_was_put_off__is_tried_at_once_and_happens_once(
    town: Town, operator: str, partner: Person
) -> None:
    resident = town.resident()
    claims = [town.submitted(partner, resident, reward=cents)["id"] for cents in (5_00, 7_00)]
    with town.paused():
        town.act(partner, "/approvals", {"claims": claims})
        town.work_until(lambda: newest(town, "approve")["attempts"] == 1)
        with transaction(town.engine) as connection:  # as after a pause that took long
            waits = INTENT.update().where(INTENT.c.kind == "approve").values(not_before=wall_clock() + 3000)
            connection.execute(waits)
    put_off = newest(town, "approve")
    assert (put_off["state"], put_off["waits_for"]) == ("waiting", "EnforcedPause")
    assert put_off["next_at"] > put_off["created_at"]
    town.worker.round()
    assert newest(town, "approve")["state"] == "waiting", "its time has not come"
    assert may_be_retried(town, put_off)

    told = town.post(operator, path_of(put_off), key="retry-now")
    assert (told["state"], told["next_at"]) == ("waiting", None)
    town.work_until(lambda: newest(town, "approve")["state"] == "done")

    assert town.spendable(resident) == 12_00
    assert sorted(event["cents"] for event in town.events("ClaimApproved")) == [5_00, 7_00]
    assert town.post(operator, path_of(put_off), key="retry-now") == told, "the same request, the same answer"
    assert town.refused(operator, path_of(put_off)) == RECORDED
    assert town.differences() == ()


def test_retry__of_an_admission_that_failed__admits_once(town: Town, operator: str) -> None:
    body = {"id": new_wallet_id(), "name": "Anna Jansen"}
    with closed(town, "ParticipantRegistry"):
        town.post("registrar", "/residents", body)
        town.work()
    failed = newest(town, "admit_resident")
    assert (failed["state"], failed["refusal"]) == ("failed", "AccessManagedUnauthorized")
    assert town.get("registrar", f"/residents/{body['id']}")["state"] == "refused"
    town.work()
    assert newest(town, "admit_resident")["state"] == "failed", "nobody tries it by itself"

    assert town.post(operator, path_of(failed))["state"] == "waiting"
    assert town.get("registrar", f"/residents/{body['id']}")["state"] == "admitting"
    town.work()

    done = again(town, failed)
    assert done == failed | {"state": "done", "refusal": None, "transaction": done["transaction"]}
    assert town.get("registrar", f"/residents/{body['id']}")["state"] == "active"
    assert len(town.events("ParticipantAdmitted")) == 1
    assert_sound(town)


def test_retry__that_the_contract_refuses_again__has_failed_as_before(town: Town, operator: str) -> None:
    body = {"id": new_wallet_id(), "name": "Anna Jansen"}
    with closed(town, "ParticipantRegistry"):
        town.post("registrar", "/residents", body)
        town.work()
        failed = newest(town, "admit_resident")
        town.post(operator, path_of(failed))
        town.work()

        assert newest(town, "admit_resident") == failed
        assert town.get("registrar", f"/residents/{body['id']}")["state"] == "refused"


def test_retry__asked_for_by_many_at_once__is_taken_once(town: Town, operator: str) -> None:
    with closed(town, "ParticipantRegistry"):
        town.post("registrar", "/residents", {"id": new_wallet_id(), "name": "Anna Jansen"})
        town.work()
    failed = newest(town, "admit_resident")

    def ask(_: int) -> tuple[int, str]:
        answer = town.ask("POST", operator, path_of(failed), {})
        return answer.status_code, answer.json().get("detail", "")

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(ask, range(4)))
    town.work()

    assert found == [(202, ""), NEXT, NEXT, NEXT]
    assert len(town.events("ParticipantAdmitted")) == 1
    with transaction(town.engine) as connection:
        log = connection.execute(select(AUDIT_RECORD).where(AUDIT_RECORD.c.act == "retry_intent")).all()
    assert [(one.subject, one.details) for one in log] == [
        (f"intent:{failed['id']}", '{"kind":"admit_resident","state":"failed"}')
    ]


def test_retry__of_a_scheduled_act_that_failed__is_carried_out_once(
    town: Town, operator: str, partner: Person
) -> None:
    act = town.act("treasurer", "/mint-limits", {"partner": partner.id, "capacity": 300_00, "window": DAY})
    town.work()
    with closed(town, "RewardBudget"):
        town.pass_delay()
    failed = newest(town, "carry_out", "failed")
    assert town.get("treasurer", f"/acts/{act['id']}")["state"] == "failed"

    town.post(operator, path_of(failed))
    assert town.get("treasurer", f"/acts/{act['id']}")["state"] == "scheduled"
    town.work()

    assert town.get("treasurer", f"/acts/{act['id']}")["state"] == "done"
    assert [event["capacity"] for event in town.events("MintLimitSet")] == [10_000_00, 300_00]
    assert town.refused(operator, path_of(failed)) == RECORDED


def test_retry__of_a_scheduled_act_whose_officer_decided_anew__is_refused(
    town: Town, operator: str, partner: Person
) -> None:
    limit = {"partner": partner.id, "capacity": 300_00, "window": DAY}
    town.act("treasurer", "/mint-limits", limit)
    town.work()
    with closed(town, "RewardBudget"):
        town.pass_delay()
    failed = newest(town, "carry_out", "failed")
    town.act("treasurer", "/mint-limits", limit | {"capacity": 500_00})
    town.work()
    town.pass_delay()

    assert town.refused(operator, path_of(failed)) == OVERTAKEN
    assert [event["capacity"] for event in town.events("MintLimitSet")] == [10_000_00, 500_00]


def test_retry__of_a_deadline_that_failed__lapses_the_claim_once(
    town: Town, operator: str, partner: Person
) -> None:
    resident = town.resident()
    job = town.job(partner, slots=1)
    claim = town.post(resident, "/claims", {"job": job["id"]})
    town.work()
    town.rpc("evm_increaseTime", 20 * DAY)
    town.rpc("evm_mine")
    town.worker.watcher.step()
    with transaction(town.engine) as connection:
        assert deadlines.put_what_is_due(connection, town.contracts) == 1
    failed = refuse_for_good(town, "lapse")
    town.work()
    assert town.get(resident, f"/claims/{claim['id']}")["state"] == "claimed", "nobody asks again by itself"

    town.post(operator, path_of(failed))
    town.work()

    assert town.get(resident, f"/claims/{claim['id']}")["state"] == "lapsed"
    assert len(town.events("ClaimLapsed")) == 1
    assert town.get(partner, "/budgets")["items"][0]["reserved"] == 0


def test_retry__of_a_release_of_slots_that_failed__gives_the_budget_back_once(
    town: Town, operator: str, partner: Person
) -> None:
    town.job(partner, slots=2)
    town.rpc("evm_increaseTime", 20 * DAY)
    town.rpc("evm_mine")
    town.worker.watcher.step()
    with transaction(town.engine) as connection:
        assert deadlines.put_what_is_due(connection, town.contracts) == 1
    failed = refuse_for_good(town, "release")
    town.work()
    assert town.get(partner, "/budgets")["items"][0]["reserved"] == 30_00

    town.post(operator, path_of(failed))
    town.work()

    assert town.get(partner, "/budgets")["items"][0]["reserved"] == 0
    assert len(town.events("SlotsReleased")) == 1
    assert town.differences() == ()


def test_retry__of_rejected_coins_that_were_not_released__brings_them_back_once(
    town: Town, operator: str, people: People
) -> None:
    number, line = people.closed_batch(cents=6_00)
    path = f"/payout-batches/{number}"
    town.post("settlement", f"{path}/file")
    outcomes = {"booked": [], "rejected": [{"redemption": line["id"], "reason": "AC04"}]}
    town.post("settlement", f"{path}/outcomes", outcomes)
    town.act("settlement", f"{path}/settlement", {})
    state = f"/redemptions/{line['id']}"
    town.work_until(lambda: town.get(people.shop, state)["state"] == "rejected")
    with transaction(town.engine) as connection:
        settlement.put_what_is_due(connection)
    failed = refuse_for_good(town, "release_line")
    town.work()
    assert town.get(people.shop, state)["state"] == "rejected", "nobody asks again by itself"
    assert town.spendable(people.shop) == 0

    town.post(operator, path_of(failed))
    town.work()

    assert town.get(people.shop, state)["state"] == "released"
    assert town.spendable(people.shop) == 6_00
    assert len(town.events("RedemptionReleased")) == 1
    assert_sound(town)


# ---------------------------------------------------------------- what is not


def test_retry__of_a_payment_that_was_refused__is_refused_and_nobody_pays(
    town: Town, operator: str, anna: Person, shop: Person
) -> None:
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 4_00})
    with town.paused():
        town.work()
    failed = newest(town, "payment")

    assert town.refused(operator, path_of(failed)) == ORDERED
    assert not may_be_retried(town, failed)
    town.work()
    town.paid(anna, shop, 4_00)
    assert town.get(anna, f"/payments/{payment['id']}")["state"] == "refused"
    assert town.spendable(anna) == EARNED - 4_00, "paid once, by who was told"


def test_retry__of_a_grant_that_was_refused__is_refused(town: Town, operator: str, partner: Person) -> None:
    with closed(town, "RewardBudget"):
        grant = {"partner": partner.id, "period": 2027, "cents": 10_00}
        act = town.act("treasurer", "/grants", grant)
        town.work()
    assert town.get("treasurer", f"/acts/{act['id']}")["state"] == "failed"

    assert town.refused(operator, path_of(newest(town, "officer_act", "failed"))) == ORDERED
    town.work()
    assert len(town.events("BudgetGranted")) == 1


def test_retry__of_what_is_in_a_transaction__is_refused_and_paid_once(
    town: Town, operator: str, anna: Person, shop: Person
) -> None:
    order = {"code": town.code_of(shop), "cents": 4_00}
    town.rpc("evm_setAutomine", False)
    try:
        payment = town.post(anna, "/payments", order)
        assert town.refused(operator, path_of(newest(town, "payment"))) == NEXT
        town.worker.round()
        signed = newest(town, "payment")
        [sent] = town.get(operator, "/transactions?state=signed")["items"]

        assert (signed["state"], signed["transaction"]) == ("signed", sent["id"])
        assert town.refused(operator, path_of(signed)) == (
            409,
            f"This is in transaction {sent['hash']}, which goes on by itself. In a second one it would be "
            "sent twice.",
        )
    finally:
        town.rpc("evm_setAutomine", True)
        town.rpc("evm_mine")
    town.work()

    assert town.refused(operator, path_of(signed)) == RECORDED
    assert_sound(town, paid_told(payment))


def test_retry__while_the_lane_is_paused__says_what_to_do_first(
    town: Town, operator: str, anna: Person, shop: Person
) -> None:
    [lane] = town.get(operator, "/lanes")
    town.work()
    use_elsewhere(town, lane["address"])
    town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 4_00})
    town.work_until(lambda: town.get(operator, "/lanes")[0]["state"] == "paused")

    assert town.refused(operator, path_of(newest(town, "payment"))) == (
        409,
        "The sending lane main is paused, so nothing is sent. Let it go on first.",
    )


def test_retry__of_an_act_whose_delay_runs__is_refused(town: Town, operator: str, partner: Person) -> None:
    act = town.act("treasurer", "/mint-limits", {"partner": partner.id, "capacity": 300_00, "window": DAY})
    town.work_until(lambda: town.get("treasurer", f"/acts/{act['id']}")["state"] == "scheduled")
    with transaction(town.engine) as connection:
        later = INTENT.update().where(INTENT.c.kind == "carry_out").values(not_before=town.now() + DAY)
        connection.execute(later.where(INTENT.c.state == "waiting"))

    assert town.refused(operator, path_of(newest(town, "carry_out", "waiting"))) == (
        409,
        "Its delay is still running. It happens by itself afterwards; the contract refuses it before.",
    )


def test_retry__by_anybody_but_an_operator__is_refused(town: Town, operator: str, anna: Person) -> None:
    intent = newest(town, "approve")

    for who in (anna, "treasurer", "auditor"):
        assert town.refused(who, path_of(intent))[0] == 403
        assert town.ask("GET", who, "/intents").status_code == 403
    assert town.refused(operator, f"/intents/{'0' * 64}/retry") == (404, "We do not know this intent.")
