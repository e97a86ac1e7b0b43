"""What a browser is called, so that people know it again: "Firefox, Android"."""

from __future__ import annotations

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def called(user_agent: str) -> str:
    """Return a short name of what a `User-Agent` says; empty when it says nothing that we know.

    Chrome's says Safari too, and Edge's says both, so the first that fits counts.
    """
    found = [
        next((name for word, name in known if word in user_agent), None) for known in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in found if name)
