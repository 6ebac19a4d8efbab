"""Whether whoever gets a text can answer it."""

from core.scope import Side
from core.settings import Settings
from messaging.domain import senders


def is_two_way(settings: Settings, side: Side | None) -> bool:
    """Tell whether the texts of a side, or of staff, come from a sender that can be answered."""
    twilio = settings.sms.twilio
    return twilio is not None and senders.is_two_way(twilio.senders[side])
