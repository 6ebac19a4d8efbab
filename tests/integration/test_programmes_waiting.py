"""Waiting lists: how long, who is ready, whom a group suits, who is passed over."""

from datetime import timedelta
from fractions import Fraction
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.scope import Side
from programmes.domain.case_terms import PartOfDay
from programmes.domain.moves import READY_FOR_A_PLACE
from programmes.domain.terms import CLOSED_REFERRALS, ReferralStatus
from programmes.domain.waiting import Fit, Waits
from programmes.queries.cohorts import cohort
from programmes.queries.waiting import NOT_READY, waiting
from programmes.tables import Participant
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    MadeProgramme,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
    make_venue,
)
from tests.factories_referrals import make_needs
from tests.statements import counted

S = ReferralStatus
ALLOCATION = S.AWAITING_ALLOCATION


async def make_manager() -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)


async def make_waiter(
    programme: MadeProgramme, days: int, status: ReferralStatus = ALLOCATION, area: str = ""
) -> tuple[UUID, UUID]:
    """Somebody who has waited for so many days: the person and the referral."""
    anna = await make_participant(organisation_id=programme.organisation_id, side=programme.side)
    if area:
        await Participant.update({Participant.area: area}).where(Participant.id == anna)
    made = await make_referral(
        participant_id=anna, programme_id=programme.id, status=status,
        received_on=clock.today() - timedelta(days=days),
    )  # fmt: skip
    return anna, made


def test_every_open_status_without_a_place_is_ready_or_not() -> None:
    in_groups = {S.SCHEDULED, S.ON_PROGRAMME}

    assert READY_FOR_A_PLACE | NOT_READY | CLOSED_REFERRALS | in_groups == set(S)
    assert READY_FOR_A_PLACE & NOT_READY == set()
    assert {S.ON_HOLD, S.DEFERRED, S.SUITABLE_NOT_READY} <= NOT_READY


async def test_who_waits_for_something_else_is_listed_apart_and_not_counted(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    made = {
        status: (await make_waiter(programme, days, status))[1]
        for days, status in enumerate(S, start=1)
    }

    found = await waiting(programme.id, scope=person.actor.scope)

    assert {item.referral.id for item in found.ready} == {made[one] for one in READY_FOR_A_PLACE}
    assert {item.referral.id for item in found.not_ready} == {made[one] for one in NOT_READY}
    assert found.waits.people == len(READY_FOR_A_PLACE)


async def test_the_median_and_the_longest_wait_are_those_of_the_area(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    for days, area in ((40, "Larch Vale"), (12, "larch vale "), (7, "Brookside"), (90, "")):
        await make_waiter(programme, days, area=area)
    scope = person.actor.scope

    everywhere = await waiting(programme.id, scope=scope)
    there = await waiting(programme.id, scope=scope, area=" LARCH VALE")
    nowhere = await waiting(programme.id, scope=scope, area="Elsewhere")

    assert everywhere.waits == Waits(4, Fraction(26), 90)
    assert there.waits == Waits(2, Fraction(26), 40)
    assert nowhere.waits == Waits(0, None, None)
    assert len(everywhere.areas) == len(there.areas) == 2


async def test_each_is_held_against_the_groups_times_and_venue(db: None) -> None:
    person = await make_manager()
    hall = await make_venue(organisation_id=person.organisation_id)
    made = await make_cohort(organisation_id=person.organisation_id, venue_id=hall, at="18:30")
    group = await cohort(made.id, scope=person.actor.scope)
    weekday = group.slots[0].weekday
    known = (
        {"available": [(weekday, PartOfDay.EVENING)]},
        {"available": [(weekday, PartOfDay.MORNING)]},
        {"venues_to_avoid": [hall]},
        None,
    )
    for days, needs in enumerate(reversed(known), start=1):
        anna, _ = await make_waiter(made.programme, days)
        if needs is not None:
            await make_needs(participant_id=anna, **needs)  # type: ignore[arg-type]

    found = await waiting(made.programme.id, scope=person.actor.scope, group=group)

    assert [(item.fit, item.avoids_venue, item.ruled_out) for item in found.ready] == [
        (Fit.FITS, False, False),
        (Fit.DOES_NOT, False, True),
        (Fit.NOT_RECORDED, True, True),
        (Fit.NOT_RECORDED, False, False),
    ]


async def test_without_a_group_nobody_is_held_against_one(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna, _ = await make_waiter(programme, 3)
    await make_needs(participant_id=anna, available=[(0, PartOfDay.EVENING)])

    (item,) = (await waiting(programme.id, scope=person.actor.scope)).ready

    assert (item.fit, item.avoids_venue) == (None, False)


async def passed(made: MadeCohort, person: Person, referral_id: UUID) -> list[UUID]:
    group = await cohort(made.id, scope=person.actor.scope)
    found = await waiting(made.programme.id, scope=person.actor.scope, group=group)
    return [item.referral.id for item in found.passed_over_for(referral_id)]


async def test_who_waited_longer_and_could_come_is_passed_over(db: None) -> None:
    person = await make_manager()
    made = await make_cohort(organisation_id=person.organisation_id)
    busy, _ = await make_waiter(made.programme, 60)
    await make_needs(participant_id=busy, available=[(6, PartOfDay.EVENING)])
    _, longest = await make_waiter(made.programme, 50)
    _, to_assess = await make_waiter(made.programme, 40, S.RECEIVED)
    _, chosen = await make_waiter(made.programme, 30)
    _, assessed_later = await make_waiter(made.programme, 20, S.RECEIVED)

    assert await passed(made, person, longest) == []
    assert await passed(made, person, chosen) == [longest]
    assert await passed(made, person, assessed_later) == [longest, to_assess, chosen]


async def test_a_waiting_list_takes_one_statement_however_long_it_is(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id, side=Side.SURVIVOR)
    lengths = []
    for _ in range(2):
        for days in range(5):
            anna, _ = await make_waiter(programme, days)
            await make_needs(participant_id=anna)
        with counted(monkeypatch) as sent:
            await waiting(programme.id, scope=person.actor.scope)
        lengths.append(len(sent))

    assert lengths == [1, 1]
