"""Accounts: a person's e-mail address, and in which roles that person uses the pages.

One person may hold several roles: a resident who also keeps a shop, an officer who is a resident. In each
role it acts as one participant or one officer. The address is personal data and lies here and nowhere else.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    select,
    update,
)

from heitje_chain.chain.clock import latest_now
from heitje_chain.db import METADATA
from heitje_chain.http.language import DEFAULT, Language

from . import service
from .errors import ParticipantUnknown
from .login_errors import AccountUnknown, EmailInvalid, RoleHeld, RoleInvalid
from .roles import OFFICER_ROLES, PARTICIPANT_ROLES

LONGEST_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""

ACCOUNT = Table(
    "account",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("email", String(LONGEST_EMAIL), nullable=False, unique=True),  # in lower case
    Column("language", String(2), nullable=False),
    Column("created_at", BigInteger, nullable=False),  # UTC seconds
    CheckConstraint("language IN ('nl', 'en')", name="language"),
)

ACCOUNT_ROLE = Table(
    "account_role",
    METADATA,
    Column("account", String(32), ForeignKey("account.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("subject", String(40), nullable=False),  # a participant's id, or an officer's name
    Column("created_at", BigInteger, nullable=False),  # UTC seconds
    PrimaryKeyConstraint("account", "role"),
    Index("ix_account_role_subject", "role", "subject"),
)

# What mail servers take, less what is in nobody's address: quoted names, comments and bare host names.
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9](-?[a-z0-9]){0,62}\.)+[a-z]{2,63}")


@dataclass(frozen=True)
class Account:
    id: str
    """32 hex digits."""
    email: str
    language: Language
    roles: tuple[tuple[str, str], ...]
    """Role and subject, in the order of `roles.SCOPES_OF`."""

    def subject(self, role: str) -> str | None:
        """Return as whom this person acts in a role; None when it has not that role."""
        return dict(self.roles).get(role)


def checked_email(text: str) -> str:
    """Return an address in lower case.

    Raises:
        EmailInvalid
    """
    email = text.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email) or ".." in email:
        raise EmailInvalid
    return email


def add(connection: Connection, email: str, role: str, subject: str, language: Language = DEFAULT) -> Account:
    """Give whoever has this address a role; the account is made when it is the first. The same again changes
    nothing. An officer does it by `appointing`, which logs somebody out who is to decide from now on.

    Args:
        subject: a participant's id of that kind, or an officer's name
        language: of the first mails to a new account; the person changes it by itself

    Raises:
        EmailInvalid, RoleInvalid
        ParticipantUnknown: nobody of that kind.
        RoleHeld: this person has the role for another.
    """
    address = checked_email(email)
    _check_subject(connection, role, subject)
    known = by_email(connection, address)
    if known is None:
        account_id = uuid.uuid4().hex
        row = {"id": account_id, "email": address, "language": language}
        connection.execute(ACCOUNT.insert().values(created_at=latest_now(connection), **row))
    else:
        account_id = known.id
    held = None if known is None else known.subject(role)
    if held not in (None, subject):
        raise RoleHeld
    if held is None:
        row = {"account": account_id, "role": role, "subject": subject}
        connection.execute(ACCOUNT_ROLE.insert().values(created_at=latest_now(connection), **row))
    return find(connection, account_id)


def set_language(connection: Connection, account_id: str, language: Language) -> None:
    """Note in which language a person reads its mails."""
    connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(language=language))


def find(connection: Connection, account_id: str) -> Account:
    """Raises:
    AccountUnknown
    """
    row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id)).one_or_none()
    if row is None:
        raise AccountUnknown
    return Account(row.id, row.email, row.language, _roles(connection, row.id))


def by_email(connection: Connection, email: str) -> Account | None:
    """Return the account of an address, as `checked_email` gives it."""
    account_id = connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.email == email))
    return None if account_id is None else find(connection, account_id)


def of_subject(connection: Connection, role: str, subject: str) -> list[Account]:
    """Return the accounts that act in a role as this participant or officer, by address."""
    held = (ACCOUNT_ROLE.c.role == role) & (ACCOUNT_ROLE.c.subject == subject)
    ids = connection.scalars(
        select(ACCOUNT.c.id)
        .join(ACCOUNT_ROLE, ACCOUNT_ROLE.c.account == ACCOUNT.c.id)
        .where(held)
        .order_by(ACCOUNT.c.email)
    ).all()
    return [find(connection, account_id) for account_id in ids]


def officers(connection: Connection) -> list[Account]:
    """Return the accounts that have an officer's role, by address."""
    held = select(ACCOUNT_ROLE.c.account).where(ACCOUNT_ROLE.c.role.in_(OFFICER_ROLES))
    ids = connection.scalars(select(ACCOUNT.c.id).where(ACCOUNT.c.id.in_(held)).order_by(ACCOUNT.c.email))
    return [find(connection, account_id) for account_id in ids.all()]


def all_accounts(connection: Connection) -> list[Account]:
    """Return every account, by address."""
    ids = connection.scalars(select(ACCOUNT.c.id).order_by(ACCOUNT.c.email)).all()
    return [find(connection, account_id) for account_id in ids]


# ---------------------------------------------------------------- details


def _check_subject(connection: Connection, role: str, subject: str) -> None:
    if role in PARTICIPANT_ROLES:
        service.of_kind(connection, subject, role)
    elif role not in OFFICER_ROLES:
        raise RoleInvalid
    elif not subject:
        raise ParticipantUnknown


def _roles(connection: Connection, account_id: str) -> tuple[tuple[str, str], ...]:
    rows = connection.execute(
        select(ACCOUNT_ROLE.c.role, ACCOUNT_ROLE.c.subject).where(ACCOUNT_ROLE.c.account == account_id)
    )
    order = (*PARTICIPANT_ROLES, *OFFICER_ROLES)
    return tuple(sorted(((row.role, row.subject) for row in rows), key=lambda held: order.index(held[0])))
