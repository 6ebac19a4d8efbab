"""A restricted record exists for those named only, wherever people are shown or counted (D7)."""

from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import SYSTEM
from core.tables import AuditEvent
from programmes.errors import AlreadyRecordedError
from programmes.queries.participants import participant
from programmes.queries.restrictions import restriction
from programmes.services import restrictions
from programmes.tables import Restriction, RestrictionReader
from tests.factories import Person, make_person
from tests.factories_programmes import make_participant


async def cast() -> tuple[UUID, Person, Person, Person]:
    """A person, a safety lead of everywhere, another, and a manager of the person's side."""
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    person_id = await make_participant(organisation_id=manager.organisation_id)
    leads = [await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True) for _ in range(2)]
    return person_id, leads[0], leads[1], manager


async def sees(who: Person, person_id: UUID) -> bool:
    try:
        await participant(person_id, scope=who.actor.scope)
    except NotFoundError:
        return False
    return True


async def test_d7_a_record_is_hidden_from_all_but_those_named(db: None) -> None:
    person_id, by, other, manager = await cast()
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=manager.organisation_id
    )

    await restrictions.restrict(person_id, "A colleague", [facilitator.id], by=by.actor)

    assert [await sees(who, person_id) for who in (by, facilitator, other, manager)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert (await participant(person_id, scope=SYSTEM.scope)).id == person_id
    for attempt in (restrictions.lift, restrictions.to_restrict):
        with pytest.raises(NotFoundError):
            await attempt(person_id, by=other.actor)
    with pytest.raises(AlreadyRecordedError):
        await restrictions.restrict(person_id, "Again", [], by=by.actor)
    events = await AuditEvent.select()
    assert [row["action"] for row in events] == ["record_restricted"]
    assert "A colleague" not in str(events)


async def test_d7_readers_are_named_removed_and_the_restriction_lifted(db: None) -> None:
    person_id, by, other, manager = await cast()
    await restrictions.restrict(person_id, "A colleague", [], by=by.actor)

    await restrictions.add_reader(person_id, manager.id, by=by.actor)
    await restrictions.add_reader(person_id, manager.id, by=by.actor)
    assert await sees(manager, person_id)
    await restrictions.remove_reader(person_id, manager.id, by=by.actor)
    await restrictions.remove_reader(person_id, manager.id, by=by.actor)
    assert not await sees(manager, person_id)
    with pytest.raises(InvalidInputError, match="Name another safety lead first"):
        await restrictions.remove_reader(person_id, by.id, by=by.actor)
    await restrictions.add_reader(person_id, other.id, by=by.actor)
    await restrictions.remove_reader(person_id, by.id, by=other.actor)
    assert [await sees(who, person_id) for who in (by, other)] == [False, True]
    await restrictions.lift(person_id, by=other.actor)

    assert [await sees(who, person_id) for who in (by, other, manager)] == [True] * 3
    assert (await Restriction.count(), await RestrictionReader.count()) == (0, 0)
    actions = [row["action"] for row in await AuditEvent.select().order_by(AuditEvent.id)]
    assert actions == [
        "record_restricted", "reader_named", "reader_removed", "reader_named", "reader_removed",
        "restriction_lifted",
    ]  # fmt: skip


async def test_d7_only_a_safety_lead_restricts_and_only_colleagues_are_named(db: None) -> None:
    person_id, by, _, manager = await cast()
    stranger = await make_person(Role.FACILITATOR, GrantSide.PERPETRATOR, everywhere=True)

    with pytest.raises(ForbiddenError):
        await restrictions.restrict(person_id, "A colleague", [], by=manager.actor)
    for wrong in (stranger.id, new_id()):
        with pytest.raises(InvalidInputError):
            await restrictions.restrict(person_id, "A colleague", [wrong], by=by.actor)
    with pytest.raises(InvalidInputError):
        await restrictions.restrict(person_id, " ", [], by=by.actor)
    with pytest.raises(NotFoundError):
        await restrictions.add_reader(person_id, manager.id, by=by.actor)
    assert await restriction(person_id, scope=by.actor.scope) is None
    assert await Restriction.count() == 0


async def test_d7_the_restriction_is_read_by_named_leads_only(db: None) -> None:
    person_id, by, other, manager = await cast()
    await restrictions.restrict(person_id, "A colleague", [manager.id], by=by.actor)

    view = await restriction(person_id, scope=by.actor.scope)

    assert view
    assert (view.reason, set(view.reader_ids)) == ("A colleague", {by.id, manager.id})
    assert await restriction(person_id, scope=other.actor.scope) is None
    assert await restriction(person_id, scope=manager.actor.scope) is None


async def test_d7_the_service_itself_restricts_without_a_reader(db: None) -> None:
    person_id, by, _, _ = await cast()

    await restrictions.restrict(person_id, "A review", [by.id], by=SYSTEM)

    assert await sees(by, person_id)
    assert await RestrictionReader.count() == 1
