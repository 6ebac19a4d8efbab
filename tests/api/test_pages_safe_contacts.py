"""Whether and when a person may be texted, as pages."""

from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.phone import MobileNumber
from core.scope import SYSTEM, Side
from messaging.domain.terms import BlockCause
from messaging.services import blocks
from programmes.domain.contact import Window
from programmes.domain.terms import SmsSafety
from programmes.queries import participants as queries
from programmes.services.safe_contacts import ContactDetails, save_safe_contact
from programmes.tables import FormerNumber, SafeContact
from tests.api.forms import day, saved_version, send, sign_in, summary, text
from tests.conftest import SETTINGS
from tests.factories import Person, make_person
from tests.factories_messaging import make_group, make_meeting, make_member
from tests.factories_programmes import make_participant, make_safe_contact

pytestmark = pytest.mark.usefixtures("db")


async def manager(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side)


@pytest.mark.parametrize(
    ("side", "confirmed_on", "said"),
    [
        (Side.SURVIVOR, date(2026, 5, 13), "Safe to text, confirmed on 13 May 2026"),
        (Side.SURVIVOR, date(2026, 5, 12), "Needs confirming again: confirmed on 12 May 2026"),
        (Side.PERPETRATOR, date(2025, 12, 12), "Safe to text, confirmed on 12 December 2025"),
        (Side.PERPETRATOR, date(2025, 12, 11), "more than 180 days ago, so no texts are sent"),
    ],
)
async def test_a_confirmation_lasts_28_days_for_survivors_and_180_for_perpetrators(
    client: AsyncClient, side: Side, confirmed_on: date, said: str
) -> None:
    person = await manager(GrantSide(side.value))
    participant_id = await make_participant(organisation_id=person.organisation_id, side=side)
    await make_safe_contact(participant_id=participant_id, confirmed_on=confirmed_on)
    sign_in(client, person)

    response = await client.get(f"/participants/{participant_id}")

    assert said in text(response)
    assert "07700 900123" in text(response)


async def test_a_number_that_is_not_safe_is_said_to_be(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    await make_safe_contact(participant_id=participant_id, sms=SmsSafety.NOT_SAFE)
    sign_in(client, person)

    response = await client.get(f"/participants/{participant_id}")

    assert "Texts: not safe, so none are sent" in text(response)


async def contact_form(client: AsyncClient, address: str, **changed: object) -> dict[str, object]:
    return {
        "version": saved_version(await client.get(address)), "number": "07700 900321",
        "sms": "safe", "confirmed_with": "the person", "hours": "any", "language": "en",
        **day("confirmed_on", "2026-06-09"), **changed,
    }  # fmt: skip


async def test_saving_a_safe_contact_with_its_hours(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)
    address = f"/participants/{participant_id}/safe-contact"
    typed = await contact_form(
        client, address, hours="chosen", weekdays=["0", "2"], opens="9:30", closes="12.00"
    )

    response = await send(client, address, **typed)
    stored = await queries.safe_contact(participant_id, scope=SYSTEM.scope)
    page = text(await client.get(response.headers["location"]))
    form = (await client.get(address)).text

    assert response.status_code == 303
    assert stored.windows == (Window(0, "09:30", "12:00"), Window(2, "09:30", "12:00"))
    assert (stored.number, stored.sms) == ("+447700900321", SmsSafety.SAFE)
    assert "Monday, Wednesday: 09:30 to 12:00" in page
    assert ('value="09:30"' in form, form.count(" checked")) == (True, 5)


async def test_hours_that_differ_from_day_to_day_are_kept(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    hours = (Window(0, "09:00", "10:00"), Window(1, "11:00", "12:00"))
    await save_safe_contact(
        participant_id,
        ContactDetails("07700 900321", SmsSafety.UNKNOWN, None, "", hours, "en"),
        version=0, drama_numbers=True, by=SYSTEM,
    )  # fmt: skip
    sign_in(client, person)
    address = f"/participants/{participant_id}/safe-contact"
    form = text(await client.get(address))

    response = await send(client, address, **await contact_form(client, address, hours="keep"))
    stored = await queries.safe_contact(participant_id, scope=SYSTEM.scope)

    assert "As recorded now: Monday: 09:00 to 10:00; Tuesday: 11:00 to 12:00" in form
    assert (response.status_code, stored.windows, stored.sms) == (303, hours, SmsSafety.SAFE)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"number": "0161 496 0000"}, "number"),
        ({"number": ""}, "number"),
        ({"sms": ""}, "sms"),
        (day("confirmed_on", "2026-06-11"), "confirmed_on"),
        ({"confirmed_with": ""}, "confirmed_with"),
        ({"hours": "chosen", "opens": "9:30", "closes": "12:00"}, "weekdays"),
        ({"hours": "chosen", "weekdays": ["1"], "opens": "half", "closes": "12:00"}, "opens"),
        ({"hours": "chosen", "weekdays": ["1"], "opens": "12:00", "closes": "9:00"}, "closes"),
        ({"language": "xx"}, "language"),
    ],
)
async def test_a_safe_contact_that_is_not_complete_names_its_field(
    client: AsyncClient, changed: dict[str, object], field: str
) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)
    address = f"/participants/{participant_id}/safe-contact"

    response = await send(client, address, **await contact_form(client, address, **changed))
    stored = await queries.safe_contact(participant_id, scope=SYSTEM.scope)

    assert (response.status_code, [name for name, _ in summary(response)]) == (400, [field])
    assert f'id="{field}"' in response.text
    assert 'value="2026"' in response.text
    assert stored.version == 0


