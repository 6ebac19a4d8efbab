"""What may be sent: JSON or a form that can be read and stored, or a refusal."""

from typing import Any

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import ClientException, HTTPException, ValidationException

_JSON = "application/json"
NOT_READABLE = "The body is not valid JSON"
_FORM_NOT_READABLE = "The form cannot be read"


class NotJsonError(HTTPException):
    """The body calls itself something else than JSON."""

    status_code = 415


class FormRequest(Request[Any, Any, Any]):
    """A request for a page, or under ``/api/v1`` with a file."""

    async def form(self) -> FormMultiDict:
        """Answer the form.

        Raises:
            ClientException: a part is not text in the encoding that it names, or names none that
                there is, or holds half a character.
        """
        try:
            found = await super().form()
            for name, value in found.multi_items():
                f"{name}{value}".encode()
        except HTTPException:
            raise
        except (LookupError, ValueError):
            raise ClientException(_FORM_NOT_READABLE) from None
        return found


class JsonRequest(FormRequest):
    """A request under ``/api/v1``."""

    async def json(self) -> Any:
        """Answer the body.

        Raises:
            NotJsonError: the content type is another.
            ClientException: it is not JSON, or nested without end.
            ValidationException: a text holds a NUL, which PostgreSQL cannot store.
        """
        if self.content_type[0] != _JSON:
            raise NotJsonError
        try:
            value = await super().json()
        except (UnicodeDecodeError, RecursionError):
            raise ClientException(NOT_READABLE) from None
        if b"\\u0000" in await self.body() and (field := _field_with_nul(value)) is not None:
            message = "Must not contain the character NUL"
            raise ValidationException(extra=[{"key": field, "message": message}])
        return value


async def readable_form(request: Request[Any, Any, Any]) -> None:
    """Read the form before its fields are looked at, so that one that is no text is refused.

    Raises:
        ClientException: it cannot be read.
    """
    await request.form()


def _field_with_nul(body: Any) -> str | None:
    waiting: list[tuple[str, Any]] = [("", body)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str) and "\x00" in value:
            return path
        if isinstance(value, dict):
            if any("\x00" in key for key in value):
                return path
            waiting += [(f"{path}.{key}" if path else key, inner) for key, inner in value.items()]
        if isinstance(value, list):
            waiting += [(f"{path}[{place}]", inner) for place, inner in enumerate(value)]
    return None
