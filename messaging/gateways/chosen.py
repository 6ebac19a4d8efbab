"""The way to send texts that the settings choose, and what is odd about them."""

from urllib.parse import urlsplit

from core.errors import SettingsError
from core.scope import Side
from core.settings import Settings
from messaging.domain import senders
from messaging.gateways.base import SmsGateway
from messaging.gateways.console import ConsoleGateway


def gateway_of(settings: Settings) -> SmsGateway:
    """Make the gateway; nothing is asked of the provider yet.

    Raises:
        SettingsError: texts could not come from that sender, or receipts not come back.
    """
    twilio = settings.sms.twilio
    if twilio is None:
        return ConsoleGateway()
    for side, sender in twilio.senders.items():
        if problem := senders.fault(sender):
            name = f"TRACKER_TWILIO_FROM_{side.upper()}" if side else "TRACKER_TWILIO_FROM"
            raise SettingsError(f"{name} {problem}")
    if settings.sms.is_live and urlsplit(settings.public_url).scheme != "https":
        raise SettingsError("TRACKER_PUBLIC_URL must begin with https:// for Twilio to reach it")
    from messaging.gateways.twilio import TwilioGateway  # noqa: PLC0415 - 13 MB, for it alone

    return TwilioGateway(twilio, public_url=settings.public_url)


def warnings(settings: Settings) -> tuple[str, ...]:
    """Answer what works but should not stay as it is, in sentences."""
    twilio = settings.sms.twilio
    if twilio is None:
        return ()
    found = []
    if twilio.senders[Side.PERPETRATOR] == twilio.senders[Side.SURVIVOR]:
        found.append(
            "Both sides get texts from one sender, so a phone that is looked at may give one away;"
            " set TRACKER_TWILIO_FROM_PERPETRATOR and TRACKER_TWILIO_FROM_SURVIVOR"
        )
    if settings.sms.is_live and settings.sms.guests is not None:
        found.append("Only the guests of TRACKER_SMS_GUESTS get texts")
    return tuple(found)
