"""Who is mailed what about which event: once, in its language, and only when it wants to."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel.dates import format_datetime
from sqlalchemy import delete, select

from heitje_chain.chain.events import final_events
from heitje_chain.chain.model import EVENT
from heitje_chain.days import HERE, start_of
from heitje_chain.db import reading, transaction
from heitje_chain.http.language import Language
from heitje_chain.mail.service import MAIL
from heitje_chain.notices import onchain, rules, service, waiting
from heitje_chain.notices.model import NOTICE
from heitje_chain.people import accounts
from heitje_chain.settlement.model import REDEMPTION
from tests.service.town import Person, Town
from tests.webhooks.test_telling import settled

ADDRESS = "http://localhost:8000"
FOOT = {
    "en": f"\n\nKind regards, Heitje\n\n-- \nDo you not want these mails any more? Switch them off here: "
    f"{ADDRESS}/account/notices\n",
    "nl": "\n\nGroeten van Heitje\n\n-- \nWil je deze mails niet meer? Zet ze hier uit: "
    f"{ADDRESS}/account/notices\n",
}


def account(town: Town, person: Person, role: str, language: Language = "en") -> str:
    with transaction(town.engine) as connection:
        email = f"{person.id[:8]}@heerlen.example"
        return accounts.add(connection, email, role, person.id, language).id


def mails(town: Town) -> list[tuple[str, str]]:
    """Subject and body of all that waits, the oldest first."""
    with reading(town.engine) as connection:
        rows = connection.execute(select(MAIL.c.subject, MAIL.c.body).order_by(MAIL.c.created_at, MAIL.c.id))
        return [(row.subject, row.body) for row in rows]


def letter(language: str, *paragraphs: str) -> str:
    hello = "Hallo," if language == "nl" else "Hello,"
    return "\n\n".join((hello, *paragraphs)) + FOOT[language]


def told_again(town: Town) -> None:
    """Let the whole chain be told once more."""
    with transaction(town.engine) as connection:
        for event, occurred_at in final_events(connection, EVENT.c.block_number >= 0):
            onchain.observe(town.contracts, ADDRESS, connection, event, occurred_at)


def moment(seconds: int) -> str:
    return str(format_datetime(datetime.fromtimestamp(seconds, HERE), "EEEE d MMMM, HH:mm", locale="en_GB"))


def test_resident__is_mailed_about_each_decision_once_and_in_its_language(
    town: Town, partner: Person
) -> None:
    english, dutch, nobody = town.resident("Bo"), town.resident("Anna"), town.resident("Cem")
    account(town, english, "resident")
    account(town, dutch, "resident", "nl")
    job = town.job(partner, reward=15_00)
    claims = [town.handed_in(one, job)["id"] for one in (english, dutch, nobody)]

    town.act(partner, "/approvals", {"claims": [claims[1], claims[2]]})
    town.act(partner, "/rejections", {"claim": claims[0], "reason": 3, "words": "De bodem mist nog."})
    town.work()
    told_again(town)

    claim = town.get(english, f"/claims/{claims[0]}")
    until = moment(claim["since"] + town.contracts.parameters.dispute_window_seconds)
    assert sorted(mails(town)) == [
        (
            "News about your job",
            letter(
                "en",
                "Your job “Bloembak bouwen” was not found good: the job is not finished.",
                "Do you not agree? Then ask the municipality to look at it. You can until "
                f"{until}. After that you get no Heitjes for this job.",
                f"See it here: {ADDRESS}/claims/{claims[0]}",
            ),
        ),
        (
            "Nieuws over je klus",
            letter(
                "nl",
                "Je klus “Bloembak bouwen” is goedgekeurd. Je hebt € 15,00 gekregen. Dank je wel!",
                "Je kunt ermee betalen bij de winkels die meedoen.",
                f"Bekijk het hier: {ADDRESS}/wallet",
            ),
        ),
    ]


def test_resident__whose_dispute_is_decided__is_mailed_the_outcome(town: Town, partner: Person) -> None:
    residents = [town.resident("Bo"), town.resident("Cem")]
    job = town.job(partner, reward=15_00)
    claims = [town.handed_in(one, job)["id"] for one in residents]
    for resident, claim in zip(residents, claims, strict=True):
        town.act(partner, "/rejections", {"claim": claim, "reason": 3, "words": "Niet af."})
        town.work()
        town.post(resident, f"/claims/{claim}/dispute", {"words": "Het is wel af."})
        account(town, resident, "resident")
    town.work()
    for claim, award in zip(claims, (True, False), strict=True):
        decision = {"claim": claim, "award": award, "reason": 1 if award else 2, "words": "Bekeken."}
        town.act("arbiter", "/decisions", decision)
    town.work()

    looked_at = "Your job “Bloembak bouwen” was looked at by the municipality."
    assert sorted(body for _, body in mails(town)) == [
        letter("en", f"{looked_at} You are right: you got €15.00.", f"See it here: {ADDRESS}/wallet"),
        letter(
            "en",
            f"{looked_at} You get no Heitjes for it: the job was not done as it was asked.",
            f"See it here: {ADDRESS}/claims/{claims[1]}",
        ),
    ]


def test_merchant__is_mailed_what_the_bank_did(town: Town, anna: Person, shop: Person) -> None:
    account(town, shop, "merchant", "nl")
    town.paid(anna, shop, 12_00)

    booked = settled(town, shop, 5_00, rejected=False)
    settled(town, shop, 7_00, rejected=True)
    told_again(town)
    with reading(town.engine) as connection:
        reference = connection.scalar(
            select(REDEMPTION.c.end_to_end_id).where(REDEMPTION.c.id == booked["id"])
        )
    back = {"end_to_end_id": reference, "reason": "AC04", "occurred_at": town.now()}
    for _ in range(2):
        town.post("settlement", f"/redemptions/{booked['id']}/bank-return", back)

    account_sentence = "Klopt je rekeningnummer nog? Bel de gemeente als het veranderd is."
    see = f"Bekijk het hier: {ADDRESS}/till/redeem"
    assert {subject for subject, _ in mails(town)} == {"Nieuws over je uitbetaling"}
    assert sorted(body for _, body in mails(town)) == [
        letter(
            "nl",
            "De bank heeft een betaling van € 5,00 aan jou teruggestuurd. De gemeente betaalt het bedrag "
            "opnieuw. Je hoeft niets in te wisselen.",
            account_sentence,
            see,
        ),
        letter(
            "nl",
            "De bank kon € 7,00 niet aan je betalen. De Heitjes komen terug in je portemonnee. Je kunt ze "
            "daarna weer inwisselen.",
            account_sentence,
            see,
        ),
        letter("nl", f"De gemeente heeft € 5,00 aan je betaald. Op je bankafschrift staat {reference}.", see),
    ]


def test_resident__near_the_limit_of_the_year__is_told_once(town: Town, partner: Person) -> None:
    resident = town.resident()
    account(town, resident, "resident")
    assert town.ask("PUT", resident, "/allowance/stop", {"year": 30_00}).is_success

    town.earned(partner, resident, 15_00)
    assert [subject for subject, _ in mails(town)] == ["News about your job"]
    town.earned(partner, resident, 9_00)
    town.earned(partner, resident, 5_00)

    year = datetime.fromtimestamp(town.now(), HERE).year
    assert [body for subject, body in mails(town) if subject == "You are near a limit"] == [
        letter(
            "en",
            f"You are near the limit of what you may earn with jobs in {year}. You can still earn €6.00 this "
            "year.",
            "What you have earned is yours. You can go on paying with it.",
            f"See it here: {ADDRESS}/allowance",
        )
    ]


def test_partner__is_told_at_nine_what_waits_and_once_a_day(town: Town, partner: Person) -> None:
    account(town, partner, "partner")
    town.submitted(partner, town.resident())
    since = town.now()
    assert mails(town) == []  # handed in after nine, or before nine and it is not nine yet

    tomorrow = datetime.fromtimestamp(since, HERE).date() + timedelta(days=1)
    town.pass_time(start_of(tomorrow) + 9 * 3600 - since + 60)
    town.work()

    [(subject, body)] = mails(town)
    assert subject == "Work waits for you"
    assert "1 job waits for your decision. It has waited since " in body
    assert f"See it here: {ADDRESS}/partner/inbox" in body
    with transaction(town.engine) as connection:
        assert waiting.tell_what_waits(connection, ADDRESS) == 0


def test_notice__that_is_switched_off__is_not_mailed_and_others_are(town: Town, partner: Person) -> None:
    resident = town.resident()
    account_id = account(town, resident, "resident")
    with transaction(town.engine) as connection:
        for _ in range(2):
            service.choose(connection, account_id, [rules.LIMIT, rules.CARD], rules.kinds_for(["resident"]))
        assert service.switched_off(connection, account_id) == {rules.DECISION}
    town.earned(partner, resident, 15_00)
    assert mails(town) == []

    with transaction(town.engine) as connection:
        every = rules.kinds_for(["resident"])
        service.choose(connection, account_id, every, every)
        assert service.switched_off(connection, account_id) == frozenset()
    town.earned(partner, resident, 15_00)
    assert len(mails(town)) == 1


def test_notice__after_a_backup_was_restored__tells_only_of_what_is_new(town: Town, partner: Person) -> None:
    resident = town.resident()
    account(town, resident, "resident")
    town.earned(partner, resident, 15_00)
    with transaction(town.engine) as connection:
        connection.execute(delete(NOTICE))  # as a backup from before it has them
        service.begin_anew(connection)
        restored_at = town.now()
        connection.execute(NOTICE.update().values(told_at=restored_at))  # the chain's clock is ahead here
        assert connection.scalars(select(MAIL.c.state)).all() == ["given_up"]

    told_again(town)
    with reading(town.engine) as connection:
        assert connection.scalars(select(MAIL.c.state)).all() == ["given_up"]

    town.pass_time(60)
    town.earned(partner, resident, 15_00)
    assert [subject for subject, _ in mails(town) if subject] == ["News about your job"]
