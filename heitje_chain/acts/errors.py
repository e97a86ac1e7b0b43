"""What is refused of acts.

Refused
├── ActUnknown        404
├── ActExpired        409  its deadline is over
├── SignatureWrong    400  it is by nobody who may sign this
├── OfficerMissing    409  the deployment names no such officer
└── ActNotScheduled   409  there is no delay in which it could be cancelled
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class ActUnknown(
    Refused,
    slug="act-unknown",
    status=404,
    nl="Deze opdracht kennen wij niet, of hij is van iemand anders. Kijk of hij al is uitgevoerd; vraag hem "
    "anders opnieuw op.",
    en="We do not know this act, or it is somebody else's. See whether it has happened already; if not, ask "
    "for it again.",
):
    """No such act, or of another kind or actor; or one that a restored database forgot."""


class ActExpired(
    Refused,
    slug="act-expired",
    status=409,
    nl="De tijd om dit te ondertekenen is voorbij. Vraag de opdracht opnieuw op.",
    en="The time to sign this is over. Ask for it again.",
):
    """The deadline is over by the chain's clock."""


class SignatureWrong(
    Refused,
    slug="signature-wrong",
    status=400,
    nl="Deze handtekening hoort niet bij iemand die dit mag ondertekenen.",
    en="This signature is by nobody who may sign this.",
):
    """It is by another key, over something else, or malformed."""


class OfficerMissing(
    Refused,
    slug="officer-missing",
    status=409,
    nl="Er is geen functionaris {officer} in dit netwerk.",
    en="This network has no officer {officer}.",
):
    def __init__(self, officer: str) -> None:
        self.officer = officer


class ActNotScheduled(
    Refused,
    slug="act-not-scheduled",
    status=409,
    nl="Deze opdracht wacht niet op uitvoering en kan dus niet worden geannuleerd.",
    en="This act does not wait to be carried out, so it cannot be cancelled.",
):
    """It has no delay, is not on the chain yet, was carried out, or was cancelled."""
