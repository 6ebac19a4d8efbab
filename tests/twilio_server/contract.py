"""Every request and answer held against Twilio's own document, where it is present."""

import functools
import json
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

from tests.twilio_server.wire import Answer, Request

DOCUMENT = Path(__file__).parents[3] / "shared" / "twilio" / "messages_openapi.json"
_HOST = "https://api.twilio.com"


@functools.cache
def document() -> OpenAPI | None:
    """The document; ``None`` on a machine that has no copy."""
    if not DOCUMENT.is_file():
        return None
    return OpenAPI.from_dict(json.loads(DOCUMENT.read_text("utf-8")))


def breaches(request: Request, answer: Answer) -> list[str]:
    """What of a request that was served, or of its answer, the document does not allow.

    The document has no errors: a refusal says nothing about the request.
    """
    openapi = document()
    if openapi is None or not 200 <= answer.status < 300:
        return []
    asked = MockRequest(
        _HOST,
        request.method,
        request.path,
        args=request.query,
        headers=dict(request.headers),
        data=request.body,
        content_type=request.headers.get("content-type", "").partition(";")[0],
    )
    told = MockResponse(answer.body, answer.status, dict(answer.headers), answer.kind)
    found = []
    for what, check in (
        ("asked", lambda: openapi.validate_request(asked)),
        ("told", lambda: openapi.validate_response(asked, told)),
    ):
        try:
            check()
        except OpenAPIError as error:
            found.append(f"{what}: {request.method} {request.path}: {_said(error)}")
    return found


def _said(error: BaseException) -> str:
    errors: Any = getattr(error.__cause__, "schema_errors", ())
    return f"{error!r} {error.__cause__!r} {[str(one).splitlines()[0] for one in errors]}"
