"""What is signed: every kind of act in words, how far it is, and signing by a click in the demo."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from heitje_chain.act_examples import PREPARED
from heitje_chain.client import new_key_file
from heitje_chain.client.meaning import meaning_of
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.desks.signing.kinds import KINDS
from heitje_chain.jobs import posting
from heitje_chain.people.roles import OFFICER_ROLES
from tests.http.apps import app_of
from tests.service.town import CONTRACT, DAY, IBANS, OFFICER_KEYS, Person, Town

from .page_table import PAGES
from .visitor import Page, Visitor, logged_in, officer

SIGN = "/demo/acts/[0-9a-f]{64}/sign"


class DemoTown:
    """A town whose pages are the demo's, and somebody at each desk."""

    def __init__(self, town: Town, partner: Person, keys: Path) -> None:
        self.town, self.partner = town, partner
        for role, key in OFFICER_KEYS.items():
            new_key_file(keys / f"{role}.key", bytes.fromhex(key.removeprefix("0x")))
        new_key_file(keys / "partner.key", bytes.fromhex(town.key_of(partner).removeprefix("0x")))
        self.app = app_of(town.engine, town.contracts, replace(town.config, demo=True, demo_keys=keys))

    def at_desk(self, who: str | Person) -> Visitor:
        """An officer, by role, or the partner."""
        found = officer(self.town, who) if isinstance(who, str) else logged_in(self.town, who, "partner")
        client = TestClient(self.app, raise_server_exceptions=False, cookies=found.client.cookies)
        return Visitor(self.town, client)

    def prepared(self, who: str | Person, path: str, body: dict[str, Any] | None = None) -> Page:
        """Have an act prepared, and look at it."""
        act = self.town.post(who, f"{path}/prepare", body or {})
        meaning_of(act["typed_data"])
        return self.at_desk(who).get(f"/acts/{act['id']}")

    def signed(self, who: str | Person, path: str, body: dict[str, Any] | None = None) -> str:
        """Have an act prepared, signed by a click and carried out; return what was read before signing."""
        page = self.prepared(who, path, body)
        assert page.status == 200, page.text
        shown, desk = page.text, self.at_desk(who)
        page = desk.send(page, SIGN)
        assert "Signed" in page.text or "This is done" in page.text, page.text
        self.town.work()
        if "It happens by itself" in desk.get(page.path).text:
            self.town.pass_delay()
        assert "This is done." in desk.get(page.path).text, (path, desk.get(page.path).text)
        return shown


@pytest.fixture
def demo(town: Town, partner: Person, tmp_path: Path) -> DemoTown:
    return DemoTown(town, partner, tmp_path / "keys-outside")


def test_kinds__of_all_that_is_prepared__can_be_signed_on_a_page() -> None:
    prepared = {str(one["kind"]) for one in PREPARED.values()} | {posting.POST_LATER}

    assert set(KINDS) == prepared
    for path, example in PREPARED.items():
        role = "partner" if example["actor"] not in OFFICER_ROLES else example["actor"]
        assert KINDS[example["kind"]].scope, (path, role)


def test_kinds__lead_back_to_pages_that_are_there() -> None:
    pages = {re.sub(r"\{\w+\}", "{}", route) for route in PAGES}
    backs = {re.sub(r"\{\w+\}", "{}", f"GET {kind.back}") for kind in KINDS.values()}

    assert backs - pages == set()


# ---------------------------------------------------------------- every kind, from words to done


