"""What each place's marks add up to, kept beside the place.

Revision ID: 0016
"""

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
