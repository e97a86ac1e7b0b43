"""Giving somebody a role on the pages, and taking it away; both stand in the audit log.

Whoever loses a role is logged out everywhere. Whoever gets a first role in which one decides about others is
too, and loses the passkeys made before: they were made with a mailed code, or by somebody who had a phone in
its hands, when nothing much could be done with them.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from heitje_chain.audit import service as audit
from heitje_chain.http.language import DEFAULT, Language

from . import accounts, passkeys, sessions
from .accounts import ACCOUNT_ROLE, Account
from .login_errors import RoleInvalid, RoleLast
from .roles import OFFICER_ROLES, PARTICIPANT_ROLES

REGISTRAR = "registrar"
"""Who gives roles: somebody has to stay that one."""


def add_role(
    connection: Connection,
    officer: str,
    email: str,
    role: str,
    subject: str,
    language: Language = DEFAULT,
) -> Account:
    """Give whoever has this address a role, as `accounts.add` does.

    Args:
        officer: who decides it, for the audit log

    Raises:
        EmailInvalid, RoleInvalid, ParticipantUnknown, RoleHeld
    """
    known = accounts.by_email(connection, accounts.checked_email(email))
    account = accounts.add(connection, email, role, subject, language)
    if known is not None and sessions.decides(account) and not sessions.decides(known):
        sessions.end(connection, account.id)
        passkeys.remove_all(connection, account.id)
    about = {"role": role, "subject": subject}
    audit.record_by_officer(connection, officer, "add_account", f"account:{account.id}", about)
    return account


def remove_role(connection: Connection, officer: str, account_id: str, role: str) -> None:
    """Take a role away from somebody, and log that person out everywhere; once more changes nothing.

    What the chain lets a person sign is another matter: a partner's signer is removed there.

    Args:
        officer: who decides it, for the audit log

    Raises:
        AccountUnknown
        RoleInvalid: no such role.
        RoleLast: nobody could give roles any more.
    """
    if role not in (*PARTICIPANT_ROLES, *OFFICER_ROLES):
        raise RoleInvalid
    subject = accounts.find(connection, account_id).subject(role)
    if subject is None:
        return
    if role == REGISTRAR and _registrars(connection) == [account_id]:
        raise RoleLast
    held = (ACCOUNT_ROLE.c.account == account_id) & (ACCOUNT_ROLE.c.role == role)
    if connection.execute(delete(ACCOUNT_ROLE).where(held)).rowcount != 1:
        return
    sessions.end(connection, account_id)
    about = {"role": role, "subject": subject}
    audit.record_by_officer(connection, officer, "remove_role", f"account:{account_id}", about)


def _registrars(connection: Connection) -> list[str]:
    """Return who has the role, and let nobody else change that until this is committed: of two who take it
    from each other, one stays."""
    held = (
        select(ACCOUNT_ROLE.c.account)
        .where(ACCOUNT_ROLE.c.role == REGISTRAR)
        .order_by(ACCOUNT_ROLE.c.account)
    )
    return list(connection.scalars(held.with_for_update()))
