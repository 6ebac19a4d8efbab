"""Published reports, numbered and never changed.

Revision ID: 0019
"""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
