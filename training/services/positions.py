"""Finds the position that posts of one kind share, or makes it."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.ids import new_id
from training.domain.requirements import Position

_MADE = (
    "INSERT INTO positions (organisation, team, sector, staff_group, role, is_people_manager, fte,"
    " id, folded_role) VALUES"
)
_OR_FOUND = (
    "ON CONFLICT (organisation, team, sector, staff_group, role, is_people_manager, fte) DO NOTHING"
)
_AT_ONCE = 1_000
_FOUND = (
    "SELECT id FROM positions WHERE organisation = {} AND team = {} AND sector = {}"
    " AND staff_group = {} AND role = {} AND is_people_manager = {} AND fte = {}"
)


async def position_id(position: Position) -> UUID:
    """Answer the id of the position, made now where there was none; within a transaction."""
    values = _values(position)
    await database.run(
        f"{_MADE} ({{}}, {{}}, {{}}, {{}}, {{}}, {{}}, {{}}, {{}}, {{}}) {_OR_FOUND}",
        *values, new_id(), position.role.casefold(),
    )  # fmt: skip
    rows = await database.run(_FOUND, *values)
    found: UUID = rows[0]["id"]
    return found


async def position_ids(positions: Collection[Position]) -> dict[Position, UUID]:
    """Answer the id of each of some positions, made now where there was none: three statements."""
    wanted = set(positions)
    found = await _known(wanted)
    missing = sorted(wanted - found.keys(), key=repr)  # in the same order whoever makes them
    for at in range(0, len(missing), _AT_ONCE):
        rows = [
            (*_values(one), new_id(), one.role.casefold()) for one in missing[at : at + _AT_ONCE]
        ]
        await database.run(QueryString(f"{_MADE} {{}} {_OR_FOUND}", database.values_list(rows)))
    return await _known(wanted) if missing else found


async def _known(wanted: Collection[Position]) -> dict[Position, UUID]:
    by_values = {_values(position): position for position in wanted}
    rows = await database.run(
        "SELECT organisation, team, sector, staff_group, role, is_people_manager, fte, id"
        " FROM positions WHERE organisation IN {}",
        database.in_list(sorted({position.organisation_id for position in wanted})),
    )
    found: dict[Position, UUID] = {}
    for row in rows:
        *values, fte, position_id = row.values()
        if position := by_values.get((*values, Decimal(fte))):
            found[position] = position_id
    return found


def _values(position: Position) -> tuple[Any, ...]:
    return (
        position.organisation_id, position.team, position.sector.value, position.staff_group.value,
        position.role, position.is_people_manager, position.fte,
    )  # fmt: skip
