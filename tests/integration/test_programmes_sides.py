"""Who sees what: own cohorts, the whole side, both sides read-only, and never the other (D1)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import SYSTEM, Scope, Side
from programmes.domain.equality import Answers, Sex
from programmes.domain.terms import EnrolmentStatus, ReferralStatus
from programmes.queries import (
    cohorts,
    equality,
    history,
    marks,
    needs,
    participants,
    programmes,
    progress,
    quality,
    referrals,
    registers,
    timetables,
    waiting,
)
from programmes.services.equality import save_answers
from programmes.tables import CohortFacilitator
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_closure,
    make_cohort,
    make_enrolment,
    make_mark,
    make_participant,
    make_referral,
    make_safe_contact,
    make_venue,
)
from tests.factories_referrals import make_move, make_needs


@dataclass(frozen=True)
class Place:
    """One side's records in an organisation, one of each kind."""

    cohort: MadeCohort
    venue_id: UUID
    person_id: UUID
    waiting_id: UUID
    enrolment_id: UUID
    session_id: UUID


async def make_place(organisation_id: UUID, side: Side = Side.SURVIVOR) -> Place:
    venue_id = await make_venue(organisation_id=organisation_id, side=side)
    await make_closure(organisation_id=organisation_id, venue_id=venue_id, from_on=date(2026, 8, 3))
    made = await make_cohort(
        organisation_id=organisation_id, side=side, venue_id=venue_id, enrolled=1
    )
    person_id, enrolment_id = made.participant_ids[0], made.enrolment_ids[0]
    await make_safe_contact(participant_id=person_id)
    await make_mark(session_id=made.session_ids[6], enrolment_id=enrolment_id)
    waiting_id = await make_participant(organisation_id=organisation_id, side=side)
    referral_id = await make_referral(participant_id=waiting_id, programme_id=made.programme.id)
    await make_move(referral_id=referral_id)
    await make_needs(participant_id=waiting_id, access_needs="Ground floor")
    await save_answers(waiting_id, Answers(sex=Sex.FEMALE), version=0, by=SYSTEM)
    return Place(made, venue_id, person_id, waiting_id, enrolment_id, made.session_ids[6])


async def facilitate(person: Person, cohort_id: UUID) -> None:
    await CohortFacilitator(cohort=cohort_id, account=person.id).save()


Read = Callable[[Place, Scope], Awaitable[Any]]
ONE: dict[str, Read] = {
    "programme": lambda at, scope: programmes.programme(at.cohort.programme.id, scope=scope),
    "versions_of": lambda at, scope: programmes.versions_of(at.cohort.programme.id, scope=scope),
    "venue": lambda at, scope: programmes.venue(at.venue_id, scope=scope),
    "cohort": lambda at, scope: cohorts.cohort(at.cohort.id, scope=scope),
    "session": lambda at, scope: cohorts.session(at.session_id, scope=scope),
    "members": lambda at, scope: progress.members(at.cohort.id, scope=scope),
    "enrolment": lambda at, scope: progress.enrolment(at.enrolment_id, scope=scope),
    "register": lambda at, scope: registers.register(at.session_id, scope=scope),
    "participant": lambda at, scope: participants.participant(at.person_id, scope=scope),
    "waiting person": lambda at, scope: participants.participant(at.waiting_id, scope=scope),
}
"""What is one thing, and so not found."""

