"""Asks the rooms what falls due, hands it to messaging, and lets due texts go out."""

from core.settings import Settings
from messaging.gateways.base import SmsGateway


async def plan(settings: Settings) -> int:
    """Plan what falls due; answer how many texts were planned."""
    del settings
    return 0


async def dispatch(settings: Settings, gateway: SmsGateway) -> int:
    """Send what is due; answer how many texts were handed over."""
    del settings, gateway
    return 0


async def expire() -> int:
    """End texts whose time has passed; answer how many."""
    return 0
