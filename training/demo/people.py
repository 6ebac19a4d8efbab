"""The demonstration's staff, each with a post, exemptions and training records."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from core import clock, invented
from training.demo.catalogue import COURSES, REQUIREMENTS, Asked, Taught
from training.demo.desk import Desk, Employer, Person
from training.domain.requirements import WHOLE_TIME
from training.domain.terms import Evidence, Sector, StaffGroup
from training.domain.validity import add_months
from training.tables import Exemption, Position, Post, Staff, TrainingRecord

_LEAVERS_EVERY = 17
_EXEMPT_EVERY = 23
_NEW_EVERY = 13

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


def add_staff(desk: Desk, employer: Employer, number: int, *, takes_every_course: bool) -> None:
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
    post_id, team = desk.ids.new(), chance.choice(_TEAMS)
    desk.rows.add(
        Post,
        id=post_id,
        staff=staff_id,
        position=position(desk, employer.organisation_id, team, sector, group),
        started_on=started_on,
        ended_on=desk.today - timedelta(days=chance.randint(3, 300)) if has_left else None,
    )
    desk.people.append(
        Person(
            staff_id=staff_id, post_id=post_id, organisation_id=employer.organisation_id,
            team=team, sector=sector, staff_group=group, started_on=started_on, has_left=has_left,
        )
    )  # fmt: skip
    if number % _EXEMPT_EVERY == _EXEMPT_EVERY - 1:
        _add_exemption(desk, staff_id)
    _add_records(desk, staff_id, sector, group, is_new=is_new, every=takes_every_course)


def position(
    desk: Desk, organisation_id: UUID, team: str, sector: Sector, group: StaffGroup
) -> UUID:
    """Answer the position of posts that have all of this in common."""
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


def _add_exemption(desk: Desk, staff_id: UUID) -> None:
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
    desk: Desk, staff_id: UUID, sector: Sector, group: StaffGroup, *, is_new: bool, every: bool
) -> None:
    wanted = {asked.course for asked in REQUIREMENTS if _asks(asked, sector, group)}
    for course in COURSES:
        likely = 1.0 if every or course.code in wanted else 0.12
        if desk.chance.random() < likely:
            standing = invented.weighted(desk.chance, _STANDINGS)
            if is_new and not every:
                standing = desk.chance.choice((_NEVER, _NEVER, _VALID))
            if standing != _NEVER or every:
                _add_record(desk, staff_id, course, standing)


def _asks(asked: Asked, sector: Sector, group: StaffGroup) -> bool:
    return (
        (not asked.sectors or sector in asked.sectors)
        and (not asked.groups or group in asked.groups)
        and asked.managers in {None, group is StaffGroup.MANAGER}
    )


def _add_record(desk: Desk, staff_id: UUID, course: Taught, standing: str) -> None:
    """Add a record that stands so today: valid, expiring within 90 days, or expired."""
    chance = desk.chance
    months = course.months or 36
    expires_on = {
        _EXPIRING: desk.today + timedelta(days=chance.randint(6, 84)),
        _EXPIRED: desk.today - timedelta(days=chance.randint(6, 400)),
    }.get(standing, desk.today + timedelta(days=chance.randint(120, 30 * months - 20)))
    completed_on = add_months(expires_on, -months)
    evidence = invented.weighted(chance, _EVIDENCE)
    add_record(desk, staff_id, course.code, completed_on, evidence, hours=Decimal(course.hours))


def add_record(
    desk: Desk, staff_id: UUID, course: str, completed_on: date, evidence: Evidence, **more: Any
) -> None:
    """Add a training record, unless the person completed the course on that day already."""
    key = (staff_id, desk.courses[course], completed_on)
    if key in desk.taken:
        return
    desk.taken.add(key)
    desk.rows.add(
        TrainingRecord,
        id=desk.ids.new(),
        staff=staff_id,
        course=desk.courses[course],
        completed_on=completed_on,
        evidence=evidence.value,
        verified=evidence is not Evidence.SELF_DECLARED,
        recorded_by=desk.recorded_by,
        created_at=clock.instant_of(completed_on, "16:00"),
        **more,
    )
