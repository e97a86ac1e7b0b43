"""Why the contracts refused an act, in words a person can do something with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from heitje_chain.desks.texts import marked as _

from .reader import Reader

_TWICE = _("It had been done already.")
_LATE = _("The time for it was over. Ask for it again.")
_SIGNER = _("Whoever signed may not sign this any more. Ask the municipality who may.")
_RECEIVER = _("Whoever should get the Heitjes cannot receive any now. Look whether somebody is blocked.")
_STATE = _("Something else was decided just before. Look how it stands now.")

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "JobEscrowAlreadyClosed": _TWICE,
        "JobEscrowJobExists": _TWICE,
        "JobEscrowDeadlinePassed": _LATE,
        "JobEscrowSignatureExpired": _LATE,
        "JobEscrowUnexpectedState": _STATE,
        "JobEscrowPayeeCannotReceive": _RECEIVER,
        "JobEscrowResidentBlocked": _RECEIVER,
        "OfficerAccountIdUsed": _TWICE,
        "OfficerAccountInvalidSignature": _SIGNER,
        "OfficerAccountSignatureExpired": _LATE,
        "ParticipantRegistryInactive": _("Somebody whom this is about does not take part any more."),
        "ParticipantRegistryInvalidSignature": _SIGNER,
        "ParticipantRegistrySignerKnown": _TWICE,
        "ParticipantRegistrySignerUnknown": _SIGNER,
        "ParticipantRegistryUnexpectedStatus": _STATE,
        "ParticipantRegistryVerifierNotAllowed": _("Passkeys are not allowed now. Ask the municipality."),
        "RedemptionUnexpectedBatch": _STATE,
        "RedemptionUnexpectedState": _STATE,
        "RewardBudgetExceeded": _("The budget is not large enough. Ask the treasurer for more."),
        "RewardBudgetIsClosed": _("The budget is closed."),
        "RewardBudgetNoMintLimit": _(
            "It was not set yet how much of your approvals can be paid. Ask the treasurer."
        ),
        "RewardBudgetNotCovered": _(
            "There are not enough euros in the bank for it. Ask the auditor to confirm more."
        ),
        "RewardBudgetPayeeCannotReceive": _RECEIVER,
        "RewardBudgetSelfAttested": _("Whoever grants budgets cannot confirm the euros too."),
        "RewardBudgetUnknown": _("There is no budget for it yet. Ask the treasurer."),
        "AccessManagerUnauthorizedAccount": _("Whoever signed has not this role on the chain."),
        "EnforcedPause": _("All Heitjes are stopped now. Try it again later."),
        "ParticipantRegistryPaused": _("All Heitjes are stopped now. Try it again later."),
    }
)


def why(reader: Reader, refusal: Mapping[str, Any] | None) -> str:
    """Return the sentence of a contract's error; of one that has none its name, to be looked into."""
    name = str((refusal or {}).get("name", "?"))
    if name in _SENTENCES:
        return reader.text(_SENTENCES[name])
    return reader.text(_("The contract refused it: %(name)s. Ask whoever runs the service."), name=name)
