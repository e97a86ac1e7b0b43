"""The partner's desk: posting jobs, deciding about work, and what came of it."""

from __future__ import annotations

import re
import uuid
from datetime import date, datetime, timedelta

import pytest

from heitje_chain.acts import service as acts
from heitje_chain.days import HERE
from heitje_chain.db import reading, transaction
from heitje_chain.jobs import templates
from tests.service.town import Person, Town, sign

from .visitor import Page, Visitor, logged_in

NEW = "/partner/jobs/new"
PREVIEW, KEEP = "/partner/jobs/preview", "/partner/jobs/keep"


@pytest.fixture
def desk(town: Town, partner: Person) -> Visitor:
    """The partner at its pages."""
    return logged_in(town, partner, "partner")


def filled_in(**changed: str) -> dict[str, str]:
    """A job as somebody types it."""
    last = today() + timedelta(days=7)
    return {
        "title": "Bloembak bouwen",
        "description": "Bouw een bloembak.\nVan oud hout.",
        "kind": "green",
        "bring": "handschoenen",
        "evidence": "photo",
        "place": "Buurttuin",
        "neighbourhood": "Heerlen-Noord",
        "minutes": "60",
        "reward": "5,00",
        "slots": "2",
        "claim_by": last.isoformat(),
        "submit_by": (last + timedelta(days=7)).isoformat(),
        "weeks": "1",
        **changed,
    }


def today() -> date:
    return datetime.now(HERE).date()


def kept_by(desk: Visitor, page: Page, **changed: str) -> Page:
    """Choose "Save for later" in the form of a page."""
    return desk.post(KEEP, {**page.form(PREVIEW), **changed})


def ticks(inbox: Page) -> list[str]:
    """The claims that can be chosen."""
    return [
        str(one).removeprefix("claim-") for one in inbox.document.xpath("//input[@type='checkbox']/@name")
    ]


def signed(town: Town, partner: Person, page: Page, path: str) -> None:
    """Sign the act that a page led to, as the partner's own tool does, and let it come to its end."""
    act_id = page.path.rpartition("/")[2]
    assert page.path == f"/acts/{act_id}", page.text
    with reading(town.engine) as connection:
        typed_data = acts.find(connection, act_id).typed_data
    town.post(partner, path, {"act": act_id, "signature": sign(typed_data, town.key_of(partner))})
    town.work()


def jobs_of(page: Page) -> list[str]:
    """The addresses of the jobs that a page shows."""
    return [one for one in page.links() if re.fullmatch("/partner/jobs/[0-9a-f]{64}", one)]


def handed_in(town: Town, partner: Person, anna: Person, *titles: str) -> list[str]:
    """Have a job of each title done by Anna; return the claims."""
    return [
        str(town.submitted(partner, anna, title=title, reward=5_00, minutes=60, slots=1)["id"])
        for title in titles
    ]


# ---------------------------------------------------------------- from posting to results


def test_job__from_the_form_to_the_results__is_posted_done_approved_and_counted(
    town: Town, partner: Person, anna: Person, desk: Visitor
) -> None:
    seen = desk.send(desk.get(NEW), PREVIEW, **filled_in())
    assert seen.heading == "Is this right?"
    assert "€10.00 2 places of €5.00 each" in seen.text
    assert "An hour €5.00" in seen.text

    first, second = (desk.send(seen, "/partner/jobs") for _ in range(2))
    assert first.path == second.path  # a double click is one act
    assert "Sign: Post a job Bloembak bouwen, €10.00" in desk.get("/partner").text
    jobs = set(jobs_of(desk.get("/partner")))
    signed(town, partner, first, "/jobs")

    home = desk.get("/partner")
    assert "0 of 2 places taken" in home.text
    assert "Promised €10.00" in home.text
    assert "Sign: Post a job" not in home.text

    [path] = set(jobs_of(home)) - jobs
    job = path.rpartition("/")[2]
    assert town.get(anna, f"/jobs/{job}")["details"]["description"] == "Bouw een bloembak.\nVan oud hout."
    older = town.handed_in(anna, {"id": job})["id"]
    town.pass_time(2)  # what is of one second has no order
    claims = [older, *handed_in(town, partner, anna, "Bollard verven")]

    assert "2 pieces of work to look at" in desk.get("/partner").text
    inbox = desk.get("/partner/inbox")
    assert "Klaar" in inbox.text
    assert ticks(inbox) == claims  # the oldest first

    confirm = desk.send(inbox, "/partner/inbox/choose", **{f"claim-{one}": "yes" for one in claims})
    assert "€10.00 is paid to residents from your budget" in confirm.text
    asked = desk.send(confirm, "/partner/inbox/approve")
    assert desk.send(confirm, "/partner/inbox/approve").path == asked.path
    assert "Waits for your signature" in desk.get("/partner/inbox").text
    before = town.spendable(anna)
    signed(town, partner, asked, "/approvals")

    assert town.spendable(anna) == before + 10_00
    assert "Nothing to look at now." in desk.get("/partner/inbox").text
    assert "Paid" in desk.get(path).text
    results = desk.get("/partner/results").text
    assert "Jobs done 3 Hours 5 Paid out €25.00 People 1" in results
    assert "Heerlen-Noord 3 5 €25.00" in results
    assert town.differences() == ()


