"""The treasurer's and the auditor's commands."""

from __future__ import annotations

from pathlib import Path

from tests.service.town import Person

from .counter import Counter


def test_grant__confirmed__is_final_and_told(counter: Counter, partner: Person) -> None:
    with counter.at_work():
        said = counter.heitje(
            "treasurer", "budget", "grant", "alcander", "250,50", "--period", "2027", "--yes"
        )

    assert said.code == 0, said
    assert said.lines == ["€250.50 granted to Alcander for 2027."]
    chain_id = partner.chain_id
    assert said.shown[:5] == [
        "You sign: grant a budget",
        f"Partner: Alcander ({chain_id[:12]})",
        "Period: 2027",
        "Amount: €250.50",
        said.shown[4],
    ]
    [row] = [one for one in counter.asked("treasurer", "budget", "list") if one["period"] == 2027]
    assert row["granted"] == 250_50


def test_grant__without_terminal_and_yes__is_refused_and_nothing_happens(
    counter: Counter, partner: Person
) -> None:
    said = counter.heitje("treasurer", "budget", "grant", "Alcander", "10", "--period", "2027")

    assert (said.code, said.out) == (2, "")
    assert said.shown[-1] == (
        "Error: This must be confirmed, and there is no terminal to ask on; --yes does not ask."
    )
    assert [one["period"] for one in counter.asked("treasurer", "budget", "list")] == [2026]


def test_grant__twice_under_one_key__is_granted_once(counter: Counter, partner: Person) -> None:
    order = "budget", "grant", "Alcander", "10", "--period", "2027", "--idempotency-key", "week-48-alcander"

    both = [counter.agreed("treasurer", *order).lines for _ in range(2)]

    assert both[0] == both[1] == ["€10.00 granted to Alcander for 2027."]
    assert [int(one["cents"]) for one in counter.town.events("BudgetGranted")] == [1_000_00, 10_00]
    other = counter.heitje("treasurer", *order[:3], "11", *order[4:], "--yes", "--json")
    assert (other.code, other.problem["type"]) == (1, "/problems/idempotency-key-reused")


def test_budgets__in_dutch__are_a_table_in_euros(counter: Counter, partner: Person) -> None:
    said = counter.done("treasurer", "budget", "list", lang="nl")

    assert said.lines[0] == "Partner Nummer Periode Toegekend Beloofd Uitgegeven Over"
    assert said.lines[-1] == f"Alcander {partner.id[:12]} 2026 € 1.000,00 € 0,00 € 0,00 € 1.000,00"


def test_mint__confirmed__is_in_the_wallet(counter: Counter, partner: Person) -> None:
    resident = counter.town.resident()
    said = counter.agreed(
        "treasurer",
        "mint",
        partner.id,
        "Anna Jansen",
        "5",
        "--reason",
        "Dank",
        "--period",
        "2026",
        "--yes",
    )

    assert said.lines == ["€5.00 minted for Anna Jansen."]
    assert counter.town.spendable(resident) == 5_00


def test_limit__set__is_scheduled(counter: Counter, partner: Person) -> None:
    said = counter.agreed("treasurer", "limit", "set", "Alcander", "500", "--hours", "48")

    assert said.out.startswith("The limit of Alcander is €500.00 in 48 hours.")


def test_limits_and_reserve__are_shown(counter: Counter, partner: Person) -> None:
    assert counter.done("treasurer", "limit", "list").lines[-1] == (
        f"Alcander {partner.id[:12]} €10,000.00 24"
    )
    shown = counter.done("treasurer", "reserve", "show").lines
    assert shown[0] == "Attested €1,000,000.00"
    assert shown[-1] == "Can be granted €999,000.00"


def test_attest__of_a_file__signs_its_hash(counter: Counter, tmp_path: Path) -> None:
    statement = tmp_path / "statement.xml"
    statement.write_bytes(b"camt.053")
    said = counter.agreed("auditor", "reserve", "attest", "15000", "--statement", str(statement))

    [event] = counter.town.events("ReserveAttested")
    assert event["cents"] == 15_000_00
    assert said.lines[0].startswith("€15,000.00 attested as of ")
