"""A resident's jobs, claims and wallet; one who has everything, and one who has nothing yet."""

from __future__ import annotations

import io

from heitje_chain.db import transaction
from heitje_chain.jobs import pictures, service
from tests.desks.test_photos import photo
from tests.service.survival import People

from . import Look, Place, send, unfold


def looks(people: People) -> list[Look]:
    town, partner, anna, shop = people.town, people.partner, people.anna, people.shop
    titles = ("Bloembak bouwen", "Zwerfafval rapen", "Wandelen met een buurtgenoot", "Speeltoestel poetsen")
    to_do, rejected, disputed, withdrawn = (
        town.job(partner, title=title, reward=5_00, minutes=60)["id"] for title in titles
    )
    left = town.job(partner, title="Bankje schilderen op het plein aan de Molenberg", minutes=90)["id"]
    taken = town.job(partner, title="Bollen planten", slots=1)["id"]
    newcomer = town.resident("Maria-Magdalena van den Boogaard-Hendrickx")
    bilal = town.resident("Bilal Yilmaz", confirmed=False)
    asked = {job: town.post(anna, "/claims", {"job": job})["id"] for job in (to_do, rejected, disputed)}
    asked[withdrawn] = town.post(anna, "/claims", {"job": withdrawn})["id"]
    town.post(newcomer, "/claims", {"job": taken})
    town.work()
    for job in (rejected, disputed):
        note = "Drie zakken vol, ze staan bij de ingang van het park."
        tidied = pictures.tidy(io.BytesIO(photo((1600, 1200))))
        with transaction(town.engine) as connection:
            service.submit(connection, anna.id, asked[job], note, pictures=[tidied])
    town.post(anna, f"/claims/{asked[withdrawn]}/withdrawal")
    town.work()
    for job in (rejected, disputed):
        words = "De hoek bij de bank ligt nog vol."
        town.act(partner, "/rejections", {"claim": asked[job], "reason": 3, "words": words})
    town.work()
    town.post(anna, f"/claims/{asked[disputed]}/dispute", {"words": "Daar was ik wel geweest."})
    town.work()
    submitted = town.handed_in(anna, town.job(partner, title="Praatje maken", reward=5_00, minutes=60))["id"]
    [approved] = (one["id"] for one in town.get(anna, "/claims")["items"] if one["state"] == "approved")
    paid = town.paid(anna, shop, 2_35)["id"]
    club = town.association()
    given = town.paid(anna, club, 1_00)["id"]
    request = town.post(shop, "/payment-requests", {"cents": 1_50})["code"]
    noted = town.post(newcomer, "/claims", {"job": left})["id"]
    return [
        Look(
            "resident",
            anna,
            "resident",
            {
                "jobs": "/jobs",
                "jobs-none": "/jobs?minutes=1",
                "job": f"/jobs/{left}",
                "job-own": f"/jobs/{to_do}",
                "job-taken": f"/jobs/{taken}",
                "claims": "/claims",
                "claim-to-do": Place(f"/claims/{asked[to_do]}", unfold),
                "claim-submitted": f"/claims/{submitted}",
                "claim-rejected": f"/claims/{asked[rejected]}",
                "claim-disputed": f"/claims/{asked[disputed]}",
                "claim-withdrawn": f"/claims/{asked[withdrawn]}",
                "claim-paid": f"/claims/{approved}",
                "wallet": Place("/wallet", unfold),
                "allowance": "/allowance",
                "allowance-refused": Place("/allowance", send("amount", amount="-1")),
                "explanation": "/allowance/explanation",
                "give": "/give",
                "pay": "/pay",
                "pay-unreadable": "/pay?code=nonsense",
                "pay-request": f"/pay?code={request}",
                "pay-shop": f"/pay?code={town.code_of(shop)}",
                "pay-too-much": Place(f"/pay?code={town.code_of(shop)}", send("amount", amount="999")),
                "pay-sure": f"/pay?code={town.code_of(shop)}&amount=1,50",
                "payment": f"/payments/{paid}",
                "donation": f"/payments/{given}",
                "account": "/account",
                "notices": "/account/notices",
                "not-there": f"/jobs/{'0' * 64}",
            },
        ),
        Look(
            "association",
            club,
            "association",
            {"wallet": "/club/wallet", "pay": "/club/pay", "payment": f"/club/payments/{given}"},
        ),
        Look(
            "newcomer",
            newcomer,
            "resident",
            {
                "jobs": "/jobs",
                "claim-noted": f"/claims/{noted}",
                "wallet": "/wallet",
                "allowance": "/allowance",
            },
        ),
        Look(
            "unconfirmed", bilal, "resident", {"jobs": "/jobs", "job": f"/jobs/{left}", "claims": "/claims"}
        ),
    ]