def test_partners_acts__read_signed_and_done(town: Town, demo: DemoTown, anna: Person) -> None:
    partner = demo.partner
    told = demo.signed(partner, "/jobs", town.terms(title="Hegge snoeien", reward=5_00, slots=2, minutes=90))
    assert "Residents can choose this job. €10.00 of your budget for 2026 is set aside for it." in told
    assert "Job Hegge snoeien Where Buurttuin JENS, Heerlen-Noord How long 1 hour and 30 minutes" in told
    assert "Each person gets €5.00 Places 2" in told
    [job] = [one for one in town.get(partner, "/jobs")["items"] if one["title"] == "Hegge snoeien"]

    bas = town.resident("Bas")
    good, bad = town.handed_in(anna, job), town.handed_in(bas, job)
    told = demo.signed(partner, "/approvals", {"claims": [good["id"]]})
    assert "The work was done well. €5.00 is paid at once, and cannot be taken back. Hegge snoeien" in told
    code = town.get(partner, f"/claims/{good['id']}")["resident"][2:6].upper()
    assert f"Hegge snoeien €5.00, resident {code}, handed in " in told
    rejection = {"claim": bad["id"], "reason": 3, "words": "De helft staat nog."}
    told = demo.signed(partner, "/rejections", rejection)
    assert "Reason the job is not finished De helft staat nog." in told
    told = demo.signed(partner, "/job-closings", {"job": job["id"]})
    assert "Nobody can choose this job any more." in told

    town.post(bas, f"/claims/{bad['id']}/dispute", {"words": "Alles staat."})
    town.work()
    decision = {"claim": bad["id"], "award": True, "reason": 1, "words": "Wij gingen kijken."}
    told = demo.signed("arbiter", "/decisions", decision)
    assert "Bas is paid €5.00, and this cannot be taken back." in told
    assert told.count("Wij gingen kijken.") == 1
    assert town.spendable(bas) == 5_00


def test_officers_acts_about_money__read_signed_and_done(
    town: Town, demo: DemoTown, anna: Person, shop: Person
) -> None:
    budget = {"partner": demo.partner.id, "period": 2026}
    told = demo.signed("treasurer", "/grants", {**budget, "cents": 250_00})
    assert "Alcander may promise €250.00 more in 2026." in told
    award = {**budget, "resident": anna.id, "cents": 7_50, "reason": "Een fout van ons."}
    told = demo.signed("treasurer", "/awards", award)
    assert "Anna Jansen gets €7.50 at once, from what Alcander may promise in 2026." in told
    assert "Een fout van ons." in told
    limit = {"partner": demo.partner.id, "capacity": 500_00, "window": 2 * DAY}
    told = demo.signed("treasurer", "/mint-limits", limit)
    assert "Of what Alcander approves, at most €500.00 is paid in 48 hours." in told
    statement = {"cents": 2_000_000_00, "as_of": town.now() - 1, "statement_sha256": "ab" * 32}
    told = demo.signed("auditor", "/attestations", statement)
    assert "You confirm that €2,000,000.00 was there for Heitjes on" in told

    town.paid(anna, shop, 10_00)
    line = town.post(shop, "/redemptions", {"cents": 10_00})
    town.work()
    told = demo.signed("settlement", "/payout-batches")
    assert "€10.00 is paid to shops and associations by the bank." in told
    assert (
        f"Redemptions 1 Amount €10.00 {town.get('registrar', f'/merchants/{shop.id}')['name']} €10.00" in told
    )
    [batch] = town.get("settlement", "/payout-batches")["items"]
    path = f"/payout-batches/{batch['number']}"
    town.post("settlement", f"{path}/file")
    town.post("settlement", f"{path}/outcomes", {"booked": [line["id"]], "rejected": []})
    told = demo.signed("settlement", f"{path}/settlement")
    assert f"Payout {batch['number']} Refused by the bank 0" in told
    told = demo.signed("treasurer", "/budget-closings", budget)
    assert "Alcander can promise nothing more from its budget for 2026." in told
    assert town.differences() == ()


