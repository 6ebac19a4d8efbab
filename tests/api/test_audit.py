"""The audit log over HTTP and as a page."""

import re

import pytest
from httpx import AsyncClient

from accounts.domain.roles import GrantSide, Role
from core import audit
from core.audit import Subject
from core.ids import new_id
from tests.factories import Person, make_person
from tests.fakes import FixedClock


async def an_event_of(person: Person) -> str:
    subject = new_id()
    await audit.record(
        "course_added", by=person.actor, subject_type=Subject.COURSE, subject=subject,
        organisation_id=person.organisation_id, after={"name": "Secret content"},
    )  # fmt: skip
    return str(subject)


async def test_an_auditor_reads_the_events_of_their_organisation(client: AsyncClient) -> None:
    auditor, other = await make_person(Role.AUDITOR), await make_person(Role.AUDITOR)
    mine = await an_event_of(auditor)
    await an_event_of(other)

    body = (await client.get("/api/v1/audit", headers=auditor.headers)).json()

    assert [item["subject"] for item in body["items"]] == [mine]
    assert body["items"][0]["action"] == "course_added"
    assert "Secret" not in str(body)


async def test_events_are_filtered_by_the_names_of_the_interface(client: AsyncClient) -> None:
    auditor = await make_person(Role.AUDITOR)
    mine = await an_event_of(auditor)

    for query, count in (
        (f"subject={mine}", 1),
        (f"subject={new_id()}", 0),
        (f"actor={auditor.id}", 1),
        ("from=2026-06-10T12:00:00Z", 1),
        ("from=2026-06-10T12:00:01Z", 0),
        ("to=2026-06-10T12:00:00Z", 0),
    ):
        response = await client.get(f"/api/v1/audit?{query}", headers=auditor.headers)
        assert (200, count) == (response.status_code, len(response.json()["items"])), query


@pytest.mark.parametrize("name", ["subject", "actor", "from", "to"])
async def test_a_filter_that_cannot_be_read_is_named_as_it_was_sent(
    client: AsyncClient, name: str
) -> None:
    auditor = await make_person(Role.AUDITOR)

    response = await client.get(f"/api/v1/audit?{name}=yesterday", headers=auditor.headers)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [name]


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
async def test_an_instant_out_of_every_range_is_no_fault(client: AsyncClient, instant: str) -> None:
    auditor = await make_person(Role.AUDITOR)

    response = await client.get(f"/api/v1/audit?from={instant}", headers=auditor.headers)

    assert response.status_code in {200, 400}


@pytest.mark.parametrize("path", ["/api/v1/audit", "/audit"])
async def test_who_is_no_auditor_is_refused(client: AsyncClient, path: str) -> None:
    facilitator = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)
    client.cookies.update(facilitator.cookies)

    assert (await client.get(path, headers=facilitator.headers)).status_code == 403


async def test_the_page_shows_who_did_what_and_finds_by_id(client: AsyncClient) -> None:
    auditor = await make_person(Role.AUDITOR)
    first, second = await an_event_of(auditor), await an_event_of(auditor)
    client.cookies.update(auditor.cookies)

    everything = (await client.get("/audit?subject=")).text
    found = (await client.get(f"/audit?subject={first}")).text

    assert first in everything
    assert second in everything
    assert auditor.actor.name in everything
    assert first in found
    assert second not in found
    assert "Secret content" not in everything


async def test_an_id_that_is_none_is_said_beside_its_field(client: AsyncClient) -> None:
    auditor = await make_person(Role.AUDITOR)
    client.cookies.update(auditor.cookies)

    response = await client.get("/audit?subject=Margaret")

    assert response.status_code == 400
    assert 'href="#subject"' in response.text
    assert 'value="Margaret"' in response.text


async def test_the_page_is_narrowed_to_one_account_and_to_some_days(
    client: AsyncClient, now: FixedClock
) -> None:
    now.advance(days=1)
    auditor = await make_person(Role.AUDITOR)
    colleague = await make_person(Role.AUDITOR, organisation_id=auditor.organisation_id)
    now.advance(days=-1)
    first = await an_event_of(auditor)
    now.advance(days=1)
    second, theirs = await an_event_of(auditor), await an_event_of(colleague)
    client.cookies.update(auditor.cookies)
    tenth = "from-day=10&from-month=6&from-year=2026&to-day=10&to-month=6&to-year=2026"

    found = {
        query: {subject for subject in (first, second, theirs) if subject in page.text}
        for query in (f"actor={auditor.id}", tenth, f"actor={colleague.id}&{tenth}")
        if (page := await client.get(f"/audit?{query}"))
    }

    assert list(found.values()) == [{first, second}, {first}, set()]
    page = await client.get(f"/audit?actor={auditor.id}&{tenth}")
    assert f"Only what <strong>{auditor.actor.name}</strong> did" in page.text
    assert f'href="/audit?{tenth.replace("&", "&amp;")}"' in page.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from-day=31&from-month=2&from-year=2026", "from"),
        ("to-day=1&to-month=1&to-year=9999", "to"),
        ("to-day=31&to-month=12&to-year=9999", "to"),
        ("from-day=1&from-month=1&from-year=1", "from"),
        ("actor=Margaret", "subject"),
    ],
)
async def test_a_filter_that_is_wrong_is_said_beside_its_field(
    client: AsyncClient, query: str, field: str
) -> None:
    auditor = await make_person(Role.AUDITOR)
    client.cookies.update(auditor.cookies)

    response = await client.get(f"/audit?{query}")

    assert response.status_code == 400
    assert f'href="#{field}' in response.text


async def test_older_events_are_a_link_away(client: AsyncClient) -> None:
    auditor = await make_person(Role.AUDITOR)
    subjects = [await an_event_of(auditor) for _ in range(3)]
    client.cookies.update(auditor.cookies)

    first = (await client.get("/audit?limit=2")).text
    link = re.findall(r'href="/audit\?(after=[^"]+)"', first)[0]
    second = (await client.get(f"/audit?{link}")).text

    assert subjects[0] not in first
    assert subjects[0] in second
