"""The OpenAPI document, with every error that an operation can answer named in it."""

from typing import Any

from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin

_ERRORS = {
    "400": "Malformed, or a field is not valid",
    "401": "No token, or one that has expired",
    "403": "The permission is lacking in your own area",
    "404": "Absent, or outside what you may see",
    "409": "It does not fit what is stored: stale, full, duplicate or state",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "A rule of the domain forbids it",
}
_WITH_BODY = {"413", "415"}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/stale-version"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}


class ErrorsInEveryOperation(JsonRenderPlugin):
    """Serves the document at ``/schema`` and ``/schema/openapi.json``."""

    def __init__(self) -> None:
        super().__init__(path=["/", "/openapi.json"])

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Answer the document as JSON."""
        return self.render_json(request, with_errors(openapi_schema))


def with_errors(document: dict[str, Any]) -> dict[str, Any]:
    """Answer the document with problem details on every operation under ``/api``."""
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"bearer": []}]
    for path, item in document["paths"].items():
        for operation in item.values():
            if path.startswith("/api/"):
                _add_errors(operation)
            else:
                operation["security"] = []
    return document


def _add_errors(operation: dict[str, Any]) -> None:
    for status, description in _ERRORS.items():
        if status in _WITH_BODY and "requestBody" not in operation:
            continue
        operation["responses"][status] = {
            "description": description,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
