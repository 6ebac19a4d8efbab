"""A facilitator's calendar at its own address: times and places, and never a name."""

import asyncio
from datetime import timedelta

import pytest
from httpx import AsyncClient, Response
from icalendar import Calendar, Event

from accounts.domain.roles import GrantSide, Role
from accounts.tables import Account, Grant
from core.clock import LONDON
from core.errors import ForbiddenError
from core.scope import SYSTEM, Side
from core.tables import AuditEvent
from programmes.domain.case_terms import FacilitatorRole
from programmes.domain.session_changes import Cancel, Reschedule
from programmes.domain.terms import DeliveryMode
from programmes.services import calendars
from programmes.services.sessions import change
from programmes.tables import CalendarFeed, SessionFacilitator
from tests.api.forms import send, sign_in, text, title
from tests.conftest import NOW
from tests.factories import Person, make_person
from tests.factories_programmes import make_cohort, make_participant, make_session, make_venue


async def facilitator(side: GrantSide = GrantSide.SURVIVOR) -> Person:
    return await make_person(Role.FACILITATOR, side)


async def read(client: AsyncClient, token: str) -> Response:
    client.cookies.clear()
    return await client.get(f"/calendar/{token}.ics")


async def events(client: AsyncClient, person: Person) -> list[Event]:
    answer = await read(client, await calendars.make_address(by=person.actor))
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content).walk("VEVENT")


async def test_the_calendar_holds_code_venue_and_times_and_nobodys_name(
    client: AsyncClient,
) -> None:
    person = await facilitator()
    hall = await make_venue(organisation_id=person.organisation_id, name="Garden Room")
    made = await make_cohort(
        organisation_id=person.organisation_id, code="F26-1", enrolled=3, venue_id=hall,
        facilitator_ids=[person.id],
    )  # fmt: skip
    await make_participant(organisation_id=person.organisation_id, given_name="Zelda")

    token = await calendars.make_address(by=person.actor)
    answer = await read(client, token)
    first = Calendar.from_ical(answer.content).walk("VEVENT")[0]

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["cache-control"]
    assert (first["SUMMARY"], first["LOCATION"], first["STATUS"]) == (
        "F26-1", "Garden Room", "CONFIRMED",
    )  # fmt: skip
    assert first["UID"] == f"{made.session_ids[1]}@programme-tracker"
    assert (first["DTSTART"].params["TZID"], first["SEQUENCE"]) == ("Europe/London", 1)
    assert f"{first.start.astimezone(LONDON):%a %-d %b %H:%M}" == "Wed 6 May 10:00"
    assert first.end - first.start == timedelta(hours=2)
    assert b"BEGIN:VTIMEZONE" in answer.content
    for hidden in ("Person", "Example", "Zelda", "Unit"):
        assert hidden.encode() not in answer.content


async def test_a_changed_and_a_cancelled_session_say_so(client: AsyncClient) -> None:
    person = await facilitator()
    made = await make_cohort(organisation_id=person.organisation_id, facilitator_ids=[person.id])
    await change(made.session_ids[8], Cancel("Snow"), by=person.actor)
    await change(made.session_ids[9], Reschedule(mode=DeliveryMode.VIDEO), by=person.actor)

    found = {event["UID"]: event for event in await events(client, person)}

    cancelled, by_video = (found[f"{made.session_ids[unit]}@programme-tracker"] for unit in (8, 9))
    assert (cancelled["STATUS"], cancelled["SEQUENCE"]) == ("CANCELLED", 2)
    assert (by_video["LOCATION"], by_video["SEQUENCE"]) == ("Video", 2)


