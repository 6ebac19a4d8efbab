"""Published reports: commissioners read them and nothing else; managers look, then release."""

from datetime import date

import pytest
from httpx import AsyncClient
from litestar.routes import HTTPRoute

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.scope import Side
from programmes.domain.terms import (
    EnrolmentStatus,
    ExitReason,
    Mandate,
    ReferralSource,
    ReferralStatus,
)
from programmes.tables import Enrolment, Participant, Referral
from tests.api.forms import send, sign_in, summary, text, title
from tests.conftest import application
from tests.factories import Person, make_person
from tests.factories_programmes import (
    MadeCohort,
    make_cohort,
    make_programme,
)
from tests.fakes import FixedClock

pytestmark = pytest.mark.usefixtures("db")

S = ReferralSource
WORKED = {S.POLICE: (14, 9), S.CHILDRENS_SOCIAL_CARE: (11, 12), S.SELF: (8, 3), S.HEALTH: (2, 6),
          S.PROBATION: (1, 7)}  # fmt: skip
"""Completed and not, as in C9's worked example."""
YEAR = {"from": "2025-04-01", "to": "2026-03-31"}
ANSWERED = frozenset(
    {
        "/", "/api/v1/me", "/api/v1/reports", "/api/v1/reports/x", "/api/v1/releases",
        "/api/v1/releases/1", "/releases", "/releases/1", "/releases/1/csv", "/releases/1/xlsx",
        "/releases/1/chart.svg", "/reports/x/published", "/change-password", "/sign-out",
        "/api/v1/organisations", "/api/v1/me/training-records", "/my-training/events",
        "/training-notices",
    }
)  # fmt: skip
"""Where a commissioner may get an answer: what is published, the names of organisations to ask
for, and what everybody who signs in has of their own."""


async def a_group(
    person: Person, *, side: Side = Side.SURVIVOR, name: str = "Evenings"
) -> MadeCohort:
    programme = await make_programme(organisation_id=person.organisation_id, side=side, name=name)
    return await make_cohort(programme=programme, capacity=100)


async def referred(cohort: MadeCohort, *cases: tuple[ReferralSource, int, int]) -> None:
    """So many from each source who completed, and so many who left: three statements."""
    sources = [
        (source, status)
        for source, completed, left in cases
        for status, number in (
            (EnrolmentStatus.COMPLETED, completed), (EnrolmentStatus.EXITED, left)
        )
        for _ in range(number)
    ]  # fmt: skip
    people = [
        Participant(
            organisation=cohort.organisation_id, side=cohort.side, given_name=f"Person{number}",
            family_name="Example", created_at=clock.now(),
        )
        for number, _ in enumerate(sources)
    ]  # fmt: skip
    referrals = [
        Referral(
            participant=person.id, programme=cohort.programme.id, source=source,
            mandate=Mandate.VOLUNTARY, received_on=date(2026, 2, 2), created_at=clock.now(),
            status=ReferralStatus.WITHDRAWN,
        )
        for person, (source, _) in zip(people, sources, strict=True)
    ]  # fmt: skip
    places = [
        Enrolment(
            participant=person.id, cohort=cohort.id, referral=referral.id, status=status,
            joined_on=date(2026, 3, 2), started_on=date(2026, 3, 2), ended_on=date(2026, 6, 1),
            exit_reason=ExitReason.DISENGAGED if status is EnrolmentStatus.EXITED else None,
            created_at=clock.now(),
        )
        for person, referral, (_, status) in zip(people, referrals, sources, strict=True)
    ]  # fmt: skip
    await Participant.insert(*people)
    await Referral.insert(*referrals)
    await Enrolment.insert(*places)


async def the_worked_table() -> Person:
    """A manager whose people are those of C9's example."""
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    cases = [(source, *counts) for source, counts in WORKED.items()]
    await referred(await a_group(person), *cases)
    return person


async def a_commissioner(of: Person | None = None, side: GrantSide = GrantSide.BOTH) -> Person:
    if of is None:
        return await make_person(Role.COMMISSIONER, side, everywhere=True)
    return await make_person(Role.COMMISSIONER, side, organisation_id=of.organisation_id)


