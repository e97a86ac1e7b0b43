"""What a transaction offers for its place in a block, and when to offer more. No I/O; all amounts in wei.

Source: EIP-1559; a node takes a replacement for at least 10 % more, and some ask 12.5 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import rlp
from eth_utils.address import to_checksum_address

GWEI = 10**9
MOST_FEE = 500 * GWEI
"""How much a transaction offers at most, per gas, unless the city decides otherwise."""

SLOW_SECONDS = 60
"""After so long in the pool a transaction also follows the tip that others pay."""

_DYNAMIC = 2  # EIP-1559's transaction type


@dataclass(frozen=True)
class Fees:
    """Per gas: at most `most`, of which `tip` for whoever makes the block; without `tip` a price, as before
    EIP-1559."""

    most: int
    tip: int | None

    def as_fields(self) -> dict[str, int]:
        """Return them as a transaction has them."""
        if self.tip is None:
            return {"gasPrice": self.most}
        return {"maxFeePerGas": self.most, "maxPriorityFeePerGas": self.tip}

    def within(self, ceiling: int) -> Fees:
        """Return them with no more than the ceiling."""
        return Fees(min(self.most, ceiling), None if self.tip is None else min(self.tip, ceiling))


@dataclass(frozen=True)
class Advice:
    """What the node says of fees now."""

    base: int
    """The next block takes nothing that offers less; the price itself on a chain without EIP-1559."""
    fees: Fees
    """What to offer."""


def is_too_low(offered: Fees, advice: Advice, age_seconds: int) -> bool:
    """Whether a transaction of this age is left lying for what it offers."""
    if offered.most < advice.base:
        return True
    wanted = advice.fees.tip if offered.tip is not None else advice.fees.most
    given = offered.tip if offered.tip is not None else offered.most
    return age_seconds >= SLOW_SECONDS and given < (wanted or 0)


def bumped(offered: Fees, advice: Advice, ceiling: int) -> Fees | None:
    """Return what a replacement offers: 12.5 % more, or the advice if that is higher.

    Returns:
        None when the ceiling allows no such step, or where gas costs nothing.
    """
    most = min(max(_more(offered.most), advice.fees.most), ceiling)
    tip = None if offered.tip is None else min(max(_more(offered.tip), advice.fees.tip or 0), most)
    is_enough = most >= _more(offered.most) and (tip is None or tip >= _more(offered.tip or 0))
    return Fees(most, tip) if is_enough and most > offered.most else None


def read(raw: bytes) -> tuple[Fees, dict[str, object]]:
    """Return what signed bytes offer, and the rest of the transaction, to be signed again.

    Raises:
        ValueError: neither EIP-1559's form nor the one before it.
    """
    if raw[:1] == bytes([_DYNAMIC]):
        chain_id, nonce, tip, most, gas, to, value, data, *_ = rlp.decode(raw[1:])
        fees, chain = Fees(_number(most), _number(tip)), {"chainId": _number(chain_id)}
    elif raw[:1] >= b"\xc0":
        nonce, price, gas, to, value, data, v, *_ = rlp.decode(raw)
        fees, chain = Fees(_number(price), None), {"chainId": (_number(v) - 35) // 2}  # EIP-155
    else:
        raise ValueError("No transaction of a known form.")
    return fees, {
        **chain,
        "nonce": _number(nonce),
        "gas": _number(gas),
        "to": to_checksum_address(to),
        "value": _number(value),
        "data": data,
    }


def _more(wei: int) -> int:
    """12.5 % more, rounded up."""
    return wei + -(-wei // 8)


def _number(digits: bytes) -> int:
    return int.from_bytes(digits)
