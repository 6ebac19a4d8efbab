"""Records results that documents claim; what they claim is shown as it is, never corrected."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import audit, database
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Side
from programmes.domain.funding import Claim, ClaimedRate
from programmes.queries.claims import claim
from programmes.services.fields import organisation_fault, range_fault, refuse, text_fault
from programmes.services.funding import day_fault, programme_fault, require_managed
from programmes.tables import PublishedClaim

MOST_COUNTED = 1_000_000
MOST_PERCENT = 1000


@dataclass(frozen=True, slots=True)
class ClaimDetails:
    """A result, the document that claims it and when that was."""

    what: ClaimedRate
    claim: Claim
    document: str
    as_at_on: date
    programme_id: UUID | None = None


async def add_claim(organisation_id: UUID, side: Side, details: ClaimDetails, *, by: Actor) -> UUID:
    """Add a result that a document claims, and answer its id.

    Raises:
        InvalidInputError: a field is not valid.
        NotFoundError: the person manages no funding there.
    """
    require_managed(by, side, organisation_id)
    said = details.claim
    refuse(
        [
            await organisation_fault(organisation_id, by=by),
            await programme_fault(details.programme_id, side, organisation_id, by=by),
            range_fault("numerator", said.numerator, 0, MOST_COUNTED),
            range_fault("denominator", said.denominator, 1, MOST_COUNTED),
            _percent_fault(said),
            text_fault("document", details.document, longest=200),
            day_fault("as_at_on", details.as_at_on),
        ]
    )
    added_id = new_id()
    async with database.transaction():
        await PublishedClaim(
            id=added_id, organisation=organisation_id, side=side, programme=details.programme_id,
            what=details.what, numerator=said.numerator, denominator=said.denominator,
            denominator_is_floor=said.is_floor, percent=said.percent,
            document=details.document.strip(), as_at_on=details.as_at_on,
        ).save()  # fmt: skip
        await audit.record(
            "claim_added", by=by, subject_type=audit.Subject.CLAIM, subject=added_id, side=side,
            organisation_id=organisation_id,
            after={"numerator": said.numerator, "denominator": said.denominator},
        )  # fmt: skip
    return added_id


async def remove_claim(claim_id: UUID, *, by: Actor) -> None:
    """Remove a claim that was entered by mistake.

    Raises:
        NotFoundError: it is not visible.
    """
    found = await claim(claim_id, scope=by.scope)
    async with database.transaction():
        gone = PublishedClaim.delete().where(PublishedClaim.id == claim_id)
        if not await gone.returning(PublishedClaim.id):  # somebody else removed it meanwhile
            raise NotFoundError
        await audit.record(
            "claim_removed", by=by, subject_type=audit.Subject.CLAIM, subject=claim_id,
            side=found.side, organisation_id=found.organisation_id,
            before={"numerator": found.claim.numerator, "denominator": found.claim.denominator},
        )  # fmt: skip


def _percent_fault(said: Claim) -> FieldError | None:
    if said.percent is None:
        return None
    in_range = said.percent.is_finite() and 0 <= said.percent <= MOST_PERCENT
    if in_range and said.percent == round(said.percent, 1):  # a longer one cannot be rounded
        return None
    return FieldError("percent", f"Enter a percentage from 0 to {MOST_PERCENT}, like 23.7")
