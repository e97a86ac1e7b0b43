"""What is refused about jobs and claims.

Refused
├── JobUnknown          404
├── ClaimUnknown        404
├── TemplateUnknown     404
├── ClaimByPassed       400
├── SubmitByTooEarly    400
├── SubmitByTooFar      400
├── RewardTooHigh       400
├── JobNotOpen          409  closed, over, or not posted yet
├── JobFull             409
├── ClaimTwice          409  this person has claimed this job already
├── ClaimIdTaken        409  this id stands for a claim on another job
├── ClaimNotInState     409  the claim is not where this act starts from
├── TemplatesTooMany    409
├── TooLate             409
├── PhotoUnreadable     400  no picture, or one that cannot be read
├── PhotoTooLarge       413
├── PhotosTooMany       409
├── PhotoNotAsked       409  of this job no photos are taken
└── PhotoUnknown        404
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


class TemplateUnknown(
    Refused,
    slug="job-template-unknown",
    status=404,
    nl="Deze bewaarde klus kennen wij niet. Misschien is hij weggegooid.",
    en="We do not know this saved job. Perhaps it was thrown away.",
):
    """No such template, or another partner's."""


class ClaimByPassed(
    Refused,
    slug="claim-by-passed",
    status=400,
    nl="Aanmelden kan tot claim_by, en dat moet na nu zijn.",
    en="Claiming ends at claim_by, and that must be after now.",
    members=("field", "now"),
):
    """By the chain's clock, which `now` tells in UTC seconds."""

    field = "body.claim_by"

    def __init__(self, now: int) -> None:
        self.now = now


class SubmitByTooEarly(
    Refused,
    slug="submit-by-too-early",
    status=400,
    nl="Inleveren kan tot submit_by, en dat mag niet voor claim_by zijn. Het mag wel hetzelfde moment zijn.",
    en="Handing in ends at submit_by, and that must not be before claim_by. The same moment is good.",
    members=("field",),
):
    """Somebody could claim what can be handed in no more."""

    field = "body.submit_by"


class SubmitByTooFar(
    Refused,
    slug="submit-by-too-far",
    status=400,
    nl="Inleveren moet binnen {most_days} dagen: submit_by ligt te ver weg.",
    en="Handing in must end within {most_days} days: submit_by is too far away.",
    members=("field",),
):
    """Further away than the contract takes."""

    field = "body.submit_by"

    def __init__(self, most_days: int) -> None:
        self.most_days = most_days


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
    nl="Voor deze klus kun je je niet (meer) aanmelden.",
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
    nl="Je hebt je al aangemeld voor deze klus.",
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


class TemplatesTooMany(
    Refused,
    slug="job-templates-too-many",
    status=409,
    nl="Je kunt {most} klussen bewaren. Gooi er eerst een weg.",
    en="You can save {most} jobs. Throw one away first.",
):
    def __init__(self, most: int) -> None:
        self.most = most


class TooLate(
    Refused,
    slug="too-late",
    status=409,
    nl="De tijd hiervoor is voorbij.",
    en="The time for this is over.",
):
    """The shown deadline has passed."""


class PhotoUnreadable(
    Refused,
    slug="photo-unreadable",
    status=400,
    nl="Deze foto kunnen wij niet lezen. Kies een foto van het soort JPEG, PNG of WebP.",
    en="We cannot read this photo. Choose one of the kind JPEG, PNG or WebP.",
):
    """No picture of these kinds, a broken one, or one with more pixels than a camera makes."""


class PhotosBusy(
    Refused,
    slug="photos-busy",
    status=503,
    nl="Er worden nu te veel foto's tegelijk bekeken. Probeer het over {retry_after} seconden nog een keer.",
    en="Too many photos are being read at this moment. Try again in {retry_after} seconds.",
):
    """As many are drawn anew at once as may be, and have been for a while."""

    def __init__(self, retry_after: int = 10) -> None:
        self.retry_after = retry_after


class PhotoTooLarge(
    Refused,
    slug="photo-too-large",
    status=413,
    nl="Deze foto is te groot. Kies een foto van hoogstens {megabytes} MB.",
    en="This photo is too large. Choose one of at most {megabytes} MB.",
):
    def __init__(self, most: int) -> None:
        """Args:
        most: bytes
        """
        self.megabytes = most // 1_000_000


class PhotosTooMany(
    Refused,
    slug="photos-too-many",
    status=409,
    nl="Dit zijn te veel foto's. Stuur er hoogstens {most} mee.",
    en="These are too many photos. Send at most {most}.",
):
    def __init__(self, most: int) -> None:
        self.most = most


class PhotoNotAsked(
    Refused,
    slug="photo-not-asked",
    status=409,
    nl="Van deze klus hoef je geen foto te sturen.",
    en="You need not send a photo of this job.",
):
    """The job asks for none, or is of a kind of which none are taken."""


class PhotoUnknown(
    Refused,
    slug="photo-unknown",
    status=404,
    nl="Deze foto is er niet (meer).",
    en="This photo is not there (any more).",
):
    """No such photo, it was removed, or it is not for whoever asks."""
