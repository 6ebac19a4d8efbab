"""Non-associations (D6), what the safety lead finds and settles, and shared numbers (M9)."""

from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.ids import new_id
from core.pagination import Cursor
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.case_terms import ConflictKind
from programmes.errors import AlreadyRecordedError, AlreadySettledError
from programmes.queries import conflicts as queries
from programmes.queries.restrictions import non_associations
from programmes.services import conflicts
from programmes.services import non_associations as services
from programmes.services.conflicts import Found
from programmes.tables import Conflict, NonAssociation
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import (
    make_cohort,
    make_participant,
    make_safe_contact,
    make_venue,
)
from tests.factories_safety import keep_apart, make_worker, restrict


async def lead(organisation_id: UUID | None = None) -> Person:
    return await make_person(
        Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id,
        everywhere=organisation_id is None,
    )  # fmt: skip


async def make_conflict(person_id: UUID, other_id: UUID, by: Person) -> UUID:
    await conflicts.write_down(
        [Found(ConflictKind.NON_ASSOCIATION, person_id, other_id)], by=by.actor
    )
    rows = await Conflict.select(Conflict.id).order_by(Conflict.id, ascending=False).limit(1)
    found: UUID = rows[0]["id"]
    return found


async def test_d6_a_case_worker_records_it_and_only_a_lead_reads_why(db: None) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    one, two = [await make_participant(organisation_id=manager.organisation_id) for _ in range(2)]
    safety_lead = await lead(manager.organisation_id)

    await services.record(two, one, "Threats outside", by=manager.actor)

    with pytest.raises(AlreadyRecordedError):
        await services.record(one, two, "The same", by=manager.actor)
    assert await non_associations(one, scope=manager.actor.scope) == ()
    for person_id, other_id in ((one, two), (two, one)):
        (view,) = await non_associations(person_id, scope=safety_lead.actor.scope)
        assert view.other
        assert (view.other.id, view.reason) == (other_id, "Threats outside")
    events = await AuditEvent.select()
    assert {row["action"] for row in events} == {"non_association_recorded"}
    assert "Threats" not in str(events)


async def test_d6_it_is_two_people_of_one_side_whom_the_worker_sees(db: None) -> None:
    safety_lead = await lead()
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    one = await make_participant(organisation_id=manager.organisation_id)
    other_side = await make_participant(side=Side.PERPETRATOR)
    elsewhere = await make_participant()

    for pair in ((one, one), (one, other_side)):
        with pytest.raises(InvalidInputError):
            await services.record(*pair, "Threats", by=safety_lead.actor)
    for other in (other_side, elsewhere, new_id()):
        with pytest.raises(NotFoundError):
            await services.record(one, other, "Threats", by=manager.actor)
    with pytest.raises(InvalidInputError):
        await services.record(one, elsewhere, " ", by=safety_lead.actor)
    assert await NonAssociation.count() == 0


async def test_d6_of_two_in_a_group_together_the_lead_is_told(db: None) -> None:
    cohort = await make_cohort(enrolled=2)
    one, two = cohort.participant_ids

    await services.record(one, two, "Threats", by=(await lead()).actor)

    rows = await Conflict.select()
    assert [(row["kind"], row["participant"], row["other"], row["cohort"]) for row in rows] == [
        ("non_association", one, two, cohort.id)
    ]


async def test_d6_only_a_lead_takes_it_back(db: None) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    one, two, three = [
        await make_participant(organisation_id=manager.organisation_id) for _ in range(3)
    ]
    kept = await keep_apart(one, two)
    safety_lead = await lead()

    with pytest.raises(NotFoundError):
        await services.remove(one, kept, by=manager.actor)
    with pytest.raises(NotFoundError):
        await services.remove(three, kept, by=safety_lead.actor)
    await services.remove(two, kept, by=safety_lead.actor)

    assert await NonAssociation.count() == 0


async def test_a_person_who_only_looks_records_none(db: None) -> None:
    organisation_id = await make_organisation()
    one, two = [await make_participant(organisation_id=organisation_id) for _ in range(2)]
    worker = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=organisation_id
    )

    with pytest.raises(NotFoundError):
        await services.record(one, two, "Threats", by=worker.actor)


async def test_d1_a_lead_finds_the_conflicts_of_their_organisations(db: None) -> None:
    organisation_id = await make_organisation()
    here = await make_participant(organisation_id=organisation_id)
    elsewhere = await make_participant()
    anywhere = await lead()
    conflict_id = await make_conflict(here, elsewhere, anywhere)
    await make_conflict(elsewhere, here, anywhere)
    other_id = await make_conflict(elsewhere, await make_participant(), anywhere)
    by = await lead(organisation_id)

    page = await queries.conflicts(scope=by.actor.scope, cursor=Cursor())

    assert [item.id for item in page.items] == [conflict_id]
    assert await queries.open_conflicts(scope=by.actor.scope) == 1
    assert page.items[0].person is not None
    assert page.items[0].other is None
    with pytest.raises(NotFoundError):
        await queries.conflict(other_id, scope=by.actor.scope)
    for role, side in (
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), (Role.FACILITATOR, GrantSide.PERPETRATOR),
        (Role.PARTNER_LINK_WORKER, GrantSide.BOTH), (Role.ADMINISTRATOR, GrantSide.NONE),
    ):  # fmt: skip
        person = await make_person(role, side, everywhere=True)
        scope = person.actor.scope
        assert await queries.open_conflicts(scope=scope) == 0
        assert not (await queries.conflicts(scope=scope, cursor=Cursor())).items


