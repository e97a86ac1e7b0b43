"""Who takes part: added, admitted, blocked, with a new account or a new wallet."""

from __future__ import annotations

from eth_account import Account

from tests.service.town import IBANS, Person

from .counter import Counter

IBAN, OTHER_IBAN = IBANS[:2]


def test_resident__added__is_active_and_listed(counter: Counter) -> None:
    said = counter.agreed("registrar", "resident", "add", "Anna Jansen")

    [one] = counter.asked("registrar", "resident", "list")
    assert said.lines == [f"Anna Jansen is added, id {one['id']}."]
    assert (one["name"], one["state"]) == ("Anna Jansen", "active")
    shown = counter.done("registrar", "resident", "show", one["id"][:8], lang="nl")
    assert shown.lines[:4] == [
        "Naam Anna Jansen",
        f"Nummer {one['id']}",
        "Stand active",
        "Geblokkeerd nee",
    ]


def test_resident__added_twice_under_one_key__is_one(counter: Counter) -> None:
    for _ in range(2):
        counter.agreed("registrar", "resident", "add", "Anna Jansen", "--idempotency-key", "intake-17")

    assert len(counter.asked("registrar", "resident", "list")) == 1


def test_merchant__added_and_admitted__takes_part(counter: Counter) -> None:
    account = "--iban", IBAN, "--category", "horeca"
    said = counter.agreed("registrar", "merchant", "add", "Café Jens", *account)
    [one] = counter.asked("registrar", "merchant", "list")
    assert said.lines == [
        f"Café Jens is added, id {one['id']}. Admit it with: heitje merchant admit {one['id'][:12]}"
    ]

    admitted = counter.agreed("registrar", "merchant", "admit", one["id"][:12])
    assert admitted.out.startswith("Café Jens: admitted.")
    assert admitted.shown[:2] == ["You sign: admit merchants", f"Wallets: 1: Café Jens ({_chain(one)[:12]})"]
    counter.town.pass_delay()
    assert counter.asked("registrar", "merchant", "list", "--state", "active")[0]["id"] == one["id"]


def test_partner__with_a_signer__can_be_given_one_and_lose_it(counter: Counter) -> None:
    counter.agreed("registrar", "partner", "add", "Alcander")
    counter.agreed("registrar", "partner", "admit", "Alcander")
    counter.town.pass_delay()
    address = Account.create().address

    added = counter.agreed("registrar", "partner", "signer", "add", "Alcander", address)
    counter.town.pass_delay()
    assert added.out.startswith(f"{address} signs for Alcander.")
    assert _signers(counter) == [(address.lower(), "active")]

    removed = counter.agreed("registrar", "partner", "signer", "remove", "Alcander", address)
    assert removed.lines == [f"{address} signs no more for Alcander."]
    assert _signers(counter) == [(address.lower(), "removed")]


def test_association__added_and_admitted__is_active(counter: Counter) -> None:
    counter.agreed("registrar", "association", "add", "Buurtvereniging")
    counter.agreed("registrar", "association", "admit", "Buurtvereniging")
    counter.town.pass_delay()

    assert counter.asked("registrar", "association", "show", "Buurtvereniging")["state"] == "active"


def test_block__and_unblock__are_seen_in_the_list(counter: Counter) -> None:
    counter.town.resident()

    said = counter.agreed("enforcer", "resident", "block", "Anna Jansen", "--reason", "4")
    assert said.lines == ["Anna Jansen is blocked."]
    assert "Reason: 4: the agreements were not kept" in said.shown
    assert counter.done("auditor", "resident", "list").lines[-1].endswith("active blocked")

    counter.agreed("enforcer", "resident", "unblock", "Anna Jansen")
    assert counter.done("auditor", "resident", "list").lines[-1].endswith("active")


def test_account__changed__needs_agreement_and_is_told(counter: Counter, shop: Person) -> None:
    change = "merchant", "account", shop.id[:8], "--iban", OTHER_IBAN, "--holder", "W. Toys"

    assert counter.heitje("registrar", *change).code == 2
    said = counter.agreed("registrar", *change)
    assert said.shown == ["Merchant: Welpie Toys", f"New account: {OTHER_IBAN}, W. Toys"]
    assert said.lines == [f"Welpie Toys is paid to {OTHER_IBAN} from now on."]


