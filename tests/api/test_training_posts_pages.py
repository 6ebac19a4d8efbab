"""The pages of posts, accounts and leavers, as a browser without JavaScript uses them."""

import re
from datetime import date
from uuid import UUID

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import Role
from tests.api import forms
from tests.api.forms import day, fields_of, summary, text, title
from tests.api.test_training_leavers import make_proposal
from tests.api.training_calls import browse, send
from tests.factories import Json, Person, make_person
from tests.factories_training import make_post, make_staff
from tests.statements import counted
from training.domain.terms import Sector
from training.tables import LeaverProposal, Post, Staff


async def signed_in(client: AsyncClient) -> Person:
    lead = await make_person(Role.WORKFORCE_LEAD)
    browse(client, lead)
    return lead


async def only_post(staff_id: UUID) -> UUID:
    [row] = await Post.select(Post.id).where(Post.staff == staff_id)
    found: UUID = row["id"]
    return found


async def change(client: AsyncClient, path: str, **typed: str) -> Response:
    """Open a page and send its form with what is typed over what it held."""
    held = fields_of(await client.get(path))
    return await client.post(path, data={**held, **typed})


async def names(client: AsyncClient, **typed: str) -> list[str]:
    page = (await send(client, "/staff", **typed)).text
    return re.findall(r'href="/staff/[0-9a-f-]{36}">([^<]+)<', page)


async def test_a_role_change_keeps_what_is_not_typed_over(client: AsyncClient) -> None:
    lead = await signed_in(client)
    boss = await make_staff(organisation_id=lead.organisation_id, payroll_number="N-1", name="Boss")
    staff_id = await make_staff(
        organisation_id=lead.organisation_id, team="North", line_manager=boss
    )
    path = f"/staff/{staff_id}/posts/{await only_post(staff_id)}/role-change"

    changed = await change(client, path, role="Team manager", **day("on", "2026-03-01"))

    assert changed.headers["location"] == f"/staff/{staff_id}?saved=role"
    shown = text(await client.get(changed.headers["location"]))
    assert "Change of role saved" in shown
    assert shown.count("North") == 2
    assert shown.count("Boss") == 2
    assert "Sat 28 Feb 2026" in shown


async def test_another_post_and_its_end_are_written_down(client: AsyncClient) -> None:
    lead = await signed_in(client)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    added = await change(
        client, f"/staff/{staff_id}/posts/new", sector="health", staff_group="volunteer",
        role="Helpline", fte="0.4", **day("started_on", "2026-03-01"),
    )  # fmt: skip
    [row] = await Post.select(Post.id).where(Post.position.sector == Sector.HEALTH.value)

    ended = await change(
        client, f"/staff/{staff_id}/posts/{row['id']}/edit", **day("ended_on", "2026-06-30")
    )

    assert (added.status_code, ended.status_code) == (303, 303)
    [saved] = await Post.select(Post.position.fte.as_alias("fte"), Post.ended_on).where(
        Post.id == row["id"]
    )
    assert (float(saved["fte"]), saved["ended_on"]) == (0.4, date(2026, 6, 30))


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"line_manager_id": "X-9"}, "line_manager_id", "Nobody in this organisation has"),
        ({"fte": "lots"}, "fte", "The share of whole time must be a number"),
        ({"fte": "0.333"}, "fte", "Enter the share of whole time"),
        ({"sector": ""}, "sector", "Select a sector"),
        (day("on", "2019-01-01"), "on", "Enter a day after 1 January 2019"),
        (day("on", "2029-01-01"), "on", "Enter 11 June 2027 or an earlier day"),
        (day("ended_on", "2026-02-01"), "ended_on", "The last day cannot be before the first"),
        ({"version": "7"}, "version", "Somebody else saved this in the meantime"),
    ],
)
async def test_a_fault_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: AsyncClient, typed: Json, field: str, message: str
) -> None:
    lead = await signed_in(client)
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    path = f"/staff/{staff_id}/posts/{await only_post(staff_id)}/role-change"

    refused = await change(
        client, path, **{"role": "Typed role", **day("on", "2026-03-01"), **typed}
    )

    assert refused.status_code in (400, 409)
    assert [(where, said.startswith(message)) for where, said in summary(refused)] == [
        (field, True)
    ]
    assert f'id="{field}"' in refused.text
    assert 'value="Typed role"' in refused.text
    assert await Post.count() == 1


async def test_the_same_post_twice_is_said_on_the_page_of_a_role_change(
    client: AsyncClient,
) -> None:
    lead = await signed_in(client)
    staff_id = await make_staff(organisation_id=lead.organisation_id, team="North")
    path = f"/staff/{staff_id}/posts/{await only_post(staff_id)}/role-change"
    await make_post(staff_id, team="South")

    refused = await change(client, path, team="South", **day("on", "2026-03-01"))

    assert (refused.status_code, [field for field, _ in summary(refused)]) == (422, ["on"])


