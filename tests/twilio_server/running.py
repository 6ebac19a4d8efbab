"""Settings that point the application at the server, and the account's own requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any

import httpx

from core.scope import Side
from core.sms_settings import SmsSettings, TwilioSettings
from tests.twilio_server.server import SENDER, TwilioServer
from tests.twilio_server.texts import VERSION

_FASTEST = 100.0


def settings_for(server: TwilioServer) -> SmsSettings:
    """Settings of texts that go to the server, as fast as they may."""
    senders = MappingProxyType(dict.fromkeys((*Side, None), SENDER))
    return SmsSettings(
        gateway="twilio",
        twilio=TwilioSettings(server.account, server.token, senders, server.url),
        segments_per_second=_FASTEST,
    )


@asynccontextmanager
async def account_of(server: TwilioServer) -> AsyncIterator[httpx.AsyncClient]:
    """A client that signs in as the account; its paths begin after the account's."""
    async with httpx.AsyncClient(
        base_url=f"{server.url}/{VERSION}/Accounts/{server.account}",
        auth=(server.account, server.token),
    ) as http:
        yield http


def form(**fields: str) -> dict[str, Any]:
    """What a create needs, but for what is given here."""
    return {"To": "+447700900123", "From": SENDER, "Body": "Hello"} | fields
