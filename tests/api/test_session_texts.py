"""Changing a session says which texts it stops, and whom somebody has to ring (G8)."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from jobs import reminders
from messaging.tables import Message
from programmes.domain.session_changes import Cancel
from tests.api.forms import send, sign_in, text
from tests.api.test_pages_cohorts import plan_of
from tests.conftest import SETTINGS
from tests.factories import make_person
from tests.factories_changes import CANCELLATION, REMINDER, Case, make_case
from tests.factories_messaging import make_member
from tests.statements import counted


async def with_two_more(case: Case, *, state: str = "accepted") -> None:
    """Two more people, of whom one has had the text already, as has the first."""
    await make_member(case.group)
    person, _ = await make_member(case.group)
    await reminders.plan(SETTINGS)
    await Message.update({Message.state: state}, force=True).where(
        Message.recipient.is_in([person, case.person])
    )


async def test_g8_the_answer_counts_what_is_stopped_and_lists_who_had_a_text(
    client: AsyncClient,
) -> None:
    case = await make_case()
    await with_two_more(case)
    path = f"/api/v1/sessions/{case.session}/cancel"
    call = {"json": {"reason": "Snow"}, "headers": case.manager.headers}

    preview = await client.post(f"{path}?preview=true", **call)  # type: ignore[arg-type]
    done = await client.post(path, **call)  # type: ignore[arg-type]

    texts = preview.json()["texts"]
    assert (texts["stopped"], len(texts["left_already"])) == (1, 2)
    assert str(case.person) in texts["left_already"]
    assert done.json()["texts"] == texts
    assert sorted(state for state, _ in await case.told(REMINDER)) == [
        "accepted", "accepted", "cancelled",
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["submitting", "unknown", "delivered", "unresolved"])
async def test_g8_whatever_may_have_left_is_told_of(client: AsyncClient, state: str) -> None:
    case = await make_case()
    await with_two_more(case, state=state)

    done = await client.post(
        f"/api/v1/sessions/{case.session}/cancel", json={"reason": "Snow"},
        headers=case.manager.headers,
    )  # fmt: skip

    assert len(done.json()["texts"]["left_already"]) == 2


async def test_the_page_says_whom_to_ring_and_who_is_told_by_text(client: AsyncClient) -> None:
    case = await make_case(CANCELLATION)
    await with_two_more(case)
    await make_member(case.group, sms="not_safe")
    sign_in(client, case.manager)
    path = f"/sessions/{case.session}/cancel"

    preview = await send(client, path, reason="Snow")
    saved = await send(client, path, reason="Snow", action="save", plan=plan_of(preview))
    page = await client.get(saved.headers["location"])

    assert "1 text that has not gone out is stopped." in text(preview)
    assert "2 people have had a text with the time as it is now" in text(preview)
    assert saved.headers["location"] == f"/sessions/{case.session}/tell?saved=session"
    assert "1 person to ring" in text(page)
    assert "3 people told by text" in text(page)
    assert "Goes out from Wed 10 Jun 2026, 13:00" in text(page)
    assert "Session changed" in text(page)


async def test_where_nobody_had_a_text_the_group_is_shown_again(client: AsyncClient) -> None:
    case = await make_case()
    sign_in(client, case.manager)
    path = f"/sessions/{case.session}/cancel"

    preview = await send(client, path, reason="Snow")
    saved = await send(client, path, reason="Snow", action="save", plan=plan_of(preview))

    assert saved.headers["location"] == f"/cohorts/{case.group.cohort_id}?saved=session"
    assert "Had a text before" in text(await client.get(f"/sessions/{case.session}/tell"))


async def test_of_a_session_that_never_changed_there_is_nothing_to_tell(
    client: AsyncClient,
) -> None:
    case = await make_case()
    sign_in(client, case.manager)

    assert (await client.get(f"/sessions/{case.session}/tell")).status_code == 404


async def test_the_other_side_another_organisation_and_facilitators_do_not_see_it(
    client: AsyncClient,
) -> None:
    case = await make_case()
    await case.change(Cancel("Snow"))
    organisation = case.group.organisation_id
    strangers = [
        await make_person(
            Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=organisation
        ),
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
    ]
    statuses = []
    for person in strangers:
        sign_in(client, person)
        statuses.append((await client.get(f"/sessions/{case.session}/tell")).status_code)
    sign_in(client, await make_person(Role.WORKFORCE_LEAD, organisation_id=organisation))
    statuses.append((await client.get(f"/sessions/{case.session}/tell")).status_code)

    assert statuses == [404, 404, 403]


async def test_the_page_asks_as_often_for_many_people_as_for_one(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await make_case(CANCELLATION)
    await case.change(Cancel("Snow"))
    sign_in(client, case.manager)
    path = f"/sessions/{case.session}/tell"
    with counted(monkeypatch) as few:
        await client.get(path)
    for _ in range(5):
        await make_member(case.group)
    with counted(monkeypatch) as many:
        await client.get(path)

    assert len(many) == len(few)
