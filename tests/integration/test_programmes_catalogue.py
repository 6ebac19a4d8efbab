"""Programmes with their curriculum, venues and closures."""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core import audit
from core.errors import AppError, ForbiddenError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Scope, Side
from core.tables import AuditEvent
from programmes.domain.completion import CompletionRule, CurriculumUnit
from programmes.domain.terms import DeliveryMode, GroupModel, ProgrammeType, UnitKind
from programmes.errors import ProgrammeExistsError, VenueExistsError
from programmes.queries.programmes import closures, programme, programmes, units_of, venues
from programmes.services.curricula import Curriculum, NewUnit
from programmes.services.programmes import NewProgramme, add_programme
from programmes.services.venues import VenueDetails, add_closure, add_venue
from programmes.services.viewing import viewed
from programmes.tables import Closure, Programme, ProgrammeVersion, Unit, Venue
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import make_closure, make_venue

UNITS = tuple(
    NewUnit(number, f"Unit {number}", UnitKind.GROUP, 120, mandatory=number == 1)
    for number in range(1, 13)
)
DAY = date(2026, 8, 3)


async def make_manager(
    side: GrantSide = GrantSide.SURVIVOR, organisation_id: UUID | None = None
) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, organisation_id=organisation_id)


def curriculum(**given: Any) -> Curriculum:
    wanted = Curriculum(
        group_model=GroupModel.ROLLING,
        delivery_mode=DeliveryMode.IN_PERSON,
        units=UNITS,
        rule=CompletionRule(min_units=9, needs_end_review=True),
        capacity_min=4,
        capacity_max=12,
        cost_pence=700_000,
    )
    return replace(wanted, **given)


def new(organisation_id: UUID, **given: Any) -> NewProgramme:
    return NewProgramme(
        organisation_id=organisation_id,
        side=given.pop("side", Side.SURVIVOR),
        name=given.pop("name", "Freedom"),
        type=ProgrammeType.FREEDOM,
        follows_id=given.pop("follows_id", None),
        curriculum=curriculum(**given),
    )


def fields(error: pytest.ExceptionInfo[InvalidInputError]) -> list[str]:
    return [item.field for item in error.value.errors]


async def refused(attempt: Coroutine[Any, Any, Any]) -> type[AppError] | None:
    try:
        await attempt
    except AppError as error:
        return type(error)
    return None


def together(*people: Person) -> Actor:
    """One actor with the grants of all of them."""
    areas = frozenset().union(*[person.actor.scope.areas for person in people])
    return Actor(people[0].id, "several roles", Scope(people[0].id, areas))


async def test_a_programme_is_added_with_its_curriculum_and_rule(db: None) -> None:
    person = await make_manager()

    made = await add_programme(new(person.organisation_id, name=" Freedom "), by=person.actor)

    found = await programme(made, scope=person.actor.scope)
    assert (found.name, found.side, found.version_number) == ("Freedom", Side.SURVIVOR, 1)
    assert found.rule == CompletionRule(min_units=9, needs_end_review=True)
    assert (found.capacity_min, found.capacity_max, found.cost_pence) == (4, 12, 700_000)
    units = (await units_of([found.version_id], scope=person.actor.scope))[found.version_id]
    assert [unit.for_progress for unit in units] == [
        CurriculumUnit(number, 120, mandatory=number == 1) for number in range(1, 13)
    ]
    events = await AuditEvent.select()
    assert [(event["action"], event["subject"]) for event in events] == [("programme_added", made)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"capacity_min": 0}, "capacity_min"),
        ({"capacity_max": 3}, "capacity_max"),
        ({"capacity_max": 501}, "capacity_max"),
        ({"cost_pence": -1}, "cost_pence"),
        ({"units": UNITS[1:]}, "units"),
        ({"units": UNITS * 2}, "units"),
        ({"units": (replace(UNITS[0], title=" "), *UNITS[1:])}, "units[0].title"),
        ({"units": (*UNITS[:11], replace(UNITS[11], minutes=601))}, "units[11].minutes"),
        ({"units": (*UNITS[:11], replace(UNITS[11], gap_days=367))}, "units[11].gap_days"),
        ({"units": (*UNITS[:11], replace(UNITS[11], module=0))}, "units[11].module"),
        ({"edit_window_days": 367}, "edit_window_days"),
        ({"follows_id": new_id()}, "follows_id"),
        ({"rule": CompletionRule()}, "completion_rule"),
        ({"rule": CompletionRule(min_units=9, min_percent=75)}, "completion_rule"),
        ({"rule": CompletionRule(min_units=13)}, "completion_rule.min_units"),
        ({"rule": CompletionRule(min_percent=101)}, "completion_rule.min_percent"),
        ({"rule": CompletionRule(min_units=9, min_hours=0)}, "completion_rule.min_hours"),
    ],
)
async def test_a_field_that_cannot_be_is_named_and_nothing_is_saved(
    db: None, given: dict[str, Any], field: str
) -> None:
    person = await make_manager()

    with pytest.raises(InvalidInputError) as caught:
        await add_programme(new(person.organisation_id, **given), by=person.actor)

    assert fields(caught) == [field]
    assert (await Programme.count(), await Unit.count(), await AuditEvent.count()) == (0, 0, 0)