async def test_a_stale_safe_contact_says_what_was_saved_meanwhile(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)
    address = f"/participants/{participant_id}/safe-contact"
    typed = await contact_form(client, address)
    await make_safe_contact(participant_id=participant_id, sms=SmsSafety.NOT_SAFE)

    response = await send(client, address, **typed)

    assert (response.status_code, saved_version(response)) == (409, "1")
    assert "Saved meanwhile: Texts: not safe" in text(response)
    assert "07700 900321" in response.text


@pytest.mark.parametrize("why", ["opt-out", "shared", "other side's before", "new", "not a mobile"])
async def test_m9_texts_that_are_off_look_the_same_whatever_turned_them_off(
    client: AsyncClient, why: str
) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    await make_safe_contact(participant_id=participant_id)
    sign_in(client, person)
    address = f"/participants/{participant_id}/safe-contact"
    on = text(await client.get(address))
    await turn_off(participant_id, why)

    page = text(await client.get(address))

    page = page.replace(person.actor.name, "")
    assert page.partition("Texts off for this number")[2].startswith(
        " Ring instead if that is safe. Go through the safe contact with the person again."
        " The person asked for texts again"
    )
    assert ("Texts off" in on, "Stop all texts to this number" in page) == (False, True)
    assert OFF.setdefault("page", page) == page


OFF: dict[str, str] = {}
"""The page as the first reason showed it."""


async def turn_off(participant_id: UUID, why: str) -> None:
    if why == "opt-out":
        hashed = MobileNumber("+447700900123").keyed_hash(SETTINGS.key_bytes)
        await blocks.block(hashed, BlockCause.STOP)
    elif why == "shared":
        await make_safe_contact(participant_id=await make_participant(side=Side.PERPETRATOR))
    elif why == "other side's before":
        other = await make_participant(side=Side.PERPETRATOR)
        await FormerNumber(
            participant=other, number="+447700900123", replaced_at=clock.now()
        ).save()
    elif why == "new":
        await SafeContact.update({SafeContact.number_changed_at: clock.now()}, force=True)
    else:
        await SafeContact.update({SafeContact.number: "+441614960000"}, force=True)


async def test_m7_texts_are_stopped_and_asked_for_again_as_pages(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    await make_safe_contact(participant_id=participant_id, confirmed_on=date(2026, 6, 1))
    sign_in(client, person)
    address = f"/participants/{participant_id}"

    asked = text(await client.get(f"{address}/stop-texts"))
    stopped = await send(client, f"{address}/stop-texts")
    after = text(await client.get(stopped.headers["location"]))
    form = await client.get(f"{address}/texts-again")
    version = saved_version(form)
    empty = await send(client, f"{address}/texts-again", version=version, confirmed_with=" ")
    again = await send(
        client, f"{address}/texts-again", version=version, confirmed_with="the person"
    )
    on = text(await client.get(again.headers["location"]))

    assert "07700 900123" in asked
    assert "Texts off for this number" in after
    assert (empty.status_code, summary(empty)[0][0]) == (400, "confirmed_with")
    assert ("Recorded: the person asked for texts again" in on, "Texts off" in on) == (True, False)
    stored = await queries.safe_contact(participant_id, scope=SYSTEM.scope)
    assert stored.confirmed_on == date(2026, 6, 10)


async def test_without_a_number_the_page_offers_nothing_to_stop(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)

    page = text(await client.get(f"/participants/{participant_id}/safe-contact"))
    response = await send(client, f"/participants/{participant_id}/stop-texts")

    assert "Stop all texts" not in page
    assert (response.status_code, "There is no number to stop" in response.text) == (400, True)


async def test_a_number_that_cannot_be_texted_is_to_be_checked(client: AsyncClient) -> None:
    person = await manager()
    participant_id = await make_participant(organisation_id=person.organisation_id)
    await make_safe_contact(participant_id=participant_id)
    hashed = MobileNumber("+447700900123").keyed_hash(SETTINGS.key_bytes)
    await blocks.block(hashed, BlockCause.BAD_NUMBER)
    sign_in(client, person)

    page = text(await client.get(f"/participants/{participant_id}/safe-contact"))

    assert "The network says that this number cannot be texted" in page


async def test_m2_today_lists_whom_to_ask_again(client: AsyncClient) -> None:
    group = await make_group()
    await make_meeting(group, clock.instant_of(date(2026, 6, 20), "18:30"))
    await make_member(group, confirmed_on=date(2026, 5, 19))
    late, _ = await make_member(group, confirmed_on=date(2026, 5, 1))
    await make_member(group, confirmed_on=date(2026, 6, 9), sms="unknown")
    person = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=group.organisation_id
    )
    sign_in(client, person)

    page = await client.get("/")

    said = text(page).partition("Ask again whether texts are safe")[2]
    assert said.startswith(" Rowan H. Overdue No texts until somebody has asked")
    assert "Rowan H. Overdue No texts since Fri 29 May 2026" in said
    assert "Rowan H. Texts go until Tue 16 Jun 2026" in said
    assert f"/participants/{late}/safe-contact" in page.text
