"""The OpenAPI document: every operation, and every error that it can answer."""

from typing import Any

import pytest
from httpx import AsyncClient

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
async def document(client: AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/schema")).json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


async def test_it_is_served_at_both_addresses(client: AsyncClient) -> None:
    first, second = await client.get("/schema"), await client.get("/schema/openapi.json")

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.json()["openapi"].startswith("3.1")


async def test_every_operation_of_the_api_names_its_errors(document: dict[str, Any]) -> None:
    found = [item for item in operations(document) if item[0].startswith("/api/")]

    for path, method, operation in found:
        expected = {"400", "401", "403", "404", "409", "422"}
        if "requestBody" in operation:
            expected |= {"413", "415"}
        missing = expected - set(operation["responses"])
        assert not missing, f"{method} {path}: {missing}"
        for status in expected:
            content = operation["responses"][status]["content"]
            assert list(content) == ["application/problem+json"], f"{method} {path} {status}"
    assert len(found) >= 8


async def test_every_operation_has_a_name_of_its_own_and_a_summary(
    document: dict[str, Any],
) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        assert operation.get("summary") or operation.get("description"), f"{method} {path}"


async def test_only_programs_addresses_are_in_it(document: dict[str, Any]) -> None:
    for path in document["paths"]:
        assert path.startswith(("/api/v1/", "/health/", "/webhooks/")), path


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for inner in value.values() for found in references(inner)]
        if isinstance(value, list):
            return [found for inner in value for found in references(inner)]
        return []

    found = set(references(document))
    for reference in found:
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in target, reference
            target = target[part]
    assert "#/components/schemas/Problem" in found


async def test_health_needs_no_token_and_the_rest_does(document: dict[str, Any]) -> None:
    assert document["security"] == [{"bearer": []}]
    for path, _, operation in operations(document):
        if path.startswith("/health/"):
            assert operation["security"] == []
        else:
            assert "security" not in operation, path


async def test_a_service_that_is_not_ready_is_in_it(document: dict[str, Any]) -> None:
    assert "503" in document["paths"]["/health/ready"]["get"]["responses"]
