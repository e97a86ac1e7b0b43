"""Whether a change was asked for by our own pages, and whether a path leads to one.

A browser sends another site's forms with our cookies too, so what changes something must come from our own
pages: the browser says so in `Sec-Fetch-Site`, an older one in `Origin`.

Source: OWASP's sheet on cross-site request forgery (fetch metadata).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from heitje_chain.http.problems import Refused


class OtherSite(
    Refused,
    slug="other-site",
    status=403,
    nl="Dit kwam niet van onze eigen pagina. Er is niets gedaan. Ga terug en probeer het nog een keer.",
    en="This did not come from a page of ours. Nothing was done. Go back and try again.",
):
    """A form or script of another site, or a browser that says nothing about where it comes from."""


def check_own_site(request: Request) -> None:
    """Refuse a change that another site asks for.

    Raises:
        OtherSite
    """
    if request.method in ("GET", "HEAD"):
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        own = site in ("same-origin", "none")
    else:
        own = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not own:
        raise OtherSite


def own_path(text: str | None, otherwise: str = "/") -> str:
    """Return a path of ours that somebody asked to be led to afterwards; anything else is no such path."""
    is_own = text is not None and text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if is_own and text is not None and text.isprintable() else otherwise
