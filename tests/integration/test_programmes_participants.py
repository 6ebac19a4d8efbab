"""People: adding, changing and finding them."""

import asyncio
import json
from datetime import date
from typing import Any

import pytest

from accounts.domain.roles import GrantSide, Role
from core.errors import (
    AppError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from core.pagination import Cursor
from core.scope import Actor, Side
from core.tables import AuditEvent
from programmes.domain.terms import (
    Mandate,
    ReferralSource,
    SmsSafety,
)
from programmes.queries.participants import (
    NOTHING_CONFIRMED,
    participant,
    participants,
    safe_contact,
)
from programmes.services.participants import PersonDetails, add_participant, update_participant
from programmes.services.referrals import ReferralDetails, add_referral
from programmes.services.safe_contacts import ContactDetails, save_safe_contact
from programmes.tables import Participant, Referral, SafeContact
from tests.factories import Person, make_person
from tests.factories_programmes import (
    make_participant,
    make_programme,
)

ANNA = PersonDetails("Anna", "Ashdown", "", date(1990, 2, 28))
TODAY = date(2026, 6, 10)
NOT_SAFE = ContactDetails("", SmsSafety.NOT_SAFE, None, "", (), "en")


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


async def test_a_person_is_added_and_texting_them_is_off(db: None) -> None:
    person = await make_manager()

    anna = await add_participant(person.organisation_id, Side.SURVIVOR, ANNA, by=person.actor)

    found = await participant(anna, scope=person.actor.scope)
    assert (found.name, found.born_on, found.version) == ("Anna Ashdown", date(1990, 2, 28), 1)
    assert await safe_contact(anna, scope=person.actor.scope) == NOTHING_CONFIRMED
    assert NOTHING_CONFIRMED.sms is SmsSafety.UNKNOWN
    (event,) = await AuditEvent.select()
    assert (event["action"], event["subject"], event["before"], event["after"]) == (
        "participant_added", anna, None, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (PersonDetails(" ", "Ashdown", "", None), "given_name"),
        (PersonDetails("Anna", "", "", None), "family_name"),
        (PersonDetails("A" * 81, "Ashdown", "", None), "given_name"),
        (PersonDetails("Anna", "Ashdown", "A" * 81, None), "preferred_name"),
        (PersonDetails("Anna", "Ashdown", "", date(2026, 6, 11)), "born_on"),
    ],
)
async def test_details_that_cannot_be_are_named_and_nobody_is_added(
    db: None, details: PersonDetails, field: str
) -> None:
    person = await make_manager()

    with pytest.raises(InvalidInputError) as caught:
        await add_participant(person.organisation_id, Side.SURVIVOR, details, by=person.actor)

    assert fields(caught) == [field]
    assert (await Participant.count(), await AuditEvent.count()) == (0, 0)


async def test_the_event_of_a_change_names_the_fields_and_no_value(db: None) -> None:
    person = await make_manager()
    anna = await add_participant(person.organisation_id, Side.SURVIVOR, ANNA, by=person.actor)

    changed = PersonDetails("Anna", "Birch", "Annie", date(1990, 2, 28))
    await update_participant(anna, changed, version=1, by=person.actor)

    found = await participant(anna, scope=person.actor.scope)
    assert (found.name, found.version) == ("Annie Birch", 2)
    (event,) = await AuditEvent.select().where(AuditEvent.action == "participant_changed")
    assert json.loads(event["before"]) == {}
    assert json.loads(event["after"]) == {"changed": ["family_name", "preferred_name"]}


async def test_of_two_changes_at_once_one_is_stale(db: None) -> None:
    person = await make_manager()
    anna = await add_participant(person.organisation_id, Side.SURVIVOR, ANNA, by=person.actor)

    found = await asyncio.gather(
        *[
            refused(
                update_participant(
                    anna, PersonDetails(name, "Ashdown", "", None), version=1, by=person.actor
                )
            )
            for name in ("Ann", "Annie")
        ]
    )

    assert sorted(found, key=str) == [StaleVersionError, None]
    assert (await participant(anna, scope=person.actor.scope)).version == 2


