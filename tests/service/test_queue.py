"""Much work at once, and work that cannot be done: the rest goes on."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select, update

from heitje_chain.chain import outbox
from heitje_chain.chain.ids import new_client_id
from heitje_chain.chain.intents import Outcome
from heitje_chain.chain.model import INTENT, TRANSACTION
from heitje_chain.custody.model import WALLET
from heitje_chain.db import transaction

from .town import Town

BUNDLES, IN_BUNDLE = 5, 300
"""Together about 39 million gas; a block of the devnet holds 30."""


def test_work__beyond_a_blocks_gas__goes_out_in_parts(town: Town) -> None:
    wallets = {"0x" + secrets.token_hex(20): number // IN_BUNDLE for number in range(BUNDLES * IN_BUNDLE)}
    with transaction(town.engine) as connection:
        for wallet, bundle in wallets.items():
            outbox.put(
                connection,
                "admit_resident",
                new_client_id(),
                {"participant": "nobody", "wallet": wallet},
                Outcome("ParticipantAdmitted", wallet, {"kind": 1}),
                bundle=f"bundle-{bundle}",
            )

    town.work()

    with transaction(town.engine) as connection:
        rows = connection.execute(select(INTENT.c.state, func.count()).group_by(INTENT.c.state))
        states = {row[0]: row[1] for row in rows}
        sent = connection.scalar(select(func.count()).select_from(TRANSACTION))
    assert states == {"done": BUNDLES * IN_BUNDLE}
    assert sent is not None
    assert 3 <= sent <= BUNDLES
    admitted = [event["participant"] for event in town.events("ParticipantAdmitted")]
    assert sorted(one for one in admitted if one in wallets) == sorted(wallets)


def test_work__of_a_damaged_wallet__waits_while_others_go_on(town: Town) -> None:
    partner, anna, bilal = town.partner(), town.resident(), town.resident("Bilal")
    job = town.job(partner)
    with transaction(town.engine) as connection:
        whole = connection.execute(select(WALLET).where(WALLET.c.id == anna.id)).one().ciphertext
        connection.execute(update(WALLET).where(WALLET.c.id == anna.id).values(ciphertext=bytes(48)))
    claims = [town.post(one, "/claims", {"job": job["id"]})["id"] for one in (anna, bilal)]
    town.work_until(lambda: town.get(bilal, f"/claims/{claims[1]}")["state"] == "claimed")

    assert town.get(anna, f"/claims/{claims[0]}")["state"] == "asked"

    with transaction(town.engine) as connection:
        connection.execute(update(WALLET).where(WALLET.c.id == anna.id).values(ciphertext=whole))
    town.work()
    assert town.get(anna, f"/claims/{claims[0]}")["state"] == "claimed"
