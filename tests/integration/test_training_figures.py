"""Figures counted in SQL are those of the rules, person by person, on any day (C8)."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core import clock, database
from core.scope import Area, Permission, Scope
from tests.factories import make_organisation
from tests.factories_training import (
    make_course,
    make_exemption,
    make_post,
    make_record,
    make_requirement,
    make_staff,
)
from training.domain.compliance import Figures, Grouping
from training.domain.terms import ComplianceStatus, Sector, StaffGroup
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.dossiers import EVERYBODY, Dossier, dossiers
from training.queries.figures import Counted, figures
from training.queries.kept import everybody, wrong_holdings
from training.services.kept import settle
from training.tables import Course, CourseEquivalence, TrainingRecord

SECTORS = (Sector.HOUSING, Sector.HEALTH)
GROUPS = (StaffGroup.FRONT_LINE, StaffGroup.MANAGER)
BY = (Grouping.ORGANISATION, Grouping.TEAM, Grouping.SECTOR, Grouping.STAFF_GROUP)
PEOPLE = 5


async def a_workforce(chance: random.Random) -> Scope:
    """Two organisations, courses that cover one another, rules of every kind, and people."""
    organisations = [await make_organisation() for _ in range(2)]
    courses = await _courses(chance)
    await _rules(chance, courses, organisations)
    for _ in range(PEOPLE):
        await _person(chance, chance.choice(organisations), courses)
    areas = {Area(Permission.VIEW_STAFF, organisation_id=id) for id in organisations}
    return Scope(account_id=None, areas=frozenset(areas))


def _ago(chance: random.Random, most: int = 1500, least: int = 0) -> date:
    return clock.today() - timedelta(days=chance.randint(least, most))


async def _courses(chance: random.Random) -> list[UUID]:
    courses = [await make_course(validity_months=chance.choice([None, 12, 36])) for _ in range(4)]
    pathway = f"Pathway {courses[0]}"[:60]
    await Course.update({Course.pathway: pathway}).where(Course.id.is_in(courses[:2]))
    await Course.update({Course.rank: 2}).where(Course.id == courses[1])
    await Course.update({Course.prerequisite: courses[2]}).where(Course.id == courses[1])
    retired_on = clock.today() + timedelta(days=chance.choice([-400, -1, 0, 1, 90, 91, 92]))
    await Course.update({Course.retired_on: retired_on}).where(Course.id == courses[3])
    for course, covers in ((3, 2), (0, 3)):
        if chance.random() < 0.5:
            await CourseEquivalence(
                course=courses[course], covers=courses[covers], created_at=clock.now()
            ).save()
    return courses


async def _rules(
    chance: random.Random, courses: Sequence[UUID], organisations: Sequence[UUID]
) -> None:
    today = clock.today()
    soon = today + timedelta(days=chance.randint(-60, 60))
    kinds: list[dict[str, Any]] = [
        {"due_within_days_of_start": chance.choice([0, 90, 400])},
        {"due_within_months_of_start": 6, "transition_on": _ago(chance), "transition_due_on": soon},
        {"due_on": soon, "sectors": SECTORS[:1], "staff_groups": GROUPS[:1]},
        {"due_within_days_of_start": 90, "counted_from": "role_change", "by_level": True},
        {"basis": "hours", "hours": Decimal(chance.randint(2, 7)), "window_months": 12},
        {"started_from": _ago(chance), "min_fte": Decimal("0.5"), "never_expires": True},
        {"started_before": _ago(chance), "roles": '["OFFICER"]', "validity_months": 24},
        {"effective_from": soon},
    ]
    for place, kind in enumerate(chance.sample(kinds, 4)):
        within = None if {"due_on", "due_within_months_of_start"} & set(kind) else 30
        asked = {"due_within_days_of_start": within, **kind}
        await make_requirement(
            courses[place % len(courses)], organisation_ids=organisations, **asked
        )


async def _person(chance: random.Random, organisation: UUID, courses: Sequence[UUID]) -> None:
    def a_position() -> dict[str, Any]:
        return {
            "sector": chance.choice(SECTORS), "staff_group": chance.choice(GROUPS),
            "role": chance.choice(["Officer", "Lead"]), "team": chance.choice(["", "North"]),
            "fte": chance.choice([Decimal(1), Decimal("0.4")]),
        }  # fmt: skip

    began = _ago(chance)
    ended = chance.choice([None, None, None, began + timedelta(days=chance.randint(0, 1600))])
    staff_id = await make_staff(
        organisation_id=organisation, started_on=began, ended_on=ended, **a_position()
    )
    if chance.random() < 0.4:
        first = (await _posts(staff_id))[0]
        changed = (ended + timedelta(days=1)) if ended else began + timedelta(days=10)
        await make_post(
            staff_id, started_on=changed, follows=first if ended else None, **a_position()
        )
    for _ in range(chance.randint(0, 5)):
        course, day = chance.choice(courses), _ago(chance)
        if not await TrainingRecord.exists().where(
            TrainingRecord.staff == staff_id,
            TrainingRecord.course == course,
            TrainingRecord.completed_on == day,
        ):
            await make_record(staff_id, course, completed_on=day, verified=chance.random() < 0.9)
    if chance.random() < 0.3:
        from_on = _ago(chance, most=300, least=-30)
        await make_exemption(staff_id, from_on=from_on, to_on=from_on + timedelta(days=150))


async def _posts(staff_id: UUID) -> list[UUID]:
    rows = await database.run("SELECT id FROM posts WHERE staff = {}", staff_id)
    return [row["id"] for row in rows]


def one_by_one(people: Sequence[Dossier], asked: Sequence[RequirementView], day: date) -> Counted:
    """What the rules say of each person, added up."""
    counted = Counted()
    for dossier in people:
        for at, view in enumerate(asked):
            counted.totals[at] += Figures.of([dossier.standing(view, day).status])
            by_cell: defaultdict[tuple[object, ...], set[UUID]] = defaultdict(set)
            for post in view.rule.asked_of(dossier.posts, day):
                held = post.position
                by_cell[
                    held.organisation_id, held.team, held.sector.value, held.staff_group.value
                ].add(post.id)
            for cell, ids in by_cell.items():
                counted.cells[at, cell] += Figures.of([_of_posts(dossier, view, day, ids)])
    return counted


def _of_posts(
    dossier: Dossier, view: RequirementView, day: date, ids: set[UUID]
) -> ComplianceStatus:
    """Where somebody stands by these posts alone: their due day, whatever else they hold."""
    dues = view.rule.dues(dossier.posts, day)
    whole = dossier.standing(view, day).status
    if whole in {
        ComplianceStatus.IN_GRACE,
        ComplianceStatus.EXPIRED,
        ComplianceStatus.OVERDUE_NEVER,
    }:
        if day <= min(dues[id] for id in ids):
            return ComplianceStatus.IN_GRACE
        never = dossier.standing(view, day).held is None
        return ComplianceStatus.OVERDUE_NEVER if never else ComplianceStatus.EXPIRED
    return whole


def counts(found: dict[Any, Figures]) -> dict[Any, Figures]:
    return {key: figures for key, figures in found.items() if figures.required}


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), ahead=st.integers(-1200, 500))
async def test_c8_figures_are_those_of_each_person(db: None, seed: int, ahead: int) -> None:
    scope = await a_workforce(random.Random(seed))  # noqa: S311 - invented people
    asked = await every_requirement(scope=scope)

    for day in (clock.today(), clock.today() + timedelta(days=ahead)):
        found = await figures(scope=scope, day=day, asked=asked, groupings=BY)
        people = await dossiers(EVERYBODY, on=day, asked=asked, scope=scope)
        expected = one_by_one(list(people.values()), asked, day)

        assert counts(found.cells) == counts(expected.cells)
        assert counts(found.totals) == counts(expected.totals)
    assert await wrong_holdings(scope=scope) == ()


async def test_drift_of_what_is_kept_is_found_and_mended(db: None) -> None:
    scope = await a_workforce(random.Random(7))  # noqa: S311 - invented people
    staff_id = await make_staff(organisation_id=next(iter(scope.areas)).organisation_id)
    await make_record(staff_id, await make_course(), completed_on=clock.today())
    await database.run("UPDATE current_records SET completed_on = {}", date(2001, 1, 1))
    await database.run(
        "UPDATE staff SET in_position_since = {} WHERE position IS NOT NULL", date(2001, 1, 1)
    )

    [sentence] = await wrong_holdings(scope=scope)
    async with database.transaction():
        for those in await everybody(scope=scope):
            await settle(those)

    assert "differs from their records and posts" in sentence
    assert await wrong_holdings(scope=scope) == ()


async def test_without_rules_there_is_nothing_to_count(db: None) -> None:
    scope = Scope(account_id=None, areas=frozenset({Area(Permission.VIEW_STAFF)}))

    found = await figures(scope=scope, day=clock.today(), asked=(), groupings=BY)

    assert (dict(found.cells), dict(found.totals)) == ({}, {})
