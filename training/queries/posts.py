"""Reads posts from rows of ``posts`` joined with ``positions``."""

from decimal import Decimal

from core.database import Row
from training.domain.requirements import Position, Post
from training.domain.terms import Sector, StaffGroup

POSTS = (
    "SELECT o.id, o.staff, o.follows, o.started_on, o.ended_on, o.line_manager, o.position,"
    " p.organisation, p.team, p.sector, p.staff_group, p.role, p.is_people_manager, p.fte"
    " FROM posts o JOIN positions p ON p.id = o.position WHERE o.staff IN"
    " (SELECT staff.id FROM staff WHERE {}) ORDER BY o.staff, o.started_on, o.id"
)
"""The posts of staff that a condition on ``staff`` keeps, the first of each person first."""


def post_of(row: Row) -> Post:
    """Answer the post of a row."""
    return Post(
        id=row["id"],
        position=position_of(row),
        started_on=row["started_on"],
        ended_on=row["ended_on"],
        follows=row["follows"],
    )


def position_of(row: Row) -> Position:
    """Answer the position of a row."""
    return Position(
        organisation_id=row["organisation"],
        team=row["team"],
        sector=Sector(row["sector"]),
        staff_group=StaffGroup(row["staff_group"]),
        role=row["role"],
        is_people_manager=row["is_people_manager"],
        fte=Decimal(row["fte"]),
    )
