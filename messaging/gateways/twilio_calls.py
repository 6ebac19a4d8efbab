"""Makes the Twilio SDK's calls: one try each, and whoever calls learns what is surely not sent."""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

_CONNECT_SECONDS = 5
_TOTAL_SECONDS = 10
_SUCCESS = range(200, 300)
_NEVER_SENT = (
    aiohttp.ClientConnectorError,  # refused, no such name, the handshake of TLS failed
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)


class NeverSentError(Exception):
    """No connection came about, so that nothing can have reached the provider."""


class RefusedError(Exception):
    """The provider answered with something other than success.

    ``code`` is its own, 0 where it named none; ``retry_after`` the header as it came.
    """

    def __init__(self, status: int, code: int, retry_after: str) -> None:
        super().__init__(f"HTTP {status}, code {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Calls(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """What the SDK calls through: no second try, no redirect, no other host, nothing in a log.

    The SDK's own asynchronous client mixes up answers or ignores its time-out, by its settings, and
    logs the query of lists (messaging.md 0 and G17).
    """

    def __init__(self, base_url: str) -> None:
        super().__init__(logging.getLogger("twilio"), is_async=True)
        self._base_url = base_url
        self._session: aiohttp.ClientSession | None = None

    async def request(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        uri: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] = ("", ""),
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - the SDK's signature
        allow_redirects: bool = False,  # noqa: FBT001, FBT002, ARG002 - the SDK's signature
    ) -> Response:
        """Try once, and answer a success.

        Raises:
            NeverSentError: the provider was not reached.
            RefusedError: it answered with anything but success.
            Exception: whatever else happened; nobody knows what the provider did.
        """
        if not uri.startswith(f"{self._base_url}/"):
            raise NeverSentError
        try:
            asked = await self._open().request(
                method, uri, params=params, data=urlencode(data or {}), allow_redirects=False,
                headers={**(headers or {}), "Authorization": aiohttp.encode_basic_auth(*auth)},
            )  # fmt: skip
        except _NEVER_SENT as error:
            raise NeverSentError from error
        async with asked as answer:
            if answer.status not in _SUCCESS:
                raise RefusedError(
                    answer.status, await _code(answer), answer.headers.get("Retry-After", "")
                )
            return Response(answer.status, await answer.text(), answer.headers)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:  # only here is there a running loop for it
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_TOTAL_SECONDS, connect=_CONNECT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _code(answer: aiohttp.ClientResponse) -> int:
    """Answer the provider's own code of an error, 0 where its body names none or is broken."""
    try:
        found = json.loads(await answer.text())["code"]
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError):
        return 0
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
