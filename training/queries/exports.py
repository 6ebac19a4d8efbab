"""Every table of training as rows for a file, a page at a time, as far as somebody may see."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.database import Row
from core.pagination import MAX_LIMIT, Cursor
from core.reports import Column, Kind
from core.scope import Scope
from training.domain.terms import ComplianceStatus
from training.queries.areas import staff_in_scope, touches
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.dossiers import dossiers
from training.queries.people import staff

PAGE = 1_000
_FIRST = UUID(int=0)

_OF_STAFF = ("payroll_number", "name", "organisation")
_CODES = "Codes are written as an import takes them, like front_line."
_LISTS = frozenset({"sectors", "staff_groups", "roles"})


@dataclass(frozen=True, slots=True)
class Export:
    """What a table's file holds: its columns, what they mean, and where its rows come from.

    ``key`` is the id that pages go on from.
    """

    title: str
    columns: tuple[Column, ...]
    definitions: tuple[str, ...] = ()
    select: str = ""
    source: str = ""
    key: str = ""


def _columns(names: Sequence[str], **kinds: Kind) -> tuple[Column, ...]:
    return tuple(
        Column(name, name.replace("_", " ").capitalize(), kinds.get(name, _kind(name)))
        for name in names
    )


def _kind(name: str) -> Kind:
    return Kind.DAY if name.endswith("_on") else Kind.TEXT


def _of_staff(*names: str, **kinds: Kind) -> tuple[Column, ...]:
    return _columns((*_OF_STAFF, *names), **kinds)


_WHO = "staff.payroll_number, staff.name, org.name AS organisation"
_ORG = "JOIN organisations org ON org.id = staff.organisation"

EXPORTS: Mapping[str, Export] = {
    "staff": Export(
        "Staff",
        _columns((
            "payroll_number", "name", "email", "organisation", "team", "sector", "staff_group",
            "role", "is_people_manager", "fte", "started_on", "ended_on", "posts",
        ), fte=Kind.COUNT, posts=Kind.COUNT),
        ("One row for each person, with the post that stands for them today.",
         "Posts is how many posts they have or had.", _CODES),
    ),
    "posts": Export(
        "Posts",
        _of_staff("team", "sector", "staff_group", "role", "is_people_manager", "fte",
                  "started_on", "ended_on", "line_manager", fte=Kind.COUNT),
        ("One row for each post; line manager is a payroll number.", _CODES),
        _WHO + ", p.team, p.sector, p.staff_group, p.role, p.is_people_manager,"
        " p.fte, o.started_on, o.ended_on, lm.payroll_number AS line_manager",
        "posts o JOIN positions p ON p.id = o.position JOIN staff ON staff.id = o.staff " + _ORG
        + " LEFT JOIN staff lm ON lm.id = o.line_manager",
        "o.id",
    ),
    "courses": Export(
        "Courses",
        _columns(("code", "name", "level", "pathway", "rank", "validity_months", "hours",
                  "prerequisite", "provider", "mode", "retired_on"),
                 rank=Kind.COUNT, validity_months=Kind.COUNT, hours=Kind.COUNT),
        ("A course without validity months never expires.",
         "From the day it is retired a course counts no longer."),
        "c.code, c.name, c.level, c.pathway, c.rank, c.validity_months, c.hours,"
        " p.code AS prerequisite, c.provider, c.mode, c.retired_on",
        "courses c LEFT JOIN courses p ON p.id = c.prerequisite",
        "c.id",
    ),
    "requirements": Export(
        "Requirements",
        _columns(("name", "course", "mandatory", "basis", "hours", "window_months",
                  "validity_months", "never_expires", "sectors", "staff_groups", "roles",
                  "is_people_manager", "due_within_days_of_start", "due_within_months_of_start",
                  "due_on", "effective_from", "effective_to"),
                 hours=Kind.COUNT, window_months=Kind.COUNT, validity_months=Kind.COUNT,
                 due_within_days_of_start=Kind.COUNT, due_within_months_of_start=Kind.COUNT,
                 effective_from=Kind.DAY, effective_to=Kind.DAY),
        ("An empty filter asks everybody.", _CODES),
        "q.name, c.code AS course, q.mandatory, q.basis, q.hours, q.window_months,"
        " q.validity_months, q.never_expires, q.sectors, q.staff_groups, q.roles,"
        " q.is_people_manager, q.due_within_days_of_start, q.due_within_months_of_start,"
        " q.due_on, q.effective_from, q.effective_to, q.organisation_ids",
        "requirements q JOIN courses c ON c.id = q.course",
        "q.id",
    ),
    "exemptions": Export(
        "Exemptions",
        _of_staff("requirement", "from_on", "to_on", "reason"),
        ("Without a requirement somebody is exempt from all.",),
        _WHO + ", q.name AS requirement, e.from_on, e.to_on, e.reason",
        "exemptions e JOIN staff ON staff.id = e.staff " + _ORG
        + " LEFT JOIN requirements q ON q.id = e.requirement",
        "e.id",
    ),
    "training-records": Export(
        "Training records",
        _of_staff("course_code", "course", "completed_on", "hours", "evidence", "verified",
                  "counts", "withdrawn_at", hours=Kind.COUNT),
        ("Counts says whether the record is verified, not withdrawn, and its prerequisite held.",
         _CODES),
        _WHO + ", c.code AS course_code, c.name AS course, r.completed_on, r.hours,"
        " r.evidence, r.verified, r.counts, r.withdrawn_at",
        "training_records r JOIN staff ON staff.id = r.staff " + _ORG
        + " JOIN courses c ON c.id = r.course",
        "r.id",
    ),
    "training-events": Export(
        "Training events",
        _columns(("course", "organisation", "starts_at", "ends_at", "venue", "places",
                  "places_taken", "status"), places=Kind.COUNT, places_taken=Kind.COUNT),
        ("Events that your organisations give; times are those of London.",),
        "c.name AS course, staff.name AS organisation, e.starts_at, e.ends_at,"
        " e.venue, e.places, e.places_taken, e.status",
        "training_events e JOIN courses c ON c.id = e.course"
        " JOIN (SELECT id, name, id AS organisation FROM organisations) staff"
        " ON staff.id = e.organisation",
        "e.id",
    ),
    "bookings": Export(
        "Bookings",
        _of_staff("course", "starts_at", "outcome", "booked_at"),
        ("Your own staff's bookings, whoever gives the event; times are those of London.",),
        _WHO + ", c.name AS course, e.starts_at, b.outcome, b.booked_at",
        "bookings b JOIN staff ON staff.id = b.staff " + _ORG
        + " JOIN training_events e ON e.id = b.event JOIN courses c ON c.id = e.course",
        "b.id",
    ),
    "compliance": Export(
        "Compliance, person by person",
        _of_staff("team", "requirement", "mandatory", "status", "completed_on", "expires_on",
                  "due_on"),
        ("One row for each person and each requirement that asks something of them today.",),
    ),
}  # fmt: skip
"""The tables by their names in addresses."""


async def rows(name: str, *, scope: Scope) -> AsyncIterator[list[tuple[object, ...]]]:
    """Answer the rows of a table, a page at a time, in order of making."""
    pages = {"staff": _staff, "compliance": _compliance}.get(name)
    async for page in pages(scope) if pages else _by_key(EXPORTS[name], scope):
        yield page


async def count(name: str, *, scope: Scope) -> int:
    """Answer how many rows a table has; of compliance, how many people it is about."""
    export = EXPORTS[name]
    found = await database.run(
        f"SELECT COUNT(*) AS n FROM {export.source or 'staff'} WHERE {{}}",  # noqa: S608 - ours
        _condition(export, scope),
    )
    return int(found[0]["n"])


async def _by_key(export: Export, scope: Scope) -> AsyncIterator[list[tuple[object, ...]]]:
    after = _FIRST
    while True:
        found = await database.run(
            f"SELECT {export.key} AS id, {export.select} FROM {export.source}"  # noqa: S608 - ours
            f" WHERE {export.key} > {{}} AND {{}} ORDER BY {export.key} LIMIT {{}}",
            after, _condition(export, scope), PAGE,
        )  # fmt: skip
        if found:
            yield [_cells(export, row) for row in found if _is_seen(row, scope)]
        if len(found) < PAGE:
            return
        after = found[-1]["id"]


def _condition(export: Export, scope: Scope) -> QueryString:
    """Courses are shared by all; of requirements the rows themselves say whom they touch."""
    is_shared = export.key in {"c.id", "q.id"}
    return QueryString("1 = 1") if is_shared else staff_in_scope(scope=scope)


def _is_seen(row: Row, scope: Scope) -> bool:
    if "organisation_ids" not in row:
        return True
    ids = frozenset(UUID(id) for id in _listed(row["organisation_ids"]))
    return touches(ids, scope=scope)


def _listed(stored: str | list[str]) -> list[str]:
    found: list[str] = json.loads(stored) if isinstance(stored, str) else stored
    return found


def _cells(export: Export, row: Row) -> tuple[object, ...]:
    return tuple(_cell(column.key, row[column.key]) for column in export.columns)


def _cell(key: str, value: Any) -> object:
    if key in _LISTS:
        return ", ".join(_listed(value))
    if key.endswith("_at") and value is not None:
        return f"{clock.london(value):%Y-%m-%d %H:%M}"
    return value


async def _staff(scope: Scope) -> AsyncIterator[list[tuple[object, ...]]]:
    cursor = Cursor(limit=MAX_LIMIT)
    while True:
        page = await staff(scope=scope, cursor=cursor)
        yield [
            (
                view.payroll_number, view.name, view.email, view.organisation_name,
                view.post.position.team, view.post.position.sector.value,
                view.post.position.staff_group.value, view.post.position.role,
                view.post.position.is_people_manager, view.post.position.fte, view.started_on,
                view.ended_on, len(view.posts),
            )
            for view in page.items
        ]  # fmt: skip
        if page.next is None:
            return
        cursor = Cursor(limit=MAX_LIMIT, after=page.next)


async def _compliance(scope: Scope) -> AsyncIterator[list[tuple[object, ...]]]:
    asked, today = await every_requirement(scope=scope), clock.today()
    after = _FIRST
    while True:
        people = await database.run(
            f"SELECT staff.id, {_WHO} FROM staff {_ORG}"  # noqa: S608 - fixed texts
            " WHERE staff.id > {} AND {} ORDER BY staff.id LIMIT {}",
            after, staff_in_scope(scope=scope), PAGE,
        )  # fmt: skip
        if people:
            yield await _standings(people, asked, today, scope)
        if len(people) < PAGE:
            return
        after = people[-1]["id"]


async def _standings(
    people: Sequence[Row], asked: Sequence[RequirementView], today: date, scope: Scope
) -> list[tuple[object, ...]]:
    whose = QueryString("staff.id IN {}", database.in_list(row["id"] for row in people))
    found = await dossiers(whose, on=today, asked=asked, scope=scope)
    page: list[tuple[object, ...]] = []
    for row in people:
        for view in asked if row["id"] in found else ():
            standing = found[row["id"]].standing(view, today)
            if standing.status is not ComplianceStatus.NOT_REQUIRED:
                page.append((
                    row["payroll_number"], row["name"], row["organisation"],
                    found[row["id"]].team_on(today), view.name, view.mandatory,
                    standing.status.value, standing.completed_on, standing.expires_on,
                    standing.due_on,
                ))  # fmt: skip
    return page
