"""What an import compares its rows with, read a batch at a time, where the importer may import."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from accounts.queries import OrganisationView, organisations
from core import clock, database
from core.scope import Permission, Scope
from training.domain.importing.posts import HeldPost
from training.queries.areas import organisations_seen
from training.queries.posts import POSTS, post_of

_AT_ONCE = 5_000
"""So many values of one ``IN`` both engines take."""


@dataclass(frozen=True, slots=True)
class KnownStaff:
    """A member of staff as they are stored."""

    id: UUID
    organisation_id: UUID
    payroll_number: str
    name: str
    email: str
    version: int


@dataclass(frozen=True, slots=True)
class KnownLearner:
    """Whose completions are imported, with their first day in any post."""

    id: UUID
    organisation_id: UUID
    first_day: date
    account_id: UUID | None


@dataclass(frozen=True, slots=True)
class KnownCourse:
    """A course that rows name by its code."""

    id: UUID
    code: str
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A completion as it is stored."""

    id: UUID
    verified: bool
    withdrawn: bool


async def places(permission: Permission, *, scope: Scope) -> tuple[OrganisationView, ...]:
    """Answer the organisations in which the permission holds."""
    return tuple(
        known
        for known in await organisations(scope=scope)
        if scope.covers(permission, side=None, organisation_id=known.id)
    )


async def staff(
    numbers: Collection[str], organisation_ids: Collection[UUID], *, scope: Scope, held: bool
) -> list[KnownStaff]:
    """Answer whoever has one of the payroll numbers; ``held`` keeps others from changing them."""
    found: list[KnownStaff] = []
    lock = QueryString("FOR UPDATE" if held and database.bound().engine_type == "postgres" else "")
    for at in _parts(numbers):
        rows = await database.run(
            "SELECT id, organisation, payroll_number, name, email, version FROM staff"
            " WHERE organisation IN {} AND payroll_number IN {} AND {} ORDER BY id {}",
            database.in_list(sorted(organisation_ids)),
            database.in_list(at),
            _within(Permission.MANAGE_STAFF, scope=scope),
            lock,
        )
        found += [KnownStaff(*row.values()) for row in rows]
    return found


async def posts(staff_ids: Collection[UUID], *, scope: Scope) -> dict[UUID, dict[UUID, HeldPost]]:
    """Answer the posts of some staff, by person and post."""
    found: dict[UUID, dict[UUID, HeldPost]] = defaultdict(dict)
    for at in _parts(staff_ids):
        condition = QueryString(
            "staff.id IN {} AND {}",
            database.in_list(at),
            _within(Permission.MANAGE_STAFF, scope=scope),
        )
        for row in await database.run(POSTS, condition):
            held = HeldPost(post=post_of(row), line_manager_id=row["line_manager"])
            found[row["staff"]][held.post.id] = held
    return found


async def line_managers(*, scope: Scope) -> dict[tuple[UUID, str], set[str]]:
    """Answer the payroll numbers of whoever manages each person in post, by organisation."""
    found: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    rows = await database.run(
        "SELECT staff.organisation, staff.payroll_number, m.payroll_number AS manager"
        " FROM posts o JOIN staff ON staff.id = o.staff JOIN staff m ON m.id = o.line_manager"
        " WHERE (o.ended_on IS NULL OR o.ended_on >= {}) AND {}",
        clock.today(),
        _within(Permission.MANAGE_STAFF, scope=scope),
    )
    for row in rows:
        found[row["organisation"], row["payroll_number"]].add(row["manager"])
    return found


