"""The whole API as one object, for one caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from . import orders
from .allowance import Allowance, AllowanceLimits
from .answers import (
    AccountInFull,
    ActivityView,
    ActView,
    ApprovalView,
    BudgetView,
    ClaimView,
    FreezeView,
    JobInFull,
    JobView,
    LaneView,
    LimitView,
    MadeToken,
    MetersView,
    Oneself,
    ParticipantView,
    ReasonsView,
    ReasonView,
    ReconciliationView,
    RequestView,
    ReserveView,
    StatusView,
    TokenView,
    TransactionInFull,
    TransactionView,
    WalletView,
)
from .http import Transport
from .resources import (
    Acts,
    Asking,
    Claims,
    Declarations,
    Intents,
    JobSeries,
    MerchantContracts,
    Merchants,
    Partners,
    Payments,
    PayoutBatches,
    Reading,
    Recoveries,
    Redemptions,
    Repayments,
    Signing,
    Webhooks,
)


class Client(Transport):
    """One caller of the API. Safe to use from several threads."""

    def __init__(self, url: str, token: str, language: str = "en") -> None:
        super().__init__(url, token, language)
        self.acts = Acts(self, "/acts")

        self.residents = Asking[ParticipantView, ParticipantView, orders.NewParticipant](self, "/residents")
        self.associations = Asking[ParticipantView, ParticipantView, orders.NewParticipant](
            self, "/associations"
        )
        self.merchants = Merchants(self, "/merchants")
        self.merchant_contracts = MerchantContracts[orders.NewContract](self, "/merchant-contracts")
        self.partners = Partners[orders.NewParticipant](self, "/partners")
        self.admissions = Signing[orders.Admission, ActView](self, "/admissions")
        self.signers = Signing[orders.SignerBody, ActView](self, "/signers")
        self.signer_removals = Signing[orders.SignerBody, ActView](self, "/signer-removals")
        self.blocks = Signing[orders.Block, ActView](self, "/blocks")
        self.unblocks = Signing[orders.Unblock, ActView](self, "/unblocks")

        self.freezings = Signing[orders.NewFreeze, ActView](self, "/freezes")
        self.unfreezings = Signing[orders.Unfreeze, ActView](self, "/unfreezes")
        self.pauses = Signing[orders.NewPause, ActView](self, "/pauses")
        self.unpauses = Signing[orders.NoMore, ActView](self, "/unpauses")
        self.forces = Signing[orders.NewForce, ActView](self, "/forces")

        self.recoveries = Recoveries[orders.NewRecovery](self, "/recoveries")
        self.tokens = Reading[TokenView, TokenView](self, "/tokens")
        self.accounts = Asking[AccountInFull, AccountInFull, orders.NewAccount](self, "/accounts")

        self.grants = Signing[orders.GrantBody, ActView](self, "/grants")
        self.budget_closings = Signing[orders.BudgetClosing, ActView](self, "/budget-closings")
        self.awards = Signing[orders.AwardBody, ActView](self, "/awards")
        self.attestations = Signing[orders.AttestationBody, ActView](self, "/attestations")
        self.mint_limits = Signing[orders.LimitBody, ActView](self, "/mint-limits")

        self.jobs = Reading[JobInFull, JobInFull](self, "/jobs")
        self.job_postings = Signing[orders.NewJob, JobView](self, "/jobs")
        self.job_closings = Signing[orders.JobClosing, JobView](self, "/job-closings")
        self.allowance = Allowance(self)
        self.allowance_limits = AllowanceLimits[orders.NewLimits](self, "/allowance-limits")
        self.claims = Claims[orders.NewClaim](self, "/claims")
        self.job_series = JobSeries[orders.NewSeries](self, "/job-series")
        self.declarations = Declarations[orders.NewDeclaration](self, "/declarations")
        self.approvals = Signing[orders.Approval, ApprovalView](self, "/approvals")
        self.rejections = Signing[orders.Rejection, ClaimView](self, "/rejections")
        self.decisions = Signing[orders.Decision, ActView](self, "/decisions")

        self.payments = Payments[orders.NewPayment](self, "/payments")
        self.redemptions = Redemptions[orders.NewRedemption](self, "/redemptions")
        self.payout_batches = PayoutBatches(self, "/payout-batches")
        self.repayments = Repayments[orders.NewRepayment](self, "/repayments")
        self.webhooks = Webhooks(self, "/webhooks")
        self.intents = Intents(self, "/intents")
        self.transactions = Reading[TransactionView, TransactionInFull](self, "/transactions")
        self.reconciliations = Reading[ReconciliationView, ReconciliationView](self, "/reconciliations")

    def oneself(self) -> Oneself:
        """Tell whose token this is."""
        return cast(Oneself, self.get("/me"))

    def status(self) -> StatusView:
        """Tell whether coins move."""
        return cast(StatusView, self.get("/status"))

    def reasons(self) -> list[ReasonView]:
        """What reason codes mean."""
        return cast(ReasonsView, self.get("/reasons"))["items"]

    def freezes(self) -> Iterator[FreezeView]:
        """Yield what is frozen, newest first."""
        return cast("Iterator[FreezeView]", self.every("/freezes"))

    def forget_passkeys(self, account: str) -> None:
        self.delete(f"/accounts/{account}/passkeys")

    def remove_role(self, account: str, role: str) -> None:
        self.delete(f"/accounts/{account}/roles/{role}")

    def revoke_token(self, token: str) -> None:
        self.delete(f"/tokens/{token}")

    def budgets(self) -> list[BudgetView]:
        return cast("list[BudgetView]", list(self.every("/budgets")))

    def limits(self) -> list[LimitView]:
        return cast("list[LimitView]", list(self.every("/mint-limits")))

    def reserve(self) -> ReserveView:
        return cast(ReserveView, self.get("/reserve"))

    def meters(self) -> MetersView:
        """Tell what the municipality keeps an eye on."""
        return cast(MetersView, self.get("/meters"))

    def activity(self) -> Iterator[ActivityView]:
        """Yield what happened to oneself, newest first."""
        return cast("Iterator[ActivityView]", self.every("/activity"))

    def wallet(self) -> WalletView:
        return cast(WalletView, self.get("/wallet"))

    def read_request(self, code: str) -> RequestView:
        """Read what a till asks for, by its code or its id."""
        return cast(RequestView, self.get(f"/payment-requests/{code.rsplit(':', 1)[-1]}"))

    def lanes(self) -> list[LaneView]:
        return cast("list[LaneView]", self.get("/lanes"))

    def resume_lane(self, lane: str, key: str | None = None) -> LaneView:
        """Let a paused sending account go on."""
        return cast(LaneView, self.post(f"/lanes/{lane}/resumption", None, key))

    def reconcile(self) -> ReconciliationView:
        """Ask for a comparison of chain, books and bank; read it until it is done."""
        return cast(ReconciliationView, self.post("/reconciliations"))

    def new_token(self, body: orders.NewToken) -> MadeToken:
        return cast(MadeToken, self.post("/tokens", body))
