"""The demonstration's staff, courses, requirements and training records."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from core import clock, invented
from core.demonstration import Ids, Progress, Rows
from training.domain.requirements import WHOLE_TIME
from training.domain.terms import Evidence, Sector, StaffGroup
from training.domain.validity import add_months
from training.services.kept import settle
from training.tables import (
    Course,
    Exemption,
    Position,
    Post,
    Requirement,
    Staff,
    TrainingRecord,
)

SMALL_STAFF = 160
LARGE_STAFF = 5_000
_CHUNK = 500
_LEAVERS_EVERY = 17
_EXEMPT_EVERY = 23
_NEW_EVERY = 13


@dataclass(frozen=True, slots=True)
class Employer:
    """An organisation with the sectors of its staff, each as likely as its weight."""

    organisation_id: UUID
    code: str
    sectors: Sequence[tuple[Sector, int]]


@dataclass(frozen=True, slots=True)
class _Taught:
    """A course in a few words."""

    code: str
    name: str
    rank: int
    months: int | None
    hours: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A requirement in a few words; what is empty asks everybody."""

    name: str
    course: str
    months: int | None
    within_days: int
    sectors: tuple[Sector, ...] = ()
    groups: tuple[StaffGroup, ...] = ()
    managers: bool | None = None
    mandatory: bool = True


_COURSES = (
    _Taught("L1", "Level 1: responding to a disclosure", 1, 36, "3.5"),
    _Taught("AWARE", "Domestic abuse awareness for front-line staff", 1, 36, "3"),
    _Taught("ASK", "Know how to ask", 2, 36, "6"),
    _Taught("DASH", "Risk identification with the DASH checklist", 2, 24, "6"),
    _Taught("MANAGERS", "Supporting staff who may themselves be affected", 2, 36, "3"),
    _Taught("ADULTS", "Safeguarding adults", 2, 36, "4"),
    _Taught("CHILDREN", "Effects on children and young people", 2, 36, "4"),
    _Taught("CHANGE", "Talking with people who use abusive behaviour", 3, 36, "7"),
    _Taught("MARAC", "Preparing for and taking part in a MARAC", 3, 24, "3.5"),
    _Taught("SPECIAL", "Specialist practice", 4, None, "24"),
)
_FRONT_LINE = (StaffGroup.FRONT_LINE,)
_REQUIREMENTS = (
    _Asked("Level 1 at induction, every three years (Kent)", "L1", 36, 90),
    _Asked("Front-line health: awareness", "AWARE", 36, 120, (Sector.HEALTH,), _FRONT_LINE),
    _Asked("Front-line housing: awareness", "AWARE", 36, 120, (Sector.HOUSING,), _FRONT_LINE),
    _Asked(
        "Front-line social care: awareness",
        "AWARE",
        36,
        120,
        (Sector.ADULT_SOCIAL_CARE, Sector.CHILDRENS_SOCIAL_CARE),
        _FRONT_LINE,
    ),
    _Asked("People managers: staff who may be affected", "MANAGERS", None, 182, managers=True),
    _Asked("Police: risk identification", "DASH", 24, 182, (Sector.POLICE,)),
    _Asked(
        "Specialists: MARAC", "MARAC", 24, 365,
        (Sector.VOLUNTARY_DA_SPECIALIST, Sector.PROBATION), (StaffGroup.SPECIALIST,),
    ),
    _Asked(
        "Adult social care: safeguarding adults (recommended)", "ADULTS", 36, 182,
        (Sector.ADULT_SOCIAL_CARE,), mandatory=False,
    ),
)  # fmt: skip
"""S24 (front-line health, housing and social care), S25 (managers) and some of domain.md 2.5."""

