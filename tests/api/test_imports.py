"""Spreadsheets over the HTTP interface: what is sent, what is answered, and who may."""

import csv
import io
from typing import Any

import pytest
from httpx import AsyncClient, Response

from accounts.domain.roles import GrantSide, Role
from core import database
from core.ids import new_id
from core.scope import Side
from programmes.tables import Attendance, Participant, Referral
from tests.factories import Person, make_person
from tests.factories_programmes import make_cohort, make_programme

ADDRESS = "/api/v1/imports/referrals"
HEADER = ["reference", "side", "programme", "received_on"]


def as_csv(*rows: list[str], header: list[str] | None = None) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header or HEADER, *rows])
    return text.getvalue().encode()


def referral(reference: str, **said: str) -> list[str]:
    row = {"side": "survivor", "programme": "Freedom", "received_on": "2026-04-01", **said}
    return [reference, row["side"], row["programme"], row["received_on"]]


async def a_manager(side: GrantSide = GrantSide.SURVIVOR, **how: Any) -> Person:
    person = await make_person(Role.PROGRAMME_MANAGER, side, **how)
    await make_programme(organisation_id=person.organisation_id, name="Freedom")
    return person


async def upload(
    client: AsyncClient, person: Person, content: bytes, address: str = ADDRESS, **query: Any
) -> Response:
    return await client.post(
        address, headers=person.headers, files={"file": ("any.csv", content)}, params=query
    )


async def test_good_rows_go_in_and_bad_ones_are_named(client: AsyncClient) -> None:
    person = await a_manager()

    response = await upload(
        client, person, as_csv(referral("R-1"), referral("R-2", received_on="03/04/26"))
    )

    assert response.status_code == 200
    assert response.json() == {
        "rows": 2, "created": 1, "updated": 0, "unchanged": 0, "missing": 0,
        "errors": [
            {"row": 3, "field": "received_on",
             "message": "Write the day like 2026-04-03 or 03/04/2026, the year in full"},
        ],
    }  # fmt: skip
    assert await Referral.count() == 1
    again = (await upload(client, person, as_csv(referral("R-1")))).json()
    assert (again["created"], again["unchanged"]) == (0, 1)


async def test_a_dry_run_saves_nothing(client: AsyncClient) -> None:
    person = await a_manager()

    response = await upload(client, person, as_csv(referral("R-1")), dry_run="true")

    assert response.json()["created"] == 1
    assert await Participant.count() == 0


async def test_strict_refuses_all_and_says_which(client: AsyncClient) -> None:
    person = await a_manager()
    content = as_csv(referral("R-1"), referral("", side="both"))

    response = await upload(client, person, content, strict="true")

    problem = response.json()
    assert (response.status_code, problem["type"]) == (422, "/problems/import-refused")
    assert problem["detail"] == "1 of 2 rows cannot be imported"
    assert [error["field"] for error in problem["result"]["errors"]] == ["reference", "side"]
    assert await Participant.count() == 0


async def test_attendance_comes_the_same_way(client: AsyncClient) -> None:
    person = await a_manager()
    cohort = await make_cohort(organisation_id=person.organisation_id, code="F1", enrolled=1)
    await Participant.update({Participant.reference: "R-1"}).where(
        Participant.id == cohort.participant_ids[0]
    )
    content = as_csv(["F1", "1", "R-1", "came"], header=["Cohort", "Unit", "Reference", "Outcome"])

    response = await upload(client, person, content, "/api/v1/imports/attendance")

    assert response.json()["created"] == 1
    assert await Attendance.count() == 1


async def test_the_other_side_and_other_organisations_find_nothing(client: AsyncClient) -> None:
    await a_manager()
    for stranger in (
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.PERPETRATOR),
        await make_person(Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
    ):
        response = await upload(client, stranger, as_csv(referral("R-1")))

        assert response.json()["errors"] == [
            {"row": 2, "field": "programme", "message": "Not found"}
        ]
    assert await Participant.count() == 0


@pytest.mark.parametrize("query", [{"side": "perpetrator"}, {"organisation_id": str(new_id())}])
async def test_asking_for_what_is_not_ones_own_is_not_found(
    client: AsyncClient, query: dict[str, str]
) -> None:
    person = await a_manager()

    response = await upload(client, person, as_csv(referral("R-1")), **query)

    assert (response.status_code, response.json()["type"]) == (404, "/problems/not-found")


