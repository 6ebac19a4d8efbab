"""Whose confirmation that texts are safe ends soon, or has ended, with sessions to come (M2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Permission, Scope, Side
from programmes.domain.contact import last_day
from programmes.domain.terms import SessionStatus, SmsSafety
from programmes.queries import visibility
from programmes.queries.progress import first_name_and_initial

REMIND_DAYS = 7
"""So long before it ends whoever works with the person is reminded to ask again."""


@dataclass(frozen=True, slots=True)
class EndingConfirmation:
    """Somebody who is to be asked again whether texts are safe; none go after ``last_on``.

    It is ``None`` where the confirmation was taken back, as at a change of risk.
    """

    participant_id: UUID
    name: str
    last_on: date | None


async def ending_confirmations(
    *, scope: Scope, lasting_days: Mapping[Side, int], limit: int
) -> tuple[EndingConfirmation, ...]:
    """Answer who is to be asked again, of those who have a session to come.

    Those whose confirmation was taken back come first, then whose ends or ended the soonest.
    """
    soon = clock.today() + timedelta(days=REMIND_DAYS)
    sides = [
        QueryString("(p.side = {} AND k.confirmed_on <= {})", side.value, soon - timedelta(days))
        for side, days in lasting_days.items()
    ]
    rows = await database.run(
        "SELECT p.id, p.side, p.given_name, p.family_name, p.preferred_name, k.confirmed_on,"
        " k.sms"
        " FROM safe_contacts k JOIN participants p ON p.id = k.participant"
        " WHERE k.number IS NOT NULL AND k.confirmed_on IS NOT NULL"
        " AND (k.sms = {} OR (k.sms = {} AND ({}))) AND {}"
        " AND EXISTS (SELECT 1 FROM enrolments e JOIN sessions s ON s.cohort = e.cohort"
        " WHERE e.participant = p.id AND e.status IN {} AND s.status = {} AND s.starts_at > {}"
        " AND (s.enrolment IS NULL OR s.enrolment = e.id))"
        " ORDER BY k.sms DESC, k.confirmed_on, p.id LIMIT {}",
        SmsSafety.UNKNOWN.value,
        SmsSafety.SAFE.value,
        QueryString(" OR ".join(["{}"] * len(sides)), *sides),
        visibility.participants(scope, Permission.MANAGE_PEOPLE),
        visibility.OPEN,
        SessionStatus.SCHEDULED.value,
        clock.now(),
        limit,
    )
    found = [_ending(row, lasting_days) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.last_on or date.min, one.participant_id)))


def _ending(row: database.Row, lasting_days: Mapping[Side, int]) -> EndingConfirmation:
    last_on = None
    if row["sms"] == SmsSafety.SAFE:
        last_on = last_day(row["confirmed_on"], lasting_days[Side(row["side"])])
    return EndingConfirmation(row["id"], first_name_and_initial(row), last_on)
