"""Keeps the day on which somebody started right, whatever is marked or corrected (C3)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from piccolo.querystring import QueryString

from core import clock, database
from core.scope import Actor, Side
from programmes.domain.attendance import CREDITABLE
from programmes.domain.terms import OPEN_ENROLMENTS, EnrolmentStatus, ReferralStatus
from programmes.services.moves import Why, move

_STARTS = (
    "WITH RECURSIVE later (id) AS (SELECT e.id FROM enrolments e WHERE e.id IN {} AND {}"
    " UNION SELECT e.id FROM later JOIN enrolments o ON o.id = later.id"
    " JOIN enrolments e ON e.participant = o.participant AND e.continues = o.id),"
    " chain (enrolment, part) AS (SELECT later.id, later.id FROM later UNION ALL"
    " SELECT chain.enrolment, e.continues FROM chain JOIN enrolments e ON e.id = chain.part"
    " WHERE e.continues IS NOT NULL)"
    " SELECT e.id, e.started_on, e.status, e.referral, c.side, c.organisation,"
    " r.status AS referral_status, (SELECT MIN(s.starts_at) FROM chain"
    " JOIN attendances a ON a.enrolment = chain.part JOIN sessions s ON s.id = a.session"
    " JOIN units u ON u.id = s.unit WHERE chain.enrolment = e.id AND a.outcome IN {}"
    " AND u.kind = 'group') AS first_at, EXISTS (SELECT 1 FROM chain JOIN partner_offers o"
    " ON o.enrolment = chain.part WHERE chain.enrolment = e.id) AS offered"
    " FROM later JOIN enrolments e ON e.id = later.id JOIN cohorts c ON c.id = e.cohort"
    " LEFT JOIN referrals r ON r.id = e.referral"
)
"""Places, with those that continue them, each with the first attendance in all that it continues:
a transfer or a re-join has one start."""


async def keep_starts(
    enrolment_ids: Sequence[UUID], *, marked_on: date | None = None, by: Actor
) -> None:
    """Keep ``started_on`` and the status right: a start is the first group unit attended (C3).

    Where nothing but marks of one day is new, give it: whoever started before is passed over.
    The referral of whoever starts moves to ``on_programme``; on the perpetrators' side only once
    the offer to the partner is recorded (D8). It stays there if the mark is corrected.
    """
    if not enrolment_ids:
        return
    rows = await database.run(
        _STARTS,
        database.in_list(enrolment_ids),
        _may_change(marked_on),
        database.in_list(CREDITABLE),
    )
    changed: dict[date | None, list[UUID]] = {}
    for row in rows:
        started_on = _started_on(row)
        if started_on != row["started_on"]:
            changed.setdefault(started_on, []).append(row["id"])
    for started_on, ids in changed.items():  # a whole group starts on one day
        await _write(started_on, ids)
    for row in rows:
        await _move_referral(row, by)


def _may_change(marked_on: date | None) -> QueryString:
    """Answer the condition on ``e``: whose start new marks of that day may change."""
    if marked_on is None:
        return QueryString("(1 = 1)")
    return QueryString("(e.started_on IS NULL OR e.started_on > {})", marked_on)


def _started_on(row: database.Row) -> date | None:
    first_at = database.as_instant(row["first_at"])
    return clock.london(first_at).date() if first_at else None


async def _write(started_on: date | None, enrolment_ids: Sequence[UUID]) -> None:
    """Write the start, and the status that goes with it of places that are open at that moment."""
    if started_on is None:
        before, after = [EnrolmentStatus.ACTIVE], EnrolmentStatus.ENROLLED
    else:
        before = [EnrolmentStatus.INVITED, EnrolmentStatus.ENROLLED]
        after = EnrolmentStatus.ACTIVE
    await database.run(
        "UPDATE enrolments SET started_on = {}, status = CASE WHEN status IN {} THEN {}"
        " ELSE status END WHERE id IN {}",
        started_on,
        database.in_list(status.value for status in before),
        after.value,
        database.in_list(enrolment_ids),
    )


async def _move_referral(row: database.Row, by: Actor) -> None:
    started_on = _started_on(row)
    offer_needed = row["side"] == Side.PERPETRATOR and not row["offered"]
    waits = row["referral_status"] == ReferralStatus.SCHEDULED and row["status"] in OPEN_ENROLMENTS
    if started_on is None or offer_needed or not waits:
        return
    await move(
        row["referral"], ReferralStatus.ON_PROGRAMME,
        Why(started_on, "Attended the first group session"),
        side=Side(row["side"]), organisation_id=row["organisation"], by=by,
    )  # fmt: skip
