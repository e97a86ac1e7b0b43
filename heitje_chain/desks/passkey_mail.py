"""The mail to somebody whose passkeys changed: whoever did not do that hears of it at once.

It goes out with what it tells of, cannot be switched off, and names neither device nor place.
"""

from __future__ import annotations

from sqlalchemy import Connection

from heitje_chain.mail import service as mail
from heitje_chain.people.accounts import Account

from . import texts
from .texts import marked as _

KIND = "passkey"
GOOD_FOR_SECONDS = 3 * 86_400

_ADDED = _("A passkey was added to your account at Heitje.")
_REMOVED = _("A passkey was removed from your account at Heitje. Every other browser was logged out.")
_NOT_YOU = _("Was it not you? Then somebody else was in your account. Call the municipality at once.")


def tell_added(connection: Connection, account: Account) -> None:
    """Put the mail about a new passkey into the queue."""
    _put(connection, account, _ADDED)


def tell_removed(connection: Connection, account: Account) -> None:
    """Put the mail about a passkey that counts no more into the queue."""
    _put(connection, account, _REMOVED)


def _put(connection: Connection, account: Account, what: str) -> None:
    told = [texts.translate(account.language, one) for one in (what, _NOT_YOU)]
    subject = texts.translate(account.language, _("Your passkeys at Heitje"))
    mail.put(connection, KIND, account.email, subject, "\n\n".join(told), GOOD_FOR_SECONDS)
