"""The link between two people (D2), who works with whom (D3), and the flag (D4)."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from core.ids import new_id
from core.pagination import Cursor
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from programmes.domain.apart import CaseStatus
from programmes.domain.case_terms import ConflictKind, Relationship
from programmes.domain.terms import ReferralStatus
from programmes.errors import (
    AlreadyRecordedError,
    AlreadySettledError,
    CannotAssignError,
    CannotLinkError,
)
from programmes.queries import links as queries
from programmes.queries.participants import participant
from programmes.queries.workers import caseload
from programmes.queries.workers import workers as workers_of
from programmes.services import catch_ups, conflicts, links, risk_flags, workers
from programmes.services.catch_ups import NewCatchUp
from programmes.tables import Conflict, Link, Participant, RiskFlag, Session
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import make_cohort, make_participant, make_referral
from tests.factories_safety import make_link, make_worker, raise_flag, restrict

PARTNER = Relationship.PARTNER


async def lead(organisation_id: UUID | None = None) -> Person:
    return await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id,
        everywhere=organisation_id is None,
    )  # fmt: skip


async def link_worker(organisation_id: UUID | None = None, *survivor_ids: UUID) -> Person:
    person = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=organisation_id,
        everywhere=organisation_id is None,
    )  # fmt: skip
    for survivor_id in survivor_ids:
        await make_worker(participant_id=survivor_id, account_id=person.id)
    return person


async def make_perpetrator(
    reference: str = "P-1", *, organisation_id: UUID | None = None, family_name: str = "Example"
) -> UUID:
    id = await make_participant(
        side=Side.PERPETRATOR, organisation_id=organisation_id, family_name=family_name
    )
    await Participant.update({Participant.reference: reference}).where(Participant.id == id)
    return id


async def seen(by: Person) -> list[UUID]:
    page = await queries.links(scope=by.actor.scope, cursor=Cursor())
    return [item.id for item in page.items]


async def conflicts_written() -> list[tuple[str, UUID, UUID]]:
    rows = await Conflict.select().order_by(Conflict.id)
    return [(row["kind"], row["participant"], row["other"]) for row in rows]


async def test_d2_a_link_worker_sees_own_links_and_those_of_own_survivors(db: None) -> None:
    organisation_id = await make_organisation()
    survivor_id = await make_participant(organisation_id=organisation_id)
    worker = await link_worker(organisation_id, survivor_id)
    of_survivor = await make_link(survivor_id=survivor_id)
    recorded = await make_link(
        survivor_id=await make_participant(organisation_id=organisation_id),
        recorded_by=worker.id,
    )
    await make_link(survivor_id=await make_participant(organisation_id=organisation_id))
    await make_link()

    assert set(await seen(worker)) == {of_survivor, recorded}


async def test_d2_a_safety_lead_sees_the_links_of_their_organisations(db: None) -> None:
    organisation_id = await make_organisation()
    here = await make_participant(organisation_id=organisation_id)
    there = await make_participant(organisation_id=organisation_id, side=Side.PERPETRATOR)
    found = [await make_link(survivor_id=here), await make_link(perpetrator_id=there)]
    elsewhere = await make_link()

    assert set(await seen(await lead(organisation_id))) == set(found)
    assert set(await seen(await lead())) == {*found, elsewhere}


@pytest.mark.parametrize(
    ("role", "side"),
    [
        (Role.FACILITATOR, GrantSide.PERPETRATOR),
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR),
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
        (Role.AUDITOR, GrantSide.NONE),
        (Role.ADMINISTRATOR, GrantSide.NONE),
    ],
)
async def test_d2_nobody_else_sees_a_link(db: None, role: Role, side: GrantSide) -> None:
    person = await make_person(role, side, everywhere=True)
    link_id = await make_link()

    assert await seen(person) == []
    with pytest.raises(NotFoundError):
        await queries.link(link_id, scope=person.actor.scope)
    with pytest.raises(NotFoundError):
        await queries.find_perpetrator("P-1", "Example", scope=person.actor.scope)


async def test_d2_of_the_perpetrator_a_link_worker_is_told_a_word_and_the_flag(db: None) -> None:
    survivor_id = await make_participant()
    cohort = await make_cohort(side=Side.PERPETRATOR, enrolled=1)
    perpetrator_id = cohort.participant_ids[0]
    await make_referral(
        participant_id=perpetrator_id, programme_id=cohort.programme.id,
        status=ReferralStatus.ON_PROGRAMME,
    )  # fmt: skip
    await raise_flag(perpetrator_id)
    link_id = await make_link(perpetrator_id=perpetrator_id, survivor_id=survivor_id)
    worker, safety_lead = await link_worker(None, survivor_id), await lead()

    told = await queries.link(link_id, scope=worker.actor.scope)
    told_lead = await queries.link(link_id, scope=safety_lead.actor.scope)

    assert (told.status, told.risk_flag) == (CaseStatus.ON_PROGRAMME, True)
    assert told.perpetrator_name == ""
    assert told_lead.perpetrator_name.endswith("Example")
    with pytest.raises(NotFoundError):
        await participant(perpetrator_id, scope=worker.actor.scope)


async def test_d2_a_perpetrator_is_found_by_exact_reference_and_family_name_only(
    db: None,
) -> None:
    organisation_id = await make_organisation()
    worker = await link_worker(organisation_id)
    perpetrator_id = await make_perpetrator("NP-12", organisation_id=organisation_id)
    await make_perpetrator("NP-13")
    hidden = await make_perpetrator("NP-14", organisation_id=organisation_id)
    await restrict(hidden)
    await make_perpetrator("", organisation_id=organisation_id)

    found = await links.find_perpetrator(" np-12 ", "EXAMPLE", by=worker.actor)

    assert (found.id, found.status, found.risk_flag) == (
        perpetrator_id, CaseStatus.NO_REFERRAL, False,
    )  # fmt: skip
    for reference, family_name in (
        ("NP-1", "Example"), ("NP-12", "Exampl"), ("NP-12", ""), ("", "Example"),
        ("NP-13", "Example"), ("NP-14", "Example"), ("%", "%"),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            await links.find_perpetrator(reference, family_name, by=worker.actor)
    events = await AuditEvent.select(AuditEvent.action, AuditEvent.subject, AuditEvent.after)
    assert [(row["action"], row["subject"]) for row in events] == [
        ("perpetrator_looked_up", perpetrator_id)
    ]


async def test_d2_two_of_the_same_reference_and_name_are_not_told_apart(db: None) -> None:
    worker = await link_worker()
    for _ in range(2):
        await make_perpetrator("P-7")

    with pytest.raises(NotFoundError):
        await links.find_perpetrator("P-7", "Example", by=worker.actor)


async def test_d2_a_link_joins_people_of_two_organisations_and_is_audited(db: None) -> None:
    survivor_id, perpetrator_id = await make_participant(), await make_perpetrator()
    worker = await link_worker(None, survivor_id)

    link_id = await links.record(perpetrator_id, survivor_id, PARTNER, by=worker.actor)
    await links.viewed(await queries.link(link_id, scope=worker.actor.scope), by=worker.actor)

    assert await seen(worker) == [link_id]
    events = await AuditEvent.select().order_by(AuditEvent.id)
    assert [row["action"] for row in events] == ["link_recorded", "link_viewed"]
    assert {row["before"] or row["after"] for row in events} == {None}


async def test_d2_a_link_worker_links_own_survivors_only(db: None) -> None:
    worker = await link_worker()
    survivor_id, perpetrator_id = await make_participant(), await make_perpetrator()
    own_id = await make_participant()
    await make_worker(participant_id=own_id, account_id=worker.id)

    for pair in (
        (perpetrator_id, survivor_id), (own_id, own_id), (new_id(), own_id),
        (perpetrator_id, new_id()), (own_id, perpetrator_id),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            await links.record(*pair, PARTNER, by=worker.actor)
    assert await Link.count() == 0


async def test_d2_a_lead_names_a_survivor_and_not_two_perpetrators(db: None) -> None:
    one, two = await make_perpetrator("P-1"), await make_perpetrator("P-2")

    with pytest.raises(NotFoundError):
        await links.record(one, two, PARTNER, by=(await lead()).actor)


async def test_d2_a_link_is_recorded_once_ended_and_taken_up_again(db: None) -> None:
    by = (await lead()).actor
    survivor_id, perpetrator_id = await make_participant(), await make_perpetrator()
    link_id = await links.record(perpetrator_id, survivor_id, PARTNER, by=by)

    with pytest.raises(AlreadyRecordedError):
        await links.record(perpetrator_id, survivor_id, PARTNER, by=by)
    with pytest.raises(StaleVersionError):
        await links.end(link_id, clock.today(), version=7, by=by)
    for wrong in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)):
        with pytest.raises(InvalidInputError):
            await links.end(link_id, wrong, version=1, by=by)
    await links.end(link_id, clock.today(), version=1, by=by)
    with pytest.raises(AlreadySettledError):
        await links.end(link_id, clock.today(), version=2, by=by)
    again = await links.record(perpetrator_id, survivor_id, Relationship.EX_PARTNER, by=by)

    view = await queries.link(again, scope=by.scope)
    assert (again, view.ended_on, view.relationship, view.version) == (
        link_id, None, Relationship.EX_PARTNER, 3,
    )  # fmt: skip


@pytest.mark.parametrize("hidden", ["survivor", "perpetrator"])
async def test_d7_a_link_of_a_restricted_person_is_hidden(db: None, hidden: str) -> None:
    people = {"survivor": await make_participant(), "perpetrator": await make_perpetrator()}
    await make_link(survivor_id=people["survivor"], perpetrator_id=people["perpetrator"])
    named, other = await lead(), await lead()
    await restrict(people[hidden], named.id)

    assert len(await seen(named)) == 1
    assert await seen(other) == []


async def test_d3_nobody_is_assigned_to_both_parties_of_a_link(db: None) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    survivor_id = await make_participant(organisation_id=worker.organisation_id)
    perpetrator_id = await make_participant(side=Side.PERPETRATOR)
    await make_link(perpetrator_id=perpetrator_id, survivor_id=survivor_id)
    await make_worker(participant_id=perpetrator_id, account_id=worker.id)
    safety_lead = await lead()

    with pytest.raises(CannotAssignError) as raised:
        await workers.assign(survivor_id, worker.id, by=safety_lead.actor)

    assert raised.value.detail == "This person cannot be assigned here. Ask your safety lead."
    assert await conflicts_written() == [(ConflictKind.WORKER_OF_BOTH, survivor_id, perpetrator_id)]
    assert await workers_of(survivor_id, scope=SYSTEM.scope) == ()


async def test_d3_a_facilitator_of_the_other_party_is_not_assigned_either(db: None) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    survivor_id = await make_participant(organisation_id=worker.organisation_id)
    group = await make_cohort(side=Side.PERPETRATOR, enrolled=1, facilitator_ids=[worker.id])
    await make_link(perpetrator_id=group.participant_ids[0], survivor_id=survivor_id)

    with pytest.raises(CannotAssignError):
        await workers.assign(survivor_id, worker.id, by=(await lead()).actor)


async def test_d3_a_link_whose_parties_share_a_worker_is_refused_neutrally(db: None) -> None:
    survivor_id, perpetrator_id = await make_participant(), await make_perpetrator()
    worker = await link_worker(None, survivor_id)
    both = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    for person_id in (survivor_id, perpetrator_id):
        await make_worker(participant_id=person_id, account_id=both.id)

    with pytest.raises(CannotLinkError) as raised:
        await links.record(perpetrator_id, survivor_id, PARTNER, by=worker.actor)

    assert raised.value.detail == "This link cannot be recorded here. Ask your safety lead."
    assert await conflicts_written() == [(ConflictKind.WORKER_OF_BOTH, survivor_id, perpetrator_id)]
    assert await Link.count() == 0


async def test_d3_side_by_side_a_link_and_a_worker_of_both_do_not_get_past_each_other(
    db: None,
) -> None:
    both = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    survivor_id = await make_participant(organisation_id=both.organisation_id)
    perpetrator_id = await make_perpetrator()
    await make_worker(participant_id=perpetrator_id, account_id=both.id)
    by = (await lead()).actor

    answers = await asyncio.gather(
        links.record(perpetrator_id, survivor_id, PARTNER, by=by),
        workers.assign(survivor_id, both.id, by=by),
        return_exceptions=True,
    )

    assert len([answer for answer in answers if isinstance(answer, AppError)]) == 1
    assert await conflicts_written() == [(ConflictKind.WORKER_OF_BOTH, survivor_id, perpetrator_id)]


async def test_d3_a_facilitator_of_both_is_not_taken_for_a_group(db: None) -> None:
    worker = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    cohort = await make_cohort(enrolled=1)
    perpetrator_id = await make_perpetrator()
    await make_link(perpetrator_id=perpetrator_id, survivor_id=cohort.participant_ids[0])
    await make_worker(participant_id=perpetrator_id, account_id=worker.id)

    with pytest.raises(CannotAssignError):
        await conflicts.refuse_as_facilitators([worker.id], cohort.id)
    await conflicts.refuse_as_facilitators([new_id()], cohort.id)


async def test_d6_a_link_between_people_who_share_a_group_s_tie_is_told_to_the_lead(
    db: None,
) -> None:
    cohort = await make_cohort(enrolled=2)
    perpetrator_id = await make_perpetrator()
    one, two = cohort.participant_ids
    await make_link(perpetrator_id=perpetrator_id, survivor_id=one)

    await links.record(perpetrator_id, two, PARTNER, by=(await lead()).actor)

    assert await conflicts_written() == [(ConflictKind.SAME_OTHER_PARTY, two, one)]


async def test_d3_workers_come_from_the_side_and_the_organisation(db: None) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    here = manager.organisation_id
    survivor_id = await make_participant(organisation_id=here)
    other_side = await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR, organisation_id=here)
    elsewhere = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    partner_worker = await link_worker(here)

    for account_id in (other_side.id, elsewhere.id, new_id()):
        with pytest.raises(InvalidInputError):
            await workers.assign(survivor_id, account_id, by=manager.actor)
    await workers.assign(survivor_id, partner_worker.id, by=manager.actor)
    with pytest.raises(AlreadyRecordedError):
        await workers.assign(survivor_id, partner_worker.id, by=manager.actor)

    assert [entry.id for entry in await caseload(scope=partner_worker.actor.scope)] == [survivor_id]
    for _ in range(2):
        await workers.remove(survivor_id, partner_worker.id, by=manager.actor)
    assert await caseload(scope=partner_worker.actor.scope) == ()
    actions = [row["action"] for row in await AuditEvent.select().order_by(AuditEvent.id)]
    assert actions == ["worker_assigned", "worker_removed"]


async def test_a_link_worker_assigns_nobody_and_is_no_perpetrator_s_worker(db: None) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    perpetrator_id = await make_perpetrator(organisation_id=manager.organisation_id)
    survivor_id = await make_participant(organisation_id=manager.organisation_id)
    worker = await link_worker(manager.organisation_id, survivor_id)

    with pytest.raises(ForbiddenError):
        await workers.assign(survivor_id, worker.id, by=worker.actor)
    with pytest.raises(InvalidInputError):
        await workers.assign(perpetrator_id, worker.id, by=manager.actor)
    with pytest.raises(NotFoundError):
        await workers.assign(survivor_id, manager.id, by=manager.actor)


async def test_a_facilitator_assigns_within_own_reach(db: None) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    own = await make_cohort(
        organisation_id=facilitator.organisation_id, enrolled=1, facilitator_ids=[facilitator.id]
    )
    other = await make_cohort(organisation_id=facilitator.organisation_id, enrolled=1)

    await workers.assign(own.participant_ids[0], facilitator.id, by=facilitator.actor)

    with pytest.raises(NotFoundError):
        await workers.assign(other.participant_ids[0], facilitator.id, by=facilitator.actor)


async def test_d4_whoever_sees_the_link_raises_and_lowers_the_flag(db: None) -> None:
    survivor_id, perpetrator_id = await make_participant(), await make_perpetrator()
    worker = await link_worker(None, survivor_id)
    await make_link(perpetrator_id=perpetrator_id, survivor_id=survivor_id)

    for raised in (True, True, False, False):
        await risk_flags.set_flag(perpetrator_id, raised=raised, by=worker.actor)

    actions = [row["action"] for row in await AuditEvent.select().order_by(AuditEvent.id)]
    assert actions == ["risk_flag_raised", "risk_flag_lowered"]
    rows = await RiskFlag.select()
    assert [(row["raised_by"], row["lowered_by"]) for row in rows] == [(worker.id, worker.id)]


async def test_d4_without_a_link_the_flag_is_the_safety_lead_s(db: None) -> None:
    perpetrator_id, survivor_id = await make_perpetrator(), await make_participant()
    worker = await link_worker()
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, everywhere=True)

    for person in (worker, manager):
        with pytest.raises(NotFoundError):
            await risk_flags.set_flag(perpetrator_id, raised=True, by=person.actor)
    await risk_flags.set_flag(perpetrator_id, raised=True, by=(await lead()).actor)
    with pytest.raises(NotFoundError):
        await risk_flags.set_flag(survivor_id, raised=True, by=(await lead()).actor)

    assert await RiskFlag.count() == 1


async def test_d4_two_who_raise_a_flag_side_by_side_raise_one(db: None) -> None:
    perpetrator_id, by = await make_perpetrator(), (await lead()).actor

    await asyncio.gather(
        *(risk_flags.set_flag(perpetrator_id, raised=True, by=by) for _ in range(2))
    )

    assert await RiskFlag.count() == 1


async def test_d3_a_worker_of_the_other_party_does_not_take_a_catch_up(db: None) -> None:
    cohort = await make_cohort(enrolled=1)
    worker = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=cohort.organisation_id
    )
    perpetrator_id = await make_perpetrator()
    await make_link(perpetrator_id=perpetrator_id, survivor_id=cohort.participant_ids[0])
    await make_worker(participant_id=perpetrator_id, account_id=worker.id)
    wanted = NewCatchUp(
        enrolment_id=cohort.enrolment_ids[0], unit_number=3,
        starts_at=clock.now() + timedelta(days=1), facilitator_id=worker.id,
    )  # fmt: skip

    with pytest.raises(CannotAssignError):
        await catch_ups.arrange(cohort.id, wanted, by=manager.actor)

    assert await Session.count().where(Session.enrolment.is_not_null()) == 0


async def test_links_are_listed_page_by_page(db: None) -> None:
    made = [await make_link() for _ in range(3)]
    scope = (await lead()).actor.scope

    first = await queries.links(scope=scope, cursor=Cursor(limit=2))
    rest = await queries.links(scope=scope, cursor=Cursor(limit=2, after=first.next))

    assert [item.id for item in (*first.items, *rest.items)] == made[::-1]
    assert rest.next is None