async def test_a_programme_without_units_is_refused(db: None) -> None:
    person = await make_manager()

    with pytest.raises(InvalidInputError) as caught:
        await add_programme(new(person.organisation_id, units=()), by=person.actor)

    assert "units" in fields(caught)


async def test_a_programmes_name_is_taken_once_on_each_side(db: None) -> None:
    survivors = await make_manager()
    organisation_id = survivors.organisation_id
    perpetrators = await make_manager(GrantSide.PERPETRATOR, organisation_id)
    await add_programme(new(organisation_id), by=survivors.actor)
    await add_programme(new(organisation_id, side=Side.PERPETRATOR), by=perpetrators.actor)

    with pytest.raises(ProgrammeExistsError):
        await add_programme(new(organisation_id), by=survivors.actor)

    assert (await Programme.count(), await ProgrammeVersion.count()) == (2, 2)
    assert await AuditEvent.count() == 2


async def test_a_venues_name_is_taken_once_on_each_side(db: None) -> None:
    survivors = await make_manager()
    organisation_id = survivors.organisation_id
    perpetrators = await make_manager(GrantSide.PERPETRATOR, organisation_id)

    async def add(side: Side, by: Actor) -> UUID:
        details = VenueDetails(" Hall ", "1 High St", " m1 1ae")
        return await add_venue(organisation_id, side, details, by=by)

    made = await add(Side.SURVIVOR, survivors.actor)
    await add(Side.PERPETRATOR, perpetrators.actor)
    with pytest.raises(VenueExistsError):
        await add(Side.SURVIVOR, survivors.actor)

    found = await venues(scope=survivors.actor.scope)
    assert [(item.id, item.name, item.address, item.postcode) for item in found] == [
        (made, "Hall", "1 High St", "M1 1AE")
    ]
    assert await AuditEvent.count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"address": "a" * 501}, "address"),
        ({"postcode": "M1"}, "postcode"),
    ],
)
async def test_a_venue_that_cannot_be_is_refused(
    db: None, given: dict[str, str], field: str
) -> None:
    person = await make_manager()
    details = replace(VenueDetails("Hall"), **given)

    with pytest.raises(InvalidInputError) as caught:
        await add_venue(person.organisation_id, Side.SURVIVOR, details, by=person.actor)

    assert (fields(caught), await Venue.count()) == ([field], 0)


async def close(
    organisation_id: UUID,
    by: Actor,
    *,
    venue_id: UUID | None = None,
    to_on: date = DAY,
    reason: str = "Half term",
) -> UUID:
    return await add_closure(
        organisation_id, venue_id=venue_id, from_on=DAY, to_on=to_on, reason=reason, by=by
    )


