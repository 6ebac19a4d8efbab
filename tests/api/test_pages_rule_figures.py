"""Figures by rule: counts of what became of its texts, and of who came with and without one."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from messaging.domain.terms import MessageState as S
from messaging.tables import Message
from programmes.domain.terms import AttendanceOutcome
from programmes.tables import Enrolment
from tests.api.forms import sign_in, text
from tests.factories import make_person
from tests.factories_lives import make_text, put_into
from tests.factories_messaging import make_member
from tests.factories_programmes import make_mark
from tests.fakes import FixedClock
from tests.statements import counted

FIGURES = "/messaging/figures"


async def test_figures_set_delivered_texts_beside_who_came(
    client: AsyncClient, now: FixedClock
) -> None:
    group, reached = await make_text(S.PLANNED)
    person, place = await make_member(group)
    row = (await Message.select().where(Message.id == reached))[0]
    other = await Enrolment.select().where(Enrolment.participant == row["recipient"])
    await put_into(reached, S.DELIVERED)
    await Message.insert(Message(**{**row, "id": person, "recipient": person, "state": "held"}))
    now.advance(days=3)
    for enrolment, outcome in (
        (other[0]["id"], AttendanceOutcome.ATTENDED),
        (place, AttendanceOutcome.ABSENT_NOT_NOTIFIED),
    ):
        await make_mark(session_id=row["subject"], enrolment_id=enrolment, outcome=outcome)
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=group.organisation_id
    )
    sign_in(client, manager)

    shown = text(await client.get(FIGURES))

    assert "1 0 0 1 0" in shown
    assert "1 of 1 0 of 1" in shown
    assert "do not show that a text made the difference" in shown


@pytest.mark.parametrize("same_organisation", [True, False])
async def test_the_other_side_and_other_organisations_count_nothing(
    client: AsyncClient, now: FixedClock, *, same_organisation: bool
) -> None:
    group, reached = await make_text(S.PLANNED)
    await put_into(reached, S.DELIVERED)
    now.advance(days=3)
    other = await make_person(
        Role.PROGRAMME_MANAGER,
        GrantSide.PERPETRATOR if same_organisation else GrantSide.SURVIVOR,
        organisation_id=group.organisation_id if same_organisation else None,
    )
    sign_in(client, other)

    assert "No text has been due since then." in text(await client.get(FIGURES))


async def test_whoever_sees_no_texts_sees_no_figures(client: AsyncClient) -> None:
    sign_in(client, await make_person(Role.WORKFORCE_LEAD))

    assert (await client.get(FIGURES)).status_code == 403


async def test_a_session_without_marks_says_so_in_the_same_statements(
    client: AsyncClient, now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    group, reached = await make_text(S.PLANNED)
    now.advance(hours=23)
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=group.organisation_id
    )
    sign_in(client, manager)
    with counted(monkeypatch) as none:
        await client.get(FIGURES)
    await put_into(reached, S.DELIVERED)
    with counted(monkeypatch) as one:
        page = await client.get(FIGURES)

    assert "none marked yet" in text(page)
    assert len(none) == len(one)