async def in_post(
    organisation_ids: Collection[UUID], *, scope: Scope
) -> dict[tuple[UUID, str], UUID]:
    """Answer the ids of whoever is in post today, by organisation and payroll number."""
    today = clock.today()
    rows = await database.run(
        "SELECT staff.id, staff.organisation, staff.payroll_number FROM staff WHERE EXISTS"
        " (SELECT 1 FROM posts o WHERE o.staff = staff.id AND o.started_on <= {}"
        " AND (o.ended_on IS NULL OR o.ended_on >= {})) AND staff.organisation IN {} AND {}",
        today,
        today,
        database.in_list(sorted(organisation_ids)),
        _within(Permission.MANAGE_STAFF, scope=scope),
    )
    return {(row["organisation"], row["payroll_number"]): row["id"] for row in rows}


async def open_proposals(*, scope: Scope) -> set[UUID]:
    """Answer the ids of staff who are proposed as leavers, and nobody has decided."""
    rows = await database.run(
        "SELECT l.staff FROM leaver_proposals l JOIN staff ON staff.id = l.staff"
        " WHERE l.decision IS NULL AND {}",
        _within(Permission.MANAGE_STAFF, scope=scope),
    )
    return {row["staff"] for row in rows}


async def learners(
    numbers: Collection[str], organisation_ids: Collection[UUID], *, scope: Scope
) -> dict[str, list[KnownLearner]]:
    """Answer whoever has one of the payroll numbers, several where organisations share it."""
    found: dict[str, list[KnownLearner]] = defaultdict(list)
    for at in _parts(numbers):
        rows = await database.run(
            "SELECT staff.id, staff.organisation, staff.payroll_number, staff.account,"
            " MIN(o.started_on) AS first_day FROM staff JOIN posts o ON o.staff = staff.id"
            " WHERE staff.organisation IN {} AND staff.payroll_number IN {} AND {}"
            " GROUP BY staff.id, staff.organisation, staff.payroll_number, staff.account",
            database.in_list(sorted(organisation_ids)),
            database.in_list(at),
            _within(Permission.RECORD_TRAINING, scope=scope),
        )
        for row in rows:
            first = row["first_day"]  # SQLite answers the least day as text
            day = date.fromisoformat(first) if isinstance(first, str) else first
            found[row["payroll_number"]].append(
                KnownLearner(row["id"], row["organisation"], day, row["account"])
            )
    return found


async def courses(*, scope: Scope) -> tuple[KnownCourse, ...]:
    """Answer the courses of the catalogue, which all organisations share."""
    rows = await database.run(
        "SELECT id, code, retired_on FROM courses WHERE {}",
        QueryString("1 = 1" if scope.has(Permission.RECORD_TRAINING) else "1 = 0"),
    )
    return tuple(KnownCourse(row["id"], row["code"], row["retired_on"]) for row in rows)


async def records(
    staff_ids: Collection[UUID], *, scope: Scope
) -> dict[tuple[UUID, UUID, date], KnownRecord]:
    """Answer completions by person, course and day; a withdrawn one where there is no other."""
    found: dict[tuple[UUID, UUID, date], KnownRecord] = {}
    for at in _parts(staff_ids):
        rows = await database.run(
            "SELECT id, staff, course, completed_on, verified, withdrawn_at FROM training_records"
            " WHERE staff IN (SELECT staff.id FROM staff WHERE staff.id IN {} AND {})",
            database.in_list(at),
            _within(Permission.RECORD_TRAINING, scope=scope),
        )
        for row in rows:
            key = row["staff"], row["course"], row["completed_on"]
            known = KnownRecord(row["id"], row["verified"], row["withdrawn_at"] is not None)
            if not known.withdrawn or key not in found:
                found[key] = known
    return found


def _within(permission: Permission, *, scope: Scope) -> QueryString:
    seen = organisations_seen(scope=scope, permission=permission)
    if seen is None:
        return QueryString("1 = 1")
    return QueryString("staff.organisation IN {}", database.in_list(sorted(seen)))


def _parts(values: Collection[str] | Collection[UUID]) -> list[list[str | UUID]]:
    found: list[str | UUID] = [*values]
    return [found[at : at + _AT_ONCE] for at in range(0, len(found), _AT_ONCE)]
