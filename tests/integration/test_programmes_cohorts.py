"""Previewing, creating and listing cohorts (C6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import InvalidInputError, NotFoundError
from core.ids import new_id
from core.pagination import Cursor
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.terms import Nation
from programmes.domain.timetable import Slot
from programmes.errors import (
    CohortCodeTakenError,
    NoOpenDayFoundError,
)
from programmes.queries.cohorts import (
    cohort,
    cohorts,
    facilitators_of,
    own_cohort_ids,
    sessions_of,
)
from programmes.queries.timetables import entry_sessions
from programmes.services.cohorts import NewCohort, create, preview
from programmes.tables import Cohort, Session, Unit
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import (
    MadeProgramme,
    make_closure,
    make_cohort,
    make_programme,
    make_venue,
)

MONDAY, WEDNESDAY, THURSDAY = 0, 2, 3
STARTS_ON = date(2026, 8, 17)
"""A Monday; the bank holiday of 31 August follows two weeks later."""


async def make_worker(
    role: Role = Role.PROGRAMME_MANAGER,
    side: GrantSide = GrantSide.SURVIVOR,
    organisation_id: UUID | None = None,
) -> Person:
    return await make_person(role, side, organisation_id=organisation_id)


def new(programme: MadeProgramme, **given: Any) -> NewCohort:
    wanted = NewCohort(
        programme_id=programme.id,
        organisation_id=programme.organisation_id,
        venue_id=None,
        code="AUTUMN",
        starts_on=STARTS_ON,
        slots=(Slot(MONDAY, "10:00"),),
        capacity=12,
        facilitator_ids=(),
        nation=Nation.ENGLAND_AND_WALES,
    )
    return replace(wanted, **given)


def days(instants: Sequence[Any]) -> list[str]:
    return [f"{clock.london(item.starts_at):%-d %b %H:%M}" for item in instants]


def fields(error: pytest.ExceptionInfo[InvalidInputError]) -> list[str]:
    return [item.field for item in error.value.errors]


async def test_a_cohort_is_created_with_the_timetable_that_was_previewed(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id, units=4)
    venue_id = await make_venue(organisation_id=person.organisation_id, name="Northbank")
    wanted = new(programme, venue_id=venue_id, code=" AUTUMN ")

    plan = await preview(wanted, by=person.actor)
    cohort_id = await create(wanted, by=person.actor)

    made = await cohort(cohort_id, scope=person.actor.scope)
    assert (made.code, made.venue_name, made.places_left) == ("AUTUMN", "Northbank", 12)
    assert (made.slots, made.nation) == ((Slot(MONDAY, "10:00"),), Nation.ENGLAND_AND_WALES)
    planned = await sessions_of(cohort_id, scope=person.actor.scope)
    assert [(item.unit_number, item.starts_at, item.minutes) for item in planned] == [
        (item.unit_number, item.starts_at, item.minutes) for item in plan.sessions
    ]
    assert days(planned) == ["17 Aug 10:00", "24 Aug 10:00", "7 Sep 10:00", "14 Sep 10:00"]
    assert plan.skipped == ((date(2026, 8, 31), "Summer bank holiday"),)
    events = await AuditEvent.select().where(AuditEvent.subject == cohort_id)
    assert [event["action"] for event in events] == ["cohort_created"]


async def test_previewing_saves_nothing(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id)

    await preview(new(programme), by=person.actor)

    assert (await Cohort.count(), await Session.count(), await AuditEvent.count()) == (0, 0, 0)


async def test_own_closures_move_the_timetable_and_those_of_other_places_do_not(
    db: None,
) -> None:
    person = await make_worker()
    organisation_id = person.organisation_id
    programme = await make_programme(organisation_id=organisation_id, units=3)
    ours = await make_venue(organisation_id=organisation_id)
    theirs = await make_venue(organisation_id=organisation_id)
    await make_closure(
        organisation_id=organisation_id, from_on=date(2026, 8, 22), to_on=date(2026, 8, 26)
    )
    await make_closure(
        organisation_id=organisation_id, venue_id=ours, from_on=date(2026, 9, 7), reason=""
    )
    await make_closure(
        organisation_id=organisation_id, venue_id=theirs, from_on=STARTS_ON, reason="Painting"
    )
    await make_closure(organisation_id=await make_organisation(), from_on=STARTS_ON)

    plan = await preview(new(programme, venue_id=ours), by=person.actor)
    nowhere = await preview(new(programme), by=person.actor)

    assert days(plan.sessions) == ["17 Aug 10:00", "14 Sep 10:00", "21 Sep 10:00"]
    assert plan.skipped == (
        (date(2026, 8, 24), "Closed"),
        (date(2026, 8, 31), "Summer bank holiday"),
        (date(2026, 9, 7), "Closed"),
    )
    assert days(nowhere.sessions) == ["17 Aug 10:00", "7 Sep 10:00", "14 Sep 10:00"]


async def test_a_cohort_in_scotland_keeps_scotlands_days(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id, units=3)

    plan = await preview(new(programme, nation=Nation.SCOTLAND), by=person.actor)

    assert days(plan.sessions)[2] == "31 Aug 10:00"


async def test_closed_days_without_an_end_are_refused(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id)
    await make_closure(
        organisation_id=person.organisation_id, from_on=STARTS_ON, to_on=date(2028, 8, 17)
    )

    with pytest.raises(NoOpenDayFoundError):
        await create(new(programme), by=person.actor)

    assert await Cohort.count() == 0


async def test_one_to_one_units_have_no_session_of_the_group(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(
        organisation_id=person.organisation_id, units=3, one_to_one={2}
    )

    plan = await preview(new(programme), by=person.actor)

    assert [item.unit_number for item in plan.sessions] == [1, 3]


async def test_a_programme_of_one_to_one_units_alone_makes_a_cohort_without_sessions(
    db: None,
) -> None:
    person = await make_worker()
    programme = await make_programme(
        organisation_id=person.organisation_id, units=2, one_to_one={1, 2}
    )

    cohort_id = await create(new(programme), by=person.actor)

    assert await sessions_of(cohort_id, scope=person.actor.scope) == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "  "}, "code"),
        ({"code": "C" * 25}, "code"),
        ({"starts_on": date(2025, 6, 8)}, "starts_on"),
        ({"starts_on": date(2028, 6, 11)}, "starts_on"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 41}, "capacity"),
        ({"slots": ()}, "slots"),
        ({"slots": (Slot(0, "10:00"), Slot(0, "10:00"))}, "slots"),
        ({"slots": tuple(Slot(day % 7, f"{day:02}:00") for day in range(15))}, "slots"),
        ({"slots": (Slot(7, "10:00"),)}, "slots[0].weekday"),
        ({"slots": (Slot(0, "10:00"), Slot(1, "10.00"))}, "slots[1].at"),
        ({"slots": (Slot(0, "10:00"), Slot(0, "11:30"))}, "slots"),
        ({"venue_id": new_id()}, "venue_id"),
        ({"facilitator_ids": (new_id(),)}, "facilitator_ids"),
        ({"organisation_id": new_id()}, "organisation_id"),
    ],
)
async def test_a_field_that_cannot_be_is_named_and_nothing_is_saved(
    db: None, given: dict[str, Any], field: str
) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id)

    with pytest.raises(InvalidInputError) as caught:
        await create(new(programme, **given), by=person.actor)

    assert fields(caught) == [field]
    assert (await Cohort.count(), await Session.count(), await AuditEvent.count()) == (0, 0, 0)


@pytest.mark.parametrize("starts_on", [date(2025, 6, 9), date(2028, 6, 10)])
async def test_a_start_exactly_a_year_back_or_two_years_ahead_is_allowed(
    db: None, starts_on: date
) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id)

    plan = await preview(new(programme, starts_on=starts_on), by=person.actor)

    assert len(plan.sessions) == 12


async def test_a_venue_of_the_other_side_or_of_elsewhere_is_refused(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id)
    hidden = [
        await make_venue(organisation_id=person.organisation_id, side=Side.PERPETRATOR),
        await make_venue(organisation_id=await make_organisation()),
    ]

    for venue_id in hidden:
        with pytest.raises(InvalidInputError) as caught:
            await create(new(programme, venue_id=venue_id), by=person.actor)
        assert fields(caught) == ["venue_id"]


async def test_a_code_is_taken_once_on_each_side(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id)
    await make_cohort(organisation_id=person.organisation_id, side=Side.PERPETRATOR, code="AUTUMN")
    await create(new(programme), by=person.actor)

    with pytest.raises(CohortCodeTakenError):
        await create(new(programme), by=person.actor)

    assert await Cohort.count() == 2
    assert await Session.count() == 24
    assert await AuditEvent.count() == 1


async def test_a_facilitator_becomes_the_facilitator_of_what_they_create(db: None) -> None:
    person = await make_worker(Role.FACILITATOR)
    colleague = await make_worker(Role.FACILITATOR, organisation_id=person.organisation_id)
    programme = await make_programme(organisation_id=person.organisation_id)

    cohort_id = await create(new(programme, facilitator_ids=(colleague.id,)), by=person.actor)

    scope = person.actor.scope
    assert set(await facilitators_of(cohort_id, scope=scope)) == {person.id, colleague.id}
    assert await own_cohort_ids(scope=scope) == {cohort_id}
    assert (await cohort(cohort_id, scope=colleague.actor.scope)).id == cohort_id


async def test_a_manager_does_not_become_one(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id)

    cohort_id = await create(new(programme), by=person.actor)

    assert await facilitators_of(cohort_id, scope=person.actor.scope) == ()


async def test_a_facilitator_of_the_other_side_or_of_elsewhere_cannot_be_chosen(
    db: None,
) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id)
    others = [
        await make_worker(Role.FACILITATOR, GrantSide.PERPETRATOR, person.organisation_id),
        await make_worker(Role.FACILITATOR),
    ]

    for other in others:
        with pytest.raises(InvalidInputError) as caught:
            await create(new(programme, facilitator_ids=(other.id,)), by=person.actor)
        assert fields(caught) == ["facilitator_ids"]


async def test_a_programme_of_the_other_side_or_organisation_is_not_found(db: None) -> None:
    programme = await make_programme()
    others = [
        await make_worker(side=GrantSide.PERPETRATOR, organisation_id=programme.organisation_id),
        await make_worker(),
    ]

    for other in others:
        with pytest.raises(NotFoundError):
            await create(new(programme), by=other.actor)


async def test_current_cohorts_are_those_with_a_session_still_to_come(db: None) -> None:
    person = await make_worker()
    today = clock.today()
    over = await make_cohort(
        organisation_id=person.organisation_id, starts_on=today - timedelta(weeks=12)
    )
    last_today = await make_cohort(programme=over.programme, starts_on=today - timedelta(weeks=11))

    everything = await cohorts(scope=person.actor.scope, cursor=Cursor())
    current = await cohorts(scope=person.actor.scope, cursor=Cursor(), current_on=today)

    assert [item.id for item in everything.items] == [last_today.id, over.id]
    assert [item.id for item in current.items] == [last_today.id]


async def test_cohorts_are_listed_newest_first_page_by_page(db: None) -> None:
    person = await make_worker()
    programme = await make_programme(organisation_id=person.organisation_id, units=1)
    made = [(await make_cohort(programme=programme)).id for _ in range(3)]

    first = await cohorts(scope=person.actor.scope, cursor=Cursor(limit=2))
    rest = await cohorts(scope=person.actor.scope, cursor=Cursor(limit=2, after=first.next))

    assert [item.id for item in (*first.items, *rest.items)] == made[::-1]
    assert rest.next is None


async def test_the_sessions_to_join_at_are_the_groups_that_take_place(db: None) -> None:
    person = await make_worker()
    made = await make_cohort(
        programme=await make_programme(
            organisation_id=person.organisation_id, units=4, one_to_one={2}
        ),
        starts_on=STARTS_ON,
    )
    for number, module in ((1, 1), (3, 1), (4, 2)):
        await Unit.update({Unit.module: module}).where(Unit.id == made.programme.unit_ids[number])
    await Session.update({Session.status: "cancelled"}).where(Session.id == made.session_ids[3])

    found = await entry_sessions(made.id, scope=person.actor.scope)

    assert [(item.day, item.begins_module) for item in found] == [
        (STARTS_ON, True), (STARTS_ON + timedelta(weeks=3), True),
    ]  # fmt: skip
    assert await entry_sessions(made.id, scope=(await make_worker()).actor.scope) == ()
