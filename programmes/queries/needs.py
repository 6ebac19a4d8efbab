"""When and where people can come, and what they need there."""

import json
from dataclasses import dataclass
from uuid import UUID

from core import database
from core.scope import Scope
from programmes.domain.case_terms import PartOfDay
from programmes.domain.waiting import Availability
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class NeedsView:
    """What is known of a person's needs; nothing said of when they can come is not a refusal."""

    availability: tuple[Availability, ...]
    venues_to_avoid: tuple[UUID, ...]
    areas_to_avoid: str
    access_needs: str
    learning_needs: str
    interpreter_language: str
    version: int


NOTHING_KNOWN = NeedsView(
    availability=(), venues_to_avoid=(), areas_to_avoid="", access_needs="", learning_needs="",
    interpreter_language="", version=0,
)  # fmt: skip
"""What holds for a person of whom nobody has recorded needs."""

COLUMNS = (
    " n.availability, n.venues_to_avoid, n.areas_to_avoid, n.access_needs, n.learning_needs,"
    " n.interpreter_language, n.version AS needs_version"
)


async def needs_of_person(participant_id: UUID, *, scope: Scope) -> NeedsView:
    """Answer the needs of a visible person."""
    rows = await database.run(
        "SELECT" + COLUMNS + " FROM participant_needs n JOIN participants p ON p.id ="
        " n.participant WHERE p.id = {} AND {}",
        participant_id,
        visibility.participants(scope),
    )
    return needs_of(rows[0]) if rows else NOTHING_KNOWN


def needs_of(row: database.Row) -> NeedsView:
    """Answer the needs out of their columns, which are empty where nothing is recorded."""
    if row["needs_version"] is None:
        return NOTHING_KNOWN
    return NeedsView(
        availability=tuple(
            Availability(item["weekday"], PartOfDay(item["part"]))
            for item in json.loads(row["availability"])
        ),
        venues_to_avoid=tuple(UUID(item) for item in json.loads(row["venues_to_avoid"])),
        areas_to_avoid=row["areas_to_avoid"],
        access_needs=row["access_needs"],
        learning_needs=row["learning_needs"],
        interpreter_language=row["interpreter_language"],
        version=row["needs_version"],
    )
