"""Everything that is held about one person, without anybody else (feature 127)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.domain.roles import Role
from accounts.queries import roles_of
from core import audit, database
from core.scope import Permission, Scope, Side
from programmes.domain.subject_access import NOT_THEIRS, Field, Kind, Section, shown
from programmes.queries.held import HELD, TO_AVOID, Held
from programmes.queries.participants import ParticipantView, participant

LOOKS = ("participant_viewed", "enrolment_viewed", "referral_viewed", "participant_exported")
"""What counts as having looked; other events could tell of other people."""

_WORKERS: Mapping[Role | None, str] = {
    Role.FACILITATOR: "a facilitator",
    Role.PROGRAMME_MANAGER: "a programme manager",
}
"""Whom a file names, by role: any other role could tell that a partner is supported (D4)."""
_ANOTHER, _SERVICE = "another worker", "the service itself"

_LOOKED_AT = (
    Field("at", "When", Kind.INSTANT),
    Field("action", "What", Kind.CODE),
    Field("by", "By", Kind.WORKER),
)


@dataclass(frozen=True, slots=True)
class PersonFile:
    """What is held about one person, by kind of record."""

    person: ParticipantView
    sections: tuple[Section, ...]


async def person_file(participant_id: UUID, *, scope: Scope) -> PersonFile:
    """Answer everything held about a person, in a fixed number of statements.

    Raises:
        NotFoundError: they are not there, or not the scope's to export.
    """
    person = await participant(participant_id, scope=scope, permission=Permission.EXPORT_PEOPLE)
    held = [*HELD, *([TO_AVOID] if person.side is Side.SURVIVOR else [])]
    rows = {one.key: await _rows(one, participant_id) for one in held}
    rows["to_avoid"] = await _with_venues(rows.get("to_avoid", []))
    looks = await _looks(participant_id)
    workers = await roles_of(
        _workers(held, rows) | {row["by"] for row in looks if row["by"]},
        side=person.side, organisation_id=person.organisation_id, scope=scope,
    )  # fmt: skip
    sections = [_section(one, rows[one.key], workers) for one in held]
    looked_at = Held("looked_at", "Who looked at this record", _LOOKED_AT, "")
    return PersonFile(person, (*sections, _section(looked_at, looks, workers)))


async def _rows(one: Held, participant_id: UUID) -> list[database.Row]:
    statement = one.sql + one.of_person
    others = [NOT_THEIRS] * (statement.count("{}") - 1)
    return await database.run(statement, participant_id, *others)


async def _with_venues(rows: list[database.Row]) -> list[database.Row]:
    """Answer the rows with the names of the venues whose ids they list."""
    wanted = {UUID(id) for row in rows for id in json.loads(row["venues_to_avoid"])}
    found = await database.run(
        "SELECT v.name FROM venues v WHERE v.id IN {} ORDER BY v.name", database.in_list(wanted)
    )
    names = ", ".join(row["name"] for row in found)
    return [{**row, "venues_to_avoid": names} for row in rows]


async def _looks(participant_id: UUID) -> list[dict[str, Any]]:
    rows = await database.run(
        "SELECT e.id FROM enrolments e WHERE e.participant = {}"
        " UNION ALL SELECT r.id FROM referrals r WHERE r.participant = {}",
        participant_id,
        participant_id,
    )
    found = await audit.looks([participant_id, *(row["id"] for row in rows)], actions=LOOKS)
    return [{"at": look.at, "action": look.action, "by": look.actor} for look in found]


def _workers(held: Iterable[Held], rows: Mapping[str, list[database.Row]]) -> set[UUID]:
    return {
        row[field.key]
        for one in held
        for field in one.fields
        if field.kind is Kind.WORKER
        for row in rows[one.key]
        if row[field.key]
    }


def _section(one: Held, rows: Iterable[Mapping[str, Any]], workers: Mapping[UUID, Role]) -> Section:
    return Section(
        one.key, one.title, one.fields,
        tuple({field.key: _value(row[field.key], field, workers) for field in one.fields}
              for row in rows),
    )  # fmt: skip


def _value(value: Any, field: Field, workers: Mapping[UUID, Role]) -> Any:
    if field.kind is not Kind.WORKER:
        return shown(value, field.kind)
    return _SERVICE if value is None else _WORKERS.get(workers.get(value), _ANOTHER)
