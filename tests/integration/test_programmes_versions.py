"""New versions of a programme: who may add one, and that a running cohort keeps its own."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.completion import CompletionRule
from programmes.domain.terms import DeliveryMode, GroupModel, UnitKind
from programmes.queries.cohorts import cohort, sessions_of
from programmes.queries.programmes import programme, units_of, versions_of
from programmes.queries.progress import enrolment
from programmes.services.cohorts import create
from programmes.services.curricula import Curriculum, NewUnit
from programmes.services.programmes import add_version
from programmes.tables import ProgrammeVersion
from tests.factories import Person, make_person
from tests.factories_programmes import MadeProgramme, make_cohort, make_programme
from tests.integration.test_programmes_cohorts import new

NEXT = Curriculum(
    group_model=GroupModel.CLOSED,
    delivery_mode=DeliveryMode.HYBRID,
    units=(
        NewUnit(1, " First contact ", UnitKind.ONE_TO_ONE, 60, mandatory=True),
        NewUnit(2, "Group", UnitKind.GROUP, 150, mandatory=False, gap_days=21, module=1),
    ),
    rule=CompletionRule(min_units=2),
    capacity_min=4,
    capacity_max=12,
    cost_pence=None,
    edit_window_days=7,
    long_outcomes=True,
)


async def manager_of(made: MadeProgramme) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(made.side.value), organisation_id=made.organisation_id
    )


async def test_a_version_holds_all_of_the_curriculum(db: None) -> None:
    made = await make_programme()
    by = (await manager_of(made)).actor

    number = await add_version(made.id, NEXT, version=1, by=by)

    newest, first = await versions_of(made.id, scope=by.scope)
    assert (number, newest.version_number, first.version_number) == (2, 2, 1)
    assert await programme(made.id, scope=by.scope) == newest
    assert (newest.group_model, newest.delivery_mode) == (GroupModel.CLOSED, DeliveryMode.HYBRID)
    assert (newest.edit_window_days, newest.long_outcomes) == (7, True)
    assert (newest.rule, newest.capacity_max, newest.cost_pence) == (NEXT.rule, 12, None)
    units = (await units_of([newest.version_id], scope=by.scope))[newest.version_id]
    assert [(unit.title, unit.kind, unit.gap_days, unit.module) for unit in units] == [
        ("First contact", UnitKind.ONE_TO_ONE, 0, None), ("Group", UnitKind.GROUP, 21, 1),
    ]  # fmt: skip
    (event,) = await AuditEvent.select()
    assert (event["action"], event["subject"]) == ("programme_version_added", made.id)


async def test_a_running_cohort_keeps_its_version_and_a_new_one_takes_the_newest(db: None) -> None:
    made = await make_programme()
    running = await make_cohort(programme=made, enrolled=1)
    by = (await manager_of(made)).actor

    await add_version(made.id, NEXT, version=1, by=by)
    created = await create(new(made), by=by)

    old, fresh = [await cohort(id, scope=by.scope) for id in (running.id, created)]
    assert (old.version_number, fresh.version_number) == (1, 2)
    assert [item.unit_title for item in await sessions_of(created, scope=by.scope)] == ["Group"]
    kept = await enrolment(running.enrolment_ids[0], scope=by.scope)
    assert kept.member.progress.units_required == 9
    assert len(await sessions_of(running.id, scope=by.scope)) == 12


async def test_a_stale_version_adds_nothing_also_side_by_side(db: None) -> None:
    made = await make_programme()
    by = (await manager_of(made)).actor

    async def attempt() -> type[AppError] | None:
        try:
            await add_version(made.id, NEXT, version=1, by=by)
        except AppError as error:
            return type(error)
        return None

    found = await asyncio.gather(*[attempt() for _ in range(4)])

    assert sorted(found, key=str) == [StaleVersionError] * 3 + [None]
    assert (await ProgrammeVersion.count(), await AuditEvent.count()) == (2, 1)


async def test_a_version_that_cannot_be_is_refused(db: None) -> None:
    made = await make_programme()
    by = (await manager_of(made)).actor

    with pytest.raises(InvalidInputError) as caught:
        await add_version(made.id, replace(NEXT, capacity_max=3), version=1, by=by)

    assert [item.field for item in caught.value.errors] == ["capacity_max"]
    assert await ProgrammeVersion.count() == 1


async def test_who_may_not_manage_the_programme_adds_no_version(db: None) -> None:
    made = await make_programme(side=Side.SURVIVOR)
    here = made.organisation_id
    nobody = [
        (await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), NotFoundError),
        (
            await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=here),
            NotFoundError,
        ),
        (
            await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=here),
            ForbiddenError,
        ),
    ]

    for person, error in nobody:
        with pytest.raises(error):
            await add_version(made.id, NEXT, version=1, by=person.actor)
    assert await ProgrammeVersion.count() == 1


async def test_the_first_session_of_the_group_is_on_the_first_day_whatever_comes_before_it(
    db: None,
) -> None:
    made = await make_programme()
    by = (await manager_of(made)).actor
    await add_version(made.id, NEXT, version=1, by=by)

    created = await create(new(made), by=by)

    (planned,) = await sessions_of(created, scope=by.scope)
    assert planned.starts_at.date() == date(2026, 8, 17)
