"""Who waits for a place on a programme."""

from uuid import UUID

from core import database
from core.scope import Scope
from programmes.queries import visibility
from programmes.queries.referrals import REFERRAL, ReferralView, referral_of

_WAITING = (
    " WHERE r.programme = {} AND r.status NOT IN {}"
    " AND NOT EXISTS (SELECT 1 FROM enrolments e WHERE e.participant = r.participant"
    " AND e.status IN {}) AND {} ORDER BY r.received_on, r.id LIMIT 500"
)


async def waiting(programme_id: UUID, *, scope: Scope) -> tuple[ReferralView, ...]:
    """Answer who waits for a place on a programme, the longest wait first."""
    rows = await database.run(
        REFERRAL + _WAITING,
        programme_id,
        visibility.CLOSED,
        visibility.OPEN,
        visibility.participants(scope),
    )
    return tuple(referral_of(row) for row in rows)