async def asked(client: AsyncClient, person: Person, **query: str) -> dict[str, object]:
    response = await client.get(
        "/api/v1/reports/completion",
        params={"audience": "published", **YEAR, **query},
        headers=person.headers,
    )
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_c9_the_worked_example_is_published_to_the_cell(client: AsyncClient) -> None:
    """Completed, left and closed by source; what is [c] and what is shown is C9's."""
    await the_worked_table()

    report = await asked(client, await a_commissioner(), group_by="source")

    found = {
        row["source"]: (row["completed"], row["left"], row["closed"], row["r3"]["percent"])
        for row in report["rows"]  # type: ignore[attr-defined]
    }
    assert found == {
        "police": (14, 9, 23, "60.9"), "childrens_social_care": (11, 12, 23, "47.8"),
        "self": ("[c]", "[c]", 11, None), "health": ("[c]", "[c]", 8, None),
        "probation": ("[c]", "[c]", 8, None),
    }  # fmt: skip
    total = report["totals"]
    assert (total["completed"], total["left"], total["closed"], total["r3"]["percent"]) == (
        36, 37, 73, "49.3",
    )  # type: ignore[index]  # fmt: skip
    assert report["threshold"] == 5


async def test_every_format_and_picture_of_a_release_holds_no_more(client: AsyncClient) -> None:
    await the_worked_table()
    reader = await a_commissioner()
    await asked(client, reader, group_by="source")
    sign_in(client, reader)

    files = [
        (await client.get(f"/releases/1/{ending}")).text
        for ending in ("csv", "chart.svg?section=1")
    ]
    shown = text(await client.get("/releases/1"))

    assert '"self","11"' in files[0]
    assert '"[c]"' in files[0]
    assert "[c]" in shown
    for hidden in ("72.7%", "25.0%", "12.5%"):  # 8 of 11, 2 of 8, 1 of 8
        assert all(hidden not in one for one in (*files, shown))


async def test_what_was_released_is_answered_again_as_it_was(
    client: AsyncClient, now: FixedClock
) -> None:
    person = await the_worked_table()
    reader = await a_commissioner(person)
    before = await asked(client, reader)
    await referred(await a_group(person, name="Mornings"), (S.POLICE, 1, 0))

    now.advance(minutes=60)
    again = await asked(client, reader)

    assert again == before
    listed = (await client.get("/api/v1/releases", headers=reader.headers)).json()["items"]
    assert [one["number"] for one in listed] == [1]


async def test_a_commissioner_reads_their_side_and_their_organisation_only(
    client: AsyncClient,
) -> None:
    person = await the_worked_table()
    other = await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR)
    cohort = await a_group(other, side=Side.PERPETRATOR)
    await referred(cohort, (S.POLICE, 12, 0))
    of_survivors = await a_commissioner(person, GrantSide.SURVIVOR)
    of_perpetrators = await a_commissioner(None, GrantSide.PERPETRATOR)
    stranger = await a_commissioner(
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR), GrantSide.SURVIVOR
    )

    theirs = await asked(client, of_survivors)
    others = await asked(client, of_perpetrators)
    nothing = await asked(client, stranger)

    assert [one["side"] for one in theirs["sections"]] == ["survivor"]  # type: ignore[attr-defined]
    assert [one["side"] for one in others["sections"]] == ["perpetrator"]  # type: ignore[attr-defined]
    assert nothing["sections"] == []
    for number, reader, status in (
        (1, of_survivors, 200), (2, of_survivors, 404), (1, of_perpetrators, 404),
        (2, of_perpetrators, 200), (1, stranger, 404), (99, of_survivors, 404),
        (10**20, of_survivors, 404),
    ):  # fmt: skip
        found = await client.get(f"/api/v1/releases/{number}", headers=reader.headers)
        assert found.status_code == status


@pytest.mark.parametrize(
    ("path", "query", "status", "fields"),
    [
        ("completion", {"audience": "internal"}, 403, []),
        ("completion", {"from": "2026-04-02", "to": "2026-06-30"}, 400, ["from"]),
        ("completion", {"from": "2026-04-01", "to": "2026-06-29"}, 400, ["to"]),
        ("completion", {"from": "2026-04-01", "to": "2027-06-30"}, 400, ["to"]),
        ("completion", {"from": "1999-10-01", "to": "2026-06-30"}, 400, ["from"]),
        ("training-compliance", {"to": "2026-06-29"}, 400, ["to"]),
        ("completion", {"group_by": "person"}, 400, ["group_by"]),
        ("completion", {"cohort_id": "00000000-0000-7000-8000-000000000000"}, 400, ["cohort_id"]),
        ("register-matrix", {}, 404, []),
        ("session-rate", {}, 404, []),
        ("unknown", {}, 404, []),
    ],
)
async def test_what_a_commissioner_may_not_ask_is_refused(
    client: AsyncClient, path: str, query: dict[str, str], status: int, fields: list[str]
) -> None:
    reader = await a_commissioner()

    response = await client.get(
        f"/api/v1/reports/{path}", params={"audience": "published", **query},
        headers=reader.headers,
    )  # fmt: skip

    assert response.status_code == status, response.text
    assert [one["field"] for one in response.json().get("errors", [])] == fields


