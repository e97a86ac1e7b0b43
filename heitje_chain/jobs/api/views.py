"""What is sent and shown of jobs and claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field

from heitje_chain.acts.api import ActView, PreparedAct
from heitje_chain.acts.service import Act
from heitje_chain.allowance.api.views import OfferView, WarningView
from heitje_chain.allowance.rules import Barrier, Offer
from heitje_chain.http.fields import (
    Body,
    CentsField,
    Hex32Field,
    PeriodField,
    ReasonField,
    SecondsField,
    SeveralLines,
    WordsView,
)
from heitje_chain.reasons import codes

from .. import decisions, model, rules
from ..posting import Description
from ..rules import Terms
from ..service import Claim, Job

WordsField = Annotated[
    str, SeveralLines, Field(min_length=1, max_length=2000, description="For people to read.")
]


CLAIM_BY = 1_799_366_400
"""Of examples."""


class NewJob(Body):
    title: Annotated[str, Field(min_length=1, max_length=120, examples=["Bloembak bouwen"])]
    description: Annotated[str, SeveralLines, Field(min_length=1, max_length=4000)]
    place: Annotated[str, Field(min_length=1, max_length=200)]
    neighbourhood: Annotated[str, Field(min_length=1, max_length=80)]
    bring: Annotated[str, Field(max_length=200, description="What to bring.")] = ""
    minutes: Annotated[int, Field(strict=True, gt=0, le=24 * 60, description="How long the work takes.")]
    evidence: Annotated[
        Literal["photo", "onsite", "none"], Field(description="none: never ask for a picture (care).")
    ]
    kind: Annotated[
        str,
        Field(
            min_length=1,
            max_length=40,
            description="A word of your own, by which lists can be narrowed. First declare that it replaces "
            "no paid work: `POST /api/v1/declarations`.",
            examples=["green"],
        ),
    ]
    reward: Annotated[
        CentsField,
        Field(
            description="Cents of each slot; at most the city's `highest_reward`, see `GET /api/v1/chain`.",
        ),
    ]
    slots: Annotated[
        int,
        Field(
            strict=True,
            ge=1,
            le=rules.MOST_SLOTS,
            description="How many people can do it. The budget promises slots times reward.",
        ),
    ]
    period: Annotated[
        PeriodField,
        Field(description="Of the budget that pays it: `period` of one of yours in `GET /api/v1/budgets`."),
    ]
    claim_by: Annotated[
        SecondsField,
        Field(description="Until when it can be claimed: UTC seconds, after now.", examples=[CLAIM_BY]),
    ]
    submit_by: Annotated[
        SecondsField,
        Field(
            description="Until when work can be handed in: not before claim_by, within 400 days.",
            examples=[CLAIM_BY + 7 * 86_400],
        ),
    ]

    @property
    def terms(self) -> Terms:
        return Terms(self.period, self.reward, self.slots, self.claim_by, self.submit_by)

    @property
    def about(self) -> Description:
        names = Description.__dataclass_fields__
        return Description(**{name: getattr(self, name) for name in names})


class JobView(BaseModel):
    """A job as stored answers hold it: ids and amounts."""

    ADDRESS: ClassVar[str] = "/api/v1/jobs/{id}"

    id: str
    reward: Annotated[int, Field(description="Cents per slot.")]
    slots: int
    left: Annotated[int, Field(description="Slots that nobody has. Only an open job gives them.")]
    period: int
    claim_by: Annotated[int, Field(description="UTC seconds.")]
    submit_by: Annotated[int, Field(description="UTC seconds.")]
    state: Annotated[
        Literal["posting", "open", "closed", "refused"],
        Field(description="posting: not on the chain for good yet."),
    ]
    refusal: dict[str, Any] | None

    @classmethod
    def of(cls, job: Job) -> JobView:
        return cls.model_validate({name: getattr(job, name) for name in cls.model_fields})


class JobInFull(JobView):
    """A job with what people read about it."""

    partner_name: str | None
    title: Annotated[str | None, Field(description="Null when only the chain told of this job.")]
    details: dict[str, Any]
    allowance: Annotated[
        OfferView | None,
        Field(description="What the job is to the resident who asks: the amount, and what is in the way."),
    ] = None

    @classmethod
    def of(cls, job: Job, offer: Offer | None = None) -> JobInFull:
        told = {name: getattr(job, name) for name in cls.model_fields if name != "allowance"}
        return cls.model_validate({**told, "allowance": offer and OfferView.of(offer, job.reward)})


class JobClosing(Body):
    job: Hex32Field


class NewClaim(Body):
    job: Hex32Field


class Submission(Body):
    note: Annotated[str, SeveralLines, Field(max_length=2000)] = ""
    photo_sha256: Annotated[
        Hex32Field | None,
        Field(
            description="SHA-256 of a picture, which is not sent here: the resident shows it to the partner."
        ),
    ] = None


class Words(Body):
    words: WordsField


class Approval(Body):
    claims: Annotated[list[Hex32Field], Field(min_length=1, max_length=decisions.MOST_CLAIMS)]


class Rejection(Body):
    claim: Hex32Field
    reason: ReasonField
    words: WordsField


class Decision(Body):
    claim: Hex32Field
    award: bool
    reason: ReasonField
    words: WordsField


class ClaimView(BaseModel):
    """A claim as stored answers hold it: ids and amounts."""

    ADDRESS: ClassVar[str] = "/api/v1/claims/{id}"

    id: str
    job: str
    resident: Annotated[str, Field(description="The resident's id on the chain.")]
    cents: Annotated[int, Field(description="Paid when the work is found good.")]
    state: Annotated[str, Field(json_schema_extra={"enum": list(model.CLAIM_STATES)})]
    pending: Annotated[str | None, Field(description="What is under way: submit, approve, ...")]
    since: Annotated[int, Field(description="UTC seconds: when it came into this state.")]
    reason: Annotated[int | None, Field(description="Why it was rejected or decided, as a code.")]
    refusal: dict[str, Any] | None

    @classmethod
    def of(cls, claim: Claim) -> ClaimView:
        return cls(
            id=claim.id,
            job=claim.job,
            resident=f"0x{claim.resident}",
            cents=claim.cents,
            state=claim.state,
            pending=claim.pending,
            since=claim.since,
            reason=claim.reason,
            refusal=None if claim.refusal is None else dict(claim.refusal),
        )


class ClaimInFull(ClaimView):
    """A claim with what people wrote about it, for those whom it concerns."""

    job_title: str | None
    reason_told: Annotated[
        WordsView | None,
        Field(
            description="What `reason` means; null without one, or for an unknown one.",
            examples=[asdict(codes.LISTS[codes.REJECT][2])],
        ),
    ]
    evidence: dict[str, Any] | None
    decision: Annotated[dict[str, Any] | None, Field(description="The partner's or the arbiter's words.")]
    dispute: Annotated[dict[str, Any] | None, Field(description="The resident's words.")]


class PreparedApproval(PreparedAct):
    """An approval to sign, with what its signer should know."""

    warnings: Annotated[
        list[WarningView],
        Field(description="Limits that were lowered since the claim, and are passed. It may be approved."),
    ]

    @classmethod
    def with_warnings(cls, act: Act, warnings: Mapping[str, Sequence[Barrier]]) -> PreparedApproval:
        told = [WarningView.of(claim, one) for claim, passed in warnings.items() for one in passed]
        return cls.model_validate({**PreparedAct.of(act).model_dump(), "warnings": told})


class ApprovalView(BaseModel):
    ADDRESS: ClassVar[str] = "/api/v1/acts/{act[id]}"

    act: ActView
    claims: list[ClaimView]
