"""Raises what somebody must look into, once while it is open, and settles it."""

from uuid import UUID

from core import audit, clock, database, log
from core.errors import NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission
from messaging.domain.terms import AlertKind

_LOG = log.get(__name__)


async def raise_alert(kind: AlertKind, subject: UUID | str = "", *, error_code: int = 0) -> None:
    """Open an alert, or count one more time on the one that is open already.

    Call it in the transaction of what it follows from, where there is one.
    """
    now = clock.now()
    await database.run(
        "INSERT INTO messaging_alerts (id, kind, subject, error_code, times, opened_at, last_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (kind, subject) WHERE settled_at IS NULL"
        " DO UPDATE SET times = messaging_alerts.times + 1, last_at = excluded.last_at,"
        " error_code = excluded.error_code",
        new_id(), kind.value, str(subject), error_code, 1, now, now,
    )  # fmt: skip
    _LOG.error("messaging_alert", kind=kind.value, subject=str(subject), error_code=error_code)


async def settle(alert_id: UUID, *, by: Actor) -> None:
    """Close an alert that somebody has looked into; the next of its kind opens a new one.

    Raises:
        ForbiddenError: the person does not run the whole installation.
        NotFoundError: there is none, or it is settled already.
    """
    by.require(Permission.PAUSE_MESSAGES)
    async with database.transaction():
        rows = await database.run(
            "UPDATE messaging_alerts SET settled_at = {}, settled_by = {}"
            " WHERE id = {} AND settled_at IS NULL RETURNING kind",
            clock.now(),
            by.account_id,
            alert_id,
        )
        if not rows:
            raise NotFoundError
        await audit.record(
            "alert_settled", by=by, subject_type=audit.Subject.MESSAGING, subject=alert_id,
            after={"kind": rows[0]["kind"]},
        )  # fmt: skip
