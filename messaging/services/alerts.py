"""Raises what somebody must look into, once while it is open, and settles it."""

from uuid import UUID

from core import clock, database, log
from core.ids import new_id
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
