"""People, as pages."""

from datetime import date

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import audit
from core.pagination import Cursor
from core.scope import SYSTEM, Side
from programmes.queries import participants as queries
from programmes.services.participants import (
    PersonDetails,
    update_participant,
)
from tests.api.forms import day, saved_version, send, sign_in, summary, text, title
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import (
    make_cohort,
    make_participant,
    make_programme,
    make_referral,
)

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR, **more: object) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, **more)  # type: ignore[arg-type]


async def test_the_list_finds_people_by_part_of_a_name(client: AsyncClient) -> None:
    person = await manager()
    await make_participant(organisation_id=person.organisation_id, given_name="Marisol")
    await make_participant(organisation_id=person.organisation_id, given_name="Petra")
    sign_in(client, person)

    everybody = text(await client.get("/participants"))
    found = text(await send(client, "/participants", search="riso"))
    nobody = text(await send(client, "/participants", search="zz"))

    assert ("Marisol" in everybody, "Petra" in everybody) == (True, True)
    assert ("Marisol" in found, "Petra" in found) == (True, False)
    assert "Nobody is found by that name" in nobody


async def test_the_list_has_fifty_people_a_page(client: AsyncClient) -> None:
    person = await manager()
    for number in range(51):
        await make_participant(organisation_id=person.organisation_id, given_name=f"No{number:02}")
    sign_in(client, person)

    first = await client.get("/participants")
    following = first.text.split('href="/participants?after=')[1].split('"')[0]
    second = await client.get(f"/participants?after={following}")

    assert (first.text.count("No"), "No50" in first.text) == (50, False)
    assert ("No50" in second.text, "More people" in second.text) == (True, False)


async def test_only_who_sees_both_sides_is_told_the_side(client: AsyncClient) -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    await make_participant(organisation_id=lead.organisation_id, side=Side.PERPETRATOR)
    one_sided = await manager(organisation_id=lead.organisation_id)

    sign_in(client, lead)
    seen = text(await client.get("/participants"))
    sign_in(client, one_sided)
    hidden = text(await client.get("/participants"))

    assert ("Perpetrator" in seen, "Add a person" in seen) == (True, False)
    assert ("Perpetrator" in hidden, "Add a person" in hidden) == (False, True)


async def test_adding_a_person_leads_to_their_page(client: AsyncClient) -> None:
    person = await manager()
    sign_in(client, person)

    response = await send(
        client, "/participants/new", given_name="Ottilie", family_name="Brandt",
        preferred_name="", **day("born_on", "1991-03-27"),
    )  # fmt: skip
    page = await client.get(response.headers["location"])

    assert response.headers["location"].endswith("?saved=person")
    assert "Ottilie Brandt" in text(page)
    assert "27 March 1991" in text(page)
    assert "Texts: not confirmed safe, so none are sent" in text(page)
    assert "Ottilie" not in title(page)


async def test_a_wrong_date_keeps_everything_typed_and_names_the_field(client: AsyncClient) -> None:
    sign_in(client, await manager())

    response = await send(
        client, "/participants/new", given_name="", family_name="Brandt",
        **day("born_on", "1991-02-30"),
    )  # fmt: skip

    assert response.status_code == 400
    assert summary(response) == [
        ("given_name", "Enter the first name"),
        ("born_on", "The date of birth must be a real date, like 27 3 2026"),
    ]
    assert 'id="born_on"' in response.text
    assert ('value="Brandt"' in response.text, 'value="30"' in response.text) == (True, True)


async def test_who_works_in_several_organisations_chooses_one(client: AsyncClient) -> None:
    there = await make_organisation("Larch House")
    person = await manager(everywhere=True)
    sign_in(client, person)
    form = text(await client.get("/participants/new"))
    names = {"given_name": "Ottilie", "family_name": "Brandt"}

    refused = await send(client, "/participants/new", **names)
    added = await send(client, "/participants/new", organisation_id=str(there), **names)
    found = await queries.participants(scope=SYSTEM.scope, cursor=Cursor())

    assert "Larch House" in form
    assert summary(refused) == [("organisation_id", "Select an organisation")]
    assert (added.status_code, [item.organisation_id for item in found.items]) == (303, [there])


async def test_a_person_shows_groups_with_what_each_figure_counts(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, enrolled=1, code="SF-9")
    participant_id = cohort.participant_ids[0]
    await make_referral(participant_id=participant_id, programme_id=cohort.programme.id)
    sign_in(client, person)

    response = await client.get(f"/participants/{participant_id}")
    events = await audit.events(scope=SYSTEM.scope, cursor=Cursor(), subject=participant_id)

    assert f'href="/enrolments/{cohort.enrolment_ids[0]}"' in response.text
    assert "0 of 9 required" in text(response)
    assert "0 of 0 marked" in text(response)
    assert "Voluntary" in text(response)
    assert [event.action for event in events.items] == ["participant_viewed"]


