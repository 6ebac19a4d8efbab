"""Records that support was offered to the partner of somebody who starts (D8)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import StaleVersionError
from core.scope import Actor, Permission, Side
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.queries.partner_offers import offer_place
from programmes.services.fields import past_fault, refuse, saying_who
from programmes.services.starts import keep_starts
from programmes.tables import PartnerOffer


@dataclass(frozen=True, slots=True)
class Offer:
    """What came of the offer, and whether basic information was given all the same."""

    outcome: PartnerOfferOutcome
    offered_on: date
    basic_information_given: bool


async def record_offer(enrolment_id: UUID, offer: Offer, *, version: int, by: Actor) -> None:
    """Record the offer, or what came of it later; whoever has started is on the programme then.

    ``version`` is 0 where none is recorded. What came of it is for those who keep links only.

    Raises:
        StaleVersionError: somebody else recorded it in the meantime.
    """
    place = await offer_place(enrolment_id, scope=by.scope)
    by.require(
        Permission.MANAGE_LINKS, side=Side.PERPETRATOR, organisation_id=place.organisation_id
    )
    refuse([past_fault("offered_on", offer.offered_on)])
    columns = {
        "outcome": offer.outcome.value,
        "offered_on": offer.offered_on,
        "basic_information_given": offer.basic_information_given,
        "recorded_by": by.account_id,
        "recorded_at": clock.now(),
    }
    async with saying_who(enrolment_id, by=by), database.transaction():
        # A first mark saved side by side must not miss the offer, nor the offer the mark.
        await database.serialise(f"registers of {place.cohort_id}")
        await _write(enrolment_id, columns, version=version)
        await audit.record(
            "partner_offer_recorded", by=by, subject_type=audit.Subject.ENROLMENT,
            subject=enrolment_id, side=Side.PERPETRATOR, organisation_id=place.organisation_id,
        )  # fmt: skip
        await keep_starts([enrolment_id], by=by)


async def _write(enrolment_id: UUID, columns: dict[str, Any], *, version: int) -> None:
    if version == 0:
        with database.refusing(PartnerOffer, enrolment=StaleVersionError()):
            await PartnerOffer(enrolment=enrolment_id, **columns).save()
        return
    touched = await (
        PartnerOffer.update(database.assignments({**columns, "version": version + 1}))
        .where(PartnerOffer.enrolment == enrolment_id, PartnerOffer.version == version)
        .returning(PartnerOffer.id)
    )
    if not touched:
        raise StaleVersionError
