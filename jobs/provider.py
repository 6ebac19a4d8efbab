"""Asks the provider about texts in doubt or unreported, and empties what is past its time."""

from core.scope import SYSTEM
from messaging.gateways.base import SmsGateway
from messaging.services import purging, reconciling
from programmes.queries.retention import people_on_hold


async def reconcile(gateway: SmsGateway) -> int:
    """Settle what is known of texts in doubt; answer about how many the provider was asked."""
    return await reconciling.reconcile(gateway)


async def purge(gateway: SmsGateway) -> int:
    """Empty old numbers and words, here and at the provider; answer how many (M15)."""
    on_hold = await people_on_hold(scope=SYSTEM.scope)
    return await purging.purge(on_hold=on_hold) + await purging.redact(gateway)
