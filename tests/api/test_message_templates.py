"""The wordings of texts under ``/api/v1``: what is kept, who allows what the check found."""

from typing import Any

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core.ids import new_id
from core.tables import AuditEvent
from messaging.tables import MessageTemplate
from programmes.tables import Programme
from tests.factories import Person, make_organisation, make_person
from tests.factories_programmes import make_cohort

TEMPLATES = "/api/v1/message-templates"
PREVIEW = f"{TEMPLATES}/preview"


def wording(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Soon",
        "language": "en",
        "body": "See you on {{ day }} at {{ time }}",
        **changes,
    }


async def administrator() -> Person:
    return await make_person(Role.ADMINISTRATOR, everywhere=True)


async def one_with_a_finding(client: AsyncClient, author: Person) -> str:
    body = wording(body="Meet in Court Road on {{ day }}")
    return str((await client.post(TEMPLATES, json=body, headers=author.headers)).json()["id"])


async def stored(client: AsyncClient, template_id: str, person: Person) -> dict[str, Any]:
    items = (await client.get(TEMPLATES, headers=person.headers)).json()["items"]
    found: dict[str, Any] = next(item for item in items if item["id"] == template_id)
    return found


async def test_a_discreet_wording_is_ready_at_once(client: AsyncClient) -> None:
    person = await administrator()

    created = await client.post(TEMPLATES, json=wording(), headers=person.headers)

    found = await stored(client, created.json()["id"], person)
    assert created.status_code == 201
    assert (found["findings"], found["is_usable"], found["version"]) == ([], True, 1)
    assert await AuditEvent.count().where(AuditEvent.action == "message_template_added") == 1


async def test_g11_what_the_check_found_needs_a_second_person_and_a_reason(
    client: AsyncClient,
) -> None:
    author, colleague = await administrator(), await administrator()
    template_id = await one_with_a_finding(client, author)
    allow = f"{TEMPLATES}/{template_id}/allow"
    body = {"version": 1, "reason": "Court Road is where the health centre is"}

    own = await client.post(allow, json=body, headers=author.headers)
    silent = await client.post(allow, json={**body, "reason": " "}, headers=colleague.headers)
    before = await stored(client, template_id, author)
    allowed = await client.post(allow, json=body, headers=colleague.headers)
    again = await client.post(allow, json={**body, "version": 2}, headers=colleague.headers)

    after = await stored(client, template_id, author)
    event = await AuditEvent.select().where(AuditEvent.action == "message_template_allowed").first()
    assert (own.status_code, own.json()["type"]) == (422, "/problems/own-wording")
    assert [error["field"] for error in silent.json()["errors"]] == ["reason"]
    assert (before["is_usable"], before["findings"]) == (
        False,
        [{"kind": "word", "words": "Court"}],
    )
    assert (allowed.status_code, after["is_usable"], after["version"]) == (200, True, 2)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/nothing-to-allow")
    assert event is not None
    assert (event["actor"], event["reason"]) == (colleague.id, body["reason"])


async def test_g11_a_change_voids_what_was_allowed(client: AsyncClient) -> None:
    author, colleague = await administrator(), await administrator()
    template_id = await one_with_a_finding(client, author)
    await client.post(
        f"{TEMPLATES}/{template_id}/allow", json={"version": 1, "reason": "A street"},
        headers=colleague.headers,
    )  # fmt: skip

    changed = await client.patch(
        f"{TEMPLATES}/{template_id}", headers=author.headers,
        json={"version": 2, "body": "Meet in Court Street on {{ day }}"},
    )  # fmt: skip

    found = await stored(client, template_id, author)
    assert (changed.status_code, changed.json()) == (200, {"version": 3})
    assert (found["is_usable"], found["allowed_at"], found["allowed_reason"]) == (False, None, "")


async def test_g11_nobody_allows_words_that_they_have_not_read(client: AsyncClient) -> None:
    author, colleague = await administrator(), await administrator()
    template_id = await one_with_a_finding(client, author)
    await client.patch(
        f"{TEMPLATES}/{template_id}", json={"version": 1, "body": "Meet at court on {{ day }}"},
        headers=author.headers,
    )  # fmt: skip

    response = await client.post(
        f"{TEMPLATES}/{template_id}/allow", json={"version": 1, "reason": "A street"},
        headers=colleague.headers,
    )  # fmt: skip

    assert (response.status_code, response.json()["type"]) == (409, "/problems/stale-version")
    assert response.json()["detail"].startswith("Saved by Person ")
    assert not (await stored(client, template_id, author))["is_usable"]


