"""Makes what belongs to referrals with one call, straight into the tables."""

import json
from collections.abc import Collection
from datetime import date
from uuid import UUID

from core import clock
from programmes.domain.case_terms import PartOfDay, ToldReferrer
from programmes.domain.terms import ReferralStatus
from programmes.tables import ParticipantNeeds, ReferralMove, ReferrerUpdate


async def make_move(
    *,
    referral_id: UUID,
    to: ReferralStatus = ReferralStatus.RECEIVED,
    before: ReferralStatus | None = None,
    on: date | None = None,
) -> UUID:
    """A line of a referral's history; where the referral stands is not touched."""
    row = ReferralMove(
        referral=referral_id, from_status=before, to_status=to, moved_on=on or clock.today(),
        moved_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row.id


async def make_told(
    *, referral_id: UUID, told: ToldReferrer = ToldReferrer.RECEIVED, on: date | None = None
) -> UUID:
    """That the referrer was told, today unless ``on`` says otherwise."""
    row = ReferrerUpdate(
        referral=referral_id, told=told, told_on=on or clock.today(), recorded_at=clock.now()
    )
    await row.save()
    return row.id


async def make_needs(
    *,
    participant_id: UUID,
    available: Collection[tuple[int, PartOfDay]] = (),
    venues_to_avoid: Collection[UUID] = (),
    access_needs: str = "",
) -> UUID:
    """When somebody can come, as (weekday, part of the day), and where they cannot."""
    row = ParticipantNeeds(
        participant=participant_id,
        availability=json.dumps([{"weekday": day, "part": part} for day, part in available]),
        venues_to_avoid=json.dumps([str(venue) for venue in venues_to_avoid]),
        access_needs=access_needs, updated_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row.id
