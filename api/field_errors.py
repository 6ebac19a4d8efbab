"""Says which field is wrong, and what to do, in words rather than in msgspec's."""

import re
from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.exceptions import HTTPException

from core.errors import FieldError

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "uuid": "an id (UUID)",
    "date": "a date, like 2026-03-27",
    "datetime": "an instant, like 2026-03-27T18:30:00Z",
}
_NAMED = re.compile(r"Object (missing required|contains unknown) field `(.+)`")
_NAMED_MESSAGES = {"missing required": "Is required", "contains unknown": "Is not a known field"}
_MISSING_PARAMETER = re.compile(r"Missing required \w+ parameter '(\w+)'")

_BOUNDS = {">=": "{} or more", "<=": "{} or less", ">": "more than {}", "<": "less than {}"}

_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"Expected `str` of length <= (\d+)"),
        lambda found: f"Must be {found[1]} characters or fewer",
    ),
    (re.compile(r"Expected `str` of length >= 1$"), lambda _: "Must not be empty"),
    (
        re.compile(r"Expected `str` of length >= (\d+)"),
        lambda found: f"Must be {found[1]} characters or more",
    ),
    (re.compile(r"Expected `str` matching"), lambda _: "Is not in the right form"),
    (
        re.compile(r"Expected `(?:array|object)` of length <= (\d+)"),
        lambda found: f"Must have {found[1]} entries or fewer",
    ),
    (
        re.compile(r"Expected `(?:array|object)` of length >= (\d+)"),
        lambda found: f"Must have {found[1]} entries or more",
    ),
    (
        re.compile(r"Expected `(?:int|float|decimal)` ([<>]=?) (-?[\d.]+)"),
        lambda found: f"Must be {_BOUNDS[found[1]].format(found[2])}",
    ),
    (re.compile(r"Invalid enum value"), lambda _: "Is not one of the allowed values"),
    (re.compile(r"Invalid UUID"), lambda _: f"Must be {_KINDS['uuid']}"),
    (re.compile(r"Invalid RFC3339 encoded datetime"), lambda _: f"Must be {_KINDS['datetime']}"),
    (re.compile(r"Invalid RFC3339 encoded date"), lambda _: f"Must be {_KINDS['date']}"),
    (re.compile(r"Expected `([^`]+)`"), lambda found: f"Must be {_kinds(found[1])}"),
    (re.compile(r"'data'"), lambda _: "Is required"),
)


def field_errors(request: Request[Any, Any, Any], error: HTTPException) -> tuple[FieldError, ...]:
    """Answer the fields that Litestar found wrong, by the names that the sender used."""
    if missing := _MISSING_PARAMETER.search(error.detail):
        return (FieldError(_outer_name(request, missing[1]), "Is required"),)
    extra = error.extra if isinstance(error.extra, list) else []
    return tuple(_field_error(request, item) for item in extra if isinstance(item, dict))


def _field_error(request: Request[Any, Any, Any], item: dict[str, Any]) -> FieldError:
    key, message = str(item.get("key", "")), str(item.get("message", ""))
    path = "" if key == "data" else key
    if named := _NAMED.search(message):
        field = f"{path}.{named[2]}" if path else named[2]
        return FieldError(field, _NAMED_MESSAGES[named[1]])
    return FieldError(_outer_name(request, path) if path else "body", _readable(message))


def _readable(message: str) -> str:
    for pattern, sentence in _RULES:
        if found := pattern.match(message):
            return sentence(found)
    return message or "Is not valid"


def _kinds(alternatives: str) -> str:
    return " or ".join(_KINDS.get(kind, kind) for kind in alternatives.split(" | "))


def _outer_name(request: Request[Any, Any, Any], name: str) -> str:
    """Answer what a parameter is called outside, such as ``from`` for ``since``."""
    known = request.scope["route_handler"].parsed_fn_signature.parameters
    definition = known[name].kwarg_definition if name in known else None
    return str(getattr(definition, "name", None) or name)
