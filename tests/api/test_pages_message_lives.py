"""The pages of texts that need a person, of one text's life, and what is decided on them."""

from uuid import UUID

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState as S
from messaging.tables import Message, ReminderRule
from tests.api.forms import send, sign_in, summary, text, title
from tests.factories import Person, make_person
from tests.factories_lives import make_text, make_try, put_into
from tests.factories_messaging import Group, make_member, messages_of
from tests.factories_safety import restrict
from tests.fakes import FixedClock
from tests.statements import counted

TO_DO = "/messages/to-do"


async def a_manager(side: GrantSide = GrantSide.SURVIVOR, **more: object) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, **more)  # type: ignore[arg-type]


async def of(group: Group, client: AsyncClient) -> Person:
    """A manager of the group's organisation, signed in."""
    side = GrantSide(group.side.value)
    manager = await a_manager(side, organisation_id=group.organisation_id)
    sign_in(client, manager)
    return manager


async def several(*states: S, organisation_id: UUID | None = None) -> Group:
    """A group with a text in each state; planning again would judge those that wait."""
    group, first = await make_text(S.PLANNED, organisation_id=organisation_id)
    more = [
        (await make_text(S.PLANNED, organisation_id=group.organisation_id))[1] for _ in states[1:]
    ]
    for id, state in zip((first, *more), states, strict=True):
        await put_into(id, state)
    return group


async def state_of(group: Group) -> str:
    return str((await messages_of(group))[0]["state"])


async def test_the_page_of_a_text_says_what_happened_when_and_who_did_it(
    client: AsyncClient,
) -> None:
    group, message = await make_text(S.HELD, Reason.CLOSED_DAY)
    await make_try(message, status="undelivered", error_code=30003)
    manager = await of(group, client)
    await send(client, f"/messages/{message}/cancel")

    page = await client.get(f"/messages/{message}")

    assert "Rowan H." in text(page)
    assert "The session is on a closed day or a bank holiday Wed 10 Jun 2026, 13:00" in text(page)
    assert f"A colleague cancelled it Wed 10 Jun 2026, 13:00 {manager.actor.name}" in text(page)
    assert "Not delivered The phone was off or out of reach (code 30003)" in text(page)
    assert title(page) == "Text – Programme Tracker"
    assert "7700900" not in page.text


async def test_a_code_that_nobody_knows_is_shown_as_it_is(client: AsyncClient) -> None:
    group, message = await make_text(S.FAILED, Reason.NOT_DELIVERED)
    await make_try(message, status="failed", error_code=39999)
    await of(group, client)

    assert "The provider gave a code (code 39999)" in text(await client.get(f"/messages/{message}"))


async def test_what_needs_a_person_comes_in_order_of_urgency(client: AsyncClient) -> None:
    group = await several(S.HELD, S.UNRESOLVED, S.UNDELIVERED, S.DELIVERED)
    await of(group, client)

    shown = text(await client.get(TO_DO))

    headings = ["Nobody knows whether these were sent", "These did not arrive", "These are held"]
    places = [shown.index(heading) for heading in headings]
    assert places == sorted(places)
    assert shown.count("1 text, the soonest session first") == 3


async def test_a_text_that_did_not_arrive_leaves_the_list_when_its_session_begins(
    client: AsyncClient, now: FixedClock
) -> None:
    group, _ = await make_text(S.UNDELIVERED, Reason.UNREACHABLE)
    now.advance(days=2, hours=5, minutes=29)
    await of(group, client)
    before = text(await client.get(TO_DO))
    now.advance(minutes=1)

    assert "Rowan H." in before
    assert "No text needs you now." in text(await client.get(TO_DO))


async def test_a_text_that_was_not_sent_is_listed_till_its_session_begins(
    client: AsyncClient, now: FixedClock
) -> None:
    """Nobody would know otherwise that the provider was out of reach all day."""
    group, _ = await make_text(S.EXPIRED, Reason.PROVIDER_FAULT)
    await of(group, client)

    before = text(await client.get(TO_DO))
    now.advance(days=2, hours=5, minutes=30)

    assert "These were not sent" in before
    assert "Rowan H." in before
    sign_in(client, await a_manager(organisation_id=group.organisation_id))
    assert "No text needs you now." in text(await client.get(TO_DO))


@pytest.mark.parametrize(
    ("reason", "of_reminder", "of_notice"),
    [
        (Reason.SESSION_CAP, False, True),
        (Reason.ALREADY_SENT, False, True),
        (Reason.WEEKLY_CAP, True, True),
        (Reason.NUMBER_CAP, True, True),
        (Reason.DUPLICATE_CONTENT, False, False),
        (Reason.NOT_SAFE, False, False),
    ],
)
async def test_m13_one_text_too_many_is_listed_where_somebody_does_not_know(
    client: AsyncClient, reason: Reason, *, of_reminder: bool, of_notice: bool
) -> None:
    group, _ = await make_text(S.SUPPRESSED, reason)
    await of(group, client)

    reminder = text(await client.get(TO_DO))
    await ReminderRule.update(
        {"kind": "cancellation", "days_before": None, "at": None, "hours_before": None}, force=True
    )
    notice = text(await client.get(TO_DO))

    assert ("Rowan H." in reminder, "Rowan H." in notice) == (of_reminder, of_notice)


