"""The building of each venue that was recorded before postcodes were.

Revision ID: 0012
"""

import re

from alembic import op
from sqlalchemy import text

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    found = op.get_bind().execute(text("SELECT id, name FROM venues WHERE place = ''"))
    for venue_id, name in found.fetchall():
        place = " ".join(re.findall(r"[^\W_]+", name.casefold()))
        op.get_bind().execute(
            text("UPDATE venues SET place = :place WHERE id = :id"),
            {"place": place, "id": venue_id},
        )


def downgrade() -> None:
    op.execute("UPDATE venues SET place = '' WHERE postcode = ''")
