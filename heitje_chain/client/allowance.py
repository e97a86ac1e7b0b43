"""What may still be earned: a resident's own, the municipality's limits, the registrar's records."""

from __future__ import annotations

from typing import Generic, TypeVar, cast

from .answers import AllowanceView, CurrentView, Explanation, ProposalView, RecordView
from .http import Body as Sent
from .http import Transport
from .orders import NewEarnings, NewRecord, OwnStop
from .resources import Asking

Body = TypeVar("Body")


class Allowance:
    """A resident's own, and what the registrar records of residents."""

    def __init__(self, api: Transport) -> None:
        self._api = api

    def read(self) -> AllowanceView:
        return cast(AllowanceView, self._api.get("/allowance"))

    def explanation(self) -> Explanation:
        return cast(Explanation, self._api.get("/allowance/explanation"))

    def set_stop(self, body: OwnStop) -> AllowanceView:
        return cast(AllowanceView, self._api.put("/allowance/stop", cast(Sent, body)))

    def delete_stop(self) -> None:
        self._api.delete("/allowance/stop")

    def set_elsewhere(self, body: NewEarnings) -> AllowanceView:
        """Say what one gets elsewhere in a month."""
        return cast(AllowanceView, self._api.put("/allowance/elsewhere", cast(Sent, body)))

    def delete_elsewhere(self, month: str) -> None:
        self._api.delete(f"/allowance/elsewhere/{month}")

    def record(self, resident: str) -> RecordView:
        return cast(RecordView, self._api.get(f"/residents/{resident}/allowance-record"))

    def set_record(self, resident: str, body: NewRecord) -> RecordView:
        """Record what the registrar saw of a resident."""
        return cast(RecordView, self._api.put(f"/residents/{resident}/allowance-record", cast(Sent, body)))

    def merge(self, resident: str, into: str) -> RecordView:
        """Close an account of somebody who has another."""
        return cast(RecordView, self._api.put(f"/residents/{resident}/merger", {"into": into}))


class AllowanceLimits(Asking[ProposalView, ProposalView, Body], Generic[Body]):
    def current(self) -> CurrentView:
        return cast(CurrentView, self._api.get(f"{self.path}/current"))

    def confirm(self, number: int, key: str | None = None) -> ProposalView:
        return self._decide(number, "confirmation", key)

    def reject(self, number: int, key: str | None = None) -> ProposalView:
        return self._decide(number, "rejection", key)

    def withdraw(self, number: int, key: str | None = None) -> ProposalView:
        return self._decide(number, "withdrawal", key)

    def _decide(self, number: int, how: str, key: str | None) -> ProposalView:
        return cast(ProposalView, self._api.post(f"{self.path}/{number}/{how}", None, key))