_GROUPS = (
    (StaffGroup.FRONT_LINE, 56),
    (StaffGroup.SPECIALIST, 14),
    (StaffGroup.MANAGER, 12),
    (StaffGroup.RECEPTION_ADMIN, 10),
    (StaffGroup.AGENCY, 4),
    (StaffGroup.VOLUNTEER, 4),
)
_TEAMS = ("North", "South", "East", "West", "Duty", "Outreach")
_ABSENCES = ("Parental leave", "Career break", "Secondment elsewhere", "Long-term sick leave")
_EVIDENCE = (
    (Evidence.CERTIFICATE, 45),
    (Evidence.REGISTER, 30),
    (Evidence.E_LEARNING_RESULT, 20),
    (Evidence.SELF_DECLARED, 5),
)
_VALID, _EXPIRING, _EXPIRED, _NEVER = "valid", "expiring", "expired", "never"
_STANDINGS = ((_VALID, 72), (_EXPIRING, 8), (_EXPIRED, 9), (_NEVER, 11))


@dataclass(slots=True)
class _Desk:
    """The rows made so far, with what each of them needs."""

    chance: random.Random
    ids: Ids
    rows: Rows
    today: date
    recorded_by: UUID
    courses: dict[str, UUID]
    positions: dict[tuple[object, ...], UUID] = field(default_factory=dict)
    staff_ids: list[UUID] = field(default_factory=list)


async def load(
    employers: Sequence[Employer],
    *,
    recorded_by: UUID,
    chance: random.Random,
    large: bool,
    progress: Progress,
) -> None:
    """Insert the catalogue and the staff with their records, inside the current transaction."""
    ids = Ids(chance)
    rows = Rows(Course, Requirement, Position, Staff, Post, Exemption, TrainingRecord)
    courses = {course.code: ids.new() for course in _COURSES}
    desk = _Desk(chance, ids, rows, clock.today(), recorded_by, courses)
    _add_catalogue(desk)
    count = LARGE_STAFF if large else SMALL_STAFF
    for number in range(count):
        employer = employers[number % len(employers)]
        _add_staff(desk, employer, number, takes_every_course=number >= SMALL_STAFF)
        if number % _CHUNK == _CHUNK - 1:
            await rows.insert()
            progress("Staff", number + 1, count)
    await rows.insert()
    await settle(desk.staff_ids)
    progress("Staff", count, count)


def _add_catalogue(desk: _Desk) -> None:
    made_at = clock.instant_of(desk.today - timedelta(days=5 * 365), "09:00")
    for course in _COURSES:
        desk.rows.add(
            Course,
            id=desk.courses[course.code],
            code=course.code,
            name=course.name,
            rank=course.rank,
            validity_months=course.months,
            hours=Decimal(course.hours),
            created_at=made_at,
            version=1,
        )
    for asked in _REQUIREMENTS:
        desk.rows.add(
            Requirement,
            id=desk.ids.new(),
            name=asked.name,
            course=desk.courses[asked.course],
            mandatory=asked.mandatory,
            validity_months=asked.months,
            sectors=json.dumps(asked.sectors),
            staff_groups=json.dumps(asked.groups),
            organisation_ids="[]",
            is_people_manager=asked.managers,
            due_within_days_of_start=asked.within_days,
            effective_from=desk.today - timedelta(days=3 * 365),
            effective_to=None,
            created_at=made_at,
            version=1,
        )


