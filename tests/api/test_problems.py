"""Every failure is a problem document that names the field (RFC 9457), and none is a 500."""

from typing import Any

import httpx
import pytest
from httpx import AsyncClient

from accounts import queries
from accounts.domain.roles import Role
from accounts.tables import Organisation
from api.field_errors import _readable
from core import clock, database
from core.ids import new_id
from core.tables import AuditEvent
from tests.factories import Person, make_person

ORGANISATIONS = "/api/v1/organisations"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def administrator(client: AsyncClient) -> Person:
    return await make_person(Role.ADMINISTRATOR, everywhere=True)


def told(response: httpx.Response) -> tuple[int, str]:
    body = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == response.status_code
    return response.status_code, body["type"].removeprefix("/problems/")


def fields(response: httpx.Response) -> dict[str, str]:
    return {error["field"]: error["message"] for error in response.json().get("errors", [])}


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", {"body": "Is required"}),
        (b"null", {"body": "Must be an object"}),
        (b"[]", {"body": "Must be an object"}),
        (b'{"name": 5}', {"name": "Must be text"}),
        (b'{"name": null}', {"name": "Must be text"}),
        (b"{}", {"name": "Is required"}),
        (b'{"name": "a", "colour": "red"}', {"colour": "Is not a known field"}),
        (b'{"name": ""}', {"name": "Must not be empty"}),
        (b'{"name": "  "}', {"name": "Enter 1 to 120 characters"}),
        (b'{"name": "' + b"x" * 121 + b'"}', {"name": "Must be 120 characters or fewer"}),
        (b'{"name": "a\\u0000b"}', {"name": "Must not contain the character NUL"}),
        (b'{"a\\u0000": "b"}', {"body": "Must not contain the character NUL"}),
        (b'{"name": ["\\u0000"]}', {"name[0]": "Must not contain the character NUL"}),
        (b'{"name": {"x": "\\u0000"}}', {"name.x": "Must not contain the character NUL"}),
        (b"{", {}),
        (b'{"name": "\xff"}', {}),
        (b'{"name": "\\ud800"}', {}),
        (b'{"name": ' + b"[" * 100_000, {}),
        (b"\x00", {}),
    ],
)
async def test_a_body_that_cannot_be_taken_is_refused_by_the_name_of_its_field(
    client: AsyncClient, administrator: Person, body: bytes, named: dict[str, str]
) -> None:
    response = await client.post(
        ORGANISATIONS, headers={**administrator.headers, **JSON}, content=body
    )

    assert told(response) == (400, "invalid-input")
    assert fields(response) == named
    if not named:
        assert response.json()["detail"] == "The body is not valid JSON"
    assert await Organisation.count() == 1
    assert await AuditEvent.count() == 0


@pytest.mark.parametrize(
    ("grant", "field"),
    [
        ({"role": "king", "side": "none", "organisation_id": None}, "role"),
        ({"role": "auditor", "side": 5, "organisation_id": None}, "side"),
        ({"role": "auditor", "side": "none", "organisation_id": "x"}, "organisation_id"),
        ({"role": "auditor", "side": "none"}, "organisation_id"),
    ],
)
async def test_a_field_of_a_field_is_named_by_its_path(
    client: AsyncClient, administrator: Person, grant: dict[str, Any], field: str
) -> None:
    alone = await client.post(
        f"/api/v1/accounts/{administrator.id}/grants", headers=administrator.headers, json=grant
    )
    within = await client.post(
        "/api/v1/accounts",
        headers=administrator.headers,
        json={"email": "bo@example.org", "name": "Bo", "grant": grant},
    )

    assert (told(alone), list(fields(alone))) == ((400, "invalid-input"), [field])
    assert (told(within), list(fields(within))) == ((400, "invalid-input"), [f"grant.{field}"])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=501", "limit"), ("limit=x", "limit"), ("limit=", "limit"),
        ("limit=99999999999999999999", "limit"), ("limit=1.5", "limit"),
        ("after=x", "after"), ("after=%00", "after"), ("after=W10=", "after"),
    ],
)  # fmt: skip
async def test_a_wrong_page_of_a_list_is_refused_by_name(
    client: AsyncClient, administrator: Person, query: str, field: str
) -> None:
    response = await client.get(f"/api/v1/accounts?{query}", headers=administrator.headers)

    assert (told(response), list(fields(response))) == ((400, "invalid-input"), [field])


async def test_ten_megabytes_are_too_large(client: AsyncClient, administrator: Person) -> None:
    response = await client.post(
        ORGANISATIONS, headers=administrator.headers, json={"name": "x" * 10_000_000}
    )

    assert told(response) == (413, "too-large")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/x-msgpack", ""]
)
async def test_what_does_not_call_itself_json_is_not_read(
    client: AsyncClient, administrator: Person, content_type: str
) -> None:
    response = await client.post(
        ORGANISATIONS,
        headers={**administrator.headers, "Content-Type": content_type},
        content=b'{"name": "Northbank"}',
    )

    assert told(response) == (415, "unsupported-media-type")


