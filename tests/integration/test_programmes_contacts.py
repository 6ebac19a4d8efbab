"""How a person may be reached: who confirmed what, and when (M1, M2)."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import (
    AppError,
    InvalidInputError,
    StaleVersionError,
)
from core.scope import Actor
from core.tables import AuditEvent
from programmes.domain.contact import Window
from programmes.domain.terms import (
    SmsSafety,
)
from programmes.queries.participants import (
    SafeContactView,
    safe_contact,
)
from programmes.services.safe_contacts import (
    ContactDetails,
    save_safe_contact,
)
from programmes.tables import SafeContact
from tests.factories import Person, make_person
from tests.factories_programmes import (
    make_participant,
)
from tests.fakes import FixedClock

TODAY = date(2026, 6, 10)


async def make_manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


def fields(error: pytest.ExceptionInfo[InvalidInputError]) -> list[str]:
    return [item.field for item in error.value.errors]


async def refused(attempt: Any) -> type[AppError] | None:
    try:
        await attempt
    except AppError as error:
        return type(error)
    return None


def contact(**given: Any) -> ContactDetails:
    wanted = {
        "number": "07700 900123",
        "sms": SmsSafety.SAFE,
        "confirmed_on": TODAY,
        "confirmed_with": "Anna herself",
        "windows": (Window(0, "09:00", "12:00"),),
        "language": "en",
    }
    return ContactDetails(**{**wanted, **given})


async def save_contact(
    participant_id: UUID, details: ContactDetails, version: int, by: Actor
) -> SafeContactView:
    await save_safe_contact(participant_id, details, version=version, drama_numbers=True, by=by)
    return await safe_contact(participant_id, scope=by.scope)


async def test_a_safe_contact_says_who_confirmed_what_and_when(db: None) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)

    found = await save_contact(anna, contact(language="cy"), 0, person.actor)

    assert (found.number, found.sms, found.confirmed_on, found.confirmed_with) == (
        "+447700900123", SmsSafety.SAFE, TODAY, "Anna herself",
    )  # fmt: skip
    assert (found.windows, found.language) == ((Window(0, "09:00", "12:00"),), "cy")
    assert (found.version, found.number_version) == (1, 1)
    rows = await SafeContact.select()
    assert rows[0]["confirmed_by"] == person.id


async def test_the_number_has_a_new_version_only_when_it_changes(db: None) -> None:
    by = (await make_manager()).actor
    (area, *_) = by.scope.areas
    anna = await make_participant(organisation_id=area.organisation_id)
    steps = [
        (contact(number="", sms=SmsSafety.UNKNOWN), 0),
        (contact(), 1),
        (contact(number="+44 7700 900123", windows=()), 1),
        (contact(sms=SmsSafety.NOT_SAFE), 1),
        (contact(number="07700900124"), 2),
        (contact(number=" ", sms=SmsSafety.NOT_SAFE), 3),
        (contact(number="07700900124"), 4),
    ]

    for version, (details, number_version) in enumerate(steps):
        found = await save_contact(anna, details, version, by)
        assert (found.version, found.number_version) == (version + 1, number_version)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": ""}, "number"),
        ({"confirmed_on": None}, "confirmed_on"),
        ({"confirmed_with": " "}, "confirmed_with"),
        ({"confirmed_on": date(2026, 6, 11)}, "confirmed_on"),
        ({"confirmed_with": "w" * 121}, "confirmed_with"),
        ({"number": "0161 496 0000"}, "number"),
        ({"number": "07700"}, "number"),
        ({"language": "xx"}, "language"),
        ({"windows": (Window(0, "09:00", "12:00"), Window(7, "09:00", "12:00"))}, "windows[1]"),
        ({"windows": (Window(0, "09:00", "12:00"),) * 29}, "windows"),
    ],
)
async def test_m1_what_was_confirmed_must_be_whole_and_nothing_else_is_saved(
    db: None, given: dict[str, Any], field: str
) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)

    with pytest.raises(InvalidInputError) as caught:
        await save_contact(anna, contact(**given), 0, person.actor)

    assert fields(caught) == [field]
    assert (await SafeContact.count(), await AuditEvent.count()) == (0, 0)


async def test_a_number_of_the_drama_range_is_refused_where_texts_are_sent(db: None) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)

    with pytest.raises(InvalidInputError) as caught:
        await save_safe_contact(anna, contact(), version=0, drama_numbers=False, by=person.actor)

    assert fields(caught) == ["number"]


async def test_a_contact_that_is_not_safe_needs_neither_number_nor_day(db: None) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    details = contact(
        number="", sms=SmsSafety.NOT_SAFE, confirmed_on=None, confirmed_with="", windows=()
    )

    found = await save_contact(anna, details, 0, person.actor)

    assert (found.number, found.sms, found.windows) == ("", SmsSafety.NOT_SAFE, ())


@pytest.mark.parametrize("version", [0, 2])
async def test_a_stale_safe_contact_is_refused(db: None, version: int) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    await save_contact(anna, contact(), 0, person.actor)

    with pytest.raises(StaleVersionError):
        await save_contact(anna, contact(sms=SmsSafety.NOT_SAFE), version, person.actor)

    assert (await safe_contact(anna, scope=person.actor.scope)).sms is SmsSafety.SAFE


@pytest.mark.parametrize("saved_before", [0, 1])
async def test_of_two_safe_contacts_at_once_one_is_stale(db: None, saved_before: int) -> None:
    person = await make_manager()
    anna = await make_participant(organisation_id=person.organisation_id)
    if saved_before:
        await save_contact(anna, contact(), 0, person.actor)

    found = await asyncio.gather(
        *[
            refused(save_contact(anna, contact(number=number), saved_before, person.actor))
            for number in ("07700900124", "07700900125", "07700900126")
        ]
    )

    assert sorted(found, key=str) == [StaleVersionError, StaleVersionError, None]
    stored = await safe_contact(anna, scope=person.actor.scope)
    assert stored.version == stored.number_version == saved_before + 1
    assert await SafeContact.count() == 1


async def test_what_was_confirmed_of_one_number_is_not_taken_for_another(
    db: None, now: FixedClock
) -> None:
    """M1: who confirmed it, when, and the number."""
    manager = await make_manager()
    person_id = await make_participant(organisation_id=manager.organisation_id)
    await save_safe_contact(person_id, contact(), version=0, drama_numbers=True, by=manager.actor)
    now.advance(days=1)
    other = contact(number="07700 900124")

    with pytest.raises(InvalidInputError) as error:
        await save_safe_contact(person_id, other, version=1, drama_numbers=True, by=manager.actor)
    stored = await safe_contact(person_id, scope=manager.actor.scope)

    assert (fields(error), stored.number) == (["confirmed_on"], "+447700900123")


async def test_a_new_number_that_was_confirmed_anew_is_taken(db: None, now: FixedClock) -> None:
    manager = await make_manager()
    person_id = await make_participant(organisation_id=manager.organisation_id)
    await save_safe_contact(person_id, contact(), version=0, drama_numbers=True, by=manager.actor)
    now.advance(days=1)
    other = contact(number="07700 900124", confirmed_on=date(2026, 6, 11))

    await save_safe_contact(person_id, other, version=1, drama_numbers=True, by=manager.actor)
    stored = await safe_contact(person_id, scope=manager.actor.scope)

    assert (stored.number, stored.number_version) == ("+447700900124", 2)
