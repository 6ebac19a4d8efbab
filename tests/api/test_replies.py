"""M8: the inbox of what people texted: who reads it, who is done with it, and who never sees it."""

from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.errors import ForbiddenError
from core.scope import Permission, Scope, Side
from core.tables import AuditEvent
from messaging.domain.terms import MessageState, ReplyKind
from messaging.services import replies
from messaging.tables import InboundMessage, Message
from programmes.tables import CohortFacilitator
from tests.api.forms import send, sign_in, text
from tests.factories import Person, make_organisation, make_person
from tests.factories_messaging import Group, make_group, make_meeting, make_member
from tests.factories_replies import make_reply, make_text
from tests.factories_safety import restrict
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")


async def manager_of(group: Group) -> Person:
    return await make_person(
        Role.PROGRAMME_MANAGER, GrantSide(group.side.value), organisation_id=group.organisation_id
    )


async def lead_of(organisation_id: UUID | None = None) -> Person:
    return await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, organisation_id=organisation_id)


async def facilitator_of(group: Group, *, own: bool = True) -> Person:
    person = await make_person(
        Role.FACILITATOR, GrantSide(group.side.value), organisation_id=group.organisation_id
    )
    if own:
        await CohortFacilitator(cohort=group.cohort_id, account=person.id).save()
    return person


async def listed(client: AsyncClient, person: Person, **query: str) -> list[str]:
    client.cookies.clear()
    response = await client.get("/api/v1/replies", headers=person.headers, params=query)
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.json()["items"]]


async def settle(client: AsyncClient, person: Person, reply_id: UUID) -> httpx.Response:
    client.cookies.clear()
    return await client.post(f"/api/v1/replies/{reply_id}/done", headers=person.headers)


async def test_a_reply_is_read_in_its_own_area_and_nowhere_else(client: AsyncClient) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    reply = await make_reply(group, person)
    other_side = await make_group(Side.PERPETRATOR, organisation_id=group.organisation_id)

    for reader in (await manager_of(group), await facilitator_of(group),
                   await lead_of(group.organisation_id)):  # fmt: skip
        assert await listed(client, reader) == [str(reply)]
    for stranger in (
        await manager_of(other_side), await manager_of(await make_group()),
        await facilitator_of(group, own=False), await lead_of(await make_organisation()),
    ):  # fmt: skip
        assert await listed(client, stranger) == []
        assert (await settle(client, stranger, reply)).status_code == 404
    assert [row["handled_at"] for row in await InboundMessage.select()] == [None]


async def test_without_the_permission_it_is_403(client: AsyncClient) -> None:
    auditor = await make_person(Role.AUDITOR, GrantSide.NONE)
    reply = await make_reply(None)

    assert (await settle(client, auditor, reply)).status_code == 403
    response = await client.get("/api/v1/replies", headers=auditor.headers)
    assert response.status_code == 403


async def test_m9_of_nobodys_number_safety_leads_alone_read(client: AsyncClient) -> None:
    group = await make_group()
    unknown = await make_reply(None)
    shared = await make_reply(None, organisation_id=group.organisation_id)
    lead, far = await lead_of(group.organisation_id), await lead_of(await make_organisation())
    manager = await manager_of(group)

    assert set(await listed(client, lead)) == {str(unknown), str(shared)}
    assert await listed(client, far) == [str(unknown)]
    assert await listed(client, manager) == []
    for reply in (unknown, shared):
        assert (await settle(client, manager, reply)).status_code == 404
    assert (await settle(client, far, shared)).status_code == 404
    assert (await settle(client, lead, shared)).status_code == 204


async def test_d7_a_reply_of_a_restricted_person_is_there_for_those_named_alone(
    client: AsyncClient,
) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    reply = await make_reply(group, person)
    manager, lead = await manager_of(group), await lead_of(group.organisation_id)
    await restrict(person, lead.id)

    assert await listed(client, manager) == []
    assert (await settle(client, manager, reply)).status_code == 404
    assert await listed(client, lead) == [str(reply)]


async def test_done_once_by_somebody_is_in_the_audit_once(client: AsyncClient) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    reply = await make_reply(group, person)
    manager = await manager_of(group)

    for _ in range(2):
        assert (await settle(client, manager, reply)).status_code == 204

    (row,) = await InboundMessage.select()
    assert row["handled_by"] == manager.id
    events = await AuditEvent.select().where(AuditEvent.action == "reply_handled")
    assert [(event["actor"], event["subject"]) for event in events] == [(manager.id, reply)]
    assert await listed(client, manager) == []
    assert await listed(client, manager, done="true") == [str(reply)]


