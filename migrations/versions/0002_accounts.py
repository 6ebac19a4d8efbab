"""Organisations, accounts, grants, sign-ins and tokens.

Revision ID: 0002
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import partial_index, references
from migrations.types import BOOLEAN, INTEGER, TEXT, TIMESTAMPTZ, UUID, varchar

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "organisations",
        Column("id", UUID, primary_key=True),
        Column("name", varchar(120), nullable=False, unique=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_table(
        "accounts",
        Column("id", UUID, primary_key=True),
        Column("email", varchar(254), nullable=False, unique=True),
        Column("name", varchar(120), nullable=False),
        Column("password_hash", TEXT, nullable=True),
        Column("is_active", BOOLEAN, nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
    )
    op.create_table(
        "grants",
        Column("id", UUID, primary_key=True),
        Column("account", UUID, references("accounts"), nullable=False),
        Column("role", varchar(24), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("organisation", UUID, references("organisations"), nullable=True),
        UniqueConstraint("account", "role", "side", "organisation", name="grants_once"),
        CheckConstraint(
            "\"role\" IN ('facilitator', 'programme_manager', 'partner_link_worker', "
            "'safety_lead', 'workforce_lead', 'training_admin', 'commissioner', 'auditor', "
            "'administrator')",
            name="grant_role_is_known",
        ),
        CheckConstraint(
            "\"side\" IN ('perpetrator', 'survivor', 'both', 'none')", name="grant_side_is_known"
        ),
        CheckConstraint(
            "\"role\" NOT IN ('facilitator', 'programme_manager') OR \"side\" IN ('perpetrator', "
            "'survivor')",
            name="case_workers_have_one_side",
        ),
    )
    partial_index(
        "grants_everywhere_once",
        "grants",
        ["account", "role", "side"],
        unique=True,
        where="organisation IS NULL",
    )
    op.create_table(
        "sign_ins",
        Column("id", UUID, primary_key=True),
        Column("account", UUID, references("accounts", ondelete="CASCADE"), nullable=False),
        Column("token_hash", varchar(64), nullable=False, unique=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("seen_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_index("sign_ins_account", "sign_ins", ["account"])
    op.create_table(
        "sign_in_failures",
        Column("id", UUID, primary_key=True),
        Column("key_hash", varchar(64), nullable=False),
        Column("at", TIMESTAMPTZ, nullable=False),
    )
    op.create_index("sign_in_failures_key_idx", "sign_in_failures", ["key_hash", "at"])
    op.create_table(
        "password_links",
        Column("id", UUID, primary_key=True),
        Column("account", UUID, references("accounts", ondelete="CASCADE"), nullable=False),
        Column("token_hash", varchar(64), nullable=False, unique=True),
        Column("expires_at", TIMESTAMPTZ, nullable=False),
        Column("used_at", TIMESTAMPTZ, nullable=True),
    )
    op.create_index("password_links_account", "password_links", ["account"])
    op.create_table(
        "api_tokens",
        Column("id", UUID, primary_key=True),
        Column("account", UUID, references("accounts", ondelete="CASCADE"), nullable=False),
        Column("token_hash", varchar(64), nullable=False, unique=True),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("expires_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_index("api_tokens_account", "api_tokens", ["account"])


def downgrade() -> None:
    op.drop_table("api_tokens")
    op.drop_table("password_links")
    op.drop_table("sign_in_failures")
    op.drop_table("sign_ins")
    op.drop_table("grants")
    op.drop_table("accounts")
    op.drop_table("organisations")
