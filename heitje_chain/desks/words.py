"""Words that several desks say."""

from __future__ import annotations

from collections.abc import Mapping

from heitje_chain.http.language import Language
from heitje_chain.reasons import codes

from .texts import marked as _
from .texts import translate

KIND_NAMES = {
    "green": _("Green"),
    "care": _("Company and care"),
    "maintenance": _("Mending and painting"),
}
"""Words for the pilot's kinds of jobs."""


PARTICIPANT_NAMES: Mapping[str, str] = {
    "resident": _("Resident"),
    "merchant": _("Shop"),
    "partner": _("Partner organisation"),
    "association": _("Association"),
}

ROLES: Mapping[str, str] = {
    **PARTICIPANT_NAMES,
    "registrar": _("Registrar"),
    "treasurer": _("Treasurer"),
    "auditor": _("Auditor"),
    "settlement": _("Payouts"),
    "arbiter": _("Arbiter"),
    "enforcer": _("Enforcer"),
    "guardian": _("Guardian"),
}


def kind_name(kind: str, language: Language) -> str:
    """Return the name of a kind; a word of a partner's own is its name."""
    return translate(language, KIND_NAMES[kind]) if kind in KIND_NAMES else kind


def role_name(role: str, language: Language) -> str:
    """Return the name of a role; the word itself where it is none, as of an officer that a city named."""
    return translate(language, ROLES[role]) if role in ROLES else role


def reasons(act: str, language: Language) -> list[tuple[str, str]]:
    """Return the codes of an act's reasons with their meaning, for a list to choose from."""
    return [(str(code), meaning.told(language)) for code, meaning in codes.LISTS[act].items()]