async def test_a_manager_of_all_organisations_says_for_which(client: AsyncClient) -> None:
    person = await a_manager(everywhere=True)
    other = await make_programme(name="Freedom", side=Side.SURVIVOR)

    unclear = await upload(client, person, as_csv(referral("R-1")))
    clear = await upload(
        client, person, as_csv(referral("R-1")), side="survivor",
        organisation_id=str(other.organisation_id),
    )  # fmt: skip

    assert unclear.json()["errors"][0]["field"] == "programme"
    assert clear.json()["created"] == 1
    assert (await Referral.select())[0]["programme"] == other.id


@pytest.mark.parametrize(
    ("role", "side"),
    [
        (Role.FACILITATOR, GrantSide.SURVIVOR),
        (Role.SAFETY_LEAD, GrantSide.BOTH),
        (Role.WORKFORCE_LEAD, GrantSide.NONE),
    ],
)
async def test_whoever_may_not_import_is_told_so(
    client: AsyncClient, role: Role, side: GrantSide
) -> None:
    person = await make_person(role, side)

    response = await upload(client, person, as_csv(referral("R-1")))

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file has no rows under the names of its columns"),
        (b"reference\nR-1\n",
         "The file has no column for side, programme and received_on"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This is neither a CSV nor an XLSX file"),
        (b"PK\x03\x04 and no more", "The XLSX file is damaged. Open it and save it again"),
    ],
)  # fmt: skip
async def test_what_is_no_spreadsheet_is_refused_as_the_field(
    client: AsyncClient, content: bytes, message: str
) -> None:
    person = await a_manager()

    response = await upload(client, person, content)

    assert response.status_code == 400
    assert response.json()["errors"] == [{"field": "file", "message": message}]


async def test_a_kind_that_there_is_not_is_not_found(client: AsyncClient) -> None:
    person = await a_manager()

    response = await upload(client, person, as_csv(referral("R-1")), "/api/v1/imports/people")

    assert response.status_code == 404


async def test_a_request_without_a_file_is_refused(client: AsyncClient) -> None:
    person = await a_manager()
    answers = [
        await client.post(ADDRESS, headers=person.headers, data={"file": "text"}),
        await client.post(ADDRESS, headers=person.headers, json={"file": "text"}),
        await client.post(ADDRESS, headers=person.headers),
        await client.post(ADDRESS, headers=person.headers, files={"other": ("a.csv", b"x")}),
        await client.post(
            ADDRESS, headers=person.headers, files={"file": (None, b"no name of a file")}
        ),
        await client.post(
            ADDRESS,
            headers={**person.headers, "Content-Type": "multipart/form-data; boundary=x"},
            content=b"--y nothing of the kind",
        ),
        await client.post(
            ADDRESS, headers={**person.headers, "Content-Type": "multipart/form-data"},
            content=b"x",
        ),
        await client.post(
            ADDRESS, headers=person.headers,
            files=[("file", ("a.csv", b"x")), ("file", ("b.csv", b"y"))],
        ),
    ]  # fmt: skip

    assert {answer.status_code for answer in answers} <= {400, 415}
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


async def test_only_this_address_takes_a_large_body(client: AsyncClient) -> None:
    person = await a_manager()
    large = as_csv(*[referral("R-1", programme="F" * 100)] * 15_000)

    taken = await upload(client, person, large, dry_run="true")
    refused = await client.post(
        "/api/v1/participants", headers=person.headers, content=b" " * len(large)
    )
    too_large = await upload(client, person, b"x" * 21_500_000)

    assert (taken.status_code, taken.json()["rows"]) == (200, 15_000)
    assert (refused.status_code, too_large.status_code) == (413, 413)


async def test_the_audit_log_keeps_counts_and_no_reference(client: AsyncClient) -> None:
    person = await a_manager()

    await upload(client, person, as_csv(referral("R-77"), referral("R-78", side="x")))

    rows = await database.run("SELECT * FROM audit_events ORDER BY id")
    assert "R-7" not in str(rows)
    event = rows[-1]
    assert (event["action"], event["side"]) == ("spreadsheet_imported", "survivor")
    assert event["organisation"] == person.organisation_id
    assert '"created": 1' in str(event["after"])
    assert '"refused": 1' in str(event["after"])
