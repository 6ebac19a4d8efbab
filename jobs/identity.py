"""Before the jobs start: is this still who has sent texts from this database before (G15)?"""

from core.settings import Settings
from messaging.services import identity


async def check(settings: Settings) -> None:
    """Pause all texts where another account or address than before would send them."""
    if settings.sms.twilio is not None:
        await identity.check(
            account_sid=settings.sms.twilio.account_sid, public_url=settings.public_url
        )
