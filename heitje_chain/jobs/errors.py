"""What is refused about jobs and claims.

Refused
├── JobUnknown          404
├── ClaimUnknown        404
├── TermsInvalid        400  dates in the wrong order, in the past or too far away
├── RewardTooHigh       400
├── JobNotOpen          409  closed, over, or not posted yet
├── JobFull             409
├── ClaimTwice          409  this person has claimed this job already
├── ClaimIdTaken        409  this id stands for a claim on another job
├── ClaimNotInState     409  the claim is not where this act starts from
└── TooLate             409
"""

from __future__ import annotations

from heitje_chain.http.problems import Refused


class JobUnknown(
    Refused,
    slug="job-unknown",
    status=404,
    nl="Deze klus kennen wij niet.",
    en="We do not know this job.",
):
    """No such job, or another partner's."""


class ClaimUnknown(
    Refused,
    slug="claim-unknown",
    status=404,
    nl="Deze aanmelding kennen wij niet.",
    en="We do not know this claim.",
):
    """No such claim, or somebody else's."""


class TermsInvalid(
    Refused,
    slug="job-terms-invalid",
    status=400,
    nl="De datums kloppen niet: eerst aanmelden, dan inleveren, allebei na nu en binnen 400 dagen.",
    en="The dates are not right: claiming ends first, then handing in, both after now and within 400 days.",
):
    """`claim_by` in the past, `submit_by` before it, or further away than the contract takes."""


class RewardTooHigh(
    Refused,
    slug="reward-too-high",
    status=400,
    nl="Een beloning is hoogstens {most:euros}.",
    en="A reward is at most {most:euros}.",
):
    def __init__(self, most: int) -> None:
        self.most = most


class JobNotOpen(
    Refused,
    slug="job-not-open",
    status=409,
    nl="Voor deze klus kunt u zich niet (meer) aanmelden.",
    en="This job takes no claims now.",
):
    """Closed, past its last day to claim, or not yet on the chain."""


class JobFull(
    Refused,
    slug="job-full",
    status=409,
    nl="Alle plekken van deze klus zijn bezet.",
    en="All slots of this job are taken.",
):
    """No slot is left."""


class ClaimTwice(
    Refused,
    slug="claim-twice",
    status=409,
    nl="U heeft zich al aangemeld voor deze klus.",
    en="You have claimed this job already.",
):
    """One person does a job once."""


class ClaimIdTaken(
    Refused,
    slug="claim-id-taken",
    status=409,
    nl="Deze opdracht is al gebruikt voor een andere klus. Er is nu niets gedaan.",
    en="This order was used for another job. Nothing was done now.",
):
    """The Idempotency-Key gave the id of an earlier claim, on another job."""


class ClaimNotInState(
    Refused,
    slug="claim-not-in-state",
    status=409,
    nl="Dit kan nu niet met deze aanmelding. Kijk hoe het ermee staat.",
    en="This cannot be done with this claim now. Look how it stands.",
    members=("claim", "state", "pending"),
):
    """The claim is not where the act starts from, or something else is under way for it."""

    def __init__(self, claim: str, state: str, pending: str | None) -> None:
        self.claim, self.state, self.pending = claim, state, pending


class TooLate(
    Refused,
    slug="too-late",
    status=409,
    nl="De tijd hiervoor is voorbij.",
    en="The time for this is over.",
):
    """The shown deadline has passed."""
