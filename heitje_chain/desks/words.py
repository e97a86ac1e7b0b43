"""Words that several desks say."""

from __future__ import annotations

from .texts import marked as _

KIND_NAMES = {
    "green": _("Green"),
    "care": _("Company and care"),
    "maintenance": _("Mending and painting"),
}
"""Words for the pilot's kinds; another partner's word is shown as it is."""