async def test_two_who_change_a_wording_at_once_are_told(client: AsyncClient) -> None:
    person = await administrator()
    template_id = (await client.post(TEMPLATES, json=wording(), headers=person.headers)).json()[
        "id"
    ]
    address, body = f"{TEMPLATES}/{template_id}", {"version": 1, "body": "At {{ time }}"}

    first = await client.patch(address, json=body, headers=person.headers)
    second = await client.patch(address, json=body, headers=person.headers)

    assert (first.status_code, second.status_code) == (200, 409)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"body": "Hello {{ name }}"}, "body"),
        ({"body": "{{ 9 ** 9 ** 9 }}"}, "body"),
        ({"body": "a" * 161}, "body"),
        ({"body": "Don\u2019t be late"}, "body"),
        ({"body": " "}, "body"),
        ({"body": "\x07"}, "body"),
        ({"name": "  "}, "name"),
        ({"language": "zz"}, "language"),
        ({"kind": "training_expiry"}, "body"),
    ],
)
async def test_g12_g13_what_cannot_be_sent_is_not_kept(
    client: AsyncClient, changes: dict[str, Any], field: str
) -> None:
    person = await administrator()

    response = await client.post(TEMPLATES, json=wording(**changes), headers=person.headers)

    assert response.status_code == 400
    assert {error["field"] for error in response.json()["errors"]} == {field}
    assert await MessageTemplate.count() == 0


async def test_a_name_is_taken_once_per_language_and_is_about_one_thing(
    client: AsyncClient,
) -> None:
    person = await administrator()
    await client.post(TEMPLATES, json=wording(), headers=person.headers)

    again = await client.post(TEMPLATES, json=wording(), headers=person.headers)
    other = await client.post(
        TEMPLATES, json=wording(language="cy", kind="change"), headers=person.headers
    )
    welsh = await client.post(TEMPLATES, json=wording(language="cy"), headers=person.headers)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/template-name-taken")
    assert [error["field"] for error in other.json()["errors"]] == ["kind"]
    assert welsh.status_code == 201


async def test_m4_the_names_of_organisations_and_programmes_are_found(client: AsyncClient) -> None:
    person = await administrator()
    await make_organisation("Bridge and Hope")
    cohort = await make_cohort()
    (programme,) = await Programme.select(Programme.name).where(Programme.id == cohort.programme.id)

    response = await client.post(
        PREVIEW, headers=person.headers,
        json={"body": f"BridgeAndHope, {programme['name']}: {{{{ day }}}}"},
    )  # fmt: skip

    named = [one["words"] for one in response.json()["findings"] if one["kind"] == "name"]
    assert named == ["BridgeAndHope", programme["name"]]


async def test_g13_the_preview_counts_the_longest_day_and_names_what_is_wrong(
    client: AsyncClient,
) -> None:
    person = await administrator()

    good = await client.post(PREVIEW, json={"body": "On {{ day }}"}, headers=person.headers)
    polish = await client.post(
        PREVIEW, json={"body": "Do {{ day }}", "language": "pl"}, headers=person.headers
    )
    bad = await client.post(PREVIEW, json={"body": "{{ name }} court"}, headers=person.headers)

    assert good.json() == {
        "text": "On Sun 20 Sept", "encoding": "gsm-7", "units": 14, "segments": 1, "findings": [],
        "mistakes": [],
    }  # fmt: skip
    assert (polish.json()["encoding"], polish.json()["segments"]) == ("ucs-2", 1)
    assert bad.json()["text"] is None
    assert bad.json()["findings"] == [{"kind": "word", "words": "court"}]
    assert len(bad.json()["mistakes"]) == 1


async def test_only_an_administrator_of_all_organisations_changes_wordings(
    client: AsyncClient,
) -> None:
    of_one = await make_person(Role.ADMINISTRATOR)
    manager = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    commissioner = await make_person(Role.COMMISSIONER)
    template_id = (
        await client.post(TEMPLATES, json=wording(), headers=(await administrator()).headers)
    ).json()["id"]
    one = f"{TEMPLATES}/{template_id}"

    for person in (of_one, manager):
        changes = [
            await client.post(TEMPLATES, json=wording(name="Other"), headers=person.headers),
            await client.patch(one, json={"version": 1, "body": "x"}, headers=person.headers),
            await client.post(
                f"{one}/allow", json={"version": 1, "reason": "x"}, headers=person.headers
            ),
        ]
        assert [response.status_code for response in changes] == [403, 403, 403]
        assert (await client.get(TEMPLATES, headers=person.headers)).status_code == 200
    assert (await client.get(TEMPLATES, headers=commissioner.headers)).status_code == 403
    assert await MessageTemplate.count() == 1


async def test_a_wording_that_is_not_there_is_not_found(client: AsyncClient) -> None:
    person = await administrator()
    missing = f"{TEMPLATES}/{new_id()}"

    changed = await client.patch(missing, json={"version": 1, "body": "x"}, headers=person.headers)
    allowed = await client.post(
        f"{missing}/allow", json={"version": 1, "reason": "x"}, headers=person.headers
    )

    assert (changed.status_code, allowed.status_code) == (404, 404)