def test_officers_acts_about_people__read_signed_and_done(town: Town, demo: DemoTown, anna: Person) -> None:
    shop = town.post(
        "registrar",
        "/merchants",
        {
            "id": new_wallet_id(),
            "name": "Welpie Toys",
            "iban": IBANS[0],
            "category": "speelgoed",
            "contract": CONTRACT,
        },
    )
    town.work()
    told = demo.signed("registrar", "/admissions", {"participants": [shop["id"]]})
    assert "They take part in Heitje from now on. Shop Welpie Toys" in told
    signer = {"partner": demo.partner.id, "signer": "0x" + "1d" * 20}
    told = demo.signed("registrar", "/signers", signer)
    assert "can post jobs and approve work for Alcander." in told
    assert f"Whose No account here made this key Key or passkey {signer['signer']}" in told
    demo.signed("registrar", "/signer-removals", signer)

    person = {"participant": anna.id}
    told = demo.signed("enforcer", "/freezes", {**person, "cents": 5_00, "reason": 1})
    assert "Anna Jansen cannot spend €5.00 of what is in the wallet." in told
    demo.signed("enforcer", "/unfreezes", person)
    told = demo.signed("enforcer", "/blocks", {**person, "reason": 5})
    assert (
        "cannot earn, pay or redeem until this is ended. Name Anna Jansen Reason something is being looked"
        in told
    )
    demo.signed("enforcer", "/unblocks", person)
    bas = town.resident("Bas")
    force = {"payer": anna.id, "payee": bas.id, "cents": 2_00, "reason": 2}
    told = demo.signed("enforcer", "/forces", force)
    assert "€2.00 is taken from Anna Jansen and given to Bas." in told
    lost = town.post("registrar", "/recoveries", {**person, "reason": 1})
    town.work()
    told = demo.signed("enforcer", f"/recoveries/{lost['id']}/replacement")
    assert "All Heitjes of Anna Jansen move to a new wallet." in told
    wallet = town.get("registrar", f"/recoveries/{lost['id']}")["new_wallet"]
    assert f" To {wallet} Reason " in told
    told = demo.signed("enforcer", "/pauses", {"reason": 1})
    assert "Nobody can earn, pay or redeem until you let Heitjes move again. Reason a failure" in told
    demo.signed("enforcer", "/unpauses")
    assert (town.spendable(anna), town.spendable(bas)) == (13_00, 2_00)


def test_series__is_signed_with_all_its_weeks_by_one_click(town: Town, demo: DemoTown) -> None:
    now = town.now()
    days = {"opens_at": now + DAY, "claim_by": now + 4 * DAY, "submit_by": now + 6 * DAY}
    made = town.post(demo.partner, "/job-series", town.terms(**{**days, "weeks": 3}))
    desk = demo.at_desk(demo.partner)
    page = desk.get(f"/acts/{made['to_sign'][0]['id']}")
    assert page.heading == "Post a job later"
    assert "Sign all 3 weeks (demo key)" in page.text

    page = desk.send(page, SIGN)

    assert "Signed. The job opens by itself on its day." in page.text
    weeks = town.get(demo.partner, f"/job-series/{made['id']}")["weeks"]
    assert [one["state"] for one in weeks] == ["signed"] * 3


# ---------------------------------------------------------------- how far, and who


def test_delayed_act__says_when_it_happens_and_is_stopped_by_another(town: Town, demo: DemoTown) -> None:
    signer = {"partner": demo.partner.id, "signer": "0x" + "1d" * 20}
    registrar, guardian = demo.at_desk("registrar"), demo.at_desk("guardian")
    page = registrar.send(demo.prepared("registrar", "/signers", signer), SIGN)
    town.work_until(lambda: "It happens by itself on" in registrar.get(page.path).text)

    assert "Stop this" not in demo.at_desk("auditor").get(page.path).text
    stopping = guardian.send(guardian.get(page.path), "/acts/[0-9a-f]{64}/stop")
    assert stopping.heading == "Stop what was signed"
    assert "This does not happen: Whoever has this key or passkey can post jobs" in stopping.text
    stopping = guardian.send(stopping, SIGN)
    town.work()

    assert "This is done." in guardian.get(stopping.path).text
    assert "This was stopped and does not happen." in registrar.get(page.path).text


