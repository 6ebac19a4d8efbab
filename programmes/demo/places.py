"""The demonstration's partner offers (D8), and a pause to come."""

import random
from collections.abc import Sequence
from datetime import timedelta

from core import clock, database, invented
from core.scope import Side
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.domain.terms import EnrolmentStatus
from programmes.tables import PartnerOffer, Pause

_OUTCOMES = (
    (PartnerOfferOutcome.ACCEPTED, 42),
    (PartnerOfferOutcome.DECLINED, 24),
    (PartnerOfferOutcome.OFFERED, 14),
    (PartnerOfferOutcome.NO_DETAILS, 12),
    (PartnerOfferOutcome.NOT_SAFE, 8),
)
_BEFORE_JOINING = timedelta(days=5)
_AWAY_IN = timedelta(weeks=3)
_AWAY_FOR = timedelta(days=13)


async def add_offers() -> None:
    """Add the offer to the partner of everybody who has started; those to come have none yet."""
    rows = await database.run(
        "SELECT e.id, e.joined_on FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
        " WHERE c.side = {} AND e.started_on IS NOT NULL ORDER BY e.id",
        Side.PERPETRATOR.value,
    )
    columns = (
        "id", "enrolment", "outcome", "offered_on", "basic_information_given", "recorded_at",
        "version",
    )  # fmt: skip
    await database.bulk_insert(PartnerOffer, columns, [_offer(row) for row in rows])


def _offer(row: database.Row) -> Sequence[object]:
    chance = random.Random(row["id"].int)  # noqa: S311 - invented people, no secret
    outcome = invented.weighted(chance, _OUTCOMES)
    offered_on = row["joined_on"] - _BEFORE_JOINING
    given = outcome not in {PartnerOfferOutcome.NO_DETAILS, PartnerOfferOutcome.NOT_SAFE}
    at = clock.instant_of(offered_on, "15:00")
    return (row["id"], row["id"], outcome.value, offered_on, given, at, 1)


async def add_coming_pause() -> None:
    """Let the first by name of the survivors' group that meets today be away in three weeks."""
    rows = await database.run(
        "SELECT e.id FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
        " JOIN participants p ON p.id = e.participant WHERE c.side = {} AND e.status = {}"
        " ORDER BY p.given_name, p.family_name, e.id LIMIT 1",
        Side.SURVIVOR.value,
        EnrolmentStatus.ACTIVE.value,
    )
    from_on = clock.today() + _AWAY_IN
    await Pause(
        id=rows[0]["id"], enrolment=rows[0]["id"], from_on=from_on, to_on=from_on + _AWAY_FOR,
        reason="An operation, and getting well", recorded_at=clock.now(),
    ).save()  # fmt: skip
