"""What every failure looks like outside (RFC 9457)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    NotFoundException,
    PermissionDeniedException,
    SerializationException,
    ValidationException,
)
from litestar.response import Redirect

from accounts.errors import (
    NotSignedInError,
)
from api.field_errors import field_errors
from api.pages.rendering import page
from api.requests import NOT_READABLE
from api.statuses import status_of
from core import database, log
from core.errors import (
    AppError,
    FieldError,
)

_LOG = log.get(__name__)
PROBLEM_JSON = "application/problem+json"

_HTTP_SLUGS: Mapping[int, tuple[str, str]] = {
    400: ("invalid-input", "Some of the details need correcting"),
    401: ("not-signed-in", "Sign in first"),
    403: ("forbidden", "You do not have permission to do this"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "This address does not take that method"),
    413: ("too-large", "What was sent is too large"),
    415: ("unsupported-media-type", "Send JSON"),
    429: ("too-many-attempts", "Too many attempts; wait 15 minutes and try again"),
    500: ("internal-error", "Something went wrong; nothing was saved"),
}

_UNAUTHORIZED = 401
_NOT_STORABLE = "A value is outside what can be stored, or an id names nothing"
_CHALLENGE = {"WWW-Authenticate": "Bearer"}

AnyRequest = Request[Any, Any, Any]


def app_error(request: AnyRequest, error: AppError) -> Response[Any]:
    """Answer a failure of the product: JSON for programs, a page for people."""
    status = status_of(error)
    if _is_api(request):
        return _problem(
            error.slug, error.title, status, error.detail, error.errors,
            extensions=error.extensions,
        )  # fmt: skip
    if isinstance(error, NotSignedInError):
        return _to_sign_in(request)
    return _error_page(request, status, error.title, error.detail)


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Answer a failure that Litestar found: a bad body, a missing route, a forged form."""
    status = error.status_code
    slug, title = _HTTP_SLUGS.get(status, _HTTP_SLUGS[500 if status >= 500 else 400])  # noqa: PLR2004
    if _is_api(request):
        return _problem(
            slug, title, status, _detail(error) or title, field_errors(request, error),
            headers=error.headers,
        )  # fmt: skip
    if isinstance(error, PermissionDeniedException) and "CSRF" in error.detail:
        return _error_page(
            request, status, "This form has expired", "Go back, load the page again and retry."
        )
    wrong_address = isinstance(error, ValidationException) and request.method == "GET"
    if wrong_address or isinstance(error, NotFoundException):
        return _error_page(request, 404, "Page not found", "Check the address, or go to Today.")
    return _error_page(request, status, title, "")


def unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer a fault of ours: logged with its trace, told without it."""
    _LOG.error("request_failed", path=_route(request), **log.fault(error))
    slug, title = _HTTP_SLUGS[500]
    if _is_api(request):
        return _problem(slug, title, 500, title, ())
    return _error_page(request, 500, title, "Try again in a moment.")


def not_storable(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer a value that got past every check but that the database cannot hold.

    A breach of a constraint is a fault of ours, except for an id of something that is not there.
    """
    if isinstance(error, database.INTEGRITY_ERRORS) and not database.lacks_reference(error):
        return unexpected(request, error)
    _LOG.warning("value_not_storable", path=_route(request), **log.fault(error))
    slug, title = _HTTP_SLUGS[400]
    if _is_api(request):
        return _problem(slug, title, 400, _NOT_STORABLE, ())
    return _error_page(request, 400, title, _NOT_STORABLE)


def _route(request: AnyRequest) -> str:
    return str(request.scope.get("path_template", "?"))


def _is_api(request: AnyRequest) -> bool:
    return request.url.path.startswith(("/api/", "/schema", "/health", "/webhooks"))


def _to_sign_in(request: AnyRequest) -> Redirect:
    if request.method != "GET" or request.url.path == "/":
        return Redirect("/sign-in")
    return Redirect(f"/sign-in?next={quote(request.url.path)}")


def _error_page(request: AnyRequest, status: int, title: str, detail: str) -> Response[Any]:
    return page(request, "error.html", status=status, title=title, detail=detail)


def _detail(error: HTTPException) -> str:
    malformed = isinstance(error.__cause__, SerializationException) or (
        error.detail == NOT_READABLE
    )
    return NOT_READABLE if malformed else ""


def _problem(
    slug: str,
    title: str,
    status: int,
    detail: str,
    errors: tuple[FieldError, ...],
    *,
    extensions: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[dict[str, Any]]:
    content: dict[str, Any] = {
        **(extensions or {}),
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if errors:
        content["errors"] = [{"field": item.field, "message": item.message} for item in errors]
    sent = {**(headers or {}), **(_CHALLENGE if status == _UNAUTHORIZED else {})}
    return Response(content, status_code=status, media_type=PROBLEM_JSON, headers=sent)


HANDLERS: dict[int | type[Exception], Any] = {
    AppError: app_error,
    HTTPException: http_error,
    **dict.fromkeys((*database.DATA_ERRORS, *database.INTEGRITY_ERRORS), not_storable),
    Exception: unexpected,
}
"""For ``create_app``: which function answers which failure."""