def test_job__that_comes_weekly__has_a_week_for_each_to_sign_or_call_off(
    town: Town, partner: Person, desk: Visitor
) -> None:
    seen = desk.send(desk.get(NEW), PREVIEW, **filled_in(weeks="3"))
    assert "It comes 3 weeks in a row: €30.00 in all." in seen.text
    page = desk.send(seen, "/partner/jobs")
    series = page.path.rpartition("/")[2]
    assert page.path == f"/partner/weekly/{series}"
    assert [word in page.text for word in ("Week 1", "Week 3", "Week 4")] == [True, True, False]
    assert "3 weeks wait" in desk.get("/partner").text

    [first, *_] = [one.rpartition("/")[2] for one in page.links() if one.startswith("/acts/")]
    with reading(town.engine) as connection:
        typed_data = acts.find(connection, first).typed_data
    signature = {"act": first, "signature": sign(typed_data, town.key_of(partner))}
    town.post(partner, f"/job-series/{series}/signatures", {"signatures": [signature]})
    town.work()
    forms = [one for one in desk.get(page.path).document.forms if one.action.endswith("/cancel")]
    fields = {str(name): str(value) for name, value in forms[0].fields.items()}
    after = desk.post(f"{page.path}/cancel", fields)

    assert fields["week"] == "2"
    assert [word in after.text for word in ("Posted", "Called off", "To sign")] == [True, True, True]
    assert "See the job" in after.text
    assert "1 week waits" in desk.get("/partner").text


def test_job__that_was_posted__is_posted_again_and_closed(town: Town, partner: Person, desk: Visitor) -> None:
    job = town.job(partner, title="Zwerfafval rapen", reward=5_00, minutes=75, slots=2)["id"]
    page = desk.get(f"/partner/jobs/{job}")
    assert "Nobody has chosen this job yet." in page.text

    again = desk.get(f"{NEW}?again={job}").form(PREVIEW)
    told = {name: again[name] for name in ("title", "reward", "minutes", "slots", "kind", "weeks")}
    assert told == {
        "title": "Zwerfafval rapen",
        "reward": "5.00",
        "minutes": "75",
        "slots": "2",
        "kind": "green",
        "weeks": "1",
    }
    assert "template" not in again

    signed(town, partner, desk.send(page, f"/partner/jobs/{job}/close"), "/job-closings")
    closed = desk.get(f"/partner/jobs/{job}")
    assert "Closed" in closed.text
    assert [form.action for form in closed.document.forms if "close" in form.action] == []
    assert "Free €1,000.00" in desk.get("/partner").text


# ---------------------------------------------------------------- the form


def test_form__with_mistakes__names_each_and_keeps_what_was_typed(town: Town, desk: Visitor) -> None:
    typed = filled_in(
        title=" ", reward="1e3", slots="0", weeks="54", claim_by="nonsense", evidence="", place="<b>"
    )
    page = desk.send(desk.get(NEW), PREVIEW, **typed)

    assert (page.status, page.heading) == (400, "New job")
    assert page.refusal == (
        "What is the job called? Fill something in here. "
        "How do you see that it was done? Choose something from the list. "
        "Reward for each person: We do not understand this amount. Write it like this: 12.50. "
        "For how many people? Fill in a number from 1 to 1000. "
        "Last day to choose this job: Fill in a day, for example 31-12-2027. "
        "For how many weeks? Fill in a number from 1 to 53."
    )
    assert {name: page.form(PREVIEW)[name] for name in ("reward", "slots", "place")} == {
        "reward": "1e3",
        "slots": "0",
        "place": "<b>",
    }
    for amount in ("-1", "0", "1.500", "abc", ""):
        refusal = desk.send(desk.get(NEW), PREVIEW, **filled_in(reward=amount)).refusal
        assert refusal.startswith("Reward for each person: We do not understand this amount.")
    for amount in ("5,00", "5.00", "€ 5,00", "5"):
        assert desk.send(desk.get(NEW), PREVIEW, **filled_in(reward=amount)).heading == "Is this right?"


