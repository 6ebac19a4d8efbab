"""Who facilitates, who covers and sees what by it, places of a cohort, and clashes."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.clock import instant_of
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from core.ids import new_id
from core.pagination import Cursor
from core.scope import Permission, Side
from core.tables import AuditEvent
from programmes.domain.case_terms import FacilitatorRole, GroupSex
from programmes.domain.session_changes import Reschedule
from programmes.errors import CohortFullError
from programmes.queries.cohorts import cohort, cohorts
from programmes.queries.participants import participant
from programmes.queries.timetables import (
    Booked,
    Clash,
    Facilitation,
    clashes,
    cover,
    expected,
    facilitation,
)
from programmes.services.cohort_changes import CohortChange, change
from programmes.services.cohorts import create, preview
from programmes.services.enrolments import enrol
from programmes.services.facilitators import take_session
from programmes.services.sessions import preview as preview_session
from programmes.tables import Cohort, CohortFacilitator, SessionFacilitator
from tests.conftest import NOW
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import make_cohort, make_participant, make_programme, make_venue
from tests.integration.test_programmes_cohorts import new

LEAD, CO, COVER = FacilitatorRole.LEAD, FacilitatorRole.CO_FACILITATOR, FacilitatorRole.COVER
TEN = instant_of(date(2026, 6, 24), "10:00")


async def team(organisation_id: UUID | None = None) -> tuple[Person, Person, Person]:
    """A manager and two facilitators of the same side and organisation."""
    here = organisation_id or await make_organisation()
    return (
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=here),
        await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=here),
        await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=here),
    )


async def test_a_cohort_has_a_lead_and_others(db: None) -> None:
    manager, anna, ben = await team()
    programme = await make_programme(organisation_id=manager.organisation_id)

    made = await create(
        new(programme, facilitator_ids=(anna.id,), lead_id=ben.id, group_sex=GroupSex.FEMALE),
        by=manager.actor,
    )  # fmt: skip

    assert await facilitation(made, scope=manager.actor.scope) == (
        Facilitation(ben.id, LEAD), Facilitation(anna.id, CO),
    )  # fmt: skip
    assert (await cohort(made, scope=anna.actor.scope)).group_sex is GroupSex.FEMALE


async def test_places_facilitators_and_sex_are_changed_and_what_is_left_out_stays(
    db: None,
) -> None:
    manager, anna, ben = await team()
    made = await make_cohort(
        organisation_id=manager.organisation_id, enrolled=2, facilitator_ids=[anna.id]
    )
    by = manager.actor

    await change(made.id, CohortChange(version=1, capacity=2), by=by)
    assert len(await facilitation(made.id, scope=by.scope)) == 1
    await change(
        made.id,
        CohortChange(2, facilitator_ids=(ben.id,), lead_id=ben.id, group_sex=GroupSex.MIXED),
        by=by,
    )

    view = await cohort(made.id, scope=by.scope)
    assert (view.capacity, view.group_sex, view.version) == (2, GroupSex.MIXED, 3)
    assert await facilitation(made.id, scope=by.scope) == (Facilitation(ben.id, LEAD),)
    with pytest.raises(NotFoundError):
        await cohort(made.id, scope=anna.actor.scope)
    assert await AuditEvent.count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"capacity": 1}, "capacity"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 41}, "capacity"),
        ({"facilitator_ids": (new_id(),)}, "facilitator_ids"),
        ({"lead_id": new_id()}, "facilitator_ids"),
    ],
)
async def test_a_change_that_cannot_be_is_named_and_nothing_is_saved(
    db: None, given: dict[str, Any], field: str
) -> None:
    manager, _, _ = await team()
    made = await make_cohort(organisation_id=manager.organisation_id, enrolled=2)

    with pytest.raises(InvalidInputError) as caught:
        await change(made.id, CohortChange(version=1, **given), by=manager.actor)

    assert [item.field for item in caught.value.errors] == [field]
    assert ((await Cohort.select())[0]["version"], await AuditEvent.count()) == (1, 0)


async def test_a_stale_change_is_refused(db: None) -> None:
    manager, _, _ = await team()
    made = await make_cohort(organisation_id=manager.organisation_id)
    await change(made.id, CohortChange(version=1, capacity=10), by=manager.actor)

    with pytest.raises(StaleVersionError):
        await change(made.id, CohortChange(version=1, capacity=11), by=manager.actor)
    assert (await cohort(made.id, scope=manager.actor.scope)).capacity == 10


async def test_places_cut_while_somebody_joins_never_fall_below_those_taken(db: None) -> None:
    manager, _, _ = await team()
    made = await make_cohort(organisation_id=manager.organisation_id, enrolled=2, capacity=3)
    joins = await make_participant(organisation_id=manager.organisation_id)

    async def attempt(work: Any) -> type[AppError] | None:
        try:
            await work
        except AppError as error:
            return type(error)
        return None

    found = await asyncio.gather(
        attempt(enrol(made.id, joins, by=manager.actor)),
        attempt(change(made.id, CohortChange(version=1, capacity=2), by=manager.actor)),
    )

    assert sorted(found, key=str) in (
        [CohortFullError, None], [InvalidInputError, None],
    )  # fmt: skip
    row = (await Cohort.select())[0]
    assert row["places_taken"] <= row["capacity"]


async def test_a_facilitator_keeps_the_cohort_that_they_change(db: None) -> None:
    _, anna, ben = await team()
    made = await make_cohort(organisation_id=anna.organisation_id, facilitator_ids=[anna.id])

    await change(made.id, CohortChange(1, facilitator_ids=(ben.id,)), by=anna.actor)

    found = await facilitation(made.id, scope=anna.actor.scope)
    assert {item.account_id for item in found} == {anna.id, ben.id}


async def test_who_may_not_change_a_cohort_or_who_takes_it_changes_nothing(db: None) -> None:
    manager, anna, _ = await team()
    here = manager.organisation_id
    made = await make_cohort(organisation_id=here)
    nobody = [
        (await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), NotFoundError),
        (
            await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=here),
            NotFoundError,
        ),
        (anna, NotFoundError),
        (await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True), ForbiddenError),
    ]

    for person, error in nobody:
        with pytest.raises(error):
            await change(made.id, CohortChange(version=1, capacity=5), by=person.actor)
        with pytest.raises(error):
            await take_session(made.session_ids[7], [], by=person.actor)
    assert await AuditEvent.count() == 0


async def test_somebody_covers_a_session_until_the_usual_ones_take_it_again(db: None) -> None:
    manager, anna, ben = await team()
    made = await make_cohort(organisation_id=manager.organisation_id, facilitator_ids=[anna.id])
    by, session_id = manager.actor, made.session_ids[7]
    both = [Facilitation(ben.id, COVER), Facilitation(anna.id, LEAD)]

    await take_session(session_id, both, by=by)
    assert await cover(made.id, scope=by.scope) == {session_id: tuple(both)}
    await take_session(session_id, both[:1], by=by)
    assert await cover(made.id, scope=by.scope) == {session_id: (both[0],)}
    await take_session(session_id, [], by=by)

    assert await cover(made.id, scope=by.scope) == {}
    events = await AuditEvent.select()
    assert {event["action"] for event in events} == {"session_facilitators_changed"}


async def test_cover_is_a_facilitator_of_the_side_and_named_once(db: None) -> None:
    manager, anna, _ = await team()
    made = await make_cohort(organisation_id=manager.organisation_id)
    other_side = await make_person(
        Role.FACILITATOR, GrantSide.PERPETRATOR, organisation_id=manager.organisation_id
    )

    for people, field in (
        ([other_side.id], "facilitator_ids"), ([anna.id, anna.id], "facilitators"),
    ):  # fmt: skip
        with pytest.raises(InvalidInputError) as caught:
            await take_session(
                made.session_ids[7], [Facilitation(id, COVER) for id in people], by=manager.actor
            )
        assert [item.field for item in caught.value.errors] == [field]
    assert await SessionFacilitator.count() == 0


@pytest.mark.parametrize(("unit", "sees"), [(4, False), (5, True), (7, True), (8, False)])
async def test_whoever_covers_has_the_cohort_a_week_before_and_after(
    db: None,
    unit: int,
    sees: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """Unit 6 is today: 5 was a week ago, 7 is in a week."""
    _, _, ben = await team()
    made = await make_cohort(organisation_id=ben.organisation_id, enrolled=1, at="13:00")
    await SessionFacilitator(session=made.session_ids[unit], account=ben.id, role=COVER).save()
    scope = ben.actor.scope

    found = await cohorts(scope=scope, cursor=Cursor())

    assert [item.id for item in found.items] == ([made.id] if sees else [])
    if not sees:
        with pytest.raises(NotFoundError):
            await participant(made.participant_ids[0], scope=scope)
        return
    marking = await cohort(made.id, scope=scope, permission=Permission.MARK_REGISTERS)
    assert marking.id == made.id
    assert (await participant(made.participant_ids[0], scope=scope)).id == made.participant_ids[0]


async def test_d1_covering_opens_nothing_of_the_other_side(db: None) -> None:
    here = await make_organisation()
    made = await make_cohort(organisation_id=here, side=Side.PERPETRATOR)
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=here)
    await SessionFacilitator(session=made.session_ids[6], account=person.id, role=COVER).save()

    assert (await cohorts(scope=person.actor.scope, cursor=Cursor())).items == ()


async def test_clashes_of_people_and_of_rooms_are_told_and_not_refused(db: None) -> None:
    manager, anna, ben = await team()
    here = manager.organisation_id
    hall = await make_venue(organisation_id=here)
    programme = await make_programme(organisation_id=here, units=1)
    busy = await make_cohort(
        organisation_id=here, code="BUSY", starts_on=date(2026, 8, 17), at="11:00",
        facilitator_ids=[anna.id], venue_id=hall,
    )  # fmt: skip
    wanted = new(programme, facilitator_ids=(anna.id, ben.id), venue_id=hall)
    first, eleven = (instant_of(date(2026, 8, 17), at) for at in ("10:00", "11:00"))

    plan = await preview(wanted, by=manager.actor)

    assert set(plan.clashes) == {
        Clash(first, eleven, "BUSY", account_id=anna.id),
        Clash(first, eleven, "BUSY", venue_id=hall),
    }
    assert await create(wanted, by=manager.actor)
    for minutes, found in ((119, 2), (120, 0)):
        moving = Reschedule(starts_at=first + timedelta(minutes=minutes))
        planned = await preview_session(busy.session_ids[1], moving, by=manager.actor)
        assert len(planned.clashes) == found


async def test_clashes_count_cover_and_overlap_only_on_that_side(db: None) -> None:
    manager, anna, ben = await team()
    here = manager.organisation_id
    covered = await make_cohort(organisation_id=here, code="COVERED", facilitator_ids=[anna.id])
    await SessionFacilitator(session=covered.session_ids[8], account=ben.id, role=COVER).save()
    other_side = await make_cohort(organisation_id=here, side=Side.PERPETRATOR)
    await CohortFacilitator(cohort=other_side.id, account=ben.id).save()
    scope = manager.actor.scope

    async def at(minutes: int, *people: UUID) -> list[UUID | None]:
        starts_at = TEN + timedelta(minutes=minutes)
        booked = [Booked(None, starts_at, 60, None, frozenset(people))]
        found = await clashes(booked, Side.SURVIVOR, scope=scope)
        return [clash.account_id for clash in found]

    assert await at(0, anna.id, ben.id) == [ben.id]
    assert [await at(-60, ben.id), await at(120, ben.id)] == [[], []]
    assert [await at(-59, ben.id), await at(119, ben.id)] == [[ben.id], [ben.id]]
    assert await at(0) == []


async def test_a_clash_with_a_cohort_that_is_not_theirs_to_see_has_no_code(db: None) -> None:
    _, anna, ben = await team()
    await make_cohort(organisation_id=anna.organisation_id, code="SECRET", facilitator_ids=[ben.id])

    found = await clashes(
        [Booked(None, TEN, 60, None, frozenset({ben.id}))], Side.SURVIVOR, scope=anna.actor.scope
    )

    assert [(clash.cohort_code, clash.account_id) for clash in found] == [("", ben.id)]


async def test_d1_people_and_facilitators_of_a_hidden_cohort_are_nobody(db: None) -> None:
    made = await make_cohort(enrolled=1, side=Side.SURVIVOR)
    stranger = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=made.organisation_id
    )
    scope = stranger.actor.scope

    assert await expected(made.id, [NOW.date()], scope=scope) == ()
    assert await facilitation(made.id, scope=scope) == ()
    assert await cover(made.id, scope=scope) == {}