async def test_closures_are_the_organisations_and_those_of_visible_venues(db: None) -> None:
    survivors = await make_manager()
    organisation_id = survivors.organisation_id
    perpetrators = await make_manager(GrantSide.PERPETRATOR, organisation_id)
    hall = await make_venue(organisation_id=organisation_id)
    everybody = await close(organisation_id, perpetrators.actor)
    hidden = await close(organisation_id, survivors.actor, venue_id=hall, to_on=date(2026, 8, 7))
    await make_closure(organisation_id=await make_organisation(), from_on=DAY)

    seen = await closures(scope=survivors.actor.scope)
    assert [(item.id, item.venue_id, item.to_on) for item in seen] == [
        (everybody, None, DAY), (hidden, hall, date(2026, 8, 7)),
    ]  # fmt: skip
    others = await closures(scope=perpetrators.actor.scope)
    assert [(item.id, item.reason) for item in others] == [(everybody, "Closed")]
    assert [item.reason for item in seen] == ["Closed", "Half term"]


@pytest.mark.parametrize(
    ("to_on", "reason", "field"),
    [
        (date(2026, 8, 2), "", "to_on"),
        (date(2027, 8, 5), "", "to_on"),
        (DAY, "r" * 121, "reason"),
    ],
)
async def test_a_closure_that_cannot_be_is_refused(
    db: None, to_on: date, reason: str, field: str
) -> None:
    person = await make_manager()

    with pytest.raises(InvalidInputError) as caught:
        await close(person.organisation_id, person.actor, to_on=to_on, reason=reason)

    assert (fields(caught), await Closure.count()) == ([field], 0)


async def test_a_safety_lead_who_manages_one_side_may_close_the_organisation(db: None) -> None:
    manager = await make_manager()
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)

    made = await close(manager.organisation_id, together(lead, manager))

    assert [item.id for item in await closures(scope=manager.actor.scope)] == [made]


async def test_who_may_not_manage_programmes_adds_nothing(db: None) -> None:
    organisation_id = await make_organisation()
    hall = await make_venue(organisation_id=organisation_id)
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=organisation_id
    )
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)
    other_side = await make_manager(GrantSide.PERPETRATOR, organisation_id)
    elsewhere = await make_manager()
    nobody = [
        (facilitator, ForbiddenError),
        (lead, ForbiddenError),
        (other_side, NotFoundError),
        (elsewhere, NotFoundError),
    ]

    for person, error in nobody:
        by = person.actor
        attempts = [
            add_programme(new(organisation_id), by=by),
            add_venue(organisation_id, Side.SURVIVOR, VenueDetails("Hall"), by=by),
            close(organisation_id, by, venue_id=hall),
        ]
        assert [await refused(attempt) for attempt in attempts] == [error] * 3

    assert await refused(close(organisation_id, facilitator.actor)) is ForbiddenError
    assert await refused(close(organisation_id, elsewhere.actor)) is NotFoundError
    assert (await Programme.count(), await Venue.count(), await Closure.count()) == (0, 1, 0)
    assert await AuditEvent.count() == 0


async def test_a_venue_that_is_not_there_cannot_be_closed(db: None) -> None:
    person = await make_manager()

    with pytest.raises(NotFoundError):
        await close(person.organisation_id, person.actor, venue_id=new_id())


async def test_programmes_are_listed_by_name(db: None) -> None:
    person = await make_manager()
    for name in ("Recovery", "Freedom"):
        await add_programme(new(person.organisation_id, name=name), by=person.actor)

    found = await programmes(scope=person.actor.scope)

    assert [item.name for item in found] == ["Freedom", "Recovery"]


async def test_looking_at_a_record_is_written_down(db: None) -> None:
    person = await make_manager()
    subject = new_id()

    await viewed(
        audit.Subject.PARTICIPANT, subject, side=Side.SURVIVOR,
        organisation_id=person.organisation_id, by=person.actor,
    )  # fmt: skip

    (event,) = await AuditEvent.select()
    assert (event["action"], event["subject"], event["actor"], event["side"]) == (
        "participant_viewed", subject, person.id, "survivor",
    )  # fmt: skip
