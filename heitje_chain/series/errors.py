"""What is refused about series, and why a draft waits or was skipped.

Refused
├── SeriesUnknown      404
├── DraftUnknown       404  no such week in this series
├── DraftOver          409  it was opened, skipped or cancelled
├── OpensTooLate       400  a week's time to claim would be over when it opens
├── DraftTimeOver      409  its last moment to claim went by before it could be opened
├── DraftNotSigned     409  the same, and it was never signed
└── SignerGone         409  who signed it signs for the partner no more
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class SeriesUnknown(
    Refused,
    slug="job-series-unknown",
    status=404,
    nl="Deze reeks klussen kennen wij niet.",
    en="We do not know this series of jobs.",
):
    """No such series, or another partner's."""


class DraftUnknown(
    Refused,
    slug="job-draft-unknown",
    status=404,
    nl="Deze week of dit concept hoort niet bij deze reeks.",
    en="This week or this draft is not of this series.",
):
    """The number is beyond the weeks, or the act is none of this series."""


class DraftOver(
    Refused,
    slug="job-draft-over",
    status=409,
    nl="Week {number} wacht niet meer op zijn dag, dus dit kan niet meer. Is de klus al open? Sluit hem dan.",
    en="Week {number} waits for its day no longer, so this cannot be done. Is the job open? Then close it.",
    members=("state",),
):
    def __init__(self, number: int, state: str) -> None:
        self.number, self.state = number, state


class OpensTooLate(
    Refused,
    slug="job-series-opens-too-late",
    status=400,
    nl="In week {number} zou aanmelden al voorbij zijn als de klus opengaat. Zet claim_by later dan "
    "opens_at.",
    en="In week {number} claiming would be over when the job opens. Let claim_by be later than opens_at.",
    members=("field",),
):
    field = "body.opens_at"

    def __init__(self, number: int) -> None:
        self.number = number


class DraftTimeOver(
    Refused,
    slug="job-draft-time-over",
    status=409,
    nl="De laatste dag om je aan te melden was voorbij voordat deze klus open kon.",
    en="The last moment to claim went by before this job could be opened.",
):
    """It is told of a draft that was skipped; no request is refused with it."""


class DraftNotSigned(
    Refused,
    slug="job-draft-not-signed",
    status=409,
    nl="Deze week is niet op tijd ondertekend.",
    en="This week was not signed in time.",
):
    """It is told of a draft that was skipped; no request is refused with it."""


class SignerGone(
    Refused,
    slug="job-draft-signer-gone",
    status=409,
    nl="Wie deze week ondertekende, mag niet meer voor je organisatie tekenen.",
    en="Whoever signed this week may not sign for your organisation any more.",
):
    """The contract would refuse the signature; a draft waits with it until the signer is registered again."""
