"""What an operator sees of sending, letting a paused account go on, and trying again what stopped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from heitje_chain.custody.model import new_wallet_id
from tests.service.test_retries import closed, newest
from tests.service.town import Person

from .counter import Counter


def test_transactions__listed_and_shown__tell_what_they_carry_out(counter: Counter, partner: Person) -> None:
    operator = counter.operator()

    newest = counter.asked(operator, "tx", "list", "--state", "final")[0]
    said = counter.done(operator, "tx", "show", str(newest["id"]))

    assert said.lines[:3] == [
        f"Number {newest['id']}",
        f"Lane main, nonce {newest['nonce']}",
        "State final",
    ]
    assert any(line.startswith("Carries out officer_act ") and line.endswith(", done") for line in said.lines)
    assert any(line.startswith(f"Attempt {newest['hash']}") for line in said.lines)
    by_hash = counter.done(operator, "tx", "show", newest["hash"].upper().replace("0X", "0x"))
    assert by_hash.lines == said.lines


def test_show__of_a_hash_that_nobody_knows__is_told(counter: Counter, partner: Person) -> None:
    for typed in (f"0x{'0' * 64}", "0x12", "last"):
        said = counter.heitje(counter.operator(), "tx", "show", typed)

        assert (said.code, said.out) == (2, "")
        assert said.shown == [
            f"Error: {typed!r} is no number of a transaction and no hash of one that was sent here."
        ]


def test_lane__that_is_not_paused__is_not_resumed(counter: Counter, partner: Person) -> None:
    said = counter.heitje(counter.operator(), "tx", "resume", "main", "--yes")

    assert said.code == 1
    assert said.shown[-1].startswith("Error: ")


def test_retry__of_what_failed__is_shown_confirmed_and_done(counter: Counter) -> None:
    town, operator = counter.town, counter.operator()
    body = {"id": new_wallet_id(), "name": "Anna Jansen"}
    with closed(town, "ParticipantRegistry"):
        town.post("registrar", "/residents", body)
        town.work()
        [failed] = counter.asked(operator, "tx", "intents", "--state", "failed")
        again = counter.heitje(operator, "tx", "retry", failed["id"][-12:], "--yes")
        assert again.code == 2, "an id is told by its beginning"
        with counter.at_work():
            again = counter.heitje(operator, "tx", "retry", failed["id"], "--yes")
        assert again.code == 1
        assert again.shown[-1] == "Error: The contract refused it again: AccessManagedUnauthorized."

    listed = counter.done(operator, "tx", "intents", "--state", "failed")
    assert listed.lines[0] == "Id What State Why Put off Next Wanted"
    assert listed.lines[-1].startswith(f"{failed['id']} admit_resident failed AccessManagedUnauthorized 0 - ")
    shown = counter.done(operator, "tx", "intent", failed["id"])
    assert shown.lines[3] == "State failed"
    assert shown.lines[-1] == f"Trying again possible: heitje tx retry {failed['id']}"
    unasked = counter.heitje(operator, "tx", "retry", failed["id"])
    assert (unasked.code, unasked.out) == (2, "")

    said = counter.agreed(operator, "tx", "retry", failed["id"])

    assert said.shown == [
        f"Tried again: admit_resident {failed['id']}",
        "State: failed, AccessManagedUnauthorized",
    ]
    assert said.lines == [f"{failed['id']} is done."]
    assert counter.asked("registrar", "resident", "show", body["id"])["state"] == "active"
    late = counter.heitje(operator, "tx", "retry", failed["id"], "--yes", "--json")
    assert (late.code, late.problem["type"]) == (1, "/problems/intent-done")


def test_retry__of_a_payment_that_was_refused__tells_who_must_order_anew(
    counter: Counter, anna: Person, shop: Person
) -> None:
    town, operator = counter.town, counter.operator()
    town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 4_00})
    with town.paused():
        town.work()
    [failed] = counter.asked(operator, "tx", "intents", "--state", "failed", "--kind", "payment")

    said = counter.heitje(operator, "tx", "retry", failed["id"][:10], "--yes", lang="nl")

    refused = (
        "Wie dit vroeg, kreeg te horen dat het niet doorging, en kan het opnieuw hebben gevraagd. Opnieuw "
        "proberen zou het dubbel doen. Laat die persoon het zelf opnieuw vragen."
    )
    assert (said.code, said.out) == (1, "")
    assert said.shown[-1] == f"Error: {refused}"
    shown = counter.done(operator, "tx", "intent", failed["id"], lang="nl")
    assert shown.lines[-1] == f"Opnieuw proberen {refused}"


def test_retry__by_two_processes_at_once__is_done_once(counter: Counter) -> None:
    town, operator = counter.town, counter.operator()
    with closed(town, "ParticipantRegistry"):
        town.post("registrar", "/residents", {"id": new_wallet_id(), "name": "Anna Jansen"})
        town.work()
    town.secrets["operator"] = operator.secret
    failed = newest(town, "admit_resident")
    order = "tx", "retry", failed["id"], "--yes", "--json", "--idempotency-key", "night-watch-1"

    with counter.at_work(), ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: counter.process(operator, *order), range(2)))

    assert [one.code for one in both] == [0, 0], both
    assert {one.json["state"] for one in both} == {"done"}
    assert len(town.events("ParticipantAdmitted")) == 1