MANY: dict[str, Read] = {
    "programmes": lambda _, scope: programmes.programmes(scope=scope),
    "units_of": lambda at, scope: programmes.units_of(
        [at.cohort.programme.version_id], scope=scope
    ),
    "venues": lambda _, scope: programmes.venues(scope=scope),
    "closures": lambda _, scope: programmes.closures(scope=scope),
    "cohorts": lambda _, scope: cohorts.cohorts(scope=scope, cursor=Cursor()),
    "sessions_of": lambda at, scope: cohorts.sessions_of(at.cohort.id, scope=scope),
    "sessions": lambda _, scope: cohorts.sessions(scope=scope, cursor=Cursor()),
    "entry_sessions": lambda at, scope: timetables.entry_sessions(at.cohort.id, scope=scope),
    "expected": lambda at, scope: timetables.expected(
        at.cohort.id, [date(2026, 6, 10)], scope=scope
    ),
    "marks_of": lambda at, scope: marks.marks_of([at.enrolment_id], scope=scope),
    "faulty_cases": lambda _, scope: quality.faulty_cases(scope=scope),
    "enrolments_of": lambda at, scope: progress.enrolments_of(at.person_id, scope=scope),
    "participants": lambda _, scope: participants.participants(scope=scope, cursor=Cursor()),
    "search": lambda _, scope: participants.participants(
        scope=scope, cursor=Cursor(), search="example"
    ),
    "safe_contact": lambda at, scope: participants.safe_contact(at.person_id, scope=scope),
    "referrals": lambda _, scope: referrals.referrals(scope=scope, cursor=Cursor()),
    "moves": lambda at, scope: referrals.moves_of(scope=scope, participant_id=at.waiting_id),
    "open referral": lambda at, scope: referrals.open_referral_of(
        at.waiting_id, at.cohort.programme.id, scope=scope
    ),
    "waiting": lambda at, scope: waiting.waiting(at.cohort.programme.id, scope=scope),
    "needs": lambda at, scope: needs.needs_of_person(at.waiting_id, scope=scope),
    "equality": lambda at, scope: equality.answers_of_person(at.waiting_id, scope=scope),
    "history": lambda at, scope: history.history(at.person_id, scope=scope),
}
"""What is a list, and so empty."""


def is_empty(found: Any) -> bool:
    if isinstance(found, Page):
        return not found.items and found.next is None
    if isinstance(found, waiting.WaitingList):
        return not found.ready and not found.not_ready and not found.areas
    nothing = (participants.NOTHING_CONFIRMED, needs.NOTHING_KNOWN, equality.NOTHING_ASKED)
    return not found or found in nothing


async def strangers(place: Place) -> list[Person]:
    """Everybody who must learn nothing, whatever they do."""
    organisation_id = place.cohort.organisation_id
    other_side = GrantSide.PERPETRATOR
    facilitator = await make_person(Role.FACILITATOR, other_side, organisation_id=organisation_id)
    await facilitate(facilitator, place.cohort.id)
    return [
        facilitator,
        await make_person(Role.PROGRAMME_MANAGER, other_side, organisation_id=organisation_id),
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
        await make_person(Role.PARTNER_LINK_WORKER, GrantSide.BOTH, everywhere=True),
        await make_person(Role.WORKFORCE_LEAD, organisation_id=organisation_id),
        await make_person(Role.COMMISSIONER, GrantSide.BOTH, everywhere=True),
        await make_person(Role.ADMINISTRATOR, everywhere=True),
    ]


async def test_the_other_side_and_other_organisations_find_nothing(db: None) -> None:
    place = await make_place(await make_organisation())

    for stranger in await strangers(place):
        scope = stranger.actor.scope
        for name, read in ONE.items():
            with pytest.raises(NotFoundError):
                pytest.fail(f"{name}: {await read(place, scope)}")
        empty = {name: is_empty(await read(place, scope)) for name, read in MANY.items()}
        assert empty == dict.fromkeys(MANY, True)
        assert await cohorts.own_cohort_ids(scope=scope) == frozenset()
        assert await cohorts.facilitators_of(place.cohort.id, scope=scope) == ()


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.SAFETY_LEAD])
async def test_whoever_sees_the_side_sees_all_of_it(db: None, role: Role) -> None:
    organisation_id = await make_organisation()
    place = await make_place(organisation_id)
    side = GrantSide.BOTH if role is Role.SAFETY_LEAD else GrantSide.SURVIVOR
    person = await make_person(role, side, organisation_id=organisation_id)

    for read in ONE.values():
        assert await read(place, person.actor.scope)
    empty = {name: is_empty(await read(place, person.actor.scope)) for name, read in MANY.items()}
    assert empty == dict.fromkeys(MANY, False)


