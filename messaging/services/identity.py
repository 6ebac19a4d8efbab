"""As whom this installation sends; whoever is new, moved or restored starts paused (G15, W11)."""

from core import clock, database, log
from core.ids import new_id
from core.scope import SYSTEM
from messaging.domain.terms import AlertKind
from messaging.services import alerts, pause
from messaging.tables import SendingIdentity

_LOG = log.get(__name__)

FIRST = "This database has never sent texts. Check senders, rules and guests, then resume."
OTHER_ACCOUNT = "Texts go through another Twilio account than before. Check it, then resume."
OTHER_ADDRESS = "The public address has changed, so receipts and replies may be lost. Check it."


async def check(*, account_sid: str, public_url: str) -> str | None:
    """Pause everything, once, if texts would go out as somebody else than before; answer why.

    Call it before anything is sent, with what the settings say.
    """
    async with database.transaction():
        await database.serialise("sending identity")
        reason = await _difference(account_sid, public_url)
        if reason is None:
            return None
        await SendingIdentity(
            id=new_id(), account_sid=account_sid, public_url=public_url, at=clock.now()
        ).save()
        await _stop(reason)
    return reason


async def _difference(account_sid: str, public_url: str) -> str | None:
    rows = await SendingIdentity.select().order_by(SendingIdentity.id, ascending=False).limit(1)
    if not rows:
        return FIRST
    if rows[0]["account_sid"] != account_sid:
        return OTHER_ACCOUNT
    return OTHER_ADDRESS if rows[0]["public_url"] != public_url else None


async def pause_because(reason: str) -> None:
    """Stop all texts until somebody who may throw the switch has looked, and tell them why."""
    async with database.transaction():
        await _stop(reason)


async def _stop(reason: str) -> None:
    await pause.write(paused=True, reason=reason, by=SYSTEM)
    await alerts.raise_alert(AlertKind.STARTED_PAUSED)
    _LOG.warning("texts_paused_by_the_service")
