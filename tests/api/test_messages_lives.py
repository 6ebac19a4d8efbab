"""The life of one text, and what a person decides about it, as programs ask for it."""

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.scope import Side
from messaging.domain.reasons import Reason
from messaging.domain.terms import MessageState as S
from messaging.tables import Message
from tests.factories import Person, make_person
from tests.factories_lives import make_text, make_try, put_into
from tests.factories_messaging import messages_of
from tests.factories_safety import restrict

MESSAGES = "/api/v1/messages"


async def a_manager(side: GrantSide = GrantSide.SURVIVOR, **more: object) -> Person:
    return await make_person(Role.PROGRAMME_MANAGER, side, **more)  # type: ignore[arg-type]


async def test_a_life_tells_each_move_and_each_try_in_words(client: AsyncClient) -> None:
    manager = await a_manager()
    _, text = await make_text(S.UNDELIVERED, Reason.UNREACHABLE,
                              organisation_id=manager.organisation_id)  # fmt: skip
    await make_try(text, status="undelivered", error_code=30003)

    found = (await client.get(f"{MESSAGES}/{text}", headers=manager.headers)).json()

    assert found["message"]["state_text"] == "Not delivered"
    assert (found["kind"], found["template"]) == ("session_reminder", "Session reminder")
    assert [(move["state_text"], move["reason_text"]) for move in found["moves"]] == [
        ("Planned", ""),
        ("Not delivered", "The phone was off or out of reach"),
    ]
    tried = found["tries"][0]
    assert (tried["status_text"], tried["error_code"]) == ("Not delivered", 30003)
    assert tried["error_text"] == "The phone was off or out of reach"


async def test_m12_delivered_is_never_told_as_read(client: AsyncClient) -> None:
    manager = await a_manager()
    _, text = await make_text(S.DELIVERED, organisation_id=manager.organisation_id)
    await make_try(text, status="delivered")

    found = (await client.get(f"{MESSAGES}/{text}", headers=manager.headers)).json()

    assert found["tries"][0]["status_text"] == "Delivered to the phone; not proof that it was read"
    assert found["message"]["next_step"] == "Not proof that it was read."


async def test_m15_a_life_holds_neither_number_nor_wording(client: AsyncClient) -> None:
    manager = await a_manager()
    group, text = await make_text(S.ACCEPTED, organisation_id=manager.organisation_id)
    number, body = "+447700900123", "Your appointment is on Friday"
    await Message.update({Message.number: number, Message.body: body}, force=True)
    assert (await messages_of(group))[0]["body"] == body

    answer = (await client.get(f"{MESSAGES}/{text}", headers=manager.headers)).text

    assert '"state":"accepted"' in answer
    assert "7700900" not in answer
    assert "appointment" not in answer


