"""When and where people can come, what they need, and their references."""

from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleVersionError
from core.ids import new_id
from core.pagination import Cursor
from core.scope import Side
from core.tables import AuditEvent
from programmes.domain.case_terms import PartOfDay
from programmes.domain.waiting import Availability
from programmes.errors import ReferenceTakenError
from programmes.queries.needs import NOTHING_KNOWN, needs_of_person
from programmes.queries.participants import participant, participants
from programmes.services.needs import NeedsDetails, save_needs
from programmes.services.participants import PersonDetails, add_participant, update_participant
from programmes.tables import ParticipantNeeds
from tests.factories import Person, make_person
from tests.factories_programmes import make_participant, make_venue

MORNING, EVENING = PartOfDay.MORNING, PartOfDay.EVENING


async def make_manager() -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)


def fields(error: pytest.ExceptionInfo[InvalidInputError]) -> list[str]:
    return [item.field for item in error.value.errors]


async def test_nothing_is_known_until_somebody_asks(db: None) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)

    assert await needs_of_person(anna, scope=person.actor.scope) == NOTHING_KNOWN


async def test_needs_are_saved_and_changed(db: None) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    hall = await make_venue(organisation_id=person.organisation_id)
    first = NeedsDetails(
        availability=(Availability(3, EVENING), Availability(0, MORNING), Availability(3, EVENING)),
        venues_to_avoid=(hall, hall), areas_to_avoid="Near the station\nand the park",
        access_needs=" Step-free ", interpreter_language="Polish",
    )  # fmt: skip

    await save_needs(anna, first, version=0, by=person.actor)
    found = await needs_of_person(anna, scope=person.actor.scope)
    await save_needs(anna, NeedsDetails(learning_needs="Large print"), version=1, by=person.actor)
    after = await needs_of_person(anna, scope=person.actor.scope)

    assert found.availability == (Availability(0, MORNING), Availability(3, EVENING))
    assert (found.venues_to_avoid, found.access_needs) == ((hall,), "Step-free")
    assert (after.availability, after.learning_needs, after.version) == ((), "Large print", 2)


async def test_the_audit_names_the_needs_that_changed_and_none_of_their_words(db: None) -> None:
    """D13: what retention is to remove is in no audit event."""
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)

    await save_needs(anna, NeedsDetails(access_needs="Step-free"), version=0, by=person.actor)

    (event,) = await AuditEvent.select()
    assert ("access_needs" in event["after"], "Step-free" in event["after"]) == (True, False)


@pytest.mark.parametrize("version", [0, 1])
async def test_a_stale_save_of_needs_is_refused(db: None, version: int) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    for stored in range(version + 1):
        await save_needs(anna, NeedsDetails(), version=stored, by=person.actor)

    with pytest.raises(StaleVersionError):
        await save_needs(anna, NeedsDetails(access_needs="Ramp"), version=version, by=person.actor)

    assert (await needs_of_person(anna, scope=person.actor.scope)).access_needs == ""


@pytest.mark.parametrize("version", [0, 1])
async def test_needs_saved_between_reading_and_writing_are_not_overwritten(
    db: None, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    for stored in range(version):
        await save_needs(anna, NeedsDetails(), version=stored, by=person.actor)
    read = await needs_of_person(anna, scope=person.actor.scope)
    await save_needs(anna, NeedsDetails(access_needs="Theirs"), version=version, by=person.actor)

    async def as_read(*_: Any, **__: Any) -> Any:
        return read

    monkeypatch.setattr("programmes.services.needs.needs_of_person", as_read)
    with pytest.raises(StaleVersionError) as caught:
        await save_needs(anna, NeedsDetails(access_needs="Mine"), version=version, by=person.actor)
    assert caught.value.extensions["changed_by"] == person.id

    assert [row["access_needs"] for row in await ParticipantNeeds.select()] == ["Theirs"]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (NeedsDetails(availability=(Availability(7, EVENING),)), "availability[0].weekday"),
        (NeedsDetails(venues_to_avoid=(new_id(),)), "venues_to_avoid[0]"),
        (NeedsDetails(access_needs="a" * 1001), "access_needs"),
        (NeedsDetails(interpreter_language="two\nlines"), "interpreter_language"),
    ],
)
async def test_wrong_needs_name_the_field(db: None, details: NeedsDetails, field: str) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    await make_venue(organisation_id=person.organisation_id)

    with pytest.raises(InvalidInputError) as caught:
        await save_needs(anna, details, version=0, by=person.actor)

    assert fields(caught) == [field]


async def test_d1_a_venue_of_the_other_side_does_not_exist(db: None) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    anna = await make_participant(organisation_id=person.organisation_id)
    theirs = await make_venue(organisation_id=person.organisation_id, side=Side.PERPETRATOR)

    with pytest.raises(InvalidInputError) as caught:
        await save_needs(anna, NeedsDetails(venues_to_avoid=(theirs,)), version=0, by=person.actor)

    assert fields(caught) == ["venues_to_avoid[0]"]


async def test_who_may_not_change_a_person_records_no_needs(db: None) -> None:
    anna = await make_participant()
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    refusals = []
    for by in ((await make_manager()).actor, lead.actor):
        with pytest.raises((NotFoundError, ForbiddenError)) as caught:
            await save_needs(anna, NeedsDetails(), version=0, by=by)
        refusals.append(caught.type)

    assert refusals == [NotFoundError, ForbiddenError]


def named(reference: str = "", area: str = "") -> PersonDetails:
    return PersonDetails("Ottilie", "Brandt", "", None, reference, area)


async def add(person: Person, details: PersonDetails) -> UUID:
    return await add_participant(person.organisation_id, Side.SURVIVOR, details, by=person.actor)


async def test_a_person_is_found_by_their_reference(db: None) -> None:
    person = await make_manager()
    made = await add(person, named(" TR-0417 ", "Larch Vale"))
    await add(person, named())
    await add(person, named())

    found = await participants(scope=person.actor.scope, cursor=Cursor(), search="tr-0417")
    view = await participant(made, scope=person.actor.scope)

    assert [item.id for item in found.items] == [made]
    assert (view.reference, view.area) == ("TR-0417", "Larch Vale")


async def test_a_reference_is_one_persons_of_a_side_and_organisation(db: None) -> None:
    person = await make_manager()
    await add(person, named("TR-0417"))
    other = await add(person, named("TR-0418"))
    elsewhere = await make_manager()

    with pytest.raises(ReferenceTakenError) as caught:
        await add(person, named("TR-0417"))
    with pytest.raises(ReferenceTakenError):
        await update_participant(other, named("TR-0417"), version=1, by=person.actor)
    await add(elsewhere, named("TR-0417"))

    assert [item.field for item in caught.value.errors] == ["reference"]
    assert (await participant(other, scope=person.actor.scope)).reference == "TR-0418"