async def test_the_list_shows_who_is_in_post_on_a_day(client: AsyncClient) -> None:
    lead = await signed_in(client)
    here = lead.organisation_id
    await make_staff(organisation_id=here, name="Here", team="North")
    await make_staff(organisation_id=here, name="Left", team="North", ended_on=date(2026, 6, 9))
    await make_staff(organisation_id=here, name="To Come", started_on=date(2026, 7, 1))

    first = text(await client.get("/staff"))

    assert "In post on Wednesday 10 June 2026" in first
    assert ("Here" in first, "Left" in first, "To Come" in first) == (True, False, False)
    assert await names(client, **day("in_post_on", "2026-06-09"), team="nor") == ["Here", "Left"]
    assert await names(client, everybody="yes") == ["Here", "Left", "To Come"]
    assert await names(client, organisation_id=str(here), q="e") == ["Here"]
    wrong = await send(client, "/staff", **day("in_post_on", "2026-02-30"), team="North")
    assert summary(wrong) == [("in_post_on", "The day must be a real date, like 27 3 2026")]
    assert fields_of(wrong)["team"] == "North"


async def test_more_staff_are_shown_by_what_was_asked(client: AsyncClient) -> None:
    lead = await signed_in(client)
    for number in range(52):
        await make_staff(organisation_id=lead.organisation_id, name=f"Person {number:02}")
    first = await send(client, "/staff", q="person", everybody="yes")

    forms_of = re.findall(r'name="after" value="([^"]+)"', first.text)
    second = await names(client, q="person", everybody="yes", after=forms_of[0])

    assert second == ["Person 50", "Person 51"]
    assert (await send(client, "/staff", after="no cursor")).status_code == 400


async def test_the_list_takes_the_same_statements_for_one_as_for_many(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = await signed_in(client)
    boss = await make_staff(organisation_id=lead.organisation_id)
    with counted(monkeypatch) as one:
        await client.get("/staff")
    for _ in range(4):
        await make_staff(organisation_id=lead.organisation_id, line_manager=boss)

    with counted(monkeypatch) as many:
        await client.get("/staff")

    assert len(many) == len(one)


async def test_an_account_is_linked_and_the_link_ended(client: AsyncClient) -> None:
    lead = await signed_in(client)
    await make_person(Role.AUDITOR, email="rowan@example.org")
    staff_id = await make_staff(organisation_id=lead.organisation_id)
    path = f"/staff/{staff_id}/account"

    unknown = await change(client, path, email="nobody@example.org")
    linked = await change(client, path, email="rowan@example.org")
    shown = text(await client.get(f"/staff/{staff_id}"))
    ended = await change(client, path)

    assert summary(unknown) == [("email", "No account with that e-mail can be linked")]
    assert 'value="nobody@example.org"' in unknown.text
    assert (linked.status_code, ended.status_code) == (303, 303)
    assert "Linked: they see their own training" in shown
    assert not await Staff.exists().where(Staff.account.is_not_null())


async def test_a_leaver_is_decided_about_on_a_page(client: AsyncClient) -> None:
    lead = await signed_in(client)
    boss = await make_staff(organisation_id=lead.organisation_id, name="Robin Gone")
    await make_staff(organisation_id=lead.organisation_id, line_manager=boss)
    proposal = await make_proposal(boss)
    path = f"/staff/leavers/{proposal}"
    assert "1 person was missing from a full list" in text(await client.get("/staff"))
    assert "line manager of 1 person still in post" in text(
        await client.get(f"/staff/{boss}/leave")
    )
    assert "Robin Gone" in (await client.get("/staff/leavers")).text

    nothing = await change(client, path)
    dayless = await change(client, path, decision="ended")
    decided = await change(client, path, decision="ended", **day("ended_on", "2026-05-31"))

    assert summary(nothing) == [("decision", "Select whether they have left")]
    assert summary(dayless) == [("ended_on", "Enter their last day")]
    assert decided.status_code == 303
    page = await client.get(decided.headers["location"])
    assert "There is nobody to decide about" in text(page)
    assert "Robin" not in title(page)
    assert await LeaverProposal.exists().where(LeaverProposal.decision == "ended")


@pytest.mark.parametrize("role", [Role.TRAINING_ADMIN, Role.WORKFORCE_LEAD])
async def test_the_pages_that_change_staff_are_for_leads_of_their_organisation(
    client: AsyncClient, role: Role
) -> None:
    person = await make_person(role)
    here = person.organisation_id if role is Role.TRAINING_ADMIN else None
    staff_id = await make_staff(organisation_id=here)
    post_id = await only_post(staff_id)
    proposal = await make_proposal(staff_id)
    forms.sign_in(client, person)

    pages = [
        f"/staff/{staff_id}/posts/new",
        f"/staff/{staff_id}/posts/{post_id}/edit",
        f"/staff/{staff_id}/posts/{post_id}/role-change",
        f"/staff/{staff_id}/leave",
        f"/staff/{staff_id}/account",
        f"/staff/leavers/{proposal}",
    ]

    expected = 403 if role is Role.TRAINING_ADMIN else 404
    assert [(await client.get(path)).status_code for path in pages] == [expected] * len(pages)