async def test_one_tap_lets_a_held_text_go_and_leads_back_to_the_list(client: AsyncClient) -> None:
    group, message = await make_text(S.HELD, Reason.CLOSED_DAY)
    await of(group, client)
    assert f'action="/messages/{message}/release"' in (await client.get(TO_DO)).text

    answer = await send(client, f"/messages/{message}/release", back="to-do")

    assert answer.headers["location"] == "/messages/to-do?saved=released"
    assert await state_of(group) == "planned"


@pytest.mark.parametrize(("outcome", "state"), [("sent", "accepted"), ("not_sent", "cancelled")])
async def test_one_tap_says_what_became_of_a_doubtful_text(
    client: AsyncClient, outcome: str, state: str
) -> None:
    group, message = await make_text(S.UNRESOLVED, Reason.NO_ANSWER)
    await of(group, client)

    answer = await send(client, f"/messages/{message}/resolve", outcome=outcome)

    assert answer.headers["location"] == f"/messages/{message}?saved=resolved"
    assert await state_of(group) == state


async def test_a_hold_that_must_be_put_right_offers_the_safe_contact_and_no_release(
    client: AsyncClient,
) -> None:
    group, message = await make_text(S.HELD, Reason.NO_SAFE_CONTACT)
    await of(group, client)

    page = (await client.get(TO_DO)).text
    person = (await messages_of(group))[0]["recipient"]

    assert f'href="/participants/{person}/safe-contact"' in page
    assert f"/messages/{message}/release" not in page
    refused = await send(client, f"/messages/{message}/release")
    assert refused.status_code == 422
    assert summary(refused)[0][0] == "decide"


@pytest.mark.parametrize(
    ("action", "typed", "status", "message"),
    [
        ("release", {}, 409, "This text has moved on in the meantime"),
        ("cancel", {}, 409, "This text has left or has ended already"),
        ("resolve", {"outcome": "sent"}, 409, "This text has moved on in the meantime"),
        ("resolve", {"outcome": "perhaps"}, 400, "Select whether it arrived"),
        ("resolve", {}, 400, "Select whether it arrived"),
    ],
)
async def test_a_decision_that_comes_too_late_or_says_nothing_is_refused_on_the_page(
    client: AsyncClient, action: str, typed: dict[str, str], status: int, message: str
) -> None:
    group, id = await make_text(S.DELIVERED)
    await of(group, client)

    answer = await send(client, f"/messages/{id}/{action}", **typed)

    assert answer.status_code == status
    assert summary(answer) == [("decide", message)]
    assert await state_of(group) == "delivered"


@pytest.mark.parametrize(
    ("role", "side", "status"),
    [
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, 404),
        (Role.FACILITATOR, GrantSide.SURVIVOR, 404),
        (Role.WORKFORCE_LEAD, GrantSide.NONE, 403),
    ],
)
async def test_the_other_side_finds_neither_the_page_nor_a_row(
    client: AsyncClient, role: Role, side: GrantSide, status: int
) -> None:
    """D1, D11."""
    group, message = await make_text(S.HELD, Reason.CLOSED_DAY)
    sign_in(client, await make_person(role, side, organisation_id=group.organisation_id))

    assert (await client.get(f"/messages/{message}")).status_code == status
    assert "Rowan" not in (await client.get(TO_DO)).text
    assert (await send(client, f"/messages/{message}/release")).status_code in {status, 403}
    assert await state_of(group) == "held"


async def test_another_organisation_finds_neither_the_page_nor_a_row(client: AsyncClient) -> None:
    _, message = await make_text(S.HELD, Reason.CLOSED_DAY)
    sign_in(client, await a_manager())

    assert (await client.get(f"/messages/{message}")).status_code == 404
    assert "No text needs you now." in text(await client.get(TO_DO))


async def test_today_counts_the_texts_that_need_this_person(client: AsyncClient) -> None:
    other, _ = await make_text(S.FAILED, side=Side.PERPETRATOR)
    group = await several(S.HELD, S.HELD, S.UNRESOLVED, organisation_id=other.organisation_id)
    await of(group, client)

    shown = text(await client.get("/"))

    assert "1 text: nobody knows whether it was sent" in shown
    assert "2 texts are held" in shown
    assert "not arrive" not in shown


async def test_d7_texts_of_hidden_people_are_in_no_list_and_no_count(client: AsyncClient) -> None:
    group, message = await make_text(S.HELD, Reason.CLOSED_DAY)
    await of(group, client)
    assert "Rowan H." in text(await client.get(TO_DO))
    await restrict((await messages_of(group))[0]["recipient"])

    assert "No text needs you now." in text(await client.get(TO_DO))
    assert "Texts that need you" not in text(await client.get("/"))
    page = (await client.get("/messages")).text
    assert str(message) not in page
    assert "Name not shown" not in page
    for decision in ("release", "cancel", "resolve"):
        assert (await send(client, f"/messages/{message}/{decision}")).status_code == 404


async def test_more_texts_need_no_more_statements(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, _ = await make_text(S.HELD, Reason.CLOSED_DAY)
    await of(group, client)
    with counted(monkeypatch) as one:
        await client.get(TO_DO)
    for _ in range(3):
        await make_member(group)
    await make_text(S.HELD, Reason.CLOSED_DAY, organisation_id=group.organisation_id)
    await Message.update({Message.state: "held", Message.state_reason: "closed_day"}, force=True)
    with counted(monkeypatch) as several:
        page = await client.get(TO_DO)

    assert page.text.count("Let it go") > 1
    assert len(several) == len(one)
