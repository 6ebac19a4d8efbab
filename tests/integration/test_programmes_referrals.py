"""Referrals, and the waiting list that they make."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import (
    InvalidInputError,
    NotFoundError,
)
from core.pagination import Cursor
from core.scope import Actor, Side
from core.tables import AuditEvent
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    Mandate,
    ReferralSource,
    ReferralStatus,
)
from programmes.errors import ReferralOpenError
from programmes.queries.referrals import ReferralView, referrals
from programmes.queries.waiting import waiting
from programmes.services.referrals import ReferralDetails, add_referral
from programmes.tables import Referral
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeProgramme,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
)

TODAY = date(2026, 6, 10)


async def make_manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


def fields(error: pytest.ExceptionInfo[InvalidInputError]) -> list[str]:
    return [item.field for item in error.value.errors]


async def refer(participant_id: UUID, programme: MadeProgramme, *, by: Actor, **given: Any) -> UUID:
    wanted = {"source": ReferralSource.POLICE, "mandate": Mandate.VOLUNTARY, "received_on": TODAY}
    details = ReferralDetails(**{**wanted, **given})
    return await add_referral(participant_id, programme.id, details, by=by)


async def on_list(
    programme_id: UUID, person: Person
) -> tuple[list[ReferralView], list[ReferralView]]:
    """Who is ready for a place, and who waits for something else."""
    found = await waiting(programme_id, scope=person.actor.scope)
    return [item.referral for item in found.ready], [item.referral for item in found.not_ready]


async def test_a_referral_puts_a_person_on_the_waiting_list(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id, name="Freedom")
    anna = await make_participant(organisation_id=person.organisation_id, preferred_name="Annie")

    made = await refer(anna, programme, by=person.actor)

    ((found,), _) = await on_list(programme.id, person)
    assert (found.id, found.participant_name, found.programme_name) == (
        made, "Annie Example", "Freedom",
    )  # fmt: skip
    assert (found.source, found.status, found.received_on) == (
        ReferralSource.POLICE, ReferralStatus.RECEIVED, TODAY,
    )  # fmt: skip


async def test_the_longest_wait_comes_first_and_ends_with_a_place(db: None) -> None:
    person = await make_manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1)
    people = [await make_participant(organisation_id=person.organisation_id) for _ in range(4)]
    for anyone, day in zip(people, (3, 1, 2, 4), strict=True):
        await make_referral(
            participant_id=anyone, programme_id=cohort.programme.id, received_on=date(2026, 6, day)
        )
    await Referral.update({Referral.status: ReferralStatus.WITHDRAWN}).where(
        Referral.participant == people[3]
    )
    await make_referral(participant_id=cohort.participant_ids[0], programme_id=cohort.programme.id)

    found, _ = await on_list(cohort.programme.id, person)

    assert [item.participant_id for item in found] == [people[1], people[2], people[0]]


async def test_a_second_open_referral_to_the_same_programme_is_refused(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    other = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    await refer(anna, programme, by=person.actor)

    with pytest.raises(ReferralOpenError):
        await refer(anna, programme, by=person.actor)
    await refer(anna, other, by=person.actor)

    assert (await Referral.count(), await AuditEvent.count()) == (2, 2)


@pytest.mark.parametrize("status", sorted(CLOSED_REFERRALS))
async def test_after_a_closed_referral_there_may_be_another(
    db: None, status: ReferralStatus
) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    await make_referral(participant_id=anna, programme_id=programme.id, status=status)

    await refer(anna, programme, by=person.actor)

    assert await Referral.count() == 2


async def test_a_referral_received_tomorrow_is_refused(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)

    with pytest.raises(InvalidInputError) as caught:
        await refer(anna, programme, received_on=date(2026, 6, 11), by=person.actor)

    assert fields(caught) == ["received_on"]


async def test_referrals_are_listed_by_status_person_and_page(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    people = [await make_participant(organisation_id=person.organisation_id) for _ in range(3)]
    made = [
        await make_referral(
            participant_id=anyone, programme_id=programme.id,
            status=ReferralStatus.ON_HOLD if number else ReferralStatus.RECEIVED,
        )
        for number, anyone in enumerate(people)
    ]  # fmt: skip
    scope = person.actor.scope

    held = await referrals(scope=scope, cursor=Cursor(), status=ReferralStatus.ON_HOLD)
    own = await referrals(scope=scope, cursor=Cursor(), participant_id=people[0])
    first = await referrals(scope=scope, cursor=Cursor(limit=2))
    rest = await referrals(scope=scope, cursor=Cursor(limit=2, after=first.next))

    assert [item.id for item in held.items] == made[1:]
    assert [item.id for item in own.items] == made[:1]
    assert [item.id for item in (*first.items, *rest.items)] == made
    assert rest.next is None


async def test_a_programme_of_the_other_side_takes_no_referral_even_from_who_sees_both(
    db: None,
) -> None:
    person = await make_manager()
    other = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=person.organisation_id
    )
    scope = type(person.actor.scope)(person.id, person.actor.scope.areas | other.actor.scope.areas)
    both = Actor(person.id, "both", scope)
    anna = await make_participant(organisation_id=person.organisation_id)
    programme = await make_programme(organisation_id=person.organisation_id, side=Side.PERPETRATOR)

    with pytest.raises(NotFoundError):
        await refer(anna, programme, by=both)

    assert await Referral.count() == 0
