"""Collect what the pages say: `python -m tools.collect_texts` brings locale/nl.po up to date.

New texts come in without a Dutch one, for a person to write; texts that nothing says any more are removed.
A test fails while one is missing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

DESKS = Path(__file__).parents[1] / "heitje_chain" / "desks"
PO = DESKS / "locale" / "nl.po"

_METHODS = [("**/*.py", "python"), ("**/*.html", "jinja2.ext.babel_extract")]
_KEYWORDS = {"_": None, "text": None, "translate": (2,), "ngettext": (1, 2), "gettext": None}
_OPTIONS = {"**/*.html": {"newstyle_gettext": "true", "trim_blocks": "true"}}


def collected() -> Catalog:
    """Return every text of the pages, without translations."""
    catalogue = Catalog(locale="nl", fuzzy=False)
    for _file, _line, text, _comments, context in _extracted():
        catalogue.add(text, context=context)
    return catalogue


def known() -> Catalog:
    """Return the Dutch catalogue as it is."""
    if not PO.exists():
        return Catalog(locale="nl")
    with PO.open("rb") as source:
        return read_po(source, locale="nl")


def main() -> None:
    """Write the catalogue and tell what is missing."""
    catalogue = known()
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with PO.open("wb") as target:
        write_po(target, catalogue, omit_header=False, sort_output=True, width=110, no_location=True)
    missing = [one.id for one in catalogue if one.id and not one.string]
    for text in missing:
        sys.stdout.write(f"No Dutch yet: {text}\n")
    sys.stdout.write(f"{len(catalogue)} texts, {len(missing)} without Dutch.\n")


def _extracted() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    yield from extract_from_dir(str(DESKS), _METHODS, _OPTIONS, _KEYWORDS)


if __name__ == "__main__":
    main()
