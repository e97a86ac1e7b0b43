"""Acts, budgets, jobs, payments, settlement, reconciliation; roles of tokens; intents that wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "act",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("typed_data", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("signer", sa.Text(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('prepared', 'signed', 'scheduled', 'done', 'failed', 'cancelled')",
            name=op.f("ck_act_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
    )
    op.create_index("ix_act_content", "act", ["content_hash", "state"], unique=False)
    op.create_index("ix_act_listing", "act", ["created_at", "id"], unique=False)
    op.create_index("ix_act_operation", "act", ["operation"], unique=False)

    op.create_table(
        "budget",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("partner", "period", name=op.f("uq_budget_partner")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("resident", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("pending", sa.String(length=12), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("evidence_hash", sa.String(length=64), nullable=True),
        sa.Column("document_hash", sa.String(length=64), nullable=True),
        sa.Column("dispute_hash", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'claimed', 'submitted', 'rejected', 'disputed', 'approved', 'awarded', "
            "'withdrawn', 'lapsed', 'denied', 'rejected_finally', 'refused')",
            name=op.f("ck_claim_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_job", "claim", ["job", "state"], unique=False)
    op.create_index("ix_claim_resident", "claim", ["resident", "created_at", "id"], unique=False)
    op.create_index("ix_claim_work", "claim", ["state", "pending", "since"], unique=False)

    op.create_table(
        "coin_hold",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("participant", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_coin_hold_cents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coin_hold")),
    )
    op.create_index(op.f("ix_coin_hold_participant"), "coin_hold", ["participant"], unique=False)

    op.create_table(
        "document",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_document")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("reward", sa.BigInteger(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("claim_by", sa.BigInteger(), nullable=False),
        sa.Column("submit_by", sa.BigInteger(), nullable=False),
        sa.Column("document_hash", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pending", sa.String(length=12), nullable=True),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('posting', 'open', 'closed', 'refused')", name=op.f("ck_job_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_listing", "job", ["state", "created_at", "id"], unique=False)
    op.create_index("ix_job_partner", "job", ["partner", "created_at", "id"], unique=False)

    op.create_table(
        "mint_limit",
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_mint_limit")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("payee", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("refund_of", sa.String(length=64), nullable=True),
        sa.Column("request", sa.String(length=32), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('pay', 'refund', 'donate')", name=op.f("ck_payment_kind")),
        sa.CheckConstraint("state IN ('pending', 'paid', 'refused')", name=op.f("ck_payment_state")),
        sa.CheckConstraint("cents > 0", name=op.f("ck_payment_cents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    op.create_index("ix_payment_payee", "payment", ["payee", "created_at", "id"], unique=False)
    op.create_index("ix_payment_payer", "payment", ["payer", "created_at", "id"], unique=False)
    op.create_index("ix_payment_refund_of", "payment", ["refund_of"], unique=False)
    op.create_index("ix_payment_work", "payment", ["state", "kind"], unique=False)

    op.create_table(
        "payment_request",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("merchant", sa.String(length=32), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("payment", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_request")),
    )
    op.create_index("ix_payment_request_payment", "payment_request", ["payment"], unique=False)

    op.create_table(
        "payout_batch",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.String(length=33), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("booked_cents", sa.BigInteger(), nullable=True),
        sa.Column("rejected_cents", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('closed', 'filed', 'settling', 'settled')", name=op.f("ck_payout_batch_state")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_payout_batch")),
    )
    op.create_table(
        "payout_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_stop")),
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("block_number", sa.BigInteger(), nullable=True),
        sa.Column("block_hash", sa.String(length=66), nullable=True),
        sa.Column("equal", sa.Boolean(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("differences", sa.JSON(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'done')", name=op.f("ck_reconciliation_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
    )
    op.create_index("ix_reconciliation_listing", "reconciliation", ["asked_at", "id"], unique=False)
    op.create_index("ix_reconciliation_work", "reconciliation", ["state", "asked_at"], unique=False)

    op.create_table(
        "redemption",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=True),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("account_holder", sa.String(length=70), nullable=True),
        sa.Column("account_confirmed", sa.Boolean(), nullable=False),
        sa.Column("merchant", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pending", sa.String(length=12), nullable=True),
        sa.Column("batch", sa.BigInteger(), nullable=True),
        sa.Column("end_to_end_id", sa.String(length=33), nullable=False),
        sa.Column("bank_outcome", sa.String(length=10), nullable=True),
        sa.Column("bank_reason", sa.String(length=4), nullable=True),
        sa.Column("returned_at", sa.BigInteger(), nullable=True),
        sa.Column("return_reason", sa.String(length=4), nullable=True),
        sa.Column("refusal", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("bank_outcome IN ('booked', 'rejected')", name=op.f("ck_redemption_bank_outcome")),
        sa.CheckConstraint(
            "state IN ('asked', 'locked', 'batched', 'booked', 'rejected', 'released', 'refused')",
            name=op.f("ck_redemption_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("end_to_end_id", name=op.f("uq_redemption_end_to_end_id")),
    )
    op.create_index("ix_redemption_batch", "redemption", ["batch"], unique=False)
    op.create_index("ix_redemption_listing", "redemption", ["created_at", "id"], unique=False)
    op.create_index("ix_redemption_merchant", "redemption", ["merchant", "created_at", "id"], unique=False)
    op.create_index("ix_redemption_work", "redemption", ["state", "locked_at", "id"], unique=False)

    op.create_table(
        "reserve_attestation",
        sa.Column("statement_hash", sa.String(length=64), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("statement_hash", name=op.f("pk_reserve_attestation")),
    )
    op.create_index("ix_reserve_attestation_as_of", "reserve_attestation", ["as_of"], unique=False)

    op.create_table(
        "merchant_details",
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("account_holder", sa.String(length=70), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant"], ["participant.id"], name=op.f("fk_merchant_details_participant_participant")
        ),
        sa.PrimaryKeyConstraint("participant", name=op.f("pk_merchant_details")),
    )
    op.create_table(
        "partner_signer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner"], ["participant.id"], name=op.f("fk_partner_signer_partner_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_signer")),
    )
    op.create_index(op.f("ix_partner_signer_partner"), "partner_signer", ["partner"], unique=False)

    # A token of the former shape does not say for whom it acts: make new ones.
    op.execute("DELETE FROM access_token")
    with op.batch_alter_table("access_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(length=16), nullable=False))
        batch_op.add_column(sa.Column("subject", sa.String(length=40), nullable=False))

    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_before", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.create_index("ix_intent_bundle", ["bundle"], unique=False)

    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_participant_state"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_participant_state"),
            "state IN ('asked', 'ready', 'admitting', 'active', 'refused')",
        )
        batch_op.add_column(sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("wallet", sa.String(length=42), nullable=True))
        batch_op.create_index("ix_participant_work", ["state", "created_at"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_participant_wallet"), ["wallet"])
    # Whoever had a wallet before keeps it; its id is the participant's.
    op.execute(
        "UPDATE participant SET wallet = "
        "(SELECT lower(wallet.address) FROM wallet WHERE wallet.id = participant.id)"
    )
