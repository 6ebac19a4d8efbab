"""An environment that points the application at the server, and the account's own requests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.twilio_server.server import SENDER, TwilioServer
from tests.twilio_server.texts import VERSION


def environ_for(server: TwilioServer) -> dict[str, str]:
    """The environment of an installation whose texts go to the server, as fast as they may."""
    return {
        "TRACKER_PUBLIC_URL": "https://tracker.example.org",
        "TRACKER_SECRET_KEY": "k" * 32,
        "TRACKER_SMS": "twilio",
        "TRACKER_SMS_SEGMENTS_PER_SECOND": "100",
        "TRACKER_TWILIO_ACCOUNT_SID": server.account,
        "TRACKER_TWILIO_AUTH_TOKEN": server.token,
        "TRACKER_TWILIO_API_URL": server.url,
        "TRACKER_TWILIO_FROM": SENDER,
    }


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