async def test_json_may_name_its_characters(client: AsyncClient, administrator: Person) -> None:
    response = await client.post(
        ORGANISATIONS,
        headers={**administrator.headers, "Content-Type": "application/json; charset=utf-8"},
        content=b'{"name": "Northbank"}',
    )

    assert response.status_code == 201


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/accounts/no-id/grants", "/api/v1"])
async def test_an_address_that_is_none_is_not_found(
    client: AsyncClient, administrator: Person, path: str
) -> None:
    assert told(await client.post(path, headers=administrator.headers, json={})) == (
        404, "not-found",
    )  # fmt: skip


async def test_a_method_that_is_not_taken_says_which_are(
    client: AsyncClient, administrator: Person
) -> None:
    response = await client.put(ORGANISATIONS, headers=administrator.headers, json={})

    assert told(response) == (405, "method-not-allowed")
    assert {"GET", "POST"} <= set(response.headers["allow"].split(", "))


async def test_a_permission_that_is_lacking_is_403(client: AsyncClient) -> None:
    auditor = await make_person(Role.AUDITOR)

    response = await client.get("/api/v1/accounts", headers=auditor.headers)

    assert told(response) == (403, "forbidden")


async def test_people_get_a_page_instead(client: AsyncClient) -> None:
    for path, status in (("/nothing", 404), ("/accounts/no-id", 404), ("/static/none.css", 404)):
        response = await client.get(path)
        assert (response.status_code, "Page not found" in response.text) == (status, True)


async def test_a_form_that_cannot_be_read_is_no_fault(client: AsyncClient) -> None:
    for kind, body in (
        ("multipart/form-data; boundary=x", b"garbage"),
        ("multipart/form-data", b"garbage"),
        ("application/x-www-form-urlencoded", b"%ff=%ff&\xff"),
        ("application/json", b"{"),
    ):
        response = await client.post("/sign-in", headers={"Content-Type": kind}, content=body)
        assert response.status_code in {400, 403}, kind


SECRET = "Margaret 07700 900123"


@pytest.mark.parametrize("path", ["/api/v1/accounts", "/accounts"])
async def test_a_fault_of_ours_is_told_without_its_message_and_logged_without_it(
    client: AsyncClient,
    administrator: Person,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def broken(**_: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(queries, "accounts", broken)
    client.cookies.update(administrator.cookies)

    response = await client.get(path, headers=administrator.headers)

    logged = capsys.readouterr()
    assert response.status_code == 500
    assert "Something went wrong; nothing was saved" in response.text
    assert SECRET not in response.text
    assert SECRET not in logged.err + logged.out


async def raised_by(sql: str, *values: object) -> Exception:
    with pytest.raises(database.INTEGRITY_ERRORS) as raised:
        await database.run(sql, *values)
    return raised.value


@pytest.mark.parametrize("path", ["/api/v1/accounts", "/accounts"])
async def test_only_a_reference_to_nothing_is_the_sender_s_fault(
    client: AsyncClient, administrator: Person, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every service names the field itself; this is what stands behind them."""
    insert = "INSERT INTO organisations (id, name, created_at) VALUES ({}, {}, {})"
    grant = "INSERT INTO grants (id, account, role, side, organisation) VALUES ({}, {}, {}, {}, {})"
    twice = await raised_by(insert, administrator.organisation_id, "Again", clock.now())
    nobody = await raised_by(grant, new_id(), new_id(), "auditor", "none", None)
    client.cookies.update(administrator.cookies)

    for error, status in ((twice, 500), (nobody, 400), (OverflowError(), 400)):

        async def broken(error: Exception = error, **_: object) -> None:
            raise error

        monkeypatch.setattr(queries, "accounts", broken)
        response = await client.get(path, headers=administrator.headers)
        assert response.status_code == status, repr(error)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("Expected `str` of length <= 120", "Must be 120 characters or fewer"),
        ("Expected `str` of length >= 3", "Must be 3 characters or more"),
        ("Expected `str` matching regex '^x$'", "Is not in the right form"),
        ("Expected `array` of length <= 7", "Must have 7 entries or fewer"),
        ("Expected `array` of length >= 1", "Must have 1 entries or more"),
        ("Expected `int` >= 1", "Must be 1 or more"),
        ("Expected `int` <= 500", "Must be 500 or less"),
        ("Expected `float` > 0.5", "Must be more than 0.5"),
        ("Expected `int` < -1", "Must be less than -1"),
        ("Expected `str | null`, got `int`", "Must be text or null"),
        ("Expected `bool`, got `str`", "Must be true or false"),
        ("Invalid RFC3339 encoded date", "Must be a date, like 2026-03-27"),
        (
            "Invalid RFC3339 encoded datetime",
            "Must be an instant, like 2026-03-27T18:30:00Z",
        ),
        ("Invalid enum value 'king'", "Is not one of the allowed values"),
        ("Something new", "Something new"),
        ("", "Is not valid"),
    ],
)
def test_what_is_wrong_is_said_in_words(theirs: str, ours: str) -> None:
    assert _readable(theirs) == ours
