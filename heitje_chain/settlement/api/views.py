"""What is sent and shown of redemptions and payout batches."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, Field

from heitje_chain.http.fields import Body, CentsField, Hex32Field, SecondsField

from .. import batches, model
from ..batches import BankFile, Batch
from ..errors import OutcomeGiven
from ..redemptions import BankAccount, Redemption
from ..repayments import Repayment

ReasonCode = Annotated[
    str, Field(pattern=r"^[A-Z0-9]{4}$", description="ISO 20022 external reason code.", examples=["AC04"])
]


class NewRedemption(Body):
    cents: CentsField


class RedemptionView(BaseModel):
    """A redemption as stored answers hold it: ids and amounts."""

    ADDRESS: ClassVar[str] = "/api/v1/redemptions/{id}"

    id: str
    merchant: Annotated[str, Field(description="The merchant's id on the chain.")]
    cents: int
    state: Annotated[
        str,
        Field(
            description="asked, locked, batched, booked (paid), rejected, released or refused.",
            json_schema_extra={"enum": list(model.REDEMPTION_STATES)},
        ),
    ]
    held: Annotated[bool, Field(description="It is not paid until settlement confirms the account.")]
    batch: int | None
    end_to_end_id: Annotated[str, Field(description="The bank's name for its payment.")]
    bank_outcome: Literal["booked", "rejected"] | None
    bank_reason: Annotated[str | None, Field(description="Why the bank rejected it.")]
    return_reason: Annotated[str | None, Field(description="Why the bank sent it back after it was booked.")]
    return_state: Annotated[
        Literal["payable", "filed", "repaid"] | None,
        Field(description="payable: it came back and is owed. filed: the bank is asked anew. repaid: paid."),
    ]
    refusal: Annotated[
        dict[str, str] | None, Field(description="The contract's error by its name, when it refused.")
    ]
    created_at: Annotated[int, Field(description="UTC seconds.")]

    @classmethod
    def of(cls, one: Redemption) -> RedemptionView:
        return cls.model_validate(
            {
                "id": one.id,
                "merchant": f"0x{one.merchant}",
                "cents": one.cents,
                "state": one.state,
                "held": one.held,
                "batch": one.batch,
                "end_to_end_id": one.end_to_end_id,
                "bank_outcome": one.bank_outcome,
                "bank_reason": one.bank_reason,
                "return_reason": one.return_reason,
                "return_state": one.return_state,
                "refusal": None if one.refusal is None else {"name": one.refusal["name"]},
                "created_at": one.created_at,
            }
        )


class AccountView(BaseModel):
    iban: str
    holder: str

    @classmethod
    def of(cls, account: BankAccount | None) -> AccountView | None:
        return None if account is None else cls(iban=account.iban, holder=account.holder)


class RedemptionInFull(RedemptionView):
    """A redemption with the accounts, for the merchant and for whoever pays."""

    merchant_name: str | None
    account: Annotated[AccountView | None, Field(description="Where it is paid to.")]
    present_account: Annotated[AccountView | None, Field(description="The merchant's own now.")]

    @classmethod
    def of(cls, one: Redemption, *, with_accounts: bool = True) -> RedemptionInFull:
        accounts = (one.account, one.present_account) if with_accounts else (None, None)
        return cls.model_validate(
            {
                **RedemptionView.of(one).model_dump(),
                "merchant_name": one.merchant_name,
                "account": AccountView.of(accounts[0]),
                "present_account": AccountView.of(accounts[1]),
            }
        )


class BankReturn(Body):
    end_to_end_id: Annotated[str, Field(min_length=1, max_length=35, description="Of what came back.")]
    occurred_at: SecondsField
    reason: ReasonCode


class BatchView(BaseModel):
    number: int
    cents: int
    lines: int
    state: Annotated[
        Literal["closed", "filed", "settling", "settled"],
        Field(description="filed: its bank file is fixed. settled: what the bank booked is burned."),
    ]
    message_id: str | None
    file_sha256: str | None
    closed_at: Annotated[int, Field(description="UTC seconds, like the next two.")]
    filed_at: int | None
    settled_at: int | None
    booked_cents: int | None
    rejected_cents: int | None

    @classmethod
    def of(cls, batch: Batch) -> BatchView:
        return cls.model_validate(batch, from_attributes=True)


class BatchInFull(BaseModel):
    batch: BatchView
    redemptions: list[RedemptionView]

    @classmethod
    def of(cls, batch: Batch, lines: list[Redemption]) -> BatchInFull:
        return cls(batch=BatchView.of(batch), redemptions=[RedemptionView.of(line) for line in lines])


class FileView(BaseModel):
    """What a bank file is about, without what stands in it."""

    number: int
    message_id: str
    sha256: str
    lines: int
    cents: int

    @classmethod
    def of(cls, file: BankFile) -> FileView:
        return cls(
            number=file.batch,
            message_id=file.message_id,
            sha256=file.sha256,
            lines=file.lines,
            cents=file.cents,
        )


class Rejected(Body):
    redemption: Hex32Field
    reason: ReasonCode


class Outcomes(Body):
    booked: Annotated[list[Hex32Field], Field(max_length=batches.MOST_LINES, default_factory=list)]
    rejected: Annotated[list[Rejected], Field(max_length=batches.MOST_LINES, default_factory=list)]

    @property
    def reasons(self) -> dict[str, str]:
        """Redemption -> reason code.

        Raises:
            OutcomeGiven: one is there twice, for two reasons.
        """
        found: dict[str, str] = {}
        for one in self.rejected:
            if found.setdefault(one.redemption, one.reason) != one.reason:
                raise OutcomeGiven(one.redemption)
        return found


class NewRepayment(Body):
    redemptions: Annotated[
        list[Hex32Field] | None,
        Field(min_length=1, max_length=batches.MOST_LINES, description="Left out: all that is payable."),
    ] = None


class RepaymentOutcomes(Outcomes):
    occurred_at: SecondsField


class RepaymentLineView(BaseModel):
    redemption: str
    end_to_end_id: Annotated[str, Field(description="The bank's name for this payment.")]
    cents: int
    outcome: Literal["booked", "rejected"] | None
    reason: Annotated[str | None, Field(description="Why the bank rejected it.")]


class RepaymentView(BaseModel):
    """A bank file that pays anew, as stored answers hold it: ids and amounts."""

    ADDRESS: ClassVar[str] = "/api/v1/repayments/{number}"

    number: int
    cents: int
    state: Annotated[Literal["filed", "done"], Field(description="done: every line has an outcome.")]
    message_id: str
    file_sha256: str
    made_at: Annotated[int, Field(description="UTC seconds.")]
    lines: list[RepaymentLineView]

    @classmethod
    def of(cls, one: Repayment) -> RepaymentView:
        lines = [
            {
                "redemption": line.redemption,
                "end_to_end_id": line.end_to_end_id,
                "cents": line.cents,
                "outcome": line.outcome and line.outcome.said,
                "reason": line.outcome and line.outcome.reason,
            }
            for line in one.lines
        ]
        return cls.model_validate(
            {
                "number": one.number,
                "cents": one.cents,
                "state": one.state,
                "message_id": one.message_id,
                "file_sha256": one.file_sha256,
                "made_at": one.made_at,
                "lines": lines,
            }
        )