def test_form__that_the_services_refuse__says_so_in_a_pages_words(desk: Visitor) -> None:
    yesterday, later = (today() + timedelta(days=days) for days in (-1, 500))
    for changed, sentence in (
        ({"claim_by": yesterday.isoformat()}, "Last day to choose this job: Choose today or a day after it."),
        ({"submit_by": today().isoformat()}, "Last day to finish it: This day is before the last day"),
        ({"submit_by": later.isoformat()}, "Last day to finish it: This day is too far away: at most 400"),
        ({"slots": "1000"}, "Reward for each person: This takes €5,000.00, and the budget has €1,000.00"),
        ({"kind": "paint"}, "Kind of job: You have not declared"),
        ({"reward": "5000"}, "Reward for each person: A reward is at most"),
        ({"period": "2031"}, "From which budget? This partner has no budget in 2031."),
    ):
        for action in (PREVIEW, "/partner/jobs"):
            fields = {**desk.get(NEW).form(PREVIEW), **filled_in(**changed)}
            page = desk.post(action, fields)
            assert (page.status, page.refusal[: len(sentence)]) == (400, sentence)


def test_form__shows_what_an_hour_may_bring_and_the_preview_warns_above_it(desk: Visitor) -> None:
    assert "By law a volunteer may get at most €5.60 an hour, and €3.30 when under 21." in desk.get(NEW).text

    page = desk.send(desk.get(NEW), PREVIEW, **filled_in(reward="15", minutes="60"))
    assert "This is more than the law allows for an hour. A resident gets at most €5.60" in page.text
    assert "Bloembak bouwen €5.60 Alcander" in page.text  # as a resident sees it
    assert "2 places of €15.00 each" in page.text

    typed = desk.post("/partner/jobs/edit", page.form("/partner/jobs"))
    assert typed.form(PREVIEW)["reward"] == "15"


def test_texts__with_tags__are_shown_as_they_are(town: Town, partner: Person, desk: Visitor) -> None:
    nasty = "<script>alert(1)</script>"
    seen = desk.send(
        desk.get(NEW), PREVIEW, **filled_in(title=nasty, description=nasty, place=nasty, bring=nasty)
    )
    asked = desk.send(seen, "/partner/jobs")
    pages = [seen, desk.get("/partner")]
    signed(town, partner, asked, "/jobs")
    job, *_ = [one for one in desk.get("/partner").links() if re.fullmatch("/partner/jobs/[0-9a-f]{64}", one)]

    for page in (*pages, desk.get(job), desk.get(f"{NEW}?again={job.rpartition('/')[2]}")):
        assert page.document.xpath("//script[not(@src)]") == []
        assert nasty in page.text or page.form(PREVIEW)["title"] == nasty


# ---------------------------------------------------------------- what is kept


