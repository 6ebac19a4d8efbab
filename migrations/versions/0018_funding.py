"""What pays for programmes: agreements, their lines and what documents state.

Revision ID: 0018
"""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add nothing yet."""


def downgrade() -> None:
    """Take nothing away."""
