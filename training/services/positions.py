"""Finds the position that posts of one kind share, or makes it."""

from collections.abc import Collection
from uuid import UUID

from core import database
from core.ids import new_id
from training.domain.requirements import Position

_FOUND_OR_MADE = (
    "INSERT INTO positions (organisation, team, sector, staff_group, role, is_people_manager, fte,"
    " id, folded_role) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})"
    " ON CONFLICT (organisation, team, sector, staff_group, role, is_people_manager, fte)"
    " DO NOTHING"
)
_FOUND = (
    "SELECT id FROM positions WHERE organisation = {} AND team = {} AND sector = {}"
    " AND staff_group = {} AND role = {} AND is_people_manager = {} AND fte = {}"
)


async def position_id(position: Position) -> UUID:
    """Answer the id of the position, made now where there was none; within a transaction."""
    values = (
        position.organisation_id, position.team, position.sector.value, position.staff_group.value,
        position.role, position.is_people_manager, position.fte,
    )  # fmt: skip
    await database.run(_FOUND_OR_MADE, *values, new_id(), position.role.casefold())
    rows = await database.run(_FOUND, *values)
    found: UUID = rows[0]["id"]
    return found


async def position_ids(positions: Collection[Position]) -> dict[Position, UUID]:
    """Answer the id of each of some positions."""
    return {position: await position_id(position) for position in set(positions)}