def test_half_a_job__is_kept_gone_on_with_used_twice_and_thrown_away(
    town: Town, partner: Person, desk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = desk.get(NEW)
    kept = kept_by(desk, new, title="Nog niet af", reward="vijf")
    assert kept_by(desk, new, title="Nog niet af", reward="vijf").response.url == kept.response.url
    assert "Nobody sees it before you post it." in kept.text
    assert (kept.form(PREVIEW)["title"], kept.form(PREVIEW)["reward"]) == ("Nog niet af", "vijf")

    changed = kept_by(desk, kept, title="Bijna af", reward="5")
    assert changed.response.url == kept.response.url
    listed = desk.get("/partner/jobs/kept")
    assert ("Bijna af" in listed.text, "Nog niet af" in listed.text) == (True, False)

    seen = desk.send(changed, PREVIEW, **filled_in(title="Af"))
    posted = desk.send(seen, "/partner/jobs")
    signed(town, partner, posted, "/jobs")
    assert "Bijna af" in desk.get("/partner/jobs/kept").text  # to be used again

    monkeypatch.setattr(templates, "MOST_TEMPLATES", 1)
    full = kept_by(desk, desk.get(NEW), title="Te veel")
    assert (full.refusal, full.form(PREVIEW)["title"]) == (
        "You can save 1 jobs. Throw one away first.",
        "Te veel",
    )
    action = listed.action(r"/partner/jobs/kept/[0-9a-f]{32}/throw-away")
    assert "You have not saved a job yet." in desk.post(action, {}).text
    assert desk.get(str(kept.response.url.raw_path, "ascii")).status == 404


# ---------------------------------------------------------------- deciding


def test_work__that_is_not_good__is_rejected_with_a_reason_and_disputed(
    town: Town, partner: Person, anna: Person, desk: Visitor
) -> None:
    [claim] = handed_in(town, partner, anna, "Bollard verven")
    action = f"/partner/work/{claim}/reject"
    page = desk.get(action)
    assert "Klaar" in page.text

    for fields in ({"reason": "3", "words": " "}, {"reason": "42", "words": "Nee"}, {"words": "Nee"}):
        refused = desk.send(page, action, **fields)
        assert refused.status == 409
        assert refused.document.xpath("string(//textarea)").strip() == fields["words"].strip()
        page = desk.get(action)
    asked = desk.send(page, action, reason="3", words="Nog een <b>laag</b> verf graag.")
    signed(town, partner, asked, "/rejections")

    inbox = desk.get("/partner/inbox")
    assert "Not accepted" in inbox.text
    assert "The job is not finished What you wrote Nog een <b>laag</b> verf graag." in inbox.text
    town.post(anna, f"/claims/{claim}/dispute", {"words": "Het is <i>af</i>."})
    town.work()
    assert "What the resident says Het is <i>af</i>." in desk.get("/partner/inbox").text
    shown = desk.get(f"/partner/work/{claim}")
    assert "The municipality decides" in shown.text
    assert [one for one in shown.links() if "approve" in one or "reject" in one] == []
    assert desk.get(action).document.xpath("//textarea") == []


def test_work__that_is_being_decided__is_busy_and_cannot_be_chosen(
    town: Town, partner: Person, anna: Person, desk: Visitor
) -> None:
    good, other = handed_in(town, partner, anna, "Bollard verven", "Zwerfafval rapen")
    town.act(partner, "/approvals", {"claims": [good]})

    inbox = desk.get("/partner/inbox?all=yes")
    assert "Busy: your decision is being noted." in inbox.text
    assert ticks(inbox) == [other]
    assert inbox.document.xpath("//input[@type='checkbox']/@checked") == ["checked"]

    both = desk.get(f"/partner/inbox/approve?claims={good},{other}")
    assert "1 piece of work was decided meanwhile, and is left out." in both.text
    assert "€5.00 is paid" in both.text
    town.act(partner, "/rejections", {"claim": other, "reason": 1, "words": "Niet gezien."})
    late = desk.send(both, "/partner/inbox/approve")
    assert (late.status, late.refusal) == (
        400,
        "This cannot be done with this claim now. Look how it stands.",
    )
    nothing = desk.get("/partner/inbox/approve")
    assert (nothing.status, nothing.refusal) == (400, "First choose which work you want to approve.")


# ---------------------------------------------------------------- whose it is


def test_another_partners__jobs_work_weeks_and_kept_jobs__are_not_there(
    town: Town, partner: Person, anna: Person, desk: Visitor
) -> None:
    [claim] = handed_in(town, partner, anna, "Bollard verven")
    job = town.get(partner, f"/claims/{claim}")["job"]
    kept = kept_by(desk, desk.get(NEW), title="Van ons").response.url.params["template"]
    weeks = desk.send(desk.send(desk.get(NEW), PREVIEW, **filled_in(weeks="2")), "/partner/jobs").path
    with transaction(town.engine) as connection:
        assert templates.find(connection, partner.id, kept).words["title"] == "Van ons"
    other = logged_in(town, town.partner(10_00), "partner")

    for path in (
        f"/partner/jobs/{job}",
        f"/partner/work/{claim}",
        f"/partner/work/{claim}/reject",
        f"/partner/inbox/approve?claims={claim}",
        f"{NEW}?again={job}",
        f"{NEW}?template={kept}",
        weeks,
    ):
        assert other.get(path).status == 404, path
    key = {"key": "k" * 16}
    for action, fields in (
        (f"/partner/jobs/{job}/close", {}),
        (f"/partner/work/{claim}/reject", {"reason": "1", "words": "Nee"}),
        ("/partner/inbox/approve", {"claims": claim}),
        (f"{weeks}/cancel", {"week": "1"}),
    ):
        assert other.post(action, {**key, **fields}).status == 404, action
    taken = other.post(KEEP, {**key, "template": kept, "title": "Van mij"})
    assert taken.refusal == "We do not know this saved job. Perhaps it was thrown away."
    other.post(f"/partner/jobs/kept/{kept}/throw-away", {})
    assert desk.get(f"{NEW}?template={kept}").form(PREVIEW)["title"] == "Van ons"
    home = other.get("/partner")
    assert ("Nothing waits for you." in home.text, "You have not posted a job yet." in home.text) == (
        True,
        True,
    )
    assert "No job is done yet." in other.get("/partner/results").text
    assert "Nothing to look at now." in other.get("/partner/inbox").text


def test_partner__without_a_budget__is_told_what_to_do(town: Town) -> None:
    body = {"id": uuid.uuid4().hex, "name": "Nieuw"}
    new = logged_in(town, town._person("partners", body), "partner")

    assert "You have no budget yet." in new.get("/partner").text
    form = new.get(NEW)
    assert "You have no budget yet." in form.text
    page = new.send(form, PREVIEW, **filled_in())
    assert page.refusal == "From which budget? Fill in a number from 1 to 4294967295."
