"""Links between perpetrators and survivors, for link workers and safety leads only (D2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope, Side
from programmes.domain.apart import CaseStatus, case_status
from programmes.domain.case_terms import Relationship
from programmes.domain.terms import ReferralStatus
from programmes.queries import visibility


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link; of the perpetrator's case no more than a word and whether a flag is raised (2.7).

    ``perpetrator_name`` is empty for whoever may not see perpetrators' cases.
    """

    id: UUID
    organisation_id: UUID
    survivor_id: UUID
    survivor_name: str
    perpetrator_id: UUID
    perpetrator_reference: str
    perpetrator_name: str
    relationship: Relationship
    status: CaseStatus
    risk_flag: bool
    recorded_by: UUID | None
    recorded_at: datetime
    ended_on: date | None
    version: int


@dataclass(frozen=True, slots=True)
class FoundPerpetrator:
    """What a link worker learns of a perpetrator whom they can name: a word, and the flag."""

    id: UUID
    organisation_id: UUID
    status: CaseStatus
    risk_flag: bool


_CASE = QueryString(
    " (SELECT r.status FROM referrals r WHERE r.participant = q.id"
    " ORDER BY r.received_on DESC, r.id DESC LIMIT 1) AS referral_status,"
    " (SELECT COUNT(*) FROM enrolments e WHERE e.participant = q.id AND e.status IN {}) AS places,"
    " (SELECT COUNT(*) FROM risk_flags f WHERE f.participant = q.id AND f.lowered_at IS NULL)"
    " AS flags",
    visibility.OPEN,
)
_LINK = (
    "SELECT l.id, l.survivor, l.perpetrator, l.relationship, l.recorded_by, l.recorded_at,"
    " l.ended_on, l.version, p.organisation, p.given_name, p.family_name, p.preferred_name,"
    " q.organisation AS other_organisation, q.reference, q.given_name AS other_given_name,"
    " q.family_name AS other_family_name, q.preferred_name AS other_preferred_name, {}"
    " FROM links l JOIN participants p ON p.id = l.survivor"
    " JOIN participants q ON q.id = l.perpetrator"
)


async def links(*, scope: Scope, cursor: Cursor, survivor_id: UUID | None = None) -> Page[LinkView]:
    """Answer visible links, newest first; with ``survivor_id`` those of one survivor."""
    conditions = [visibility.links(scope)]
    if survivor_id:
        conditions.append(QueryString("l.survivor = {}", survivor_id))
    if after := cursor.after_id():
        conditions.append(QueryString("l.id < {}", after))
    rows = await database.run(
        _LINK + " WHERE {} ORDER BY l.id DESC LIMIT {}",
        _CASE,
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page([_link(row, scope) for row in rows], lambda view: (view.id,))


async def link(link_id: UUID, *, scope: Scope) -> LinkView:
    """Answer one link.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _LINK + " WHERE l.id = {} AND {}", _CASE, link_id, visibility.links(scope)
    )
    if not rows:
        raise NotFoundError
    return _link(rows[0], scope)


async def is_linked_perpetrator(participant_id: UUID, *, scope: Scope) -> bool:
    """Tell whether the scope sees an open link of this perpetrator."""
    rows = await database.run(
        "SELECT l.id FROM links l JOIN participants p ON p.id = l.survivor"
        " JOIN participants q ON q.id = l.perpetrator"
        " WHERE q.id = {} AND l.ended_on IS NULL AND {} LIMIT 1",
        participant_id,
        visibility.links(scope),
    )
    return bool(rows)


async def find_perpetrator(reference: str, family_name: str, *, scope: Scope) -> FoundPerpetrator:
    """Answer the perpetrator of exactly this reference and family name, whatever the case.

    Raises:
        NotFoundError: there is none, or more than one.
    """
    rows = await database.run(
        "SELECT q.id, q.organisation, {} FROM participants q"
        " WHERE q.side = {} AND q.reference <> '' AND LOWER(q.reference) = LOWER({})"
        " AND LOWER(q.family_name) = LOWER({}) AND q.closed_out_at IS NULL AND {} AND {} LIMIT 2",
        _CASE,
        Side.PERPETRATOR.value,
        reference.strip(),
        family_name.strip(),
        visibility.named(scope, "q.id"),
        visibility.linkable(scope),
    )
    if len(rows) != 1:
        raise NotFoundError
    return _found(rows[0])


async def linkable_perpetrator(participant_id: UUID, *, scope: Scope) -> FoundPerpetrator:
    """Answer a perpetrator with whom the scope may record a link.

    Raises:
        NotFoundError: there is none.
    """
    rows = await database.run(
        "SELECT q.id, q.organisation, {} FROM participants q"
        " WHERE q.id = {} AND q.side = {} AND q.closed_out_at IS NULL AND {} AND {}",
        _CASE,
        participant_id,
        Side.PERPETRATOR.value,
        visibility.named(scope, "q.id"),
        visibility.linkable(scope),
    )
    if not rows:
        raise NotFoundError
    return _found(rows[0])


def _found(row: database.Row) -> FoundPerpetrator:
    return FoundPerpetrator(row["id"], row["organisation"], _status(row), bool(row["flags"]))


def _status(row: database.Row) -> CaseStatus:
    referral = ReferralStatus(row["referral_status"]) if row["referral_status"] else None
    return case_status(referral, has_place=bool(row["places"]))


def _link(row: database.Row, scope: Scope) -> LinkView:
    sees_both = scope.covers(
        Permission.VIEW_CASES,
        side=Side.PERPETRATOR,
        organisation_id=row["other_organisation"],
    )
    other = row["other_preferred_name"] or row["other_given_name"]
    return LinkView(
        id=row["id"],
        organisation_id=row["organisation"],
        survivor_id=row["survivor"],
        survivor_name=f"{row['preferred_name'] or row['given_name']} {row['family_name']}",
        perpetrator_id=row["perpetrator"],
        perpetrator_reference=row["reference"],
        perpetrator_name=f"{other} {row['other_family_name']}" if sees_both else "",
        relationship=Relationship(row["relationship"]),
        status=_status(row),
        risk_flag=bool(row["flags"]),
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
        ended_on=row["ended_on"],
        version=row["version"],
    )
