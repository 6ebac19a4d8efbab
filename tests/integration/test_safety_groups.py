"""Nobody joins a group with somebody whom they must not meet, and nobody is told why (D3, D6)."""

import asyncio
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.ids import new_id
from core.scope import Side
from programmes.domain.case_terms import ConflictKind
from programmes.domain.terms import ExitReason
from programmes.errors import CannotJoinError
from programmes.services import enrolments
from programmes.services.endings import Ending, leave
from programmes.services.revoking import revoke
from programmes.tables import Cohort, Conflict, Enrolment, SessionFacilitator
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import MadeCohort, make_cohort, make_participant
from tests.factories_safety import keep_apart, make_link, make_worker

NEUTRAL = "This person cannot join this group. Ask your safety lead."


async def manager_of(cohort: MadeCohort) -> Person:
    side = GrantSide(cohort.side.value)
    return await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=cohort.organisation_id)


async def newcomer(cohort: MadeCohort) -> UUID:
    return await make_participant(organisation_id=cohort.organisation_id, side=cohort.side)


async def refused(cohort: MadeCohort, person_id: UUID, by: Person) -> str:
    with pytest.raises(CannotJoinError) as raised:
        await enrolments.enrol(cohort.id, person_id, by=by.actor)
    return raised.value.detail


async def written() -> list[tuple[str, UUID, UUID, UUID]]:
    rows = await Conflict.select().order_by(Conflict.id)
    return [(row["kind"], row["participant"], row["other"], row["cohort"]) for row in rows]


async def test_d6_a_non_association_in_the_group_refuses_neutrally_and_tells_the_lead(
    db: None,
) -> None:
    cohort = await make_cohort(enrolled=2)
    person_id, manager = await newcomer(cohort), await manager_of(cohort)
    await keep_apart(person_id, cohort.participant_ids[1])

    assert await refused(cohort, person_id, manager) == NEUTRAL

    assert await written() == [
        (ConflictKind.NON_ASSOCIATION, person_id, cohort.participant_ids[1], cohort.id)
    ]
    assert await Enrolment.count().where(Enrolment.participant == person_id) == 0
    places = await Cohort.select(Cohort.places_taken).where(Cohort.id == cohort.id)
    assert places[0]["places_taken"] == 2


async def test_d6_an_exit_is_not_taken_back_into_a_group_with_somebody_to_keep_apart_from(
    db: None,
) -> None:
    cohort = await make_cohort(enrolled=1)
    person_id, manager = await newcomer(cohort), (await manager_of(cohort)).actor
    place = await enrolments.enrol(cohort.id, person_id, by=manager)
    await leave(place, Ending(clock.today(), 1), ExitReason.MOVED_AREA, by=manager)
    await keep_apart(person_id, cohort.participant_ids[0])

    with pytest.raises(CannotJoinError) as raised:
        await revoke(place, reason="Recorded by mistake", version=2, by=manager)

    assert raised.value.detail == NEUTRAL
    assert await written() == [
        (ConflictKind.NON_ASSOCIATION, person_id, cohort.participant_ids[0], cohort.id)
    ]
    (row,) = await Enrolment.select().where(Enrolment.id == place)
    assert (row["status"], row["version"]) == ("exited", 2)


async def test_d6_trying_again_writes_no_second_conflict(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    person_id, manager = await newcomer(cohort), await manager_of(cohort)
    await keep_apart(person_id, cohort.participant_ids[0])

    for _ in range(2):
        await refused(cohort, person_id, manager)

    assert len(await written()) == 1


@pytest.mark.parametrize("side", list(Side))
async def test_d6_two_who_are_linked_to_the_same_person_are_not_in_one_group(
    db: None, side: Side
) -> None:
    cohort = await make_cohort(side=side, enrolled=1)
    person_id, manager = await newcomer(cohort), await manager_of(cohort)
    other = Side.SURVIVOR if side is Side.PERPETRATOR else Side.PERPETRATOR
    party_id = await make_participant(side=other)
    for own_id in (person_id, cohort.participant_ids[0]):
        if side is Side.PERPETRATOR:
            await make_link(perpetrator_id=own_id, survivor_id=party_id)
        else:
            await make_link(perpetrator_id=party_id, survivor_id=own_id)

    assert await refused(cohort, person_id, manager) == NEUTRAL

    assert await written() == [
        (ConflictKind.SAME_OTHER_PARTY, person_id, cohort.participant_ids[0], cohort.id)
    ]


async def test_d3_a_facilitator_who_works_with_the_other_party_refuses_the_place(db: None) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    cohort = await make_cohort(organisation_id=worker.organisation_id, facilitator_ids=[worker.id])
    person_id, manager = await newcomer(cohort), await manager_of(cohort)
    perpetrator_id = await make_participant(side=Side.PERPETRATOR)
    await make_link(perpetrator_id=perpetrator_id, survivor_id=person_id)
    await make_worker(participant_id=perpetrator_id, account_id=worker.id)

    assert await refused(cohort, person_id, manager) == NEUTRAL

    assert await written() == [(ConflictKind.WORKER_OF_BOTH, person_id, perpetrator_id, cohort.id)]


@pytest.mark.parametrize("covers", ["own group", "other group"])
async def test_d3_cover_counts_as_working_with_a_group(db: None, covers: str) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    cohort = await make_cohort(organisation_id=worker.organisation_id)
    other = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    person_id, manager = await newcomer(cohort), await manager_of(cohort)
    await make_link(perpetrator_id=other.participant_ids[0], survivor_id=person_id)
    one, two = (cohort, other) if covers == "own group" else (other, cohort)
    await SessionFacilitator(session=one.session_ids[7], account=worker.id, role="cover").save()
    await SessionFacilitator(session=two.session_ids[8], account=worker.id, role="cover").save()

    assert await refused(cohort, person_id, manager) == NEUTRAL


async def test_d6_an_ended_link_and_somebody_who_left_keep_nobody_out(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    person_id, manager = await newcomer(cohort), await manager_of(cohort)
    member_id = cohort.participant_ids[0]
    await keep_apart(person_id, member_id)
    await Enrolment.update({Enrolment.status: "completed"}).where(
        Enrolment.participant == member_id
    )

    assert await enrolments.enrol(cohort.id, person_id, by=manager.actor)
    assert await written() == []


async def test_d6_of_two_who_join_side_by_side_one_is_refused(db: None) -> None:
    cohort = await make_cohort()
    manager = await manager_of(cohort)
    one_id, other_id = await newcomer(cohort), await newcomer(cohort)
    await keep_apart(one_id, other_id)

    answers = await asyncio.gather(
        *(enrolments.enrol(cohort.id, id, by=manager.actor) for id in (one_id, other_id)),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["CannotJoinError", "UUID"]
    assert await Enrolment.count() == 1
    assert len(await written()) == 1


async def test_d1_a_refusal_for_another_reason_writes_no_conflict(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    manager = await manager_of(await make_cohort(organisation_id=await make_organisation()))

    with pytest.raises(Exception, match="Not found"):
        await enrolments.enrol(cohort.id, new_id(), by=manager.actor)

    assert await written() == []
