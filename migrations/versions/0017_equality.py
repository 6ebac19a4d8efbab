"""Equality monitoring of participants.

Revision ID: 0017
"""

from collections.abc import Mapping

from alembic import op
from sqlalchemy import CheckConstraint, Column

from migrations.steps import references
from migrations.types import INTEGER, TIMESTAMPTZ, UUID, varchar

revision = "0017"
down_revision = "0016"

_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "gender_identity": ("same_as_registered", "different_from_registered"),
    "ethnicity": (
        "white_british",
        "white_irish",
        "white_gypsy_or_irish_traveller",
        "white_roma",
        "white_other",
        "mixed_white_and_black_caribbean",
        "mixed_white_and_black_african",
        "mixed_white_and_asian",
        "mixed_other",
        "asian_indian",
        "asian_pakistani",
        "asian_bangladeshi",
        "asian_chinese",
        "asian_other",
        "black_caribbean",
        "black_african",
        "black_other",
        "other_arab",
        "other_any",
    ),
    "sexual_orientation": ("straight", "gay_or_lesbian", "bisexual", "other"),
    "religion": (
        "no_religion",
        "christian",
        "buddhist",
        "hindu",
        "jewish",
        "muslim",
        "sikh",
        "other",
    ),
    "disability": ("limited_a_lot", "limited_a_little", "not_limited", "no_condition"),
    "marital_status": (
        "never_married",
        "married",
        "civil_partnership",
        "separated",
        "divorced_or_dissolved",
        "widowed_or_surviving",
    ),
    "pregnancy": ("pregnant", "birth_in_last_26_weeks", "neither"),
}
_ALWAYS = ("prefer_not_to_say", "not_asked")


def upgrade() -> None:
    """Keep what each person answered, in a table of its own."""
    op.create_table(
        "equality_profiles",
        Column("id", UUID, primary_key=True),
        Column("participant", UUID, references("participants"), nullable=False, unique=True),
        *(Column(question, varchar(40), nullable=False) for question in _ANSWERS),
        Column("updated_at", TIMESTAMPTZ, nullable=False),
        Column("version", INTEGER, nullable=False),
        *(
            CheckConstraint(_one_of(question), name=f"equality_{question}_is_known")
            for question in _ANSWERS
        ),
    )


def _one_of(question: str) -> str:
    listed = ", ".join(f"'{answer}'" for answer in (*_ANSWERS[question], *_ALWAYS))
    return f'"{question}" IN ({listed})'


def downgrade() -> None:
    """Forget the answers."""
    op.drop_table("equality_profiles")
