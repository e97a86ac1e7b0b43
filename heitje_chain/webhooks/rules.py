"""What is told to whom, when it is tried again, and where it may go. No I/O.

Source: Standard Webhooks, the specification: "Operational considerations" for the schedule, "Server side
request forgery" for the addresses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from heitje_chain.people.model import MERCHANT, PARTNER

from .errors import AddressNotAllowed, EventTypeUnknown, UrlInvalid

JOB_OPEN, CLAIM_SUBMITTED, CLAIM_DECIDED = "job.open", "claim.submitted", "claim.decided"
PAYMENT_PAID, PAYMENT_REFUSED = "payment.paid", "payment.refused"
REDEMPTION_BOOKED, REDEMPTION_REJECTED = "redemption.booked", "redemption.rejected"
REDEMPTION_RETURNED, REDEMPTION_REPAID = "redemption.returned", "redemption.repaid"
TEST = "webhook.test"

EVENTS_OF: Mapping[str, tuple[str, ...]] = {
    PARTNER: (JOB_OPEN, CLAIM_SUBMITTED, CLAIM_DECIDED),
    MERCHANT: (
        PAYMENT_PAID,
        PAYMENT_REFUSED,
        REDEMPTION_BOOKED,
        REDEMPTION_REJECTED,
        REDEMPTION_RETURNED,
        REDEMPTION_REPAID,
    ),
}
"""What a kind of participant can be told."""

MOST_ENDPOINTS = 5
"""How many webhooks a participant may have."""

SECRET_OVERLAP_SECONDS = 24 * 3600
"""How long the secret before still signs."""

_MINUTE, _HOUR = 60, 3600
SCHEDULE = (
    0,
    5,
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""How many seconds pass before each attempt, from the one before."""

_JITTER = 0.1

_PUBLIC_PORTS = (443, 8443)
_MOST_URL = 500
_URL = re.compile(r"[!-~]+")  # visible ASCII: urlsplit would drop line ends and tabs without a word

_INSIDE_4 = tuple(
    map(
        IPv4Network,
        (
            "168.63.129.16/32",  # a cloud's own services, on a public address
            "192.0.0.0/24",  # a cloud's metadata among them
            "192.88.99.0/24",  # relays from IPv6
        ),
    )
)
_GLOBAL_6 = IPv6Network("2000::/3")


def check_events(kind: str, events: list[str]) -> list[str]:
    """Return the wanted types, each once, in our order.

    Raises:
        EventTypeUnknown
    """
    told = EVENTS_OF[kind]
    for event in events:
        if event not in told:
            raise EventTypeUnknown(event, ", ".join(told))
    return [event for event in told if event in events]


def check_url(url: str, *, private: bool) -> SplitResult:
    """Return the parts of an address that webhooks may go to, as far as its text tells.

    Where a name leads is looked at anew for each attempt.

    Args:
        private: whether http (to this machine) and addresses inside are allowed too, for trying things out

    Raises:
        UrlInvalid, AddressNotAllowed
    """
    refused = UrlInvalid("443, 8443")
    if len(url) > _MOST_URL or not _URL.fullmatch(url) or "\\" in url:
        raise refused
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None
    schemes = ("https", "http") if private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or "#" in url or port == 0:
        raise refused
    if private:
        return parts
    if (443 if port is None else port) not in _PUBLIC_PORTS:
        raise refused
    _check_host(parts.hostname)
    return parts


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet's, which cannot lead inside by another way."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return _is_public_4(parsed.ipv4_mapped)
        # Outside of 2000::/3 lie NAT64 and all that is local; inside it two ways to wrap an IPv4 address.
        is_plain = parsed in _GLOBAL_6 and parsed.sixtofour is None and parsed.teredo is None
        return is_plain and parsed.is_global and not parsed.is_multicast
    return _is_public_4(parsed)


def is_allowed(address: str, scheme: str, *, private: bool) -> bool:
    """Whether webhooks may go to an IP address; without TLS only to this machine."""
    if scheme == "http":
        return private and ip_address(address).is_loopback
    return private or is_public(address)


def wait_after(attempts: int, chance: float) -> int | None:
    """Return how many seconds to wait after that many attempts failed; None when there is none left.

    Args:
        chance: 0 to 1, which spreads the attempts by a tenth to either side
    """
    if attempts >= len(SCHEDULE):
        return None
    return round(SCHEDULE[attempts] * (1 - _JITTER + 2 * _JITTER * chance))


# ---------------------------------------------------------------- details


def _check_host(host: str) -> None:
    """Refuse what is plainly not a public name or address.

    Raises:
        AddressNotAllowed
    """
    name = host.rstrip(".").lower()
    last = name.rpartition(".")[2]
    if ":" in name or last.isdigit() or last.startswith("0x"):  # an address, in whatever spelling
        allowed = is_public(name)
    else:
        allowed = "." in name and not name.endswith((".localhost", ".local", ".internal"))
    if not allowed:
        raise AddressNotAllowed


def _is_public_4(address: IPv4Address) -> bool:
    is_inside = any(address in network for network in _INSIDE_4)
    return address.is_global and not address.is_multicast and not address.is_reserved and not is_inside
