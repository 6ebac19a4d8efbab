"""Whether support was offered to the partners of those who start, and what came of it (D8)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import database
from core.errors import NotFoundError
from core.scope import Permission, Scope, Side
from programmes.domain.case_terms import PartnerOfferOutcome
from programmes.queries import visibility
from programmes.queries.marks import CHAIN
from programmes.queries.progress import first_name_and_initial


@dataclass(frozen=True, slots=True)
class OfferView:
    """An offer and what came of it; ``version`` is what a change of it sends."""

    outcome: PartnerOfferOutcome
    offered_on: date
    basic_information_given: bool
    version: int


@dataclass(frozen=True, slots=True)
class OfferPlace:
    """Whose partner it is about, with no more of the case than that; ``None`` without an offer."""

    enrolment_id: UUID
    cohort_id: UUID
    organisation_id: UUID
    name: str
    programme_name: str
    joined_on: date
    started_on: date | None
    offer: OfferView | None


_PLACE = (
    "SELECT e.id, e.cohort, c.organisation, p.given_name, p.family_name, p.preferred_name, g.name,"
    " e.joined_on, e.started_on, o.outcome, o.offered_on, o.basic_information_given, o.version"
    " FROM enrolments e JOIN participants p ON p.id = e.participant"
    " JOIN cohorts c ON c.id = e.cohort"
    " JOIN programme_versions v ON v.id = c.programme_version"
    " JOIN programmes g ON g.id = v.programme LEFT JOIN partner_offers o ON o.enrolment = e.id"
)
_OFFERED = (
    "WITH RECURSIVE chain (enrolment, part) AS (SELECT e.id, e.id FROM enrolments e"
    " WHERE e.status IN {} UNION ALL SELECT chain.enrolment, e.continues FROM chain"
    " JOIN enrolments e ON e.id = chain.part WHERE e.continues IS NOT NULL),"
    " offered (enrolment) AS (SELECT chain.enrolment FROM chain"
    " JOIN partner_offers o ON o.enrolment = chain.part) "
)


async def is_recorded(enrolment_id: UUID, *, scope: Scope) -> bool:
    """Tell of a visible place whether the offer is recorded, here or where it continues."""
    rows = await database.run(
        CHAIN  # noqa: S608 - our own words
        + "SELECT o.id FROM chain JOIN partner_offers o ON o.enrolment = chain.part"
        " JOIN enrolments h ON h.id = chain.enrolment JOIN cohorts c ON c.id = h.cohort WHERE {}",
        database.in_list([enrolment_id]),
        visibility.cohorts(scope),
    )
    return bool(rows)


async def offer_place(enrolment_id: UUID, *, scope: Scope) -> OfferPlace:
    """Answer whose partner an offer is about, and the offer, to those whose link it is.

    Raises:
        NotFoundError: it is not there, not a perpetrator's, or not theirs to see.
    """
    rows = await database.run(
        _PLACE + " WHERE e.id = {} AND c.side = {} AND {} AND {}",
        enrolment_id,
        Side.PERPETRATOR.value,
        visibility.partner_offers(scope),
        visibility.unrestricted(scope),
    )
    if not rows:
        raise NotFoundError
    return _place(rows[0])


async def places_without_offer(
    *, scope: Scope, permission: Permission, joined_by: date
) -> tuple[OfferPlace, ...]:
    """Answer the open places up to that day of joining for which no offer is recorded."""
    keeps_links = permission is Permission.MANAGE_LINKS
    rows = await database.run(
        _OFFERED  # noqa: S608 - our own words
        + _PLACE
        + " WHERE c.side = {} AND e.status IN {} AND e.joined_on <= {}"
        " AND NOT EXISTS (SELECT 1 FROM offered f WHERE f.enrolment = e.id) AND {} AND {}"
        " ORDER BY e.joined_on, e.id LIMIT 500",
        visibility.OPEN,
        Side.PERPETRATOR.value,
        visibility.OPEN,
        joined_by,
        visibility.partner_offers(scope) if keeps_links else visibility.cohorts(scope, permission),
        visibility.unrestricted(scope),
    )
    return tuple(_place(row) for row in rows)


def _place(row: database.Row) -> OfferPlace:
    return OfferPlace(
        enrolment_id=row["id"],
        cohort_id=row["cohort"],
        organisation_id=row["organisation"],
        name=first_name_and_initial(row),
        programme_name=row["name"],
        joined_on=row["joined_on"],
        started_on=row["started_on"],
        offer=OfferView(
            PartnerOfferOutcome(row["outcome"]),
            row["offered_on"],
            bool(row["basic_information_given"]),
            row["version"],
        )
        if row["outcome"]
        else None,
    )