async def test_changing_a_person_saves_it(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)
    address = f"/participants/{participant_id}/edit"
    version = saved_version(await client.get(address))

    response = await send(
        client, address, version=version, given_name="Ottilie", family_name="Brandt",
        preferred_name="Otti", **day("born_on", "1991-03-27"),
    )  # fmt: skip
    stored = await queries.participant(participant_id, scope=SYSTEM.scope)
    assert response.headers["location"] == f"/participants/{participant_id}?saved=person"
    assert (stored.name, stored.born_on) == ("Otti Brandt", date(1991, 3, 27))


async def test_a_stale_change_is_refused_and_can_be_saved_again(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)
    address = f"/participants/{participant_id}/edit"
    read = saved_version(await client.get(address))
    await update_participant(
        participant_id, PersonDetails("Saved", "Meanwhile", "", None), version=1, by=SYSTEM
    )
    typed = {"given_name": "Ottilie", "family_name": "Brandt"}

    refused = await send(client, address, version=read, **typed)
    again = await send(client, address, version=saved_version(refused), **typed)

    assert refused.status_code == 409
    assert summary(refused) == [
        ("given_name", "Saved by the service itself on 10 June 2026 at 13:00, after you opened it")
    ]
    assert "Saved meanwhile: Saved Meanwhile" in text(refused)
    assert 'value="Ottilie"' in refused.text
    assert again.status_code == 303


async def test_a_wrong_name_does_not_take_the_newer_version(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)
    await update_participant(
        participant_id, PersonDetails("Saved", "Meanwhile", "", None), version=1, by=SYSTEM
    )

    response = await send(
        client, f"/participants/{participant_id}/edit", version="1", given_name="",
        family_name="Brandt",
    )  # fmt: skip

    assert (response.status_code, saved_version(response)) == (400, "1")


async def test_referring_a_person(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    programme = await make_programme(organisation_id=person.organisation_id, name="Freedom here")
    await make_programme(name="Freedom elsewhere")
    sign_in(client, person)
    address = f"/participants/{participant_id}/refer"
    form = text(await client.get(address))
    typed = {
        "programme_id": str(programme.id), "source": "police", "mandate": "voluntary",
        **day("received_on", "2026-06-01"),
    }  # fmt: skip

    response = await send(client, address, **typed)
    again = await send(client, address, **typed)
    page = text(await client.get(response.headers["location"]))

    assert ("Freedom here" in form, "Freedom elsewhere" in form) == (True, False)
    assert response.status_code == 303
    assert "Mon 1 Jun 2026" in page
    assert (again.status_code, summary(again)) == (
        409,
        [("programme_id", "This person has an open referral to this programme already")],
    )


async def test_a_referral_without_its_facts_names_each_field(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)

    response = await send(
        client, f"/participants/{participant_id}/refer", source="police",
        **day("received_on", "2026-13-01"),
    )  # fmt: skip

    assert response.status_code == 400
    assert [field for field, _ in summary(response)] == ["programme_id", "mandate", "received_on"]
    assert '<option value="police" selected' in response.text


PAGES = ["", "/edit", "/safe-contact", "/refer"]


@pytest.mark.parametrize("ending", PAGES)
async def test_a_person_of_the_other_side_is_not_there(client: AsyncClient, ending: str) -> None:
    person = await manager()
    other = await make_participant(organisation_id=person.organisation_id, side=Side.PERPETRATOR)
    sign_in(client, person)
    address = f"/participants/{other}{ending}"

    answers = [(await client.get(address)).status_code]
    if ending:
        answers.append((await send(client, address, given_name="x")).status_code)

    assert set(answers) == {404}


async def test_people_of_the_other_side_are_in_no_list(client: AsyncClient) -> None:
    person = await manager()
    await make_participant(
        organisation_id=person.organisation_id, side=Side.PERPETRATOR, given_name="Corvin"
    )
    sign_in(client, person)

    pages = [
        await client.get("/participants"),
        await send(client, "/participants", search="corvin"),
    ]

    assert ["Corvin" in page.text for page in pages] == [False, False]


@pytest.mark.parametrize("ending", ["/edit", "/safe-contact", "/refer"])
async def test_who_may_only_look_changes_nothing(client: AsyncClient, ending: str) -> None:
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH)
    participant_id = await make_participant(organisation_id=lead.organisation_id)
    sign_in(client, lead)
    address = f"/participants/{participant_id}{ending}"

    page = await client.get(f"/participants/{participant_id}")
    answers = [await client.get(address), await send(client, address, given_name="x")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "Change details" not in page.text


async def test_who_sees_no_cases_sees_no_people(client: AsyncClient) -> None:
    sign_in(client, await make_person(Role.WORKFORCE_LEAD))

    answers = [await client.get("/participants"), await client.get("/participants/new")]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_no_title_tells_a_name(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(
        organisation_id=person.organisation_id, given_name="Ottilie", family_name="Brandt"
    )
    sign_in(client, person)

    titles = [title(await client.get(f"/participants/{participant_id}{end}")) for end in PAGES]

    assert titles == [
        f"{words} \u2013 Programme Tracker"
        for words in ("Person", "Change details", "Safe contact", "Refer to a programme")
    ]
