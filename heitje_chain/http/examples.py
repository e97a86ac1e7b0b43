"""Examples for the API's description: a story in which every field of one name means the same.

A field's own `examples` come first. For the others this table knows what such a field holds in the story of
Anna, who built a planter for Alcander and buys a toy at Welpie. A name that stands for two things, such as a
reason that is a code or a sentence, has an example of each: the first that fits the field's type is taken.
`of` puts an answer together from its fields, so a new route has its example by itself. A field of a new name
is added here or given its own; a test fails until then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .problems import Kind, filled

REFERENCE = "#/components/schemas/"

ID_32, ID_16 = "5e" * 32, "3f8a2b1c4d5e4f60817263544a5b6c7d"
_ADDRESS = "0x71c7656ec7ab88b098defb751b7401b5f6d8976f"
_HASH = f"0x{'9c' * 32}"
_SECONDS = 1_798_761_600
_WHAT_IS_SAID = {"words": "De planten zijn geplant en de tegels zijn opgeruimd."}

STORY: Mapping[str, tuple[Any, ...]] = {
    # who
    "actor": (ID_16,),
    "chain_participant": (_ADDRESS,),
    "account_holder": ("Welpie Toys B.V.",),
    "counterpart": ("Welpie Toys",),
    "holder": ("Welpie Toys B.V.",),
    "merchant": (_ADDRESS, ID_16),
    "merchant_name": ("Welpie Toys",),
    "name": ("Anna Jansen",),
    "participant": (ID_16, _ADDRESS),
    "partner": (ID_16,),
    "partner_name": ("Alcander",),
    "payee": ("0x2546bcd3c84621e976d8185a91a922ae77ecec30",),
    "payer": (_ADDRESS,),
    "resident": (_ADDRESS, ID_16),
    "signer": (_ADDRESS,),
    "signers": ([_ADDRESS],),
    "subject": (ID_16,),
    # which
    "act": (ID_32,),
    "address": (_ADDRESS,),
    "batch": (12,),
    "claim": (ID_32,),
    "delivery": (ID_16,),
    "end_to_end_id": ("HTJ12X000001",),
    "event": ("msg_2f1c8d0a4b6e4c7f9a1b2c3d4e5f6071",),  # a webhook-id
    "hash": (_HASH,),
    "file_sha256": ("ab" * 32,),
    "id": (ID_32, 7),
    "job": (ID_32,),
    "lane": ("main",),
    "message_id": ("HTJ-12",),
    "new_wallet": ("0x2546bcd3c84621e976d8185a91a922ae77ecec30",),
    "nonce": (41,),
    "next_nonce": (42,),
    "number": (12,),
    "old_wallet": (_ADDRESS,),
    "payment": (ID_32,),
    "recovery": (ID_16,),
    "redemption": (ID_32, 4_200),
    "refund_of": (None, ID_32),
    "request": (ID_16,),
    "secret": ("heitje_q0l2...",),
    "sha256": ("ab" * 32,),
    "slug": ("job-full",),
    "statement_hash": (_HASH,),
    "token": (ID_16,),
    "transaction": (7,),
    "url": ("https://example.org/heitje",),
    "wallet": (_ADDRESS,),
    "webhook": (ID_16,),
    # how much, in cents
    "attested": (1_000_000,),
    "available": (95_100,),
    "balance": (450,),
    "booked_cents": (4_200,),
    "burned": (109_700,),
    "capacity": (1_000_000,),
    "day_limit": (5_000,),
    "payment_limit": (2_500,),
    "cents": (1_500,),
    "final": (1_500,),
    "frozen": (0,),
    "granted": (245_000,),  # less reserved and minted is available
    "incoming": (0,),
    "left": (2, 890_300),
    "minted": (145_400,),
    "needed": (1_500,),
    "outgoing": (450,),
    "outstanding": (4_600,),
    "owed": (35_700,),
    "payable": (0,),
    "rejected_cents": (0,),
    "reserved": (4_500,),
    "reward": (1_500,),
    "room": (850_000,),
    "spendable": (1_050,),
    "supply": (35_700,),
    "wallets": (31_500,),
    # how many, how long
    "digits": (4,),
    "attempts": (1,),
    "block_number": (1_204,),
    "days": (90,),
    "deliveries": (3,),
    "lifetime_seconds": (300,),
    "limit": (65_536,),
    "lines": (18,),
    "milliseconds": (84,),
    "minutes": (180,),
    "most": (200,),
    "most_fee": (2_000_000_000,),
    "retry_after": (5,),
    "slots": (3,),
    "status": (200,),
    "tip": (1_000_000_000,),
    "window": (86_400,),
    # when, in UTC seconds
    "as_of": (_SECONDS - 3_600,),
    "claim_by": (_SECONDS + 7 * 86_400,),
    "deadline": (_SECONDS + 86_400,),
    "expires_at": (_SECONDS + 300,),
    "failing_since": (None,),
    "gone_at": (None,),
    "next_at": (None,),
    "period": (2026,),
    "previous_until": (_SECONDS + 86_400,),
    "replaced_at": (None,),
    "revoked_at": (None,),
    "since": (_SECONDS,),
    "submit_by": (_SECONDS + 14 * 86_400,),
    "until": (None,),
    # what
    "also_delivered": (False,),
    "bank_outcome": (None,),
    "bank_reason": (None,),
    "bring": ("werkhandschoenen",),
    "category": ("speelgoed",),
    "code": ("heitje:1337:request:3f8a2b1c4d5e4f60817263544a5b6c7d",),
    "content": ({"job": ID_32},),
    "decision": (_WHAT_IS_SAID,),
    "description": ("Bouw samen een bloembak en zet de planten erin.",),
    "details": (
        {
            "description": "Bouw samen een bloembak en zet de planten erin.",
            "place": "Buurttuin JENS",
            "neighbourhood": "Heerlen-Noord",
            "bring": "werkhandschoenen",
            "minutes": 180,
            "evidence": "photo",
            "kind": "green",
        },
    ),
    "differences": ([],),
    "dispute": (None,),
    "equation": (["supply 357.00 = minted 1454.00 - burned 1097.00"],),
    "events": (["claim.submitted", "claim.decided"],),
    "evidence": ({"note": "Klaar, zie de foto.", "photo_sha256": None},),
    "held": (False,),
    "iban": ("NL41ABNA9000000001",),
    "job_title": ("Bloembak bouwen",),
    "kind": ("green", "approve"),
    "neighbourhood": ("Heerlen-Noord",),
    "next": (None,),
    "note": ("Klaar, zie de foto.",),
    "paused": (False,),
    "payload": (
        {
            "type": "claim.submitted",
            "timestamp": "2027-01-01T00:00:00Z",
            "data": {"claim": ID_32, "job": ID_32, "cents": 1_500, "state": "submitted"},
        },
    ),
    "pending": (None,),
    "photo_sha256": ("cd" * 32,),
    "place": ("Buurttuin JENS",),
    "reason": (1, "Extra inzet bij het buurtfeest."),
    "refusal": (None,),
    "return_reason": (None,),
    "return_state": (None,),
    "scopes": (["jobs:read", "jobs:write"],),
    "state": ("final",),
    "title": ("Bloembak bouwen",),
    "type": ("claim.submitted",),
    "words": ("De planten zijn geplant en de tegels zijn opgeruimd.",),
}


MEMBERS: Mapping[str, Any] = {
    "allowed": "jobs:read, jobs:write",
    "asked": 1_500,
    "barrier": "month",
    "bound": {"nl": "je grens voor november 2026", "en": "your limit for November 2026"},
    "difference": {
        "nl": "Wat op de keten in omloop is: 357,00; het dagboek: 356,00; verschil 1,00.",
        "en": "The supply on the chain: 357.00; the journal: 356.00; off by 1.00.",
    },
    "character": "U+202E",
    "choices": "job.open, claim.submitted, claim.decided",
    "claim": ID_32,
    "contract": ID_16,
    "earliest": "2026-12-30",
    "event": "payment.paid",
    "field": "body.claim_by",
    "fields": "body.claims.0",
    "most_days": 400,
    "megabytes": 10,
    "now": _SECONDS,
    "known": 12,
    "last_day": "2027-12-31",
    "latest": "2027-12-31",
    "least": 30,
    "missing": 0,
    "officer": "treasurer",
    "policy": "orders",
    "ports": "443, 8443",
    "position": 6,
    "promised": 4_500,
    "reason": "AC04",
    "recovered": "0x2546bcd3c84621e976d8185a91a922ae77ecec30",
    "reference": "1f3c9a2b",
    "repayment": 3,
    "reserve": 890_300,
    "scope": "jobs:write",
    "seconds": "20",
    "valid_from": "2026-01-01",
    "wanted": 150_000,
    "when": "2026-11",
}
"""What problems have besides the fields of the story."""


class NoExample(LookupError):
    """A field has no example of its own, and the story does not know its name."""


def of(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "") -> Any:
    """Return an example of a schema, put together from those of its fields.

    Args:
        schemas: the description's components, by name
        name: of the field that it is for

    Raises:
        NoExample: its message is the field's path.
    """
    if "$ref" in schema:
        return of(schemas[schema["$ref"].removeprefix(REFERENCE)], schemas, name)
    if "examples" in schema:
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    when = (_SECONDS,) if name == "at" or name.endswith("_at") else ()
    told = [value for value in STORY.get(name, when) if _fits(value, schema)]
    if told:
        return told[0]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return of(schema["anyOf"][0], schemas, name)
    match schema.get("type"):
        case "object" if "properties" in schema:
            return _object(schema["properties"], schemas)
        case "array":
            return [of(schema["items"], schemas, name)]
        case "boolean":
            return schema.get("default", True)
        case "object" if not schema.get("additionalProperties", True):
            return {}
    raise NoExample(name)


def _object(properties: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, schema in properties.items():
        try:
            found[name] = of(schema, schemas, name)
        except NoExample as error:
            raise NoExample(f"{name}.{error}" if str(error) != name else name) from error
    return found


def of_problem(kind: Kind, own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return an example of a refusal of this kind, in English.

    Args:
        own: members that the story does not tell, or not for this operation

    Raises:
        NoExample: the story does not know one of its members.
    """
    told = {name: _of_member(name) for name in kind.members if name not in (own or {})}
    return filled(kind, told | dict(own or {}), "en")


def _of_member(name: str) -> Any:
    if name in MEMBERS:
        return MEMBERS[name]
    if name in STORY:
        return STORY[name][0]
    raise NoExample(name)


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value is of the field's type, and one that it allows."""
    options: Iterable[Mapping[str, Any]] = schema.get("anyOf", [schema])
    return any(_is(value, option) for option in options)


_TYPES: Mapping[str, type] = {
    "string": str,
    "integer": int,
    "object": dict,
    "array": list,
    "boolean": bool,
    "null": type(None),
}


def _is(value: Any, schema: Mapping[str, Any]) -> bool:
    if type(value) is not _TYPES.get(schema.get("type", "")):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, list):
        return all(_is(one, schema["items"]) for one in value)
    return not isinstance(value, str) or re.search(schema.get("pattern", ""), value) is not None