async def test_d7_a_conflict_of_a_restricted_person_is_hidden(db: None) -> None:
    one, two = await make_participant(), await make_participant()
    named, other = await lead(), await lead()
    conflict_id = await make_conflict(one, two, named)
    await restrict(two, named.id)

    assert await queries.open_conflicts(scope=named.actor.scope) == 1
    assert await queries.open_conflicts(scope=other.actor.scope) == 0
    with pytest.raises(NotFoundError):
        await conflicts.settle(conflict_id, "Talked", version=1, by=other.actor)


async def test_a_conflict_is_settled_once_with_a_note(db: None) -> None:
    by = await lead()
    conflict_id = await make_conflict(await make_participant(), await make_participant(), by)

    with pytest.raises(InvalidInputError):
        await conflicts.settle(conflict_id, " ", version=1, by=by.actor)
    with pytest.raises(StaleVersionError):
        await conflicts.settle(conflict_id, "Talked", version=4, by=by.actor)
    await conflicts.settle(conflict_id, "Another group", version=1, by=by.actor)
    with pytest.raises(AlreadySettledError):
        await conflicts.settle(conflict_id, "Again", version=2, by=by.actor)

    scope = by.actor.scope
    assert not (await queries.conflicts(scope=scope, cursor=Cursor())).items
    (settled,) = (await queries.conflicts(scope=scope, cursor=Cursor(), settled=True)).items
    assert (settled.note, settled.settled_by, settled.settled_at) == (
        "Another group", by.id, clock.now(),
    )  # fmt: skip
    assert "Another group" not in str(await AuditEvent.select())


async def test_conflicts_are_listed_page_by_page(db: None) -> None:
    by = await lead()
    made = [
        await make_conflict(await make_participant(), await make_participant(), by)
        for _ in range(3)
    ]

    first = await queries.conflicts(scope=by.actor.scope, cursor=Cursor(limit=2))
    rest = await queries.conflicts(scope=by.actor.scope, cursor=Cursor(limit=2, after=first.next))

    assert [item.id for item in (*first.items, *rest.items)] == made[::-1]
    assert rest.next is None


async def test_d5_a_conflict_of_venues_names_the_cohort_and_the_day(db: None) -> None:
    cohort = await make_cohort(
        code="F 26A", venue_id=await make_venue(organisation_id=await make_organisation())
    )
    await Conflict(
        kind=ConflictKind.VENUE, organisation=cohort.organisation_id, cohort=cohort.id,
        met_on=clock.today(), tried_at=clock.now(),
    ).save()  # fmt: skip

    (view,) = (
        await queries.conflicts(
            scope=(await lead(cohort.organisation_id)).actor.scope, cursor=Cursor()
        )
    ).items

    assert (view.kind, view.cohort_code, view.met_on, view.person, view.other) == (
        ConflictKind.VENUE, "F 26A", clock.today(), None, None,
    )  # fmt: skip


async def test_m9_a_number_of_two_people_is_shown_to_the_lead_alone_and_masked(db: None) -> None:
    organisation_id = await make_organisation()
    survivor = await make_participant(organisation_id=organisation_id, given_name="Ada")
    perpetrator = await make_participant(side=Side.PERPETRATOR, given_name="Bob")
    for person_id in (survivor, perpetrator):
        await make_safe_contact(participant_id=person_id, number="+447700900111")
    await make_safe_contact(participant_id=await make_participant(), number="+447700900112")

    (anywhere,) = await queries.shared_numbers(scope=(await lead()).actor.scope)
    (here,) = await queries.shared_numbers(scope=(await lead(organisation_id)).actor.scope)

    assert ([one.name for one in anywhere.people], anywhere.others) == (
        ["Ada Example", "Bob Example"], 0,
    )  # fmt: skip
    assert ([one.name for one in here.people], here.others) == (["Ada Example"], 1)
    assert anywhere.number == "…11"
    stranger = await lead(await make_organisation())
    assert await queries.shared_numbers(scope=stranger.actor.scope) == ()
    for role, side in (
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), (Role.PARTNER_LINK_WORKER, GrantSide.BOTH),
    ):  # fmt: skip
        person = await make_person(role, side, everywhere=True)
        assert await queries.shared_numbers(scope=person.actor.scope) == ()


async def test_m9_a_restricted_person_s_number_is_not_told(db: None) -> None:
    one, two = await make_participant(), await make_participant()
    for person_id in (one, two):
        await make_safe_contact(participant_id=person_id, number="+447700900111")
    named, other = await lead(), await lead()
    await restrict(one, named.id)

    assert len(await queries.shared_numbers(scope=named.actor.scope)) == 1
    assert await queries.shared_numbers(scope=other.actor.scope) == ()


async def test_whoever_may_not_keep_apart_is_refused(db: None) -> None:
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    commissioner = await make_person(Role.COMMISSIONER, GrantSide.BOTH, everywhere=True)
    one = await make_participant(organisation_id=manager.organisation_id)
    survivor_worker = await make_person(
        Role.PARTNER_LINK_WORKER, GrantSide.BOTH, organisation_id=manager.organisation_id
    )
    await make_worker(participant_id=one, account_id=survivor_worker.id)

    with pytest.raises(ForbiddenError):
        await services.record(one, new_id(), "Threats", by=survivor_worker.actor)
    with pytest.raises(NotFoundError):
        await services.record(one, new_id(), "Threats", by=commissioner.actor)