def _add_staff(desk: _Desk, employer: Employer, number: int, *, takes_every_course: bool) -> None:
    """Add one member of staff; some have just begun, some have left, some are exempt."""
    chance = desk.chance
    given, family = invented.anybody(chance)
    sector = invented.weighted(chance, employer.sectors)
    group = invented.weighted(chance, _GROUPS)
    is_new = number % _NEW_EVERY == _NEW_EVERY - 1
    days = chance.randint(5, 60) if is_new else chance.randint(400, 4_000)
    started_on = desk.today - timedelta(days=days)
    has_left = number % _LEAVERS_EVERY == _LEAVERS_EVERY - 1 and not is_new
    staff_id = desk.ids.new()
    desk.rows.add(
        Staff,
        id=staff_id,
        organisation=employer.organisation_id,
        payroll_number=f"{employer.code}{number + 1:05}",
        name=f"{given} {family}",
        email=f"{given}.{family}.{number + 1}@example.org".lower(),
        created_at=clock.instant_of(started_on, "09:00"),
        version=1,
    )
    desk.rows.add(
        Post,
        id=desk.ids.new(),
        staff=staff_id,
        position=_position(desk, employer.organisation_id, chance.choice(_TEAMS), sector, group),
        started_on=started_on,
        ended_on=desk.today - timedelta(days=chance.randint(3, 300)) if has_left else None,
    )
    desk.staff_ids.append(staff_id)
    if number % _EXEMPT_EVERY == _EXEMPT_EVERY - 1:
        _add_exemption(desk, staff_id)
    _add_records(desk, staff_id, sector, group, is_new=is_new, every=takes_every_course)


def _position(
    desk: _Desk, organisation_id: UUID, team: str, sector: Sector, group: StaffGroup
) -> UUID:
    key = (organisation_id, team, sector, group)
    if key not in desk.positions:
        role = group.value.replace("_", " ").capitalize()
        desk.positions[key] = desk.ids.new()
        desk.rows.add(
            Position,
            id=desk.positions[key],
            organisation=organisation_id,
            team=team,
            sector=sector.value,
            staff_group=group.value,
            role=role,
            folded_role=role.casefold(),
            is_people_manager=group is StaffGroup.MANAGER,
            fte=WHOLE_TIME,
        )
    return desk.positions[key]


def _add_exemption(desk: _Desk, staff_id: UUID) -> None:
    from_on = desk.today - timedelta(days=desk.chance.randint(10, 80))
    desk.rows.add(
        Exemption,
        id=desk.ids.new(),
        staff=staff_id,
        requirement=None,
        from_on=from_on,
        to_on=from_on + timedelta(days=182),
        reason=desk.chance.choice(_ABSENCES),
        created_at=clock.instant_of(from_on, "09:00"),
    )


def _add_records(
    desk: _Desk, staff_id: UUID, sector: Sector, group: StaffGroup, *, is_new: bool, every: bool
) -> None:
    wanted = {asked.course for asked in _REQUIREMENTS if _asks(asked, sector, group)}
    for course in _COURSES:
        likely = 1.0 if every or course.code in wanted else 0.12
        if desk.chance.random() < likely:
            standing = invented.weighted(desk.chance, _STANDINGS)
            if is_new and not every:
                standing = desk.chance.choice((_NEVER, _NEVER, _VALID))
            if standing != _NEVER or every:
                _add_record(desk, staff_id, course, standing)


def _asks(asked: _Asked, sector: Sector, group: StaffGroup) -> bool:
    return (
        (not asked.sectors or sector in asked.sectors)
        and (not asked.groups or group in asked.groups)
        and asked.managers in {None, group is StaffGroup.MANAGER}
    )


def _add_record(desk: _Desk, staff_id: UUID, course: _Taught, standing: str) -> None:
    """Add a record that stands so today: valid, expiring within 90 days, or expired."""
    chance = desk.chance
    months = course.months or 36
    expires_on = {
        _EXPIRING: desk.today + timedelta(days=chance.randint(6, 84)),
        _EXPIRED: desk.today - timedelta(days=chance.randint(6, 400)),
    }.get(standing, desk.today + timedelta(days=chance.randint(120, 30 * months - 20)))
    completed_on = add_months(expires_on, -months)
    evidence = invented.weighted(chance, _EVIDENCE)
    desk.rows.add(
        TrainingRecord,
        id=desk.ids.new(),
        staff=staff_id,
        course=desk.courses[course.code],
        completed_on=completed_on,
        hours=Decimal(course.hours),
        evidence=evidence.value,
        verified=evidence is not Evidence.SELF_DECLARED,
        recorded_by=desk.recorded_by,
        created_at=clock.instant_of(completed_on, "16:00"),
    )
