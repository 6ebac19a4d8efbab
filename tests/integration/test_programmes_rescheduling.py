"""Moving, cancelling with a re-run and putting back sessions: what moves, and what never does."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.clock import instant_of
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from core.ids import new_id
from core.scope import Actor, Side
from core.tables import AuditEvent
from programmes.domain.case_terms import NotHeldBecauseOf
from programmes.domain.session_changes import Cancel, Change, Place, PutBack, Reschedule
from programmes.domain.terms import DeliveryMode
from programmes.errors import (
    NoOpenDayFoundError,
    SessionCancelledError,
    SessionFixedError,
    SessionNotCancelledError,
    VenueNotAvailableError,
)
from programmes.services.session_plans import ChangePlan
from programmes.services.sessions import change, preview
from programmes.tables import Pause, Session, Unit
from tests.conftest import NOW
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_closure,
    make_cohort,
    make_enrolment,
    make_mark,
    make_session,
    make_venue,
)

WEEKS = [date(2026, 5, 6) + timedelta(weeks=week) for week in range(20)]
"""The Wednesdays of a group; the sixth is today."""


async def manager_of(made: MadeCohort) -> Actor:
    person = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(made.side.value), organisation_id=made.organisation_id
    )
    return person.actor


async def days_of(made: MadeCohort) -> list[tuple[int, date, str]]:
    rows = await Session.select(Session.starts_at, Session.status, Session.unit).where(
        Session.cohort == made.id, Session.enrolment.is_null()
    )
    numbers = {id: number for number, id in made.programme.unit_ids.items()}
    return sorted(
        (numbers[row["unit"]], clock.london(row["starts_at"]).date(), row["status"]) for row in rows
    )


async def scheduled(made: MadeCohort) -> dict[int, date]:
    return {unit: day for unit, day, status in await days_of(made) if status != "cancelled"}


def at(day: date, wall_time: str = "10:00") -> datetime:
    return instant_of(day, wall_time)


def moved(plan: ChangePlan) -> list[tuple[int, date | None, date | None]]:
    def day(instant: datetime | None) -> date | None:
        return clock.london(instant).date() if instant else None

    return [(move.unit_number, day(move.from_at), day(move.to_at)) for move in plan.moves]


async def revisions(made: MadeCohort) -> Sequence[int]:
    rows = await Session.select(Session.revision).where(
        Session.cohort == made.id
    ).order_by(Session.starts_at)  # fmt: skip
    return [row["revision"] for row in rows]


async def test_moving_one_session_moves_no_other(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)

    plan = await change(
        made.session_ids[7], Reschedule(starts_at=at(date(2026, 6, 18), "14:00")), by=by
    )

    assert moved(plan) == [(7, WEEKS[6], date(2026, 6, 18))]
    assert (await scheduled(made))[8] == WEEKS[7]
    assert await revisions(made) == [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1]
    (event,) = await AuditEvent.select()
    assert (event["action"], event["subject"]) == ("session_moved", made.session_ids[7])


async def test_a_cascade_moves_the_later_ones_by_the_rule_of_the_timetable(db: None) -> None:
    """C6: weekday and time stay, a closed day is left out."""
    made = await make_cohort()
    by = await manager_of(made)
    await make_closure(organisation_id=made.organisation_id, from_on=WEEKS[9])

    plan = await change(
        made.session_ids[7], Reschedule(starts_at=at(WEEKS[7]), cascade=True), by=by
    )

    assert moved(plan) == [
        (7, WEEKS[6], WEEKS[7]), (8, WEEKS[7], WEEKS[8]), (9, WEEKS[8], WEEKS[10]),
        (10, WEEKS[9], WEEKS[11]), (11, WEEKS[10], WEEKS[12]), (12, WEEKS[11], WEEKS[13]),
    ]  # fmt: skip
    assert list((await scheduled(made)).values()) == [*WEEKS[:6], *WEEKS[7:9], *WEEKS[10:14]]
    assert await revisions(made) == [1] * 6 + [2] * 6


async def test_an_earlier_time_takes_the_later_ones_along_when_asked_to(db: None) -> None:
    made = await make_cohort(starts_on=date(2026, 7, 1))
    by = await manager_of(made)
    first, second = date(2026, 7, 1), date(2026, 7, 8)

    await change(
        made.session_ids[2], Reschedule(starts_at=at(second + timedelta(weeks=3)), cascade=True),
        by=by,
    )  # fmt: skip
    assert (await scheduled(made))[3] == second + timedelta(weeks=4)
    await change(made.session_ids[2], Reschedule(starts_at=at(second), cascade=True), by=by)

    assert list((await scheduled(made)).values()) == [
        first + timedelta(weeks=week) for week in range(12)
    ]


async def test_a_move_within_the_week_pushes_nothing(db: None) -> None:
    made = await make_cohort()

    plan = await preview(
        made.session_ids[7], Reschedule(starts_at=at(date(2026, 6, 19)), cascade=True),
        by=await manager_of(made),
    )  # fmt: skip

    assert moved(plan) == [(7, WEEKS[6], date(2026, 6, 19))]


async def test_cancelling_with_cascade_runs_the_unit_again_and_pushes_the_rest(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    asked = Cancel(" Snow ", NotHeldBecauseOf.VENUE, cascade=True)

    plan = await change(made.session_ids[11], asked, by=by)

    assert moved(plan) == [
        (11, WEEKS[10], None), (11, None, WEEKS[11]), (12, WEEKS[11], WEEKS[12]),
    ]  # fmt: skip
    assert (await days_of(made))[-3:] == [
        (11, WEEKS[10], "cancelled"), (11, WEEKS[11], "scheduled"), (12, WEEKS[12], "scheduled"),
    ]  # fmt: skip
    rows = await Session.select().where(Session.id == made.session_ids[11])
    assert (rows[0]["cancelled_reason"], rows[0]["not_held_because_of"], rows[0]["revision"]) == (
        "Snow", "venue", 2,
    )  # fmt: skip
    events = await AuditEvent.select().order_by(AuditEvent.id)
    assert [event["action"] for event in events] == [
        "session_cancelled", "session_moved", "session_added",
    ]  # fmt: skip


async def test_a_session_that_was_not_held_is_run_again_on_a_day_to_come(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)

    plan = await change(made.session_ids[3], Cancel("Nobody came", cascade=True), by=by)

    assert moved(plan)[:3] == [
        (3, WEEKS[2], None), (3, None, WEEKS[6]), (7, WEEKS[6], WEEKS[7]),
    ]  # fmt: skip


async def test_a_cascade_finds_no_day_where_all_is_closed(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    await make_closure(
        organisation_id=made.organisation_id, from_on=WEEKS[8], to_on=date(2028, 6, 1)
    )

    for unit, asked in (
        (8, Cancel("Snow", cascade=True)),
        (7, Cancel("Snow", cascade=True)),
        (7, Reschedule(starts_at=at(WEEKS[7]), cascade=True)),
    ):
        with pytest.raises(NoOpenDayFoundError):
            await change(made.session_ids[unit], asked, by=by)
    assert await AuditEvent.count() == 0


async def test_past_and_marked_sessions_and_those_of_one_person_never_move(db: None) -> None:
    made = await make_cohort(enrolled=1)
    by = await manager_of(made)
    own = await make_session(
        cohort_id=made.id, unit_id=made.programme.unit_ids[3], starts_at=at(WEEKS[8], "14:00"),
        catch_up_for=made.enrolment_ids[0],
    )  # fmt: skip
    await make_mark(session_id=made.session_ids[5], enrolment_id=made.enrolment_ids[0])

    await change(made.session_ids[7], Reschedule(starts_at=at(WEEKS[8]), cascade=True), by=by)

    assert list((await scheduled(made)).values())[:6] == WEEKS[:6]
    rows = await Session.select().where(Session.id == own)
    assert (rows[0]["starts_at"], rows[0]["revision"]) == (at(WEEKS[8], "14:00"), 1)
    for unit in (4, 5, 6):
        with pytest.raises(SessionFixedError):
            await change(made.session_ids[unit], Reschedule(starts_at=at(WEEKS[15])), by=by)


async def test_one_persons_own_session_is_moved_by_itself_and_moves_no_other(db: None) -> None:
    made = await make_cohort(enrolled=2)
    by = await manager_of(made)
    own = await make_session(
        cohort_id=made.id, unit_id=made.programme.unit_ids[3], starts_at=at(WEEKS[8], "14:00"),
        catch_up_for=made.enrolment_ids[0],
    )  # fmt: skip

    plan = await change(own, Reschedule(starts_at=at(WEEKS[6])), by=by)
    with pytest.raises(InvalidInputError) as caught:
        await change(own, Reschedule(starts_at=at(WEEKS[7]), cascade=True), by=by)

    assert (moved(plan), len(plan.expected)) == ([(3, WEEKS[8], WEEKS[6])], 1)
    assert [item.field for item in caught.value.errors] == ["cascade"]


async def test_those_expected_are_told_and_nobody_else(db: None) -> None:
    made = await make_cohort(enrolled=2)
    by = await manager_of(made)
    late = await make_enrolment(cohort_id=made.id, joined_on=WEEKS[9])
    await Pause(
        enrolment=made.enrolment_ids[1], from_on=WEEKS[5], to_on=WEEKS[8], recorded_at=NOW
    ).save()

    one = await preview(made.session_ids[7], Reschedule(starts_at=at(WEEKS[6], "12:00")), by=by)
    later = await preview(made.session_ids[11], Cancel("Snow"), by=by)

    assert (len(one.expected), len(later.expected)) == (1, 3)
    assert all(name.endswith(" E.") for name in later.expected)
    assert late


async def test_putting_back_a_session_makes_it_take_place(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    await change(made.session_ids[8], Cancel("Snow", NotHeldBecauseOf.OTHER), by=by)

    plan = await change(made.session_ids[8], PutBack(), by=by)

    rows = await Session.select().where(Session.id == made.session_ids[8])
    assert moved(plan) == [(8, WEEKS[7], WEEKS[7])]
    assert (rows[0]["status"], rows[0]["cancelled_reason"], rows[0]["revision"]) == (
        "scheduled", "", 3,
    )  # fmt: skip
    assert rows[0]["not_held_because_of"] is None
    with pytest.raises(SessionNotCancelledError):
        await change(made.session_ids[8], PutBack(), by=by)
    events = await AuditEvent.select().order_by(AuditEvent.id)
    assert [event["action"] for event in events] == ["session_cancelled", "session_reinstated"]


async def test_a_session_is_not_put_back_beside_another_of_the_group(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    await change(made.session_ids[8], Cancel("Snow"), by=by)
    await change(made.session_ids[9], Reschedule(starts_at=at(WEEKS[7], "11:00")), by=by)

    with pytest.raises(InvalidInputError) as caught:
        await change(made.session_ids[8], PutBack(), by=by)

    assert [item.field for item in caught.value.errors] == ["starts_at"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Reschedule(starts_at=at(WEEKS[7])), "starts_at"),
        (Reschedule(starts_at=at(WEEKS[7], "11:59")), "starts_at"),
        (Reschedule(starts_at=NOW), "starts_at"),
        (Reschedule(starts_at=NOW + timedelta(days=800)), "starts_at"),
        (Reschedule(place=Place(new_id())), "venue_id"),
        (Cancel("  "), "reason"),
        (Cancel("r" * 201), "reason"),
    ],
)
async def test_what_cannot_be_is_named_and_nothing_is_saved(
    db: None, asked: Change, field: str
) -> None:
    made = await make_cohort()
    by = await manager_of(made)

    for attempt in (preview, change):
        with pytest.raises(InvalidInputError) as caught:
            await attempt(made.session_ids[7], asked, by=by)
        assert [item.field for item in caught.value.errors] == [field]
    assert (await revisions(made), await AuditEvent.count()) == ([1] * 12, 0)


async def test_a_cancelled_session_is_not_moved(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    await change(made.session_ids[8], Cancel("Snow"), by=by)

    with pytest.raises(SessionCancelledError):
        await change(made.session_ids[8], Reschedule(starts_at=at(WEEKS[15])), by=by)


async def test_a_venue_and_a_mode_are_changed_for_one_session_or_all_that_follow(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    hall = await make_venue(organisation_id=made.organisation_id)

    one = await change(made.session_ids[8], Reschedule(mode=DeliveryMode.VIDEO), by=by)
    rest = await change(
        made.session_ids[10], Reschedule(place=Place(hall), mode=DeliveryMode.HYBRID, cascade=True),
        by=by,
    )  # fmt: skip
    again = await change(made.session_ids[10], Reschedule(place=Place(hall)), by=by)
    await change(made.session_ids[11], Reschedule(place=Place(None)), by=by)

    assert [move.unit_number for move in one.moves] == [8]
    assert [move.unit_number for move in rest.moves] == [10, 11, 12]
    assert again.moves == ()
    rows = await Session.select().where(Session.cohort == made.id).order_by(Session.starts_at)
    assert [(row["venue"], row["mode"], row["revision"]) for row in rows[7:]] == [
        (None, "video", 2), (None, None, 1), (hall, "hybrid", 2), (None, "hybrid", 3),
        (hall, "hybrid", 2),
    ]  # fmt: skip


async def test_a_day_on_which_the_place_is_closed_is_refused_in_the_same_words(db: None) -> None:
    organisation_id = await make_organisation()
    hall = await make_venue(organisation_id=organisation_id)
    made = await make_cohort(organisation_id=organisation_id, venue_id=hall)
    by = await manager_of(made)
    day = date(2026, 6, 18)
    await make_closure(organisation_id=organisation_id, venue_id=hall, from_on=day)
    await make_closure(organisation_id=organisation_id, from_on=day + timedelta(days=1))

    with pytest.raises(VenueNotAvailableError) as caught:
        await preview(made.session_ids[7], Reschedule(starts_at=at(day)), by=by)
    by_video = Reschedule(starts_at=at(day), mode=DeliveryMode.VIDEO)
    assert (await preview(made.session_ids[7], by_video, by=by)).moves
    with pytest.raises(InvalidInputError) as closed:
        await preview(
            made.session_ids[7],
            Reschedule(starts_at=at(day + timedelta(days=1)), mode=DeliveryMode.PHONE), by=by,
        )  # fmt: skip

    assert str(caught.value) == (
        "The venue is not available on Thursday 18 June. Choose another day or venue, or ask your"
        " safety lead."
    )
    assert [item.field for item in closed.value.errors] == ["starts_at"]


async def test_a_plan_that_would_do_something_else_by_now_is_refused(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    asked = Reschedule(starts_at=at(WEEKS[7]), cascade=True)
    plan = await preview(made.session_ids[7], asked, by=by)
    await change(made.session_ids[12], Cancel("Snow"), by=by)

    with pytest.raises(StaleVersionError) as caught:
        await change(made.session_ids[7], asked, plan_key=plan.key, by=by)
    assert str(caught.value) == (
        "It would not do what you were shown: the timetable was last saved by"
        f" {by.name} on 10 June 2026 at 13:00"
    )
    assert (await scheduled(made))[7] == WEEKS[6]

    fresh = await preview(made.session_ids[7], asked, by=by)
    await change(made.session_ids[7], asked, plan_key=fresh.key, by=by)
    assert (await scheduled(made))[11] == WEEKS[11]


async def test_of_changes_side_by_side_each_sees_the_one_before(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)

    async def attempt(unit: int) -> type[AppError] | None:
        try:
            await change(made.session_ids[unit], Cancel("Snow", cascade=True), by=by)
        except AppError as error:
            return type(error)
        return None

    found = await asyncio.gather(*[attempt(unit) for unit in (7, 8, 9, 10)])

    assert found == [None] * 4
    held = await days_of(made)
    assert [status for _, _, status in held].count("cancelled") == 4
    assert [unit for unit, _, status in held if status == "scheduled"] == list(range(1, 13))
    assert len(set((await scheduled(made)).values())) == 12


async def test_a_unit_with_a_gap_keeps_it_when_it_is_pushed(db: None) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    await Unit.update({Unit.gap_days: 21}).where(Unit.id == made.programme.unit_ids[8])

    await change(made.session_ids[7], Reschedule(starts_at=at(WEEKS[7]), cascade=True), by=by)

    assert (await scheduled(made))[8] == WEEKS[10]


async def test_who_may_not_change_sessions_changes_nothing(db: None) -> None:
    made = await make_cohort(side=Side.SURVIVOR)
    here = made.organisation_id
    nobody: list[tuple[Person, type[AppError]]] = [
        (await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), NotFoundError),
        (
            await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=here),
            NotFoundError,
        ),
        (
            await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=here),
            NotFoundError,
        ),
        (await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True), ForbiddenError),
    ]
    asked: list[Any] = [Cancel("Snow"), PutBack(), Reschedule(starts_at=at(WEEKS[15]))]

    for person, error in nobody:
        for one in asked:
            for attempt in (preview, change):
                with pytest.raises(error):
                    await attempt(made.session_ids[7], one, by=person.actor)
    assert await revisions(made) == [1] * 12


async def test_nothing_is_half_saved_where_a_later_session_changed_underneath(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await make_cohort()
    by = await manager_of(made)
    stale = await preview(
        made.session_ids[7], Reschedule(starts_at=at(WEEKS[7]), cascade=True), by=by
    )
    await change(made.session_ids[9], Reschedule(starts_at=at(WEEKS[15])), by=by)
    before = await scheduled(made)

    async def old_plan(*_: object) -> ChangePlan:
        return stale

    monkeypatch.setattr("programmes.services.sessions._plan", old_plan)
    with pytest.raises(StaleVersionError) as caught:
        await change(made.session_ids[7], Reschedule(starts_at=at(WEEKS[7]), cascade=True), by=by)

    assert caught.value.extensions["changed_by"] == by.account_id
    assert await scheduled(made) == before
