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
from programmes.queries.cases import of_whom, require_cohort, require_programme
from programmes.queries.meetings import held_within

_GROUP = (
    " JOIN cohorts c ON c.id = {} JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme"
)
_NAMED = "c.id, c.code, g.name, g.side, g.type, v.capacity_min, v.capacity_max"
_HELD = f"s.status = '{SessionStatus.HELD.value}'"
_SIZES = (
    "WITH met AS MATERIALIZED (SELECT s.id, s.cohort, {day} AS held_on FROM sessions s"
    " WHERE {held} AND s.enrolment IS NULL AND {{}} AND s.cohort IN {{}})"
    " SELECT {named}, z.size, z.sessions FROM (SELECT t.cohort, t.size, COUNT(*) AS sessions"
    " FROM (SELECT s.id, s.cohort, COUNT(e.id) AS size FROM met s"
    " LEFT JOIN enrolments e ON e.cohort = s.cohort AND e.joined_on <= s.held_on"
    " AND (e.ended_on IS NULL OR e.ended_on > s.held_on OR e.ended_on = s.held_on AND NOT EXISTS"
    " (SELECT 1 FROM enrolments n WHERE n.participant = e.participant AND n.cohort = e.cohort"
    " AND n.joined_on = e.ended_on AND n.id > e.id))"
    " AND (e.id NOT IN (SELECT y.enrolment FROM pauses y) OR NOT EXISTS"
    " (SELECT 1 FROM pauses q WHERE q.enrolment = e.id AND q.from_on <= s.held_on"
    " AND (q.to_on IS NULL OR q.to_on >= s.held_on))) GROUP BY s.id, s.cohort) t"
    " GROUP BY t.cohort, t.size) z{group} ORDER BY {order}"
)
"""Whoever leaves and comes back on one day is one member on it, by the later place."""
_TAKEN = (
    "SELECT {named}, t.session, t.of_group, t.account, t.sessions FROM"
    " (SELECT s.cohort, CASE WHEN f.account IS NULL THEN NULL ELSE s.id END AS session,"
    " s.enrolment IS NULL AS of_group, f.account, COUNT(*) AS sessions"
    " FROM sessions s LEFT JOIN session_facilitators f ON f.session = s.id"
    " WHERE {held} AND {{}} AND s.cohort IN {{}} GROUP BY 1, 2, 3, 4) t{group}"
    " ORDER BY {order}, t.session, t.of_group"
)
"""Sessions for which nobody was named, which are most, are counted together."""
_ORDER = "g.side, g.type, g.name, c.code, c.id"
_OF = (
    "(SELECT c.id FROM cohorts c JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme WHERE {})"
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
        group=_GROUP.format("z.cohort"), order=_ORDER,
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
    sql = _TAKEN.format(
        named=_NAMED, held=_HELD, group=_GROUP.format("t.cohort"), order=_ORDER
    )  # fmt: skip
    rows = await database.run(sql, _period(question), _asked(question, scope))
    usual = await _usual()
    found: dict[UUID, tuple[GroupView, Held]] = {}
    for row, takers in _sessions(rows):
        regular = usual.get(row["id"], frozenset())
        if row["id"] not in found:
            found[row["id"]] = (_group(row), Held(regular))
        _, held = found[row["id"]]
        taken = Taken(takers or regular, group=bool(row["of_group"]))
        held.sessions.extend([taken] * row["sessions"])
    return dict(found.values())


def _sessions(rows: Sequence[database.Row]) -> Iterator[tuple[database.Row, frozenset[UUID]]]:
    """Answer each session once, or as many alike, with those who were named to take it."""
    for _, some in groupby(rows, key=lambda row: (row["id"], row["session"], row["of_group"])):
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
    return QueryString(_OF, database.all_of(of_whom(question, scope=scope)))


def _group(row: database.Row) -> GroupView:
    return GroupView(
        row["id"], row["code"], row["name"], Side(row["side"]), ProgrammeType(row["type"]),
        row["capacity_min"], row["capacity_max"],
    )  # fmt: skip
