"""What about sending somebody must look into, and what it means; of the whole installation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import ForbiddenError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope
from messaging.domain.provider_words import ALERT_WORDS
from messaging.domain.reasons import Words
from messaging.domain.terms import AlertKind


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert in words; ``template`` names the wording that it is about, empty for other things.

    ``error_code`` is the provider's, ``None`` where it named none.
    """

    id: UUID
    kind: AlertKind
    words: Words
    template: str
    error_code: int | None
    times: int
    opened_at: datetime
    last_at: datetime
    settled_at: datetime | None
    settled_by: UUID | None


async def alerts(*, scope: Scope, cursor: Cursor, settled: bool = False) -> Page[AlertView]:
    """Answer the alerts that wait, or those settled before, newest first.

    Raises:
        ForbiddenError: the person does not run the whole installation.
    """
    _check_right(scope)
    conditions = [QueryString("a.settled_at IS NOT NULL" if settled else "a.settled_at IS NULL")]
    if after := cursor.after_id():
        conditions.append(QueryString("a.id < {}", after))
    rows = await database.run(
        "SELECT a.id, a.kind, a.subject, a.error_code, a.times, a.opened_at, a.last_at,"
        " a.settled_at, a.settled_by, t.name AS template FROM messaging_alerts a"
        " LEFT JOIN message_templates t ON CAST(t.id AS TEXT) = a.subject"
        " WHERE {} ORDER BY a.id DESC LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page([_alert(row) for row in rows], lambda view: (view.id,))


async def open_alerts(*, scope: Scope) -> int:
    """Answer how many alerts wait.

    Raises:
        ForbiddenError: the person does not run the whole installation.
    """
    _check_right(scope)
    rows = await database.run(
        "SELECT COUNT(*) AS number FROM messaging_alerts WHERE settled_at IS NULL"
    )
    return int(rows[0]["number"])


def _check_right(scope: Scope) -> None:
    if not scope.covers(Permission.PAUSE_MESSAGES, side=None, organisation_id=None):
        raise ForbiddenError


def _alert(row: database.Row) -> AlertView:
    kind = AlertKind(row["kind"])
    return AlertView(
        id=row["id"],
        kind=kind,
        words=ALERT_WORDS[kind],
        template=row["template"] or "",
        error_code=row["error_code"] or None,
        times=row["times"],
        opened_at=row["opened_at"],
        last_at=row["last_at"],
        settled_at=row["settled_at"],
        settled_by=row["settled_by"],
    )