async def test_d14_a_commissioner_gets_no_answer_anywhere_else(client: AsyncClient) -> None:
    """Every route is tried, with its ids filled in; nothing but published reports answers."""
    await the_worked_table()
    reader = await a_commissioner()
    await asked(client, reader)
    sign_in(client, reader)
    answered = set()
    for route in application().routes:
        if not isinstance(route, HTTPRoute) or route.path.startswith(("/schema", "/static")):
            continue
        path = example(route.path)
        for method in sorted(route.methods - {"OPTIONS", "HEAD"}):
            headers = reader.headers if path.startswith("/api/") else {}
            response = await client.request(
                method, path, headers=headers, data={"_csrf_token": client.cookies.get("csrf", "")}
            )
            assert response.status_code < 500, (method, path)
            if response.status_code < 400 and method == "GET":
                answered.add(path)
            elif method != "GET":
                assert response.status_code in {302, 303, 400, 401, 403, 404, 405, 415, 422}

    public = {"/health/live", "/health/ready", "/sign-in", "/help", "/accessibility", "/metrics"}
    assert answered - public <= ANSWERED


def example(path: str) -> str:
    """An address that leads to a route."""
    examples = {
        "uuid": "00000000-0000-7000-8000-000000000000", "int": "1", "date": "2026-06-10",
        "str": "x", "path": "x",
    }  # fmt: skip
    return "/".join(
        examples[part.strip("{}").partition(":")[2]] if part.startswith("{") else part
        for part in path.split("/")
    )


async def test_a_manager_looks_and_then_publishes(client: AsyncClient) -> None:
    person = await the_worked_table()
    sign_in(client, person)
    query = "period=days&from-day=1&from-month=4&from-year=2025&to-day=31&to-month=3&to-year=2026"

    seen = await client.get(f"/reports/completion/published?{query}&group_by=source")
    assert "[c]" in text(seen)
    assert (await client.get("/releases")).text.count("Release ") == 0
    sent = await send(
        client, "/reports/completion/published",
        **{
            "period": "days", "from-day": "1", "from-month": "4", "from-year": "2025",
            "to-day": "31", "to-month": "3", "to-year": "2026", "group_by": "source",
            "note": "For the committee",
        },
    )  # fmt: skip
    assert (sent.status_code, sent.headers["location"]) == (303, "/releases/1")
    done = await client.get("/releases/1")

    assert title(done).startswith("Release 1: Completion")
    assert "For the committee" in text(done)
    preview = await asked(client, person, audience="published", group_by="source")
    assert preview["definitions"][-1].startswith("Preview")  # type: ignore[index]


async def test_a_release_that_would_reveal_by_subtraction_hides_or_is_refused(
    client: AsyncClient,
) -> None:
    """One more completion after the first release would tell of a single person."""
    person = await the_worked_table()
    await asked(client, await a_commissioner(person))
    await referred(await a_group(person, name="Mornings"), (S.POLICE, 1, 0))

    response = await client.post(
        "/api/v1/releases", json={"slug": "completion", **YEAR}, headers=person.headers
    )

    assert response.status_code in {200, 201, 409}
    if response.status_code == 409:
        assert response.json()["type"] == "/problems/release-refused"
        assert response.json()["cells"]
        return
    number = response.json()["items"][0]["number"]
    found = await client.get(f"/api/v1/releases/{number}", headers=person.headers)
    assert 74 not in found.json()["totals"].values()


async def test_one_question_is_released_once_however_its_rows_are_named(
    client: AsyncClient,
) -> None:
    await the_worked_table()
    reader = await a_commissioner()

    for groups in ("programme,source", "source,programme", "source,programme,source,source"):
        assert (await asked(client, reader, group_by=groups))["sections"]

    (one,) = (await client.get("/api/v1/releases", headers=reader.headers)).json()["items"]
    assert one["parameters"]["group_by"] == ["programme", "source"]


