"""The first tables: engine, custody, people, ledger, audit log, stored answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from heitje_chain.audit.model import create_triggers as guard_audit_log
from heitje_chain.ledger.model import create_triggers as guard_journal

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_access_token_hash")),
    )
    op.create_table(
        "audit_lock",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_lock")),
    )
    op.create_table(
        "audit_record",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_record")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_record_previous")),
    )
    op.create_table(
        "block",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=66), nullable=False),
        sa.Column("timestamp", sa.Integer(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_block")),
    )
    op.create_table(
        "idempotent_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("caller", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotent_answer")),
        sa.UniqueConstraint("caller", "key", name=op.f("uq_idempotent_answer_caller")),
    )
    op.create_index(
        op.f("ix_idempotent_answer_created_at"), "idempotent_answer", ["created_at"], unique=False
    )
    op.create_table(
        "journal_entry",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("block_number", sa.BigInteger(), nullable=True),
        sa.Column("transaction_hash", sa.Text(), nullable=True),
        sa.Column("log_index", sa.Integer(), nullable=True),
        sa.Column("booked_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(block_number IS NULL) = (transaction_hash IS NULL) "
            "AND (block_number IS NULL) = (log_index IS NULL)",
            name=op.f("ck_journal_entry_seen"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("id", name=op.f("uq_journal_entry_id")),
        sa.UniqueConstraint(
            "transaction_hash", "log_index", "kind", name=op.f("uq_journal_entry_transaction_hash")
        ),
    )
    op.create_table(
        "master_key",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("check_value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_master_key")),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("chain_id", sa.String(length=40), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'admitting', 'active', 'refused')", name=op.f("ck_participant_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("chain_id", name=op.f("uq_participant_chain_id")),
    )
    op.create_table(
        "sending_account",
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=42), nullable=False),
        sa.Column("next_nonce", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_sending_account")),
    )
    op.create_table(
        "wallet",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("address", sa.String(length=42), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key_nonce", sa.LargeBinary(), nullable=False),
        sa.Column("master_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.CheckConstraint("state IN ('made', 'admitted')", name=op.f("ck_wallet_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet")),
        sa.UniqueConstraint("address", name=op.f("uq_wallet_address")),
    )
    op.create_index(op.f("ix_wallet_master_version"), "wallet", ["master_version"], unique=False)
    op.create_table(
        "chain_event",
        sa.Column("block_number", sa.Integer(), nullable=False),
        sa.Column("log_index", sa.Integer(), nullable=False),
        sa.Column("transaction_hash", sa.String(length=66), nullable=False),
        sa.Column("contract", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=130), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_number"], ["block.number"], name=op.f("fk_chain_event_block_number_block")
        ),
        sa.PrimaryKeyConstraint("block_number", "log_index", name=op.f("pk_chain_event")),
    )
    op.create_index(op.f("ix_chain_event_key"), "chain_event", ["key"], unique=False)
    op.create_table(
        "chain_transaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("nonce", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=66), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("block_number", sa.Integer(), nullable=True),
        sa.Column("block_hash", sa.String(length=66), nullable=True),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["lane"], ["sending_account.lane"], name=op.f("fk_chain_transaction_lane_sending_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_transaction")),
        sa.UniqueConstraint("hash", name=op.f("uq_chain_transaction_hash")),
        sa.UniqueConstraint("lane", "nonce", name=op.f("uq_chain_transaction_lane")),
    )
    op.create_index(op.f("ix_chain_transaction_state"), "chain_transaction", ["state"], unique=False)
    op.create_table(
        "journal_line",
        sa.Column("entry_number", sa.BigInteger(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents <> 0", name=op.f("ck_journal_line_cents")),
        sa.ForeignKeyConstraint(
            ["entry_number"],
            ["journal_entry.number"],
            name=op.f("fk_journal_line_entry_number_journal_entry"),
        ),
        sa.PrimaryKeyConstraint("entry_number", "line_number", name=op.f("pk_journal_line")),
        sa.UniqueConstraint("entry_number", "account", name=op.f("uq_journal_line_entry_number")),
    )
    op.create_index(
        "ix_journal_line_account", "journal_line", ["account", "entry_number", "cents"], unique=False
    )
    op.create_table(
        "intent",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("bundle", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("event_name", sa.String(length=60), nullable=False),
        sa.Column("event_key", sa.String(length=130), nullable=False),
        sa.Column("event_content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("transaction_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["chain_transaction.id"],
            name=op.f("fk_intent_transaction_id_chain_transaction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent")),
    )
    op.create_index("ix_intent_event", "intent", ["event_key", "state"], unique=False)
    op.create_index("ix_intent_work", "intent", ["state", "lane", "created_at"], unique=False)
    guard_journal(op.get_bind())
    guard_audit_log(op.get_bind())