async def test_a_manager_sees_the_whole_side_of_the_organisation_and_no_more(db: None) -> None:
    organisation_id = await make_organisation()
    places = [await make_place(organisation_id) for _ in range(2)]
    await make_place(organisation_id, Side.PERPETRATOR)
    await make_place(await make_organisation())
    person = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=organisation_id
    )
    scope = person.actor.scope

    seen = await cohorts.cohorts(scope=scope, cursor=Cursor())
    people = await participants.participants(scope=scope, cursor=Cursor())
    planned = await cohorts.sessions(scope=scope, cursor=Cursor(limit=500))

    assert {item.id for item in seen.items} == {place.cohort.id for place in places}
    assert {item.id for item in people.items} == {
        id for place in places for id in (place.person_id, place.waiting_id)
    }
    assert len(planned.items) == 24


async def test_a_safety_lead_sees_both_sides(db: None) -> None:
    organisation_id = await make_organisation()
    places = [await make_place(organisation_id, side) for side in Side]
    person = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id)

    seen = await cohorts.cohorts(scope=person.actor.scope, cursor=Cursor())

    assert {item.id for item in seen.items} == {place.cohort.id for place in places}
    assert {item.side for item in seen.items} == set(Side)


async def test_a_facilitator_sees_own_cohorts_own_people_and_who_waits(db: None) -> None:
    organisation_id = await make_organisation()
    own, other = [await make_place(organisation_id) for _ in range(2)]
    person = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation_id
    )
    await facilitate(person, own.cohort.id)
    scope = person.actor.scope

    seen = await cohorts.cohorts(scope=scope, cursor=Cursor())
    people = await participants.participants(scope=scope, cursor=Cursor())

    assert [item.id for item in seen.items] == [own.cohort.id]
    assert await cohorts.own_cohort_ids(scope=scope) == {own.cohort.id}
    assert await cohorts.facilitators_of(own.cohort.id, scope=scope) == (person.id,)
    assert {item.id for item in people.items} == {
        own.person_id, own.waiting_id, other.waiting_id,
    }  # fmt: skip
    for name in ("cohort", "session", "members", "enrolment", "register", "participant"):
        with pytest.raises(NotFoundError):
            await ONE[name](other, scope)
    for name in ("sessions_of", "enrolments_of", "safe_contact"):
        assert is_empty(await MANY[name](other, scope))


async def test_a_facilitator_sees_who_left_another_group_only_while_they_wait(db: None) -> None:
    organisation_id = await make_organisation()
    other = await make_cohort(organisation_id=organisation_id)
    person = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation_id
    )
    left, waits = [await make_participant(organisation_id=organisation_id) for _ in range(2)]
    for anyone in (left, waits):
        await make_enrolment(
            cohort_id=other.id, participant_id=anyone, status=EnrolmentStatus.COMPLETED,
            ended_on=date(2026, 6, 1),
        )  # fmt: skip
    await make_referral(
        participant_id=left, programme_id=other.programme.id,
        status=ReferralStatus.PROGRAMME_COMPLETE,
    )  # fmt: skip
    await make_referral(participant_id=waits, programme_id=other.programme.id)

    found = await participants.participants(scope=person.actor.scope, cursor=Cursor())

    assert [item.id for item in found.items] == [waits]


async def test_the_service_itself_sees_everything(db: None) -> None:
    places = [await make_place(await make_organisation(), side) for side in Side]

    for place in places:
        for read in ONE.values():
            assert await read(place, SYSTEM.scope)
        for read in MANY.values():
            assert not is_empty(await read(place, SYSTEM.scope))


async def test_sessions_are_listed_between_two_instants_page_by_page(db: None) -> None:
    made = await make_cohort()
    other = await make_cohort(programme=made.programme)
    since, until = (clock.instant_of(date(2026, 6, day), "00:00") for day in (10, 25))

    seen, after = [], None
    while True:
        page = await cohorts.sessions(
            scope=SYSTEM.scope, cursor=Cursor(limit=2, after=after), since=since, until=until
        )
        seen += [(item.unit_number, item.id) for item in page.items]
        after = page.next
        if after is None:
            break

    assert seen == [
        (number, item.session_ids[number]) for number in (6, 7, 8) for item in (made, other)
    ]