async def found_by(search: str, by: Actor) -> list[str]:
    page = await participants(scope=by.scope, cursor=Cursor(), search=search)
    return [item.name for item in page.items]


async def test_a_search_finds_every_word_in_any_of_the_names(db: None) -> None:
    person = await make_manager()
    for given, family, preferred in (
        ("Anna", "Ashdown", ""),
        ("Annabel", "Birch", "Bel"),
        ("Zoé", "O'Neil", ""),
    ):
        await make_participant(
            organisation_id=person.organisation_id, given_name=given, family_name=family,
            preferred_name=preferred,
        )  # fmt: skip
    by = person.actor

    assert await found_by("", by) == ["Anna Ashdown", "Bel Birch", "Zoé O'Neil"]
    assert await found_by("ann", by) == ["Anna Ashdown", "Bel Birch"]
    assert await found_by(" BIRCH  anna", by) == ["Bel Birch"]
    assert await found_by("bel", by) == ["Bel Birch"]
    assert await found_by("o'neil zoé", by) == ["Zoé O'Neil"]
    assert await found_by("anna o'neil", by) == []


@pytest.mark.parametrize("search", ["%", "_", "!", "a%n", "\\"])
async def test_a_search_takes_every_sign_as_itself(db: None, search: str) -> None:
    person = await make_manager()
    await make_participant(organisation_id=person.organisation_id, given_name="Anna")
    literal = await make_participant(
        organisation_id=person.organisation_id, given_name=f"Q{search}Q"
    )

    page = await participants(scope=person.actor.scope, cursor=Cursor(), search=search)

    assert [item.id for item in page.items] == [literal]


async def test_a_capital_letter_with_an_accent_is_found_as_it_is_written(db: None) -> None:
    person = await make_manager()
    await make_participant(
        organisation_id=person.organisation_id, given_name="Élodie", family_name="Ashdown"
    )

    assert await found_by("Élodie", person.actor) == ["Élodie Ashdown"]


async def test_a_search_of_very_many_words_is_refused(db: None) -> None:
    person = await make_manager()

    with pytest.raises(InvalidInputError) as caught:
        await found_by("a " * 11, person.actor)

    assert fields(caught) == ["search"]
    assert await found_by("a " * 10, person.actor) == []


async def test_a_list_of_people_goes_on_where_the_page_before_ended(db: None) -> None:
    person = await make_manager()
    made = [await make_participant(organisation_id=person.organisation_id) for _ in range(5)]

    seen, cursor = [], Cursor(limit=2)
    while True:
        page = await participants(scope=person.actor.scope, cursor=cursor)
        seen += [item.id for item in page.items]
        if page.next is None:
            break
        cursor = Cursor(limit=2, after=page.next)

    assert seen == made


async def test_who_may_not_change_people_changes_nothing(db: None) -> None:
    anna = await make_participant()
    (row,) = await Participant.select()
    organisation_id = row["organisation"]
    programme = await make_programme(organisation_id=organisation_id)
    referral = ReferralDetails(ReferralSource.SELF, Mandate.VOLUNTARY, received_on=TODAY)
    people = [
        (await make_manager(), NotFoundError),
        (
            await make_person(
                Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=organisation_id
            ),
            NotFoundError,
        ),
        (await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True), ForbiddenError),
    ]

    for person, error in people:
        by = person.actor
        attempts = [
            add_participant(organisation_id, Side.SURVIVOR, ANNA, by=by),
            update_participant(anna, ANNA, version=1, by=by),
            save_safe_contact(anna, NOT_SAFE, version=0, drama_numbers=True, by=by),
            add_referral(anna, programme.id, referral, by=by),
        ]
        assert [await refused(attempt) for attempt in attempts] == [error] * 4

    assert (await Participant.count(), await SafeContact.count()) == (1, 0)
    assert (await Referral.count(), await AuditEvent.count()) == (0, 0)