def test_act__whose_time_is_over__says_so_and_has_no_button(town: Town, demo: DemoTown) -> None:
    page = demo.prepared("enforcer", "/pauses", {"reason": 1})
    town.pass_time(2 * DAY)

    late = demo.at_desk("enforcer").get(page.path)
    assert "The time to sign this is over." in late.text
    assert [form.action for form in late.document.forms if "sign" in form.action] == []
    refused = demo.at_desk("enforcer").post(page.action(SIGN), {})
    assert (refused.status, refused.refusal) == (409, "The time to sign this is over. Ask for it again.")


def test_act__that_the_contract_refuses__says_why(town: Town, demo: DemoTown) -> None:
    budget = {"partner": demo.partner.id, "period": 2026}
    page = demo.prepared("treasurer", "/grants", {**budget, "cents": 1_00})
    town.act("treasurer", "/budget-closings", budget)
    town.work()

    demo.at_desk("treasurer").send(page, SIGN)
    town.work()

    told = demo.at_desk("treasurer").get(page.path).text
    assert "This did not happen. The budget is closed." in told


def test_act__of_somebody_else__is_not_there_or_has_no_button(
    town: Town, demo: DemoTown, anna: Person
) -> None:
    grant = {"partner": demo.partner.id, "period": 2026, "cents": 1_00}
    page = demo.prepared("treasurer", "/grants", grant)
    other = town.partner()

    for stranger in (demo.at_desk(demo.partner), logged_in(town, anna, "resident")):
        assert stranger.get(page.path).status == 404
        assert stranger.post(page.action(SIGN), {}).status == 404
    auditor = demo.at_desk("auditor")
    assert "Treasurer has not signed this yet." in auditor.get(page.path).text
    refused = auditor.post(page.action(SIGN), {})
    assert (refused.status, refused.refusal[:26]) == (409, "We do not know this act, o")
    closing = demo.prepared(demo.partner, "/jobs", town.terms())
    assert logged_in(town, other, "partner").get(closing.path).status == 404
    assert logged_in(town, anna, "resident", partner=demo.partner.id).get(closing.path).status == 200


def test_act__signed_twice_by_a_double_click__is_one(town: Town, demo: DemoTown) -> None:
    page = demo.prepared("treasurer", "/grants", {"partner": demo.partner.id, "period": 2026, "cents": 1_00})
    desk = demo.at_desk("treasurer")
    before = town.get("treasurer", f"/budgets?partner={demo.partner.id}")["items"][0]["granted"]

    desk.send(page, SIGN)
    desk.send(page, SIGN)
    town.work()
    desk.send(page, SIGN)
    town.work()

    assert (
        town.get("treasurer", f"/budgets?partner={demo.partner.id}")["items"][0]["granted"] == before + 1_00
    )


# ---------------------------------------------------------------- never outside the demo


def test_demo_key__outside_the_demo__signs_nothing(
    town: Town, demo: DemoTown, partner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = demo.prepared("treasurer", "/grants", {"partner": partner.id, "period": 2026, "cents": 1_00})
    keys = demo.town.config
    with_keys = replace(town.config, demo_keys=Path(str(demo.app.state.config.demo_keys)))

    def told(config: Any) -> tuple[int, bool]:
        app = app_of(town.engine, town.contracts, config)
        client = TestClient(
            app, raise_server_exceptions=False, cookies=demo.at_desk("treasurer").client.cookies
        )
        desk = Visitor(town, client)
        return desk.post(page.action(SIGN), {}).status, "demo key" in desk.get(page.path).text

    assert told(with_keys) == (404, False)
    assert told(replace(keys, demo=True)) == (404, False)
    monkeypatch.setattr("heitje_chain.app.DEVNET_CHAIN_ID", 1)
    assert told(replace(with_keys, demo=True)) == (404, False)
    assert town.get("treasurer", f"/acts/{page.path.rpartition('/')[2]}")["state"] == "prepared"
