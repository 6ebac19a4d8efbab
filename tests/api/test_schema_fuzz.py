"""Thousands of odd requests, made from the OpenAPI document: never a 500, always as documented."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from httpx import AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.domain.roles import Grant, GrantSide, Role
from accounts.services import directory
from core import database
from core.scope import SYSTEM
from tests.factories import Person, make_person

CASES_PER_MODE = 4
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


async def make_everything_allowed() -> Person:
    """An account that may do as much as one account can: one side's cases, all that has no side."""
    person = await make_person(Role.ADMINISTRATOR, everywhere=True)
    for role, side in (
        (Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR),
        (Role.SAFETY_LEAD, GrantSide.BOTH),
        (Role.WORKFORCE_LEAD, GrantSide.NONE),
        (Role.AUDITOR, GrantSide.NONE),
    ):
        await directory.add_grant(person.id, Grant(role, side, None), by=SYSTEM)
    return person


def operations(schema: Any) -> list[APIOperation]:
    """Every operation, those that make things first, so that later ones find something."""
    found = [result.ok() for result in schema.get_all_operations()]
    return sorted(found, key=lambda item: ("{" in item.path, item.method != "post", item.path))


def cases(operation: APIOperation) -> Iterator[Case]:
    """The same cases in every run."""
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        drawn: list[Case] = []

        @settings(
            max_examples=CASES_PER_MODE, derandomize=True, database=None, deadline=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def draw(case: Case) -> None:
            drawn.append(case)  # noqa: B023 - called before the next round

        try:
            draw()
        except Exception as error:  # an operation without a field cannot be broken
            if mode is GenerationMode.POSITIVE or "Unsatisfiable" not in type(error).__name__:
                raise
        yield from drawn


async def known_ids(operation: APIOperation) -> dict[str, str]:
    """An id that exists for each id in the path, where there is one."""
    tables = {
        row["name"]
        for row in await database.run("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    found: dict[str, str] = {}
    for parameter in operation.path_parameters:
        table = f"{parameter.name.removesuffix('_id')}s"
        if table in tables:
            rows = await database.run(f'SELECT id FROM "{table}" ORDER BY id DESC LIMIT 1')
            if rows:
                found[parameter.name] = str(rows[0]["id"])
    return found


async def send(client: AsyncClient, person: Person, case: Case) -> str | None:
    """Send one case; answer what is wrong with what came back."""
    sent = case.as_transport_kwargs(base_url="http://testserver", headers=person.headers)
    request = {
        key: sent[key] for key in ("method", "url", "params", "headers", "cookies") if sent.get(key)
    }
    if sent.get("json") is not None:
        request["json"] = sent["json"]
    if sent.get("data") is not None:
        content = sent["data"]
        request["content"] = content if isinstance(content, bytes) else str(content).encode()
    request.pop("cookies", None)
    response = await client.request(**request)
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as failures:
        said = "; ".join(f"{type(item).__name__}: {item.message}" for item in failures.exceptions)
        return (
            f"{case.method} {case.formatted_path} {response.status_code} {said[:300]} "
            f"body={str(case.body)[:300]} query={str(case.query)[:200]}"
        )
    return None


@pytest.mark.no_cover
@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_no_request_is_a_fault_and_every_answer_is_as_documented(
    client: AsyncClient,
) -> None:
    person = await make_everything_allowed()
    schema = schemathesis.openapi.from_dict((await client.get("/schema")).json())
    wrong: list[str] = []
    sent = 0
    everything = operations(schema)

    for operation in everything:
        ids = await known_ids(operation)
        before = sent
        for number, case in enumerate(cases(operation)):
            if ids and number % 2:
                case.path_parameters = {**(case.path_parameters or {}), **ids}
            if fault := await send(client, person, case):
                wrong.append(fault)
            sent += 1
        assert sent > before, f"no case of {operation.label}"

    assert not wrong, "\n".join(wrong)
    assert sent >= CASES_PER_MODE * len(everything) / 2
