"""What the API has, with types: `client.jobs.list(state="open")`, `client.grants.sign(body, key)`.

Every order takes a `key`: the same key again is the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

from .answers import (
    AcceptanceView,
    ActInFull,
    ActView,
    BatchInFull,
    BatchView,
    ClaimInFull,
    ClaimView,
    ContractInFull,
    ContractView,
    DeclarationView,
    DeclaredView,
    DeliveryInFull,
    DeliveryView,
    FileView,
    IntentInFull,
    IntentView,
    ParticipantView,
    PaymentView,
    PreparedSeries,
    Recovered,
    RecoveryView,
    RedemptionInFull,
    RedemptionView,
    RepaymentView,
    RequestView,
    SeriesInFull,
    SeriesLine,
    SeriesView,
    SignerView,
    WebhookMade,
    WebhookView,
)
from .http import Body as Sent
from .http import Transport
from .orders import (
    AccountChange,
    BankReturn,
    DeclarationEnd,
    NewMerchant,
    NewWebhook,
    Outcomes,
    Recovery,
    RepaymentOutcomes,
    Signatures,
    Submission,
)
from .signers import Signer

Item = TypeVar("Item")
Full = TypeVar("Full")
Body = TypeVar("Body")
Answer = TypeVar("Answer")


class Reading(Generic[Item, Full]):
    """Things that can be listed, newest first, and read one by one."""

    def __init__(self, api: Transport, path: str) -> None:
        self._api, self.path = api, path

    def list(self, **query: str | int) -> Iterator[Item]:
        """Yield all of them, page by page; `query` are the route's filters, such as state="open"."""
        return cast(Iterator[Item], self._api.every(self.path, **query))

    def get(self, identifier: str | int) -> Full:
        return cast(Full, self._api.get(f"{self.path}/{identifier}"))


class Asking(Reading[Item, Full], Generic[Item, Full, Body]):
    """Things that can also be asked for under the token alone."""

    def ask(self, body: Body, key: str | None = None) -> Item:
        return cast(Item, self._api.post(self.path, cast(Sent, body), key))


