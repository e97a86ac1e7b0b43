"""A partner's desk: its jobs, the form for one, the inbox, and what came of it."""

from __future__ import annotations

from tests.service.survival import People
from tests.service.town import DAY

from . import Look, Place, send


def looks(people: People) -> list[Look]:
    town, partner, anna = people.town, people.partner, people.anna
    job = town.job(partner, title="Onkruid wieden", reward=1_00, minutes=15)["id"]
    claims = [
        town.submitted(partner, anna, title=title, reward=1_00, minutes=15)["id"]
        for title in ("Stoep vegen", "Hond van de buren uitlaten")
    ]
    terms = town.terms(opens_at=town.now() + DAY, weeks=3, title="Koffie schenken", slots=1, reward=1_00)
    series = town.post(partner, "/job-series", terms)["id"]
    act = town.post(partner, "/jobs/prepare", town.terms(title="Boodschappen doen"))["id"]
    return [
        Look(
            "partner",
            partner,
            "partner",
            {
                "home": "/partner",
                "inbox": "/partner/inbox",
                "approve": f"/partner/inbox/approve?claims={claims[0]},{claims[1]}",
                "work": f"/partner/work/{claims[0]}",
                "reject": f"/partner/work/{claims[0]}/reject",
                "job": f"/partner/jobs/{job}",
                "new-job": "/partner/jobs/new",
                "new-job-refused": Place("/partner/jobs/new", send("title", title="Vegen", reward="0")),
                "kept": "/partner/jobs/kept",
                "results": "/partner/results",
                "kinds": "/partner/kinds",
                "kinds-refused": Place(
                    "/partner/kinds",
                    send("kind-maintenance", words="Niemand verliest werk.", by="wij"),
                ),
                "weekly": f"/partner/weekly/{series}",
                "act": f"/acts/{act}",
            },
        ),
    ]
