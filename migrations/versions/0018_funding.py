"""What pays for programmes: agreements, their lines and what documents state.

Revision ID: 0018
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import references
from migrations.types import (
    BOOLEAN,
    DATE,
    INTEGER,
    TEXT,
    TIMESTAMPTZ,
    UUID,
    big_integer,
    numeric,
    varchar,
)

revision = "0018"
down_revision = "0017"

_SIDES = "\"side\" IN ('perpetrator', 'survivor')"


def upgrade() -> None:
    _agreements()
    _lines()
    _statements()
    _claims()


def _agreements() -> None:
    op.create_table(
        "funding_agreements",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=True),
        Column("service", varchar(120), nullable=False),
        Column("provider", varchar(120), nullable=False),
        Column("programme", UUID, references("programmes"), nullable=True),
        Column("starts_on", DATE, nullable=True),
        Column("ends_on", DATE, nullable=True),
        Column("note", TEXT, nullable=False),
        Column("created_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(f'"side" IS NULL OR {_SIDES}', name="funding_side_is_known"),
        CheckConstraint(
            '"programme" IS NULL OR "side" IS NOT NULL', name="funding_programme_has_its_side"
        ),
        CheckConstraint(
            '"starts_on" IS NULL OR "ends_on" IS NULL OR "ends_on" >= "starts_on"',
            name="funding_days_in_order",
        ),
    )
    op.create_index("funding_agreements_programme", "funding_agreements", ["programme"])
    op.create_index(
        "funding_agreements_organisation_idx", "funding_agreements", ["organisation", "side"]
    )


def _lines() -> None:
    op.create_table(
        "funding_lines",
        Column("id", UUID, primary_key=True),
        Column("agreement", UUID, references("funding_agreements"), nullable=False),
        Column("contributor", varchar(120), nullable=False),
        Column("source", varchar(120), nullable=False),
        Column("amount_pence", big_integer(op.get_bind().dialect.name), nullable=False),
        Column("paid", varchar(8), nullable=False),
        Column("from_on", DATE, nullable=False),
        Column("to_on", DATE, nullable=True),
        Column("status", varchar(12), nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            '"amount_pence" BETWEEN 0 AND 1000000000000', name="funding_amount_in_range"
        ),
        CheckConstraint("\"paid\" IN ('per_year', 'once')", name="funding_paid_is_known"),
        CheckConstraint(
            "\"status\" IN ('in_principle', 'confirmed', 'ended')", name="funding_status_is_known"
        ),
        CheckConstraint(
            '"to_on" IS NULL OR "to_on" >= "from_on"', name="funding_line_days_in_order"
        ),
        CheckConstraint(
            '"status" <> \'ended\' OR "to_on" IS NOT NULL', name="funding_ended_line_has_its_end"
        ),
    )
    op.create_index("funding_lines_agreement", "funding_lines", ["agreement"])


def _statements() -> None:
    op.create_table(
        "funding_statements",
        Column("id", UUID, primary_key=True),
        Column("agreement", UUID, references("funding_agreements"), nullable=False),
        Column("says", varchar(120), nullable=False),
        Column("total_pence", big_integer(op.get_bind().dialect.name), nullable=False),
        Column("stated_for", varchar(12), nullable=False),
        Column("document", varchar(200), nullable=False),
        Column("as_at_on", DATE, nullable=False),
        CheckConstraint('"total_pence" BETWEEN 0 AND 1000000000000', name="stated_total_in_range"),
        CheckConstraint("\"stated_for\" IN ('one_year', 'whole_time')", name="stated_for_is_known"),
    )
    op.create_index("funding_statements_agreement", "funding_statements", ["agreement"])
    op.create_table(
        "stated_lines",
        Column("id", UUID, primary_key=True),
        Column(
            "statement",
            UUID,
            references("funding_statements", ondelete="CASCADE"),
            nullable=False,
        ),
        Column("line", UUID, references("funding_lines"), nullable=False),
        UniqueConstraint("statement", "line", name="stated_line_once"),
    )
    op.create_index("stated_lines_line", "stated_lines", ["line"])


def _claims() -> None:
    op.create_table(
        "published_claims",
        Column("id", UUID, primary_key=True),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("side", varchar(12), nullable=False),
        Column("programme", UUID, references("programmes"), nullable=True),
        Column("what", varchar(32), nullable=False),
        Column("numerator", INTEGER, nullable=False),
        Column("denominator", INTEGER, nullable=False),
        Column("denominator_is_floor", BOOLEAN, nullable=False),
        Column("percent", numeric(5, 1), nullable=True),
        Column("document", varchar(200), nullable=False),
        Column("as_at_on", DATE, nullable=False),
        CheckConstraint(_SIDES, name="claim_side_is_known"),
        CheckConstraint(
            "\"what\" IN ('completions_per_referral', 'completions_per_start', "
            "'completions_per_closed_start', 'starts_per_referral')",
            name="claim_what_is_known",
        ),
        CheckConstraint(
            '"numerator" BETWEEN 0 AND 1000000 AND "denominator" BETWEEN 1 AND 1000000',
            name="claim_counts_in_range",
        ),
        CheckConstraint(
            '"percent" IS NULL OR "percent" BETWEEN 0 AND 1000', name="claim_percent_in_range"
        ),
    )
    op.create_index("published_claims_programme", "published_claims", ["programme"])
    op.create_index(
        "published_claims_organisation_idx", "published_claims", ["organisation", "side"]
    )


def downgrade() -> None:
    op.drop_table("published_claims")
    op.drop_table("stated_lines")
    op.drop_table("funding_statements")
    op.drop_table("funding_lines")
    op.drop_table("funding_agreements")
