"""Reports that people subscribed to, and those made for them.

Revision ID: 0020
"""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
