"""People, how they may be reached, and their referrals."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import UUID

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
from programmes.domain.contact import Window
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    Mandate,
    ReferralSource,
    ReferralStatus,
    SmsSafety,
)
from programmes.errors import ReferralOpenError
from programmes.queries.participants import (
    NOTHING_CONFIRMED,
    SafeContactView,
    participant,
    participants,
    referrals,
    safe_contact,
    waiting,
)
from programmes.services.participants import (
    ContactDetails,
    NewReferral,
    PersonDetails,
    add_participant,
    add_referral,
    save_safe_contact,
    update_participant,
)
from programmes.tables import Participant, Referral, SafeContact
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeProgramme,
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
)

ANNA = PersonDetails("Anna", "Ashdown", "", date(1990, 2, 28))
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


async def test_a_change_keeps_what_was_there_before(db: None) -> None:
    person = await make_manager()
    anna = await add_participant(person.organisation_id, Side.SURVIVOR, ANNA, by=person.actor)

    changed = PersonDetails("Anna", "Birch", "Annie", date(1990, 2, 28))
    await update_participant(anna, changed, version=1, by=person.actor)

    found = await participant(anna, scope=person.actor.scope)
    assert (found.name, found.version) == ("Annie Birch", 2)
    (event,) = await AuditEvent.select().where(AuditEvent.action == "participant_changed")
    assert json.loads(event["before"]) == {"family_name": "Ashdown", "preferred_name": ""}
    assert json.loads(event["after"]) == {"family_name": "Birch", "preferred_name": "Annie"}


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
        ({"language": "fr"}, "language"),
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


def referral(participant_id: UUID, programme: MadeProgramme, **given: Any) -> NewReferral:
    wanted = {"source": ReferralSource.POLICE, "mandate": Mandate.VOLUNTARY, "received_on": TODAY}
    return NewReferral(participant_id, programme.id, **{**wanted, **given})


async def test_a_referral_puts_a_person_on_the_waiting_list(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id, name="Freedom")
    anna = await make_participant(organisation_id=person.organisation_id, preferred_name="Annie")

    made = await add_referral(referral(anna, programme), by=person.actor)

    (found,) = await waiting(programme.id, scope=person.actor.scope)
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

    found = await waiting(cohort.programme.id, scope=person.actor.scope)

    assert [item.participant_id for item in found] == [people[1], people[2], people[0]]


async def test_a_second_open_referral_to_the_same_programme_is_refused(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    other = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    await add_referral(referral(anna, programme), by=person.actor)

    with pytest.raises(ReferralOpenError):
        await add_referral(referral(anna, programme), by=person.actor)
    await add_referral(referral(anna, other), by=person.actor)

    assert (await Referral.count(), await AuditEvent.count()) == (2, 2)


@pytest.mark.parametrize("status", sorted(CLOSED_REFERRALS))
async def test_after_a_closed_referral_there_may_be_another(
    db: None, status: ReferralStatus
) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)
    await make_referral(participant_id=anna, programme_id=programme.id, status=status)

    await add_referral(referral(anna, programme), by=person.actor)

    assert await Referral.count() == 2


async def test_a_referral_received_tomorrow_is_refused(db: None) -> None:
    person = await make_manager()
    programme = await make_programme(organisation_id=person.organisation_id)
    anna = await make_participant(organisation_id=person.organisation_id)

    with pytest.raises(InvalidInputError) as caught:
        await add_referral(
            referral(anna, programme, received_on=date(2026, 6, 11)), by=person.actor
        )

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
        await add_referral(referral(anna, programme), by=both)

    assert await Referral.count() == 0


async def test_who_may_not_change_people_changes_nothing(db: None) -> None:
    anna = await make_participant()
    (row,) = await Participant.select()
    organisation_id = row["organisation"]
    programme = await make_programme(organisation_id=organisation_id)
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
            save_contact(anna, contact(), 0, by),
            add_referral(referral(anna, programme), by=by),
        ]
        assert [await refused(attempt) for attempt in attempts] == [error] * 4

    assert (await Participant.count(), await SafeContact.count()) == (1, 0)
    assert (await Referral.count(), await AuditEvent.count()) == (0, 0)
