"""Somebody's own file, legal holds and retention as pages."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from core.tables import AuditEvent
from tests.api.forms import send, sign_in, summary, text, title
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import make_cohort, make_participant
from tests.factories_rights import make_whole_person, tie

pytestmark = pytest.mark.usefixtures("db")


async def manager() -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)


async def lead(organisation_id: UUID) -> Person:
    return await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id)


async def test_nothing_is_shown_before_it_is_said_why(client: AsyncClient) -> None:
    person = await manager()
    one = await make_whole_person(
        "zebra", await make_cohort(organisation_id=person.organisation_id)
    )
    sign_in(client, person)

    form = await client.get(f"/participants/{one.id}/export")
    refused = await send(client, f"/participants/{one.id}/export", action="show")

    assert one.words["attendances", "note"] not in form.text + refused.text
    assert (refused.status_code, summary(refused)) == (400, [("asked", "Select why it is needed")])
    assert not await AuditEvent.exists().where(AuditEvent.action == "participant_exported")


async def test_the_file_reads_in_words_and_leaves_others_out(client: AsyncClient) -> None:
    person = await manager()
    cohort = await make_cohort(organisation_id=person.organisation_id)
    one = await make_whole_person("zebra", cohort)
    other = await make_whole_person("quagga", cohort, number="+447700900222")
    await tie(one, other, account_id=(await lead(person.organisation_id)).id)
    sign_in(client, person)

    response = await send(
        client, f"/participants/{one.id}/export", asked="by_the_person", action="show"
    )
    shown = text(response)

    assert response.status_code == 200
    assert title(response) == "What is held – Programme Tracker"
    assert f"Made for {one.words['participants', 'preferred_name']}" in shown
    assert "Mark Absent, told us" in shown
    assert "Born on 5 November 1987" in shown
    assert "Safe times Sunday 09:17 to 11:00" in shown
    assert "Catch-up Yes" in shown
    assert one.words["attendances", "note"] in shown
    assert "By the service itself" in shown
    assert other.marker not in response.text
    assert "perpetrator" not in response.text.lower()


async def test_what_is_empty_says_so(client: AsyncClient) -> None:
    person = await manager()
    someone = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)

    response = await send(client, f"/participants/{someone}/export", asked="to_check")

    assert (
        "Nothing is held under What you need, and when you can come"
        " What you answered about yourself, for equality monitoring Safe contact" in text(response)
    )


async def test_the_file_can_be_taken_away_under_a_neutral_name(client: AsyncClient) -> None:
    """D10: no name in the name of a file."""
    person = await manager()
    one = await make_whole_person(
        "zebra", await make_cohort(organisation_id=person.organisation_id)
    )
    sign_in(client, person)

    response = await send(
        client, f"/participants/{one.id}/export", asked="for_the_person", action="download"
    )

    assert response.headers["content-disposition"] == (
        f'attachment; filename="record-{one.id}.json"'
    )
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["participant_id"] == str(one.id)


@pytest.mark.parametrize("page", ["export", "hold"])
async def test_d1_pages_of_the_other_side_or_organisation_are_not_found(
    client: AsyncClient, page: str
) -> None:
    person = await manager()
    sign_in(client, person)
    for someone in (
        await make_participant(organisation_id=person.organisation_id, side=Side.PERPETRATOR),
        await make_participant(organisation_id=await make_organisation()),
    ):
        shown = await client.get(f"/participants/{someone}/{page}")
        sent = await send(client, f"/participants/{someone}/export", asked="by_law")
        assert (shown.status_code, sent.status_code) == (404, 404)


async def test_a_facilitator_finds_no_way_there(client: AsyncClient) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    someone = await make_participant(organisation_id=facilitator.organisation_id)
    sign_in(client, facilitator)

    page = await client.get(f"/participants/{someone}")
    refused = [
        (await client.get(path)).status_code
        for path in (
            f"/participants/{someone}/export", f"/participants/{someone}/hold", "/holds",
            "/retention",
        )
    ]  # fmt: skip

    assert ("/export" in page.text, "/hold" in page.text) == (False, False)
    assert refused == [403] * 4


async def test_a_hold_is_placed_seen_and_lifted(client: AsyncClient) -> None:
    holder = await lead(await make_organisation())
    someone = await make_participant(organisation_id=holder.organisation_id, given_name="Ada")
    sign_in(client, holder)
    address = f"/participants/{someone}/hold"

    placed = await send(client, address, reason="Review of a death")
    page = text(await client.get(placed.headers["location"]))
    again = await send(client, address, reason="Another")
    listed = text(await client.get("/holds"))
    lifted = await send(client, f"{address}/lift")
    after = text(await client.get(lifted.headers["location"]))

    assert (placed.status_code, lifted.status_code, again.status_code) == (303, 303, 409)
    assert "Hold placed" in page
    assert "Why Review of a death" in page
    assert f"Placed by {holder.actor.name}" in page
    assert summary(again) == [("reason", "This is recorded already")]
    assert "Ada Example Review of a death" in listed
    assert ("Hold lifted" in after, "There is no hold" in after) == (True, True)
    assert "No record is under a hold" in text(await client.get("/holds"))


async def test_what_was_typed_stays_when_a_hold_is_refused(client: AsyncClient) -> None:
    holder = await lead(await make_organisation())
    someone = await make_participant(organisation_id=holder.organisation_id)
    sign_in(client, holder)

    empty = await send(client, f"/participants/{someone}/hold", reason="")
    long = await send(client, f"/participants/{someone}/hold", reason="x" * 201)

    assert summary(empty) == [("reason", "Enter the reason")]
    assert "x" * 201 in long.text
    assert (empty.status_code, long.status_code) == (400, 400)


async def test_a_manager_reads_a_hold_and_cannot_change_it(client: AsyncClient) -> None:
    person = await manager()
    someone = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, await lead(person.organisation_id))
    await send(client, f"/participants/{someone}/hold", reason="Review")
    sign_in(client, person)

    page = await client.get(f"/participants/{someone}/hold")
    refused = await send(client, f"/participants/{someone}/hold/lift")

    assert "Why Review" in text(page)
    assert "Lift the hold" not in page.text
    assert refused.status_code == 403


async def test_a_manager_without_a_hold_is_told_who_places_one(client: AsyncClient) -> None:
    person = await manager()
    someone = await make_participant(organisation_id=person.organisation_id)
    sign_in(client, person)

    assert "A safety lead can place one." in text(await client.get(f"/participants/{someone}/hold"))


async def test_an_administrator_sees_what_is_past_its_time(client: AsyncClient) -> None:
    administrator = await make_person(Role.ADMINISTRATOR, everywhere=True)
    await make_whole_person("zebra", await make_cohort())
    client.cookies.update(administrator.cookies)

    today = (await client.get("/")).text
    page = text(await client.get("/retention"))

    assert 'href="/retention"' in today
    assert (
        "Programme cases Kept for 7 years after they close Past their time 1 Kept by a legal hold 0"
        " The oldest since 14 March 2026" in page
    )
    assert "Kept for 1 day Past their time 0 Kept by a legal hold 0" in page
    assert "Numbers and words of texts Kept for 30 days" in page
    assert "are removed every hour by themselves. Nothing else is" in page
    assert "zebra" not in page
