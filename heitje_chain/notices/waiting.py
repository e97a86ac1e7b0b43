"""Once a day partners are told how much work waited for them at nine o'clock. For the worker alone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from heitje_chain.chain.clock import latest_now
from heitje_chain.days import HERE
from heitje_chain.jobs.model import CLAIM, JOB, SUBMITTED
from heitje_chain.people.model import PARTICIPANT, PARTNER

from . import words
from .model import NOTICE
from .rules import WAITING, WAITING_HOUR
from .service import note, send


def tell_what_waits(connection: Connection, address: str) -> int:
    """Mail each partner whose people have work to decide about, if it was not told so today; return how many.

    Args:
        address: of the pages, such as https://heitje.example
    """
    now = datetime.fromtimestamp(latest_now(connection), HERE)
    if now.hour < WAITING_HOUR:
        return 0
    today = now.date().isoformat()
    at = int(now.replace(hour=WAITING_HOUR, minute=0, second=0).timestamp())
    told = (NOTICE.c.kind == WAITING) & (NOTICE.c.subject == PARTICIPANT.c.id.concat(f"|{today}"))
    waits = (CLAIM.c.state == SUBMITTED) & CLAIM.c.pending.is_(None) & (CLAIM.c.since < at)
    rows = connection.execute(
        select(PARTICIPANT.c.id, func.count().label("number"), func.min(CLAIM.c.since).label("since"))
        .join(JOB, JOB.c.partner == PARTICIPANT.c.chain_id)
        .join(CLAIM, CLAIM.c.job == JOB.c.id)
        .where(waits & ~select(NOTICE.c.kind).where(told).exists())
        .group_by(PARTICIPANT.c.id)
        .order_by(PARTICIPANT.c.id)
    ).all()
    for row in rows:
        if note(connection, WAITING, f"{row.id}|{today}", at):
            send(connection, address, PARTNER, row.id, WAITING, words.waiting(row.number, row.since))
    return len(rows)