def test_recover__a_lost_wallet__brings_its_coins_along(counter: Counter, anna: Person) -> None:
    with counter.at_work():
        asked = counter.asked(
            "registrar", "wallet", "recover", "Anna Jansen", "--reason", "1", "--identity", "id_card"
        )
    said = counter.agreed("enforcer", "recovery", "replace", asked["id"][:9])

    assert (asked["state"], asked["asked_by"], asked["identity"]) == ("ready", "registrar", "id_card")
    assert said.out.startswith("Anna Jansen gets a new wallet.")
    assert said.shown[0] == "You sign: move coins to a new wallet"
    counter.town.pass_delay()
    [recovery] = counter.asked("enforcer", "recovery", "list")
    assert recovery["state"] == "replaced"
    assert counter.done("enforcer", "recovery", "show", recovery["id"][:9]).lines[2] == "State replaced"
    assert counter.town.spendable(anna) == 15_00


def test_cancel__while_the_delay_runs__stops_the_act(counter: Counter, partner: Person) -> None:
    town, order = counter.town, ("limit", "set", "Alcander", "300", "--no-wait", "--yes", "--json")
    scheduled = counter.done("treasurer", *order).json
    town.work_until(lambda: town.get("treasurer", f"/acts/{scheduled['id']}")["state"] == "scheduled")

    said = counter.done("treasurer", "act", "cancel", scheduled["id"][:10], "--no-wait", "--yes")

    assert said.lines == [f"Asked: {scheduled['id'][:12]} is cancelled. It is not final yet."]
    assert said.shown[:3] == [
        "You sign: cancel what was signed and waits",
        "Cancelled: set a partner's limit",
        f"Partner: {partner.chain_id}",
    ]
    town.work()
    assert counter.asked("treasurer", "act", "show", scheduled["id"])["state"] == "cancelled"


def test_cancel__of_a_role_that_was_given_elsewhere__stops_it(counter: Counter) -> None:
    town, thief = counter.town, "0x" + "7e" * 20
    manager = town.contracts.address("AccessManager")
    grant = town.contracts.codec.call("AccessManager", "grantRole", 5, thief, 0)
    town.act_elsewhere("admin", "AccessManager", "schedule", manager, grant, 0)
    town.work()
    [act] = [one for one in counter.asked("guardian", "act", "list") if one["state"] == "scheduled"]

    said = counter.agreed("guardian", "act", "cancel", act["id"][:10])

    assert said.shown[:4] == [
        "You sign: cancel what was signed and waits",
        "Cancelled: give a role",
        "Role: 5",
        f"Wallet: {thief[2:]}",
    ]
    assert said.lines == [f"{act['id'][:12]} is cancelled."]
    assert counter.asked("guardian", "act", "show", act["id"])["state"] == "cancelled"


def _chain(one: dict[str, str]) -> str:
    return one["participant"].removeprefix("0x")


def _signers(counter: Counter) -> list[tuple[str, str]]:
    found = counter.asked("registrar", "partner", "signer", "list", "Alcander")
    return [(f"0x{one['signer']}", one["state"]) for one in found]


def test_merchant__added_with_one_day_of_a_contract__is_mistyped(counter: Counter) -> None:
    account = "--iban", OTHER_IBAN, "--category", "horeca"
    said = counter.heitje("registrar", "merchant", "add", "Jens", *account, "--from", "2026-01-01")

    assert (said.code, said.shown[-1]) == (
        2,
        "Error: A contract has a first and a last day: give --from and --until, or neither.",
    )
    said = counter.heitje("registrar", "merchant", "add", "Jens", *account, "--from", "2026-02-30")
    assert said.code == 2
    assert counter.asked("registrar", "merchant", "list") == []


def test_merchant__added_with_its_contract__has_it(counter: Counter) -> None:
    words = "--iban", OTHER_IBAN, "--category", "horeca", "--from", "2026-01-01", "--until", "2099-12-31"
    counter.agreed("registrar", "merchant", "add", "Jens", *words)

    [held] = counter.asked("registrar", "merchant", "contract", "list", "--merchant", "Jens")
    assert (held["merchant_name"], held["valid_from"], held["last_day"]) == (
        "Jens",
        "2026-01-01",
        "2099-12-31",
    )
