"""Links, workers, conflicts, restricted records, holds and partner offers.

Revision ID: 0010
"""

from alembic import op
from sqlalchemy import CheckConstraint, Column, UniqueConstraint

from migrations.steps import partial_index, references
from migrations.types import BOOLEAN, DATE, INTEGER, TIMESTAMPTZ, UUID, varchar

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "partner_offers",
        Column("id", UUID, primary_key=True),
        Column("enrolment", UUID, references("enrolments"), nullable=False, unique=True),
        Column("outcome", varchar(12), nullable=False),
        Column("offered_on", DATE, nullable=False),
        Column("basic_information_given", BOOLEAN, nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            "\"outcome\" IN ('offered', 'accepted', 'declined', 'not_safe', 'no_details')",
            name="partner_offer_outcome_is_known",
        ),
    )
    op.create_table(
        "links",
        Column("id", UUID, primary_key=True),
        Column("perpetrator", UUID, references("participants"), nullable=False),
        Column("survivor", UUID, references("participants"), nullable=False),
        Column("relationship", varchar(16), nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        Column("ended_on", DATE, nullable=True),
        Column("version", INTEGER, nullable=False),
        UniqueConstraint("perpetrator", "survivor", name="one_link_per_pair"),
        CheckConstraint(
            "\"relationship\" IN ('partner', 'ex_partner', 'family_member')",
            name="link_relationship_is_known",
        ),
        CheckConstraint('"perpetrator" <> "survivor"', name="link_joins_two_people"),
    )
    op.create_index("links_survivor", "links", ["survivor"])
    op.create_table(
        "case_workers",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False),
        Column("account", UUID, references("accounts"), nullable=False),
        Column("since", DATE, nullable=False),
        UniqueConstraint("participant", "account", name="worker_once_per_person"),
    )
    op.create_index("case_workers_account", "case_workers", ["account"])
    op.create_table(
        "risk_flags",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False),
        Column("raised_by", UUID, references("accounts"), nullable=True),
        Column("raised_at", TIMESTAMPTZ, nullable=False),
        Column("lowered_by", UUID, references("accounts"), nullable=True),
        Column("lowered_at", TIMESTAMPTZ, nullable=True),
    )
    partial_index(
        "one_risk_flag_per_person",
        "risk_flags",
        ["participant"],
        where="lowered_at IS NULL",
        unique=True,
    )
    op.create_table(
        "non_associations",
        Column("id", UUID, primary_key=True),
        Column("person", UUID, references("participants"), nullable=False),
        Column("other", UUID, references("participants"), nullable=False),
        Column("reason", varchar(200), nullable=False),
        Column("recorded_by", UUID, references("accounts"), nullable=True),
        Column("recorded_at", TIMESTAMPTZ, nullable=False),
        UniqueConstraint("person", "other", name="non_association_once"),
        CheckConstraint('"person" < "other"', name="non_association_in_order"),
    )
    op.create_index("non_associations_other", "non_associations", ["other"])
    op.create_table(
        "conflicts",
        Column("id", UUID, primary_key=True),
        Column("kind", varchar(20), nullable=False),
        Column("organisation", UUID, references("organisations"), nullable=False),
        Column("participant", UUID, references("participants"), nullable=True),
        Column("other", UUID, references("participants"), nullable=True),
        Column("cohort", UUID, references("cohorts"), nullable=True),
        Column("met_on", DATE, nullable=True),
        Column("tried_by", UUID, references("accounts"), nullable=True),
        Column("tried_at", TIMESTAMPTZ, nullable=False),
        Column("settled_at", TIMESTAMPTZ, nullable=True),
        Column("settled_by", UUID, references("accounts"), nullable=True),
        Column("note", varchar(200), nullable=False),
        Column("version", INTEGER, nullable=False),
        CheckConstraint(
            "\"kind\" IN ('non_association', 'same_other_party', 'worker_of_both', 'venue')",
            name="conflict_kind_is_known",
        ),
    )
    op.create_index("conflicts_open_idx", "conflicts", ["settled_at", "id"])
    op.create_table(
        "restrictions",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False, unique=True),
        Column("reason", varchar(200), nullable=False),
        Column("restricted_by", UUID, references("accounts"), nullable=True),
        Column("restricted_at", TIMESTAMPTZ, nullable=False),
    )
    op.create_table(
        "restriction_readers",
        Column("id", UUID, primary_key=True),
        Column("restriction", UUID, references("restrictions", ondelete="CASCADE"), nullable=False),
        Column("account", UUID, references("accounts"), nullable=False),
        UniqueConstraint("restriction", "account", name="reader_once"),
    )
    op.create_table(
        "legal_holds",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False),
        Column("reason", varchar(200), nullable=False),
        Column("placed_by", UUID, references("accounts"), nullable=True),
        Column("placed_at", TIMESTAMPTZ, nullable=False),
        Column("lifted_by", UUID, references("accounts"), nullable=True),
        Column("lifted_at", TIMESTAMPTZ, nullable=True),
    )
    partial_index(
        "one_legal_hold_per_person",
        "legal_holds",
        ["participant"],
        where="lifted_at IS NULL",
        unique=True,
    )


def downgrade() -> None:
    op.drop_table("legal_holds")
    op.drop_table("restriction_readers")
    op.drop_table("restrictions")
    op.drop_table("conflicts")
    op.drop_table("non_associations")
    op.drop_table("risk_flags")
    op.drop_table("case_workers")
    op.drop_table("links")
    op.drop_table("partner_offers")
