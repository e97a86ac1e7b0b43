"""Words that several desks say."""

from __future__ import annotations

from heitje_chain.http.language import Language

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