class Signing(Generic[Body, Answer]):
    """Orders that are prepared by the service and then signed."""

    def __init__(self, api: Transport, path: str) -> None:
        self._api, self.path = api, path

    def sign(
        self,
        body: Body,
        signer: Signer,
        key: str | None = None,
        told: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> Answer:
        """Have an order prepared, and sign it.

        Args:
            told: reads what was prepared before it is signed

        Raises:
            Problem, ServerUnreachable, and what the signer raises
        """
        return cast(Answer, self._api.act(self.path, cast(Sent, body), signer, key=key, told=told))

    def of(self, body: Body, key: str | None = None) -> Callable[[Signer], Answer]:
        """Return the order as something that only lacks its signer."""
        return lambda signer: self.sign(body, signer, key)


class Merchants(Asking[ParticipantView, ParticipantView, NewMerchant]):
    def change_account(self, merchant: str, body: AccountChange) -> ParticipantView:
        return cast(ParticipantView, self._api.put(f"{self.path}/{merchant}/account", body))

    def acceptance(self, merchant: str) -> AcceptanceView:
        """Tell for how long a merchant accepts Heitjes."""
        return cast(AcceptanceView, self._api.get(f"{self.path}/{merchant}/acceptance"))


class MerchantContracts(Asking[ContractInFull, ContractView, Body], Generic[Body]):
    def end(self, contract: str, last_day: str, key: str | None = None) -> ContractView:
        """End a contract; `last_day` is a local day such as 2026-12-31."""
        path = f"{self.path}/{contract}/end"
        return cast(ContractView, self._api.post(path, {"last_day": last_day}, key))


class Partners(Asking[ParticipantView, ParticipantView, Body], Generic[Body]):
    def signers(self, partner: str) -> list[SignerView]:
        return cast("list[SignerView]", list(self._api.every(f"{self.path}/{partner}/signers")))


class Claims(Asking[ClaimView, ClaimInFull, Body], Generic[Body]):
    def submit(self, claim: str, body: Submission, key: str | None = None) -> ClaimView:
        return cast(ClaimView, self._api.post(f"{self.path}/{claim}/submission", body, key))

    def withdraw(self, claim: str, key: str | None = None) -> ClaimView:
        return cast(ClaimView, self._api.post(f"{self.path}/{claim}/withdrawal", None, key))

    def dispute(self, claim: str, words: str, key: str | None = None) -> ClaimView:
        return cast(ClaimView, self._api.post(f"{self.path}/{claim}/dispute", {"words": words}, key))


class Declarations(Reading[DeclarationView, DeclarationView], Generic[Body]):
    """The public register, and one's own part in it."""

    def declare(self, body: Body, key: str | None = None) -> DeclaredView:
        return cast(DeclaredView, self._api.post(self.path, cast(Sent, body), key))

    def end(self, body: DeclarationEnd, key: str | None = None) -> DeclaredView:
        return cast(DeclaredView, self._api.post("/declaration-endings", body, key))

    def csv(self) -> bytes:
        """Return the whole register as CSV."""
        return self._api.bytes(f"{self.path}.csv")


class JobSeries(Reading[SeriesLine, SeriesInFull], Generic[Body]):
    """Jobs that open by themselves, one a week."""

    def prepare(self, body: Body, key: str | None = None) -> PreparedSeries:
        return cast(PreparedSeries, self._api.post(self.path, cast(Sent, body), key))

    def sign(self, series: str, body: Signatures, key: str | None = None) -> SeriesView:
        """Hand in signatures over weeks."""
        return cast(SeriesView, self._api.post(f"{self.path}/{series}/signatures", body, key))

    def cancel(self, series: str, weeks: list[int] | None = None, key: str | None = None) -> SeriesView:
        """Cancel weeks by their numbers, or all that wait."""
        return cast(SeriesView, self._api.post(f"{self.path}/{series}/cancellation", {"weeks": weeks}, key))


class Payments(Asking[PaymentView, PaymentView, Body], Generic[Body]):
    def refund(self, payment: str, cents: int, key: str | None = None) -> PaymentView:
        return cast(PaymentView, self._api.post(f"{self.path}/{payment}/refunds", {"cents": cents}, key))

    def request(self, cents: int, key: str | None = None) -> RequestView:
        """Ask for an amount at the till."""
        return cast(RequestView, self._api.post("/payment-requests", {"cents": cents}, key))


class Redemptions(Asking[RedemptionView, RedemptionInFull, Body], Generic[Body]):
    def confirm_account(self, redemption: str, key: str | None = None) -> RedemptionView:
        path = f"{self.path}/{redemption}/account-confirmation"
        return cast(RedemptionView, self._api.post(path, None, key))

    def returned(self, redemption: str, body: BankReturn, key: str | None = None) -> RedemptionView:
        """Tell that the bank sent a booked payment back."""
        return cast(RedemptionView, self._api.post(f"{self.path}/{redemption}/bank-return", body, key))


class Repayments(Asking[RepaymentView, RepaymentView, Body], Generic[Body]):
    def file(self, number: int) -> bytes:
        return self._api.bytes(f"{self.path}/{number}/file")

    def record(self, number: int, body: RepaymentOutcomes, key: str | None = None) -> RepaymentView:
        """Tell what the bank did with lines."""
        return cast(RepaymentView, self._api.post(f"{self.path}/{number}/outcomes", body, key))


class Intents(Reading[IntentView, IntentInFull]):
    def retry(self, intent: str, key: str | None = None) -> IntentView:
        """Try again now what was put off, or what failed and nobody orders anew."""
        return cast(IntentView, self._api.post(f"{self.path}/{intent}/retry", None, key))


class Webhooks(Reading[WebhookView, WebhookView]):
    def add(self, body: NewWebhook) -> WebhookMade:
        return cast(WebhookMade, self._api.post(self.path, body))

    def remove(self, webhook: str) -> None:
        self._api.delete(f"{self.path}/{webhook}")

    def test(self, webhook: str) -> DeliveryView:
        return cast(DeliveryView, self._api.post(f"{self.path}/{webhook}/test"))

    def deliveries(self, webhook: str, **query: str | int) -> Iterator[DeliveryView]:
        return cast(Iterator[DeliveryView], self._api.every(f"{self.path}/{webhook}/deliveries", **query))

    def delivery(self, webhook: str, delivery: str) -> DeliveryInFull:
        return cast(DeliveryInFull, self._api.get(f"{self.path}/{webhook}/deliveries/{delivery}"))

    def redeliver(self, webhook: str, delivery: str) -> DeliveryView:
        path = f"{self.path}/{webhook}/deliveries/{delivery}/redelivery"
        return cast(DeliveryView, self._api.post(path))

    def recover(self, webhook: str, body: Recovery) -> Recovered:
        """Be sent again what was missed since a moment."""
        return cast(Recovered, self._api.post(f"{self.path}/{webhook}/recovery", body))


class PayoutBatches(Reading[BatchView, BatchInFull]):
    def close(self, signer: Signer, key: str | None = None) -> ActView:
        return cast(ActView, self._api.act(self.path, {}, signer, key=key))

    def seal(self, number: int) -> FileView:
        """Make the bank file, once; asked again it is the same."""
        return cast(FileView, self._api.post(f"{self.path}/{number}/file"))

    def file(self, number: int) -> bytes:
        return self._api.bytes(f"{self.path}/{number}/file")

    def record(self, number: int, body: Outcomes, key: str | None = None) -> BatchInFull:
        """Tell what the bank did with lines."""
        return cast(BatchInFull, self._api.post(f"{self.path}/{number}/outcomes", body, key))

    def settle(self, number: int, signer: Signer, key: str | None = None) -> ActView:
        return cast(ActView, self._api.act(f"{self.path}/{number}/settlement", {}, signer, key=key))


class Acts(Reading[ActView, ActInFull]):
    """What was signed, or is to be."""

    def cancel(self, act: str, signer: Signer, key: str | None = None) -> ActView:
        """Stop an act whose delay is running."""
        return cast(ActView, self._api.act(f"{self.path}/{act}/cancellation", {}, signer, key=key))


class Recoveries(Asking[RecoveryView, RecoveryView, Body], Generic[Body]):
    def replace(self, recovery: str, signer: Signer, key: str | None = None) -> ActView:
        """Have the new wallet take the old one's place."""
        return cast(ActView, self._api.act(f"{self.path}/{recovery}/replacement", {}, signer, key=key))
