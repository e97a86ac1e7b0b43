"""Which reasons an act takes. No I/O."""

from __future__ import annotations

from .codes import LISTS
from .errors import ReasonUnknown


def check_reason(act: str, code: int) -> None:
    """Refuse a code that is not on this act's list.

    Raises:
        ReasonUnknown
    """
    if code not in LISTS[act]:
        raise ReasonUnknown(LISTS[act])
