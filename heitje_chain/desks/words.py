"""Words that several desks say."""

from __future__ import annotations

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


def kind_name(kind: str, language: Language) -> str:
    """Return the name of a kind; a word of a partner's own is its name."""
    return translate(language, KIND_NAMES[kind]) if kind in KIND_NAMES else kind


def reasons(act: str, language: Language) -> list[tuple[str, str]]:
    """Return the codes of an act's reasons with their meaning, for a list to choose from."""
    return [(str(code), meaning.told(language)) for code, meaning in codes.LISTS[act].items()]