async def test_m9_an_opt_out_and_its_code_look_like_any_number_that_is_off(
    client: AsyncClient,
) -> None:
    manager = await a_manager()
    _, text = await make_text(S.SUPPRESSED, Reason.OPTED_OUT,
                              organisation_id=manager.organisation_id)  # fmt: skip
    await make_try(text, provider_sid=None, error_code=21610)

    found = (await client.get(f"{MESSAGES}/{text}", headers=manager.headers)).json()

    assert found["moves"][-1]["reason"] == "number_off"
    assert (found["tries"][0]["error_code"], found["tries"][0]["error_text"]) == (
        None, "Texts off for this number",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "side", "same_organisation", "status"),
    [
        (Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR, True, 404),
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, False, 404),
        (Role.FACILITATOR, GrantSide.SURVIVOR, True, 404),
        (Role.WORKFORCE_LEAD, GrantSide.NONE, True, 403),
    ],
)
async def test_whoever_has_nothing_to_do_with_the_person_reads_and_decides_nothing(
    client: AsyncClient, *, role: Role, side: GrantSide, same_organisation: bool, status: int
) -> None:
    """D1: for the other side and for other organisations the text is not there."""
    group, text = await make_text(S.UNRESOLVED, Reason.NO_ANSWER)
    person = await make_person(
        role, side, organisation_id=group.organisation_id if same_organisation else None
    )
    path = f"{MESSAGES}/{text}"

    answers = [
        await client.get(path, headers=person.headers),
        await client.post(f"{path}/release", headers=person.headers),
        await client.post(f"{path}/resolve", headers=person.headers, json={"outcome": "sent"}),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert (await messages_of(group))[0]["state"] == "unresolved"


async def test_d7_the_text_of_a_hidden_person_is_not_there(client: AsyncClient) -> None:
    manager = await a_manager()
    group, text = await make_text(S.HELD, Reason.CLOSED_DAY,
                                  organisation_id=manager.organisation_id)  # fmt: skip
    assert (await client.get(f"{MESSAGES}/{text}", headers=manager.headers)).status_code == 200
    await restrict((await messages_of(group))[0]["recipient"])

    assert (await client.get(f"{MESSAGES}/{text}", headers=manager.headers)).status_code == 404
    for decision in ("release", "cancel", "resolve"):
        answer = await client.post(
            f"{MESSAGES}/{text}/{decision}", headers=manager.headers, json={"outcome": "sent"}
        )
        assert answer.status_code == 404
    assert (await client.get(MESSAGES, headers=manager.headers)).json()["items"] == []
    assert (await messages_of(group))[0]["state"] == "held"


async def test_a_safety_lead_reads_the_life_of_both_sides(client: AsyncClient) -> None:
    _, survivors = await make_text(S.HELD, Reason.CLOSED_DAY)
    _, others = await make_text(S.HELD, Reason.CLOSED_DAY, side=Side.PERPETRATOR)
    lead = await make_person(Role.SAFETY_LEAD, GrantSide.BOTH, everywhere=True)

    for text in (survivors, others):
        answer = await client.get(f"{MESSAGES}/{text}", headers=lead.headers)
        assert answer.status_code == 200


async def test_a_held_text_is_released_once(client: AsyncClient) -> None:
    manager = await a_manager()
    group, text = await make_text(S.HELD, Reason.CLOSED_DAY,
                                  organisation_id=manager.organisation_id)  # fmt: skip

    first = await client.post(f"{MESSAGES}/{text}/release", headers=manager.headers)
    again = await client.post(f"{MESSAGES}/{text}/release", headers=manager.headers)

    assert (first.status_code, again.status_code) == (204, 409)
    assert (await messages_of(group))[0]["state"] == "planned"


async def test_what_must_be_put_right_first_is_refused_in_words(client: AsyncClient) -> None:
    manager = await a_manager()
    _, text = await make_text(S.HELD, Reason.NO_SAFE_CONTACT,
                              organisation_id=manager.organisation_id)  # fmt: skip

    answer = await client.post(f"{MESSAGES}/{text}/release", headers=manager.headers)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/text-not-releasable")
    assert "Ask the person" in answer.json()["detail"]


@pytest.mark.parametrize(("outcome", "state"), [("sent", "accepted"), ("not_sent", "cancelled")])
async def test_somebody_who_rang_says_what_became_of_it(
    client: AsyncClient, outcome: str, state: str
) -> None:
    manager = await a_manager()
    group, text = await make_text(S.UNRESOLVED, Reason.NO_ANSWER,
                                  organisation_id=manager.organisation_id)  # fmt: skip
    path = f"{MESSAGES}/{text}/resolve"

    first = await client.post(path, headers=manager.headers, json={"outcome": outcome})
    again = await client.post(path, headers=manager.headers, json={"outcome": outcome})
    found = (await client.get(f"{MESSAGES}/{text}", headers=manager.headers)).json()

    assert (first.status_code, again.status_code) == (204, 409)
    assert (await messages_of(group))[0]["state"] == state
    assert found["moves"][-1]["actor_id"] == str(manager.id)


async def test_an_unknown_outcome_is_refused(client: AsyncClient) -> None:
    manager = await a_manager()
    _, text = await make_text(S.UNRESOLVED, organisation_id=manager.organisation_id)

    answer = await client.post(
        f"{MESSAGES}/{text}/resolve", headers=manager.headers, json={"outcome": "perhaps"}
    )

    assert answer.status_code == 400
    await put_into(text, S.CANCELLED)
