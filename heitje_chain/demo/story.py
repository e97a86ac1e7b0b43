"""The whole story, from an empty folder to closed books."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from heitje_chain.client.answers import ReconciliationView

from . import people, report, spending, work
from .city import City, DemoRefused, begin_anew, running
from .waiting import until

FINISHED = "finished"
"""A file that tells that the story came to its end."""


@contextmanager
def replay(home: Path, console: Console) -> Iterator[City]:
    """Replay the pilot in this folder and give the city that is left, still running.

    Raises:
        DemoRefused, ClientError, DevnetRefusal
        BooksDiffer: the story went well, and the books do not close.
    """
    started = time.monotonic()

    def say(what: str) -> None:
        console.print(
            f"[dim]{time.monotonic() - started:5.1f} s[/dim]  {what}", highlight=False, soft_wrap=True
        )

    begin_anew(home, say)
    with running(home, say) as city:
        say(f"API and worker run at {city.url}")
        cast = people.bring_in(city, say)
        people.fund(city, cast, say)
        done = work.do(city, cast, say)
        payments, refund, donation = spending.spend(city, cast, say)
        batch = spending.pay_out(city, cast, say)
        work.wait_for_lapse(city, done, say)
        checked = reconcile(city)
        say("chain, books and bank compared")
        report.show(console, city, cast, done, payments, refund, donation, batch, checked)
        console.print(f"\nDone in {time.monotonic() - started:.0f} s.", highlight=False)
        if not checked["equal"]:
            raise BooksDiffer([one["en"] for one in checked["differences"]])
        (home / FINISHED).touch()
        yield city


class BooksDiffer(DemoRefused):
    def __init__(self, differences: list[str]) -> None:
        super().__init__("The books do not close: " + " ".join(differences))


def reconcile(city: City) -> ReconciliationView:
    """Have the worker compare chain, books and bank, and return what it found."""
    auditor = city.officers["auditor"]
    asked = auditor.reconcile()
    until(lambda: auditor.reconciliations.get(asked["id"])["state"] == "done", "the comparison")
    return auditor.reconciliations.get(asked["id"])