async def test_m8_the_page_says_who_when_and_what_and_takes_one_tap(client: AsyncClient) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    reply = await make_reply(group, person, body="<b>he is here</b>", risky=True)
    manager = await manager_of(group)
    sign_in(client, manager)

    page = await client.get("/replies")
    response = await send(client, f"/replies/{reply}/done")
    after = await client.get(response.headers["location"])
    done = text(await client.get("/replies?show=done"))

    said = text(page)
    assert "Rowan H." in said
    assert "Hill" not in said.replace("Rowan H.", "")
    assert "Read this first This may be a call for help." in said
    assert "Wed 10 Jun 2026, 13:00" in said
    assert "&lt;b&gt;he is here&lt;/b&gt;" in page.text
    assert (response.status_code, "Nothing to do" in text(after)) == (303, True)
    assert f"Done: {manager.actor.name}" in done


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (ReplyKind.STOP, "Asked for no more texts"),
        (ReplyKind.START, "Texts stay off"),
        (ReplyKind.COMING, "Says that they are coming"),
        (ReplyKind.CANNOT, "Nothing is changed by this"),
        (ReplyKind.OTHER, "The service does not answer"),
    ],
)
async def test_each_kind_says_what_to_do(client: AsyncClient, kind: ReplyKind, said: str) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    await make_reply(group, person, kind=kind)
    sign_in(client, await manager_of(group))

    page = await client.get("/replies")

    assert said in text(page)
    assert (f"/participants/{person}/texts-again" in page.text) == (kind is ReplyKind.START)
    assert (f"/participants/{person}/stop-texts" in page.text) == (kind is ReplyKind.OTHER)
    sign_in(client, await lead_of(group.organisation_id))
    seen_by_lead = (await client.get("/replies")).text
    assert "texts-again" not in seen_by_lead
    assert "stop-texts" not in seen_by_lead


async def test_an_answer_names_the_session_that_was_asked_about(client: AsyncClient) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    asked = await make_text(group, person, state=MessageState.SENT)
    session = await make_meeting(group, clock.instant_of(clock.today(), "18:30"))
    await Message.update({Message.subject: session}).where(Message.id == asked)
    await make_reply(group, person, body="2", kind=ReplyKind.CANNOT, message_id=asked)
    sign_in(client, await manager_of(group))

    page, today = text(await client.get("/replies")), text(await client.get("/"))

    assert "on Wed 10 Jun 2026, 18:30" in page
    assert "Rowan H.: says that they cannot come to" in today


async def test_today_shows_words_of_danger_first(client: AsyncClient) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    await make_reply(group, person)
    await make_reply(group, person, kind=ReplyKind.STOP)
    await make_reply(group, person, risky=True)
    sign_in(client, await facilitator_of(group))

    today = text(await client.get("/"))

    assert today.index("Read this first") < today.index("asked for no more texts")
    assert today.count("Rowan H.") == 3


async def test_m9_on_today_nobody_is_named_for_a_number_of_two(client: AsyncClient) -> None:
    group = await make_group()
    await make_reply(None, organisation_id=group.organisation_id)
    sign_in(client, await lead_of(group.organisation_id))

    assert "A number that nobody has, or that more than one person has: sent a text" in text(
        await client.get("/")
    )


async def test_an_inbox_of_any_length_takes_the_same_statements(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await make_group()
    sign_in(client, await manager_of(group))
    numbers = []
    for _ in range(3):
        for _ in range(4):
            person, _ = await make_member(group)
            asked = await make_text(group, person)
            await make_reply(group, person, message_id=asked)
        with counted(monkeypatch) as sent:
            await client.get("/replies")
        numbers.append(len(sent))

    assert len(set(numbers)) == 1


async def test_pages_of_replies_follow_one_another(client: AsyncClient) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    made = [str(await make_reply(group, person)) for _ in range(5)]
    manager = await manager_of(group)

    first = await client.get("/api/v1/replies?limit=3", headers=manager.headers)
    after = first.json()["next"]
    second = await client.get(
        "/api/v1/replies", params={"limit": "3", "after": after}, headers=manager.headers
    )

    found = [item["id"] for page in (first, second) for item in page.json()["items"]]
    assert (found, second.json()["next"]) == (made[::-1], None)


async def test_who_may_read_but_decides_elsewhere_is_forbidden(client: AsyncClient) -> None:
    group = await make_group()
    person, _ = await make_member(group)
    reply = await make_reply(group, person)
    manager = await manager_of(group)
    decides_elsewhere = frozenset(
        replace(area, side=Side.PERPETRATOR)
        if area.permission is Permission.DECIDE_MESSAGES
        else area
        for area in manager.actor.scope.areas
    )
    by = replace(manager.actor, scope=Scope(manager.id, decides_elsewhere))

    with pytest.raises(ForbiddenError):
        await replies.settle(reply, own_cohorts=frozenset(), by=by)
