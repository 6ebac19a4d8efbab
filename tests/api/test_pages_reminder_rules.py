"""Reminder rules as pages: what each would send, and its switch."""

import re

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from messaging.tables import MessageTemplate, ReminderRule
from tests.api.forms import send, sign_in, summary, text, title
from tests.factories import Person, at, make_person
from tests.factories_messaging import make_group, make_meeting, make_member
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db")

LIST = "/messaging/rules"
NEW = f"{LIST}/new"
DAY_BEFORE = {
    "name": "The day before", "kind": "session_reminder", "when": "days", "days_before": "1",
    "at": "10:00",
}  # fmt: skip


async def manager(client: AsyncClient, side: GrantSide = GrantSide.SURVIVOR) -> Person:
    person = await make_person(Role.PROGRAMME_MANAGER, side)
    sign_in(client, person)
    return person


async def added(client: AsyncClient, **changes: str) -> str:
    response = await send(client, NEW, **{**DAY_BEFORE, **changes})
    return str(response.headers["location"]).partition("?")[0]


async def test_a_rule_is_added_off_and_shows_whom_it_would_text_before_it_is_on(
    client: AsyncClient,
) -> None:
    person = await manager(client)
    group = await make_group(organisation_id=person.organisation_id)
    await make_meeting(group, at("2026-06-12 18:30"))
    await make_member(group)
    await make_member(group, sms="not_safe")

    address = await added(client)
    shown = await client.get(address)
    on = await send(client, f"{address}/switch", version="1", active="yes")
    after = await client.get(address)

    (row,) = await ReminderRule.select()
    assert title(shown).startswith("A rule for texts")
    assert "2 texts to 2 people for the sessions of the next 10 days: 1 would go out" in text(shown)
    assert "Rowan H. Thu 11 Jun 2026, 10:00" in text(shown)
    assert "Texts are not safe for this person" in text(shown)
    assert "Reminder: your appointment is on Sun 20 Sept at 20:30." in text(shown)
    assert on.headers["location"] == f"{address}?saved=rule-on"
    assert (row["active"], row["active_since"] is not None) == (True, True)
    assert "If you switch it on now" not in after.text
    assert "Switch off" in after.text


async def test_a_rule_is_switched_off_and_its_time_changed(client: AsyncClient) -> None:
    await manager(client)
    address = await added(client)
    await send(client, f"{address}/switch", version="1", active="yes")
    form = await client.get(f"{address}/edit")

    off = await send(client, f"{address}/switch", version="2", active="no")
    (row,) = await ReminderRule.select()
    saved = await send(
        client, f"{address}/edit", version="3", name="Soon", when="hours", hours_before="3",
        template_id=str(row["template"]),
    )  # fmt: skip

    (row,) = await ReminderRule.select()
    assert "switch the rule off first" in text(form)
    assert off.headers["location"] == f"{address}?saved=rule-off"
    assert saved.headers["location"] == f"{address}?saved=rule"
    assert (row["name"], row["hours_before"], row["days_before"]) == ("Soon", 3, None)


async def test_what_was_typed_stays_when_a_rule_is_refused(client: AsyncClient) -> None:
    await manager(client)
    address = await added(client)

    new = await send(client, NEW, **{**DAY_BEFORE, "name": "Odd", "at": "25:00"})
    edit = await send(
        client, f"{address}/edit", version="1", name="Odd", when="days", days_before="99",
        at="10:00", template_id="x",
    )  # fmt: skip
    stale = await send(client, f"{address}/switch", version="9", active="yes")

    assert summary(new) == [("at", "Enter a time like 10:00")]
    assert 'value="Odd"' in new.text
    assert 'value="25:00"' in new.text
    assert summary(edit) == [("template_id", "Select a wording")]
    assert 'value="99"' in edit.text
    assert stale.status_code == 409
    assert [field for field, _ in summary(stale)] == ["switch"]


async def test_a_rule_about_changes_tells_that_nothing_goes_out_at_once(
    client: AsyncClient,
) -> None:
    await manager(client)

    address = await added(client, kind="cancellation", name="Cancelled")

    shown = text(await client.get(address))
    assert "people are told when a session is cancelled" in shown
    assert "Your appointment on Sun 20 Sept at 20:30 will not take place." in shown
    assert "As soon as it is known" in text(await client.get(f"{address}/edit"))


async def test_a_rule_says_which_of_its_wordings_waits_for_a_second_person(
    client: AsyncClient,
) -> None:
    await manager(client)
    address = await added(client)
    await MessageTemplate.update(
        {MessageTemplate.findings: '[{"kind": "word", "words": "Llys", "key": "word:llys"}]'}
    ).where(MessageTemplate.language == "cy")

    assert "Not used: a second administrator must allow it first." in text(
        await client.get(address)
    )


async def test_the_other_side_and_other_organisations_see_no_rule(client: AsyncClient) -> None:
    """D1."""
    owner = await manager(client)
    address = await added(client)
    for person in (
        await make_person(
            Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, organisation_id=owner.organisation_id
        ),
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
    ):
        sign_in(client, person)
        answers = [
            await client.get(address),
            await client.get(f"{address}/edit"),
            await send(client, f"{address}/switch", version="1", active="yes"),
            await send(client, f"{address}/edit", version="1", name="x"),
        ]

        assert [answer.status_code for answer in answers] == [404] * 4
        assert "The day before" not in (await client.get(LIST)).text


async def test_facilitators_see_the_rules_of_their_side_and_cannot_change_them(
    client: AsyncClient,
) -> None:
    owner = await manager(client)
    address = await added(client)
    facilitator = await make_person(
        Role.FACILITATOR, GrantSide.SURVIVOR, organisation_id=owner.organisation_id
    )
    sign_in(client, facilitator)

    seen, one = await client.get(LIST), await client.get(address)
    forbidden = [await client.get(NEW), await client.get(f"{address}/edit")]

    assert "The day before" in seen.text
    assert re.search("Switch on|Change this rule|If you switch", one.text) is None
    assert [answer.status_code for answer in forbidden] == [403, 403]


async def test_a_workforce_lead_adds_a_rule_about_training(client: AsyncClient) -> None:
    sign_in(client, await make_person(Role.WORKFORCE_LEAD))

    form = await client.get(NEW)
    created = await send(
        client, NEW,
        **{**DAY_BEFORE, "kind": "training_expiry", "days_before": "30", "name": "Runs out"},
    )  # fmt: skip

    shown = text(await client.get(str(created.headers["location"])))
    assert "Reminder of a session" not in form.text
    assert "Staff" in shown
    assert "one of your training certificates runs out on Sun 20 Sept" in shown


async def test_the_list_of_rules_costs_the_same_however_long_it_is(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await manager(client)
    with counted(monkeypatch) as empty:
        await client.get(LIST)
    for number in range(3):
        await added(client, name=f"Rule {number}")
    with counted(monkeypatch) as full:
        await client.get(LIST)

    assert len(full) == len(empty)
