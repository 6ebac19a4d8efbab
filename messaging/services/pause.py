"""The kill switch: one for the whole installation (M16, G15)."""

from core import audit, clock, database
from core.errors import InvalidInputError
from core.ids import new_id
from core.scope import Actor, Permission
from core.text import is_plain
from messaging.tables import MessagingPause

LONGEST_REASON = 200


async def is_paused() -> bool:
    """Tell whether nothing may leave now."""
    rows = await MessagingPause.select(MessagingPause.paused).order_by(
        MessagingPause.id, ascending=False
    ).limit(1)  # fmt: skip
    return bool(rows and rows[0]["paused"])


async def set_pause(*, paused: bool, reason: str, by: Actor) -> None:
    """Stop all texts, or let them go again.

    Raises:
        ForbiddenError: the person may not throw the switch.
        InvalidInputError: no reason is given for stopping.
    """
    by.require(Permission.PAUSE_MESSAGES)  # everywhere: the switch stops every organisation
    reason = reason.strip()
    if paused and not reason:
        raise InvalidInputError.of("reason", "Enter why texts are paused")
    if len(reason) > LONGEST_REASON:
        raise InvalidInputError.of("reason", f"Must be {LONGEST_REASON} characters or fewer")
    if not is_plain(reason):
        raise InvalidInputError.of("reason", "Enter text without control characters")
    row = MessagingPause(
        id=new_id(), paused=paused, reason=reason, at=clock.now(), actor=by.account_id
    )
    async with database.transaction():
        await row.save()
        await audit.record(
            "texts_paused" if paused else "texts_resumed",
            by=by,
            subject_type=audit.Subject.MESSAGING,
            subject=row.id,
            reason=reason,
        )
