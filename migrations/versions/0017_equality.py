"""Equality monitoring of participants.

Revision ID: 0017
"""

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
