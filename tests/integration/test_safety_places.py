"""D5: the two sides never meet in one building on one day."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.clock import instant_of
from core.errors import AppError
from core.scope import Actor, Side
from programmes.domain.session_changes import Cancel, Place, PutBack, Reschedule
from programmes.domain.terms import DeliveryMode
from programmes.domain.timetable import Slot
from programmes.errors import VenueNotAvailableError
from programmes.queries.programmes import venue
from programmes.services.catch_ups import NewCatchUp, arrange
from programmes.services.cohorts import create, preview
from programmes.services.sessions import change
from programmes.services.venues import VenueDetails, change_venue
from programmes.tables import Cohort, Conflict, ProgrammeVersion, Session
from tests.factories import make_organisation, make_person
from tests.factories_programmes import MadeCohort, make_cohort, make_programme, make_venue
from tests.integration.test_programmes_cohorts import new

SURVIVOR, PERPETRATOR = Side.SURVIVOR, Side.PERPETRATOR
MONDAY = date(2026, 8, 17)
REFUSAL = (
    "The venue is not available on Monday 17 August. Choose another day or venue, or ask your"
    " safety lead."
)


async def manager(organisation_id: UUID, side: Side) -> Actor:
    return (
        await make_person(
            Role.PROGRAMME_MANAGER, GrantSide(side.value), organisation_id=organisation_id
        )
    ).actor


async def group_in(
    venue_id: UUID | None, organisation_id: UUID, side: Side, *, day: date = MONDAY
) -> MadeCohort:
    return await make_cohort(
        organisation_id=organisation_id, side=side, venue_id=venue_id, starts_on=day, at="18:00"
    )


async def test_d5_a_timetable_that_shares_a_day_and_a_building_is_refused(db: None) -> None:
    """Whatever each side calls it, and in whichever organisation: the postcode tells."""
    theirs = await make_organisation()
    hall = await make_venue(
        organisation_id=theirs, side=PERPETRATOR, name="Mill Hall", postcode="M1 1AE"
    )
    await group_in(hall, theirs, PERPETRATOR)
    ours = await make_organisation()
    by = await manager(ours, SURVIVOR)
    room = await make_venue(organisation_id=ours, name="Garden Room", postcode="M1 1AE")
    wanted = new(await make_programme(organisation_id=ours, units=2), venue_id=room)

    for attempt in (preview, create):
        with pytest.raises(VenueNotAvailableError) as caught:
            await attempt(wanted, by=by)
        assert str(caught.value) == REFUSAL

    assert await Cohort.count() == 1
    (conflict,) = await Conflict.select()
    assert (conflict["kind"], conflict["organisation"], conflict["met_on"]) == (
        "venue", ours, MONDAY,
    )  # fmt: skip
    assert (conflict["tried_by"], conflict["cohort"], conflict["participant"]) == (
        by.account_id, None, None,
    )  # fmt: skip


async def test_d5_without_a_postcode_the_same_name_is_the_same_building(db: None) -> None:
    here = await make_organisation()
    theirs = await make_venue(organisation_id=here, side=PERPETRATOR, name="Mill House")
    await group_in(theirs, here, PERPETRATOR)
    ours = await make_venue(organisation_id=here, name="mill  house.")

    with pytest.raises(VenueNotAvailableError):
        await preview(
            new(await make_programme(organisation_id=here), venue_id=ours),
            by=await manager(here, SURVIVOR),
        )


async def test_d5_other_days_other_buildings_the_own_side_and_calls_are_no_conflict(
    db: None,
) -> None:
    here = await make_organisation()
    by = await manager(here, SURVIVOR)
    programme = await make_programme(organisation_id=here, units=2)
    ours = await make_venue(organisation_id=here, postcode="M1 1AE")
    theirs = await make_venue(organisation_id=here, side=PERPETRATOR, postcode="M1 1AE")
    elsewhere = await make_venue(organisation_id=here, side=PERPETRATOR, postcode="M1 1AF")
    await group_in(theirs, here, PERPETRATOR, day=MONDAY + timedelta(days=1))
    await group_in(elsewhere, here, PERPETRATOR)
    await group_in(ours, here, SURVIVOR)
    await group_in(None, here, PERPETRATOR)
    by_video = await group_in(theirs, here, PERPETRATOR)
    await ProgrammeVersion.update({ProgrammeVersion.delivery_mode: "video"}).where(
        ProgrammeVersion.id == by_video.programme.version_id
    )
    not_held = await group_in(theirs, here, PERPETRATOR)
    await Session.update({Session.status: "cancelled"}).where(Session.cohort == not_held.id)

    plan = await preview(new(programme, venue_id=ours), by=by)
    await ProgrammeVersion.update({ProgrammeVersion.delivery_mode: "phone"}).where(
        ProgrammeVersion.id == programme.version_id
    )
    same_days = new(
        programme, venue_id=ours, starts_on=MONDAY + timedelta(days=1), slots=(Slot(1, "10:00"),)
    )
    by_phone = await preview(same_days, by=by)

    assert (len(plan.sessions), len(by_phone.sessions)) == (2, 2)
    assert await Conflict.count() == 0


async def test_d5_a_session_is_neither_moved_into_it_nor_put_back_nor_held_there_after_all(
    db: None,
) -> None:
    here = await make_organisation()
    ours = await make_venue(organisation_id=here, postcode="M1 1AE")
    theirs = await make_venue(organisation_id=here, side=PERPETRATOR, postcode="M1 1AE")
    by = await manager(here, SURVIVOR)
    made = await group_in(ours, here, SURVIVOR, day=MONDAY + timedelta(days=1))
    apart = await group_in(None, here, SURVIVOR)
    await change(made.session_ids[2], Cancel("Snow"), by=by)
    await group_in(theirs, here, PERPETRATOR)
    await group_in(theirs, here, PERPETRATOR, day=MONDAY + timedelta(days=8))
    week_later = instant_of(MONDAY + timedelta(weeks=1), "18:00")

    refused = [
        (made, 1, Reschedule(starts_at=instant_of(MONDAY, "10:00"))),
        (made, 1, Reschedule(starts_at=week_later, cascade=True)),
        (made, 2, PutBack()),
        (apart, 1, Reschedule(place=Place(ours))),
    ]
    for cohort, unit, asked in refused:
        with pytest.raises(VenueNotAvailableError):
            await change(cohort.session_ids[unit], asked, by=by)

    assert {row["cohort"] for row in await Conflict.select()} == {made.id, apart.id}
    assert await Session.count().where(Session.revision > 1) == 1
    await change(
        apart.session_ids[1], Reschedule(place=Place(ours), mode=DeliveryMode.VIDEO), by=by
    )


async def test_d5_a_venue_is_not_recorded_into_a_building_that_the_other_side_uses(
    db: None,
) -> None:
    here = await make_organisation()
    ours = await make_venue(organisation_id=here, name="Room 1")
    theirs = await make_venue(organisation_id=here, side=PERPETRATOR, postcode="M1 1AE")
    by = await manager(here, SURVIVOR)
    await group_in(ours, here, SURVIVOR)
    await group_in(theirs, here, PERPETRATOR)

    with pytest.raises(VenueNotAvailableError):
        await change_venue(ours, VenueDetails("Room 1", postcode="M1 1AE"), by=by)
    await change_venue(ours, VenueDetails("Room 2", "1 Mill Lane", "m1 1af"), by=by)
    await change_venue(ours, VenueDetails("Room 2", "1 Mill Lane", "m1 1af"), by=by)

    found = await venue(ours, scope=by.scope)
    assert (found.name, found.address, found.postcode) == ("Room 2", "1 Mill Lane", "M1 1AF")
    assert found.place == "M1 1AF"
    assert await Conflict.count() == 1


async def test_d5_of_two_sides_that_ask_at_once_one_gets_the_building(db: None) -> None:
    here = await make_organisation()
    attempts = []
    for number, side in enumerate([SURVIVOR, PERPETRATOR] * 3):
        venue_id = await make_venue(organisation_id=here, side=side, postcode="M1 1AE")
        programme = await make_programme(organisation_id=here, side=side, units=3)
        by = await manager(here, side)
        attempts.append((side, new(programme, venue_id=venue_id, code=f"C{number}"), by))

    async def attempt(side: Side, wanted: object, by: Actor) -> tuple[Side, type[AppError] | None]:
        try:
            await create(wanted, by=by)  # type: ignore[arg-type]
        except AppError as error:
            return side, type(error)
        return side, None

    found = await asyncio.gather(*[attempt(*one) for one in attempts])

    won = {side for side, error in found if error is None}
    assert len(won) == 1
    assert {error for side, error in found if side not in won} == {VenueNotAvailableError}
    rows = await Cohort.select(Cohort.side)
    assert {row["side"] for row in rows} == {side.value for side in won}


async def test_d5_the_safety_lead_is_told_once_until_it_is_settled(db: None) -> None:
    here = await make_organisation()
    ours = await make_venue(organisation_id=here, postcode="M1 1AE")
    theirs = await make_venue(organisation_id=here, side=PERPETRATOR, postcode="M1 1AE")
    await group_in(theirs, here, PERPETRATOR)
    by = await manager(here, SURVIVOR)
    wanted = new(await make_programme(organisation_id=here), venue_id=ours)

    async def attempt() -> None:
        with pytest.raises(VenueNotAvailableError):
            await create(wanted, by=by)

    await asyncio.gather(*[attempt() for _ in range(4)])
    assert await Conflict.count() == 1
    await Conflict.update({Conflict.settled_at: instant_of(MONDAY, "09:00")}).where(
        Conflict.kind == "venue"
    )
    await attempt()
    assert await Conflict.count() == 2


async def test_d5_a_catch_up_is_not_arranged_in_a_building_that_the_other_side_uses(
    db: None,
) -> None:
    here = await make_organisation()
    ours = await make_venue(organisation_id=here, postcode="M1 1AE")
    theirs = await make_venue(organisation_id=here, side=PERPETRATOR, postcode="M1 1AE")
    await group_in(theirs, here, PERPETRATOR)
    made = await make_cohort(organisation_id=here, venue_id=ours, enrolled=1)
    by = await manager(here, SURVIVOR)
    wanted = NewCatchUp(made.enrolment_ids[0], 1, instant_of(MONDAY, "10:00"))

    with pytest.raises(VenueNotAvailableError):
        await arrange(made.id, wanted, by=by)
    made_later = replace(wanted, starts_at=instant_of(MONDAY + timedelta(days=1), "10:00"))

    assert await arrange(made.id, made_later, by=by)
    assert await Conflict.count() == 1
