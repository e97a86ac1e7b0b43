"""What the enforcer stops from the command line, and what others are told meanwhile."""

from __future__ import annotations

from tests.service.town import EARNED, Person

from .counter import Counter
from .test_page import run


def test_page__enforcer__freezes_pauses_lets_go_and_forces(
    counter: Counter, anna: Person, shop: Person
) -> None:
    said = run(counter, "enforcer", "The enforcer")

    assert [one.lines[-1] for one in said[:1] + said[2:4] + said[5:]] == [
        "€10.00 of Anna Jansen's coins is frozen.",
        "Nothing of Anna Jansen's is frozen any more.",
        "All coins are paused. They move again after: heitje coin unpause",
        "Coins move again.",
        "€2.50 is taken from Anna Jansen and given to Welpie Toys. "
        "It takes effect by itself when its delay is over.",
    ]
    assert said[1].lines[0] == "Name Id Kind Frozen Since"
    assert said[1].lines[-1].startswith(f"Anna Jansen {anna.id[:12]} resident €10.00 ")
    assert said[4].lines[0] == "Coins paused"
    assert said[4].lines[1].startswith("Since ")


def test_freeze__before_it_is_signed__shows_whose_coins_and_how_much(counter: Counter, anna: Person) -> None:
    said = counter.agreed("enforcer", "freeze", "add", anna.id[:8], "2,50", "--reason", "3", lang="nl")

    wallet = counter.town.get("enforcer", f"/residents/{anna.id}")["wallet"].removeprefix("0x").lower()
    assert said.shown[:4] == [
        "Je ondertekent: instellen hoeveel er bevroren is",
        f"Portemonnee: Anna Jansen ({wallet[:12]})",
        "Bevroren, in totaal: € 2,50",
        "Reden: 3: een bevel van de rechter",
    ]
    assert said.lines == ["Van Anna Jansen is € 2,50 bevroren."]
    [frozen] = counter.asked("auditor", "freeze", "list")
    assert (frozen["participant"], frozen["cents"]) == (anna.id, 2_50)
    assert counter.asked(anna, "wallet", "show")["spendable"] == EARNED - 2_50
    assert "Bevroren € 2,50" in counter.done(anna, "wallet", "show", lang="nl").lines


def test_lift__of_nobody_whose_coins_are_frozen__is_told_where_to_look(
    counter: Counter, anna: Person
) -> None:
    said = counter.heitje("enforcer", "freeze", "lift", "Anna Jansen", "--yes")

    assert (said.code, said.out) == (2, "")
    assert said.shown[-1] == (
        "Error: Nothing is frozen of anybody called 'Anna Jansen', or whose id begins so. "
        "See: heitje freeze list"
    )


def test_force__before_it_is_signed__shows_whose_coins_go_to_whom(
    counter: Counter, anna: Person, shop: Person
) -> None:
    words = ("coin", "force", "Anna Jansen", "Welpie Toys", "2,50", "--to-kind", "merchant", "--reason", "5")
    said = counter.agreed("enforcer", *words)

    wallets = [
        counter.town.get("enforcer", path)["wallet"].removeprefix("0x").lower()[:12]
        for path in (f"/residents/{anna.id}", f"/merchants/{shop.id}")
    ]
    assert said.shown[:5] == [
        "You sign: take somebody's coins and give them to another",
        f"From: Anna Jansen ({wallets[0]})",
        f"To: Welpie Toys ({wallets[1]})",
        "Amount: €2.50",
        "Reason: 5: stolen coins are given back",
    ]
    assert said.lines == [
        "€2.50 is taken from Anna Jansen and given to Welpie Toys. "
        "It takes effect by itself when its delay is over."
    ]
    counter.town.pass_delay()
    assert counter.town.spendable(shop) == 2_50


def test_freeze__by_another_officer__is_refused_and_nothing_is_frozen(counter: Counter, anna: Person) -> None:
    said = counter.heitje("treasurer", "freeze", "add", anna.id, "10", "--reason", "3", "--yes", "--json")

    assert (said.code, said.problem["type"]) == (1, "/problems/scope-missing")
    assert counter.asked("auditor", "freeze", "list") == []


def test_pay__while_all_coins_are_paused__says_so_and_nothing_is_taken(
    counter: Counter, anna: Person, shop: Person
) -> None:
    counter.agreed("enforcer", "coin", "pause", "--reason", "1")

    paying = counter.heitje(anna, "pay", counter.town.code_of(shop), "1", "--yes", lang="nl")
    assert (paying.code, paying.out) == (1, "")
    assert paying.shown[-1] == (
        "Error: De Heitje staat nu stil: er kan niets worden betaald of ingewisseld. Er is niets "
        "afgeschreven. Probeer het later opnieuw."
    )
    redeeming = counter.heitje(shop, "redeem", "1", "--yes", "--json")
    assert (redeeming.code, redeeming.problem["type"]) == (1, "/problems/coin-paused")
    assert counter.asked(shop, "coin", "status")["paused"] is True
    again = counter.heitje("enforcer", "coin", "pause", "--reason", "1", "--yes")
    assert again.shown[-1] == "Error: The Heitje is paused already."
    assert counter.town.spendable(anna) == EARNED


def test_status__of_a_coin_that_never_stood_still__has_no_since(counter: Counter, partner: Person) -> None:
    assert counter.done(partner, "coin", "status").lines == ["Coins moving"]
    assert counter.done(partner, "coin", "status", lang="nl").lines == ["Heitjes bewegen"]