async def test_it_holds_the_own_sessions_and_cover_and_not_what_others_take(
    client: AsyncClient,
) -> None:
    person = await facilitator()
    here = person.organisation_id
    colleague = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=here)
    own = await make_cohort(organisation_id=here, enrolled=1, facilitator_ids=[person.id])
    other = await make_cohort(organisation_id=here, at="14:00", facilitator_ids=[colleague.id])
    catch_up = await make_session(
        cohort_id=own.id, unit_id=own.programme.unit_ids[1],
        starts_at=NOW + timedelta(days=2),
        catch_up_for=own.enrolment_ids[0],
    )  # fmt: skip
    for session_id, taker in ((own.session_ids[8], colleague), (other.session_ids[12], person)):
        await SessionFacilitator(
            session=session_id, account=taker.id, role=FacilitatorRole.COVER
        ).save()

    found = {event["UID"].partition("@")[0] for event in await events(client, person)}

    mine = {str(id) for unit, id in own.session_ids.items() if unit != 8}
    assert found == mine | {str(other.session_ids[12]), str(catch_up)}


async def test_d1_nothing_of_the_other_side_or_elsewhere_is_in_it(client: AsyncClient) -> None:
    person = await facilitator()
    for organisation_id, side in (
        (person.organisation_id, Side.PERPETRATOR), (None, Side.SURVIVOR),
    ):  # fmt: skip
        await make_cohort(organisation_id=organisation_id, side=side, facilitator_ids=[person.id])

    assert await events(client, person) == []


async def test_a_manager_without_a_cohort_of_their_own_has_an_empty_calendar(
    client: AsyncClient,
) -> None:
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    await make_cohort(organisation_id=person.organisation_id)

    assert await events(client, person) == []


@pytest.mark.parametrize("how", ["ended", "remade", "grant", "inactive", "guessed", "unending"])
async def test_an_address_that_is_not_or_no_more_is_not_found(
    client: AsyncClient, how: str
) -> None:
    person = await facilitator()
    token = await calendars.make_address(by=person.actor)
    assert (await read(client, token)).status_code == 200

    if how == "ended":
        await calendars.end_address(by=person.actor)
    elif how == "remade":
        await calendars.make_address(by=person.actor)
    elif how == "grant":
        await Grant.delete().where(Grant.account == person.id)
    elif how == "inactive":
        await Account.update({Account.is_active: False}).where(Account.id == person.id)
    elif how == "guessed":
        token = "x" * 43
    answer = await read(client, token)
    bare = await client.get(f"/calendar/{token}")

    assert bare.status_code == 404
    assert answer.status_code == (200 if how == "unending" else 404)


async def test_only_the_hash_of_an_address_is_kept_and_one_at_a_time(client: AsyncClient) -> None:
    person = await facilitator()

    tokens = await asyncio.gather(*[calendars.make_address(by=person.actor) for _ in range(3)])

    rows = await CalendarFeed.select()
    assert not {row["token_hash"] for row in rows} & set(tokens)
    assert sum(row["revoked_at"] is None for row in rows) == 1
    answers = [(await read(client, token)).status_code for token in tokens]
    assert sorted(answers) == [200, 404, 404]
    audited = " ".join(str(event) for event in await AuditEvent.select())
    assert not any(token in audited for token in tokens)


async def test_the_service_itself_has_no_calendar(db: None) -> None:
    with pytest.raises(ForbiddenError):
        await calendars.make_address(by=SYSTEM)
    await calendars.end_address(by=SYSTEM)
    assert await AuditEvent.count() == 0


async def test_the_page_shows_an_address_once_and_ends_it(client: AsyncClient) -> None:
    person = await facilitator()
    sign_in(client, person)

    before = await client.get("/calendar")
    made = await send(client, "/calendar")
    after = await client.get("/calendar")
    ended = await send(client, "/calendar/end")
    page = await client.get(ended.headers["location"])

    assert "has no address yet" in text(before)
    assert "http://testserver/calendar/" in made.text
    assert ".ics" not in after.text
    assert "has had an address since Wednesday 10 June 2026" in text(after)
    assert "address has ended" in text(page)
    assert "has no address yet" in text(page)
    assert title(made) == "My calendar \u2013 Programme Tracker"


async def test_who_sees_no_cases_has_no_calendar(client: AsyncClient) -> None:
    sign_in(client, await make_person(Role.WORKFORCE_LEAD))

    assert (await client.get("/calendar")).status_code == 403
