"""How the held sessions of each group were peopled: members and facilitators (C12)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.reports import Question
from core.scope import Scope, Side
from programmes.domain.continuity import Taken
from programmes.domain.terms import ProgrammeType, SessionStatus
from programmes.queries import visibility
from programmes.queries.cases import require_cohort, require_programme
from programmes.queries.meetings import held_within

_GROUP = (
    " JOIN cohorts c ON c.id = {} JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme"
)
_NAMED = "c.id, c.code, g.name, g.side, g.type, v.capacity_min, v.capacity_max"
_HELD = f"s.status = '{SessionStatus.HELD.value}'"
_SIZES = (
    "SELECT {named}, z.size, z.sessions FROM (SELECT t.cohort, t.size, COUNT(*) AS sessions"
    " FROM (SELECT s.id, s.cohort, COUNT(e.id) AS size FROM (SELECT s.id, s.cohort,"
    " {day} AS held_on FROM sessions s WHERE {held} AND s.enrolment IS NULL AND {{}}) s"
    " LEFT JOIN enrolments e ON e.cohort = s.cohort AND e.joined_on <= s.held_on"
    " AND (e.ended_on IS NULL OR e.ended_on > s.held_on OR e.ended_on = s.held_on AND NOT EXISTS"
    " (SELECT 1 FROM enrolments n WHERE n.participant = e.participant AND n.cohort = e.cohort"
    " AND n.joined_on = e.ended_on AND n.id > e.id)) AND NOT EXISTS (SELECT 1 FROM pauses q"
    " WHERE q.enrolment = e.id AND q.from_on <= s.held_on"
    " AND (q.to_on IS NULL OR q.to_on >= s.held_on)) GROUP BY s.id, s.cohort) t"
    " GROUP BY t.cohort, t.size) z{group} WHERE {{}} ORDER BY g.side, g.type, g.name, c.code, c.id"
)
"""Whoever leaves and comes back on one day is one member on it, by the later place."""
_TAKEN = (
    "SELECT {named}, s.id AS session, s.enrolment IS NULL AS of_group, f.account"
    " FROM sessions s{group} LEFT JOIN session_facilitators f ON f.session = s.id"
    " WHERE {held} AND {{}} AND {{}} ORDER BY g.side, g.type, g.name, c.code, c.id, s.id"
)


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with what names its row, and how many its programme asks for."""

    id: UUID
    code: str
    programme: str
    side: Side
    type: ProgrammeType
    capacity_min: int
    capacity_max: int


@dataclass(frozen=True, slots=True)
class Held:
    """The sessions that a group held, each with who took it."""

    usual: frozenset[UUID]
    sessions: list[Taken] = field(default_factory=list)


async def sizes_by_group(question: Question, *, scope: Scope) -> dict[GroupView, dict[int, int]]:
    """Answer for each group that met how many of its sessions had how many active members.

    Raises:
        NotFoundError: the programme or the cohort asked for is not there, or not visible.
    """
    await _require(question, scope)
    sql = _SIZES.format(
        named=_NAMED, held=_HELD, day=database.london_day("s.starts_at"),
        group=_GROUP.format("z.cohort"),
    )  # fmt: skip
    found: dict[GroupView, dict[int, int]] = {}
    for row in await database.run(sql, _period(question), _asked(question, scope)):
        found.setdefault(_group(row), {})[row["size"]] = row["sessions"]
    return found


async def held_by_group(question: Question, *, scope: Scope) -> dict[GroupView, Held]:
    """Answer who took the sessions of each group that met, catch-ups included.

    A session for which nobody was named was taken by the group's facilitators.

    Raises:
        NotFoundError: the programme or the cohort asked for is not there, or not visible.
    """
    await _require(question, scope)
    sql = _TAKEN.format(named=_NAMED, held=_HELD, group=_GROUP.format("s.cohort"))
    rows = await database.run(sql, _period(question), _asked(question, scope))
    usual = await _usual()
    found: dict[UUID, tuple[GroupView, Held]] = {}
    for row, takers in _sessions(rows):
        regular = usual.get(row["id"], frozenset())
        if row["id"] not in found:
            found[row["id"]] = (_group(row), Held(regular))
        _, held = found[row["id"]]
        held.sessions.append(Taken(takers or regular, group=bool(row["of_group"])))
    return dict(found.values())


def _sessions(rows: Sequence[database.Row]) -> Iterator[tuple[database.Row, frozenset[UUID]]]:
    """Answer each session once, with those who were named to take it."""
    for _, some in groupby(rows, key=lambda row: row["session"]):
        named = list(some)
        yield named[0], frozenset(row["account"] for row in named if row["account"])


async def _usual() -> Mapping[UUID, frozenset[UUID]]:
    """Answer who facilitates each group, whichever of them are asked for."""
    found: dict[UUID, set[UUID]] = {}
    for row in await database.run("SELECT f.cohort, f.account FROM cohort_facilitators f"):
        found.setdefault(row["cohort"], set()).add(row["account"])
    return {cohort: frozenset(accounts) for cohort, accounts in found.items()}


async def _require(question: Question, scope: Scope) -> None:
    await require_programme(question.programme_id, scope=scope)
    await require_cohort(question.cohort_id, scope=scope)


def _period(question: Question) -> QueryString:
    conditions = held_within(question.since, question.until)
    return database.all_of([QueryString("(1 = 1)"), *conditions])


def _asked(question: Question, scope: Scope) -> QueryString:
    asked = (
        ("g.id", question.programme_id),
        ("g.organisation", question.organisation_id),
        ("c.id", question.cohort_id),
    )
    return database.all_of(
        [
            visibility.reported(scope),
            *(QueryString(f"{column} = {{}}", id) for column, id in asked if id),
        ]
    )


def _group(row: database.Row) -> GroupView:
    return GroupView(
        row["id"], row["code"], row["name"], Side(row["side"]), ProgrammeType(row["type"]),
        row["capacity_min"], row["capacity_max"],
    )  # fmt: skip