async def test_a_reader_is_told_no_cell_of_what_is_not_published(client: AsyncClient) -> None:
    """Which counts changed by few since an earlier release is for those who publish alone."""
    person = await the_worked_table()
    reader = await a_commissioner(person)
    await asked(client, reader)
    await referred(await a_group(person, name="Mornings"), (S.POLICE, 1, 1))
    query = {**YEAR, "audience": "published", "group_by": "mandate"}

    refused = await client.get("/api/v1/reports/completion", params=query, headers=reader.headers)
    body = {"slug": "completion", **YEAR, "group_by": ["mandate"]}
    told = await client.post("/api/v1/releases", json=body, headers=person.headers)

    assert (refused.status_code, told.status_code) == (409, 409)
    assert told.json()["cells"]
    assert "cells" not in refused.json()
    assert not any(cell in refused.text for cell in told.json()["cells"])


async def test_a_commissioner_of_both_sides_asks_for_one_programme(client: AsyncClient) -> None:
    """It is on one side; of the other there is nothing, and that is no refusal."""
    person = await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR)
    cohort = await a_group(person)
    await referred(cohort, (S.POLICE, 14, 9))

    reader = await a_commissioner()
    report = await asked(client, reader, programme_id=str(cohort.programme.id))
    query = {**YEAR, "audience": "published", "programme_id": str(cohort.id)}
    absent = await client.get("/api/v1/reports/completion", params=query, headers=reader.headers)

    assert [one["side"] for one in report["sections"]] == ["survivor"]  # type: ignore[attr-defined]
    assert absent.status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"slug": "completion", "from": "2030-01-01"}, 400),
        ({"slug": "completion", "note": "a\x1bb", **YEAR}, 400),
        ({"slug": "completion", "note": "n" * 1001, **YEAR}, 400),
        ({"slug": "completion", "basis": "stock"}, 400),
        ({"slug": "completion", "group_by": ["person"], **YEAR}, 400),
        ({"slug": "register-matrix"}, 409),
        ({"slug": "training-compliance"}, 404),
        ({"slug": "unknown"}, 404),
    ],
)
async def test_what_cannot_be_published_is_refused_and_nothing_is_released(
    client: AsyncClient, body: dict[str, object], status: int
) -> None:
    person = await the_worked_table()

    response = await client.post("/api/v1/releases", json=body, headers=person.headers)

    assert response.status_code == status, response.text
    assert (await client.get("/api/v1/releases", headers=person.headers)).json()["items"] == []


async def test_a_note_that_is_too_long_is_kept_and_can_be_sent_again(client: AsyncClient) -> None:
    sign_in(client, await the_worked_table())
    note = "Too long. " * 101

    refused = await send(
        client, "/reports/completion/published", period="last-year", group_by="source", note=note
    )

    assert refused.status_code == 400
    assert [field for field, _ in summary(refused)] == ["note"]
    assert note.strip() in refused.text
    assert 'name="group_by" value="source"' in refused.text
    assert "Nothing has been published yet" in text(await client.get("/releases"))


async def test_a_facilitator_publishes_nothing(client: AsyncClient) -> None:
    person = await make_person(Role.FACILITATOR, GrantSide.SURVIVOR)

    asked_for = await client.get(
        "/api/v1/reports/completion?audience=published", headers=person.headers
    )
    published = await client.post(
        "/api/v1/releases", json={"slug": "completion"}, headers=person.headers
    )

    assert (asked_for.status_code, published.status_code) == (403, 403)


async def test_training_is_published_by_a_workforce_lead_and_read_by_commissioners(
    client: AsyncClient,
) -> None:
    lead = await make_person(Role.WORKFORCE_LEAD)
    reader = await a_commissioner(lead, GrantSide.SURVIVOR)

    published = await client.post(
        "/api/v1/releases", json={"slug": "training-compliance", "to": "2026-03-31"},
        headers=lead.headers,
    )  # fmt: skip
    listed = (await client.get("/api/v1/releases", headers=reader.headers)).json()["items"]

    assert published.status_code == 201
    assert [(one["slug"], one["side"]) for one in listed] == [("training-compliance", None)]


async def test_a_commissioner_asks_on_the_page_and_is_led_to_the_release(
    client: AsyncClient,
) -> None:
    person = await the_worked_table()
    sign_in(client, await a_commissioner(person, GrantSide.SURVIVOR))

    empty = await client.get("/reports/completion/published")
    wrong = await client.get(
        "/reports/completion/published?period=days&to-day=3&to-month=4&to-year=2026"
    )
    led = await client.get("/reports/completion/published?period=last-year")

    assert "Choose the period" in text(empty)
    assert [field for field, _ in summary(wrong)] == ["to"]
    assert (led.status_code, led.headers["location"]) == (303, "/releases/1")
    assert "Release 1" in text(await client.get("/releases"))
    assert (await client.get("/releases/1/xlsx")).content.startswith(b"PK")
