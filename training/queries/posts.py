"""Reads a post from a row of ``staff``."""

from core.database import Row
from training.domain.requirements import Post
from training.domain.terms import Sector, StaffGroup


def post_of(row: Row) -> Post:
    """Answer what a requirement asks about the person of a row of ``staff``."""
    return Post(
        organisation_id=row["organisation"],
        sector=Sector(row["sector"]),
        staff_group=StaffGroup(row["staff_group"]),
        is_people_manager=row["is_people_manager"],
        started_on=row["started_on"],
        ended_on=row["ended_on"],
    )
