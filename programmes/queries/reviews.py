"""Reviews of absences with their clock, and the rules that open them (2.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from piccolo.querystring import QueryString

from accounts.queries import OrganisationView, organisations
from core import clock, database
from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope, Side
from programmes.domain.absences import DEFAULT_RULES, ReviewRule
from programmes.domain.case_terms import ReviewCause, ReviewOutcome
from programmes.domain.terms import OPEN_ENROLMENTS, EnrolmentStatus, Mandate
from programmes.queries import visibility
from programmes.queries.progress import first_name_and_initial


@dataclass(frozen=True, slots=True)
class ReviewView:
    """That somebody's absences are to be reviewed by ``due_on``, or how that ended."""

    id: UUID
    enrolment_id: UUID
    participant_id: UUID
    name: str
    cohort_id: UUID
    cohort_code: str
    side: Side
    organisation_id: UUID
    session_id: UUID
    absent_at: datetime
    cause: ReviewCause
    absences: int
    due_on: date
    opened_at: datetime
    closed_at: datetime | None
    closed_by: UUID | None
    outcome: ReviewOutcome | None
    note: str
    version: int
    place_is_open: bool


@dataclass(frozen=True, slots=True)
class RuleView:
    """The rule of one mandate in one organisation; ``version`` 0 while the default holds."""

    organisation_id: UUID
    organisation: str
    mandate: Mandate
    rule: ReviewRule
    version: int


_REVIEW = (
    "SELECT v.id, v.enrolment, v.session, v.cause, v.absences, v.opened_at, v.due_on,"
    " v.closed_at, v.closed_by, v.outcome, v.note, v.version, e.status, s.starts_at,"
    " c.id AS cohort, c.code, c.side, c.organisation, p.id AS participant, p.given_name,"
    " p.family_name, p.preferred_name FROM absence_reviews v"
    " JOIN enrolments e ON e.id = v.enrolment"
    " JOIN cohorts c ON c.id = e.cohort JOIN participants p ON p.id = e.participant"
    " JOIN sessions s ON s.id = v.session"
)


async def reviews(
    *, scope: Scope, cursor: Cursor, enrolment_id: UUID | None = None, closed: bool = False
) -> Page[ReviewView]:
    """Answer visible reviews, open ones unless ``closed``, the soonest due first."""
    conditions = [
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
        QueryString("v.closed_at IS NOT NULL" if closed else "v.closed_at IS NULL"),
    ]
    if enrolment_id:
        conditions.append(QueryString("v.enrolment = {}", enrolment_id))
    if after := cursor.after_instant():
        day = clock.london(after[0]).date()
        conditions.append(
            QueryString("(v.due_on > {} OR (v.due_on = {} AND v.id > {}))", day, day, after[1])
        )
    rows = await database.run(
        _REVIEW + " WHERE {} ORDER BY v.due_on, v.id LIMIT {}",
        database.all_of(conditions),
        cursor.limit + 1,
    )
    return cursor.page(
        [_review(row) for row in rows],
        lambda view: (clock.instant_of(view.due_on, "00:00"), view.id),
    )


async def review(review_id: UUID, *, scope: Scope) -> ReviewView:
    """Answer one review.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    rows = await database.run(
        _REVIEW + " WHERE v.id = {} AND {} AND {}",
        review_id,
        visibility.cohorts(scope),
        visibility.unrestricted(scope),
    )
    if not rows:
        raise NotFoundError
    return _review(rows[0])


def _review(row: database.Row) -> ReviewView:
    return ReviewView(
        id=row["id"],
        enrolment_id=row["enrolment"],
        participant_id=row["participant"],
        name=first_name_and_initial(row),
        cohort_id=row["cohort"],
        cohort_code=row["code"],
        side=Side(row["side"]),
        organisation_id=row["organisation"],
        session_id=row["session"],
        absent_at=row["starts_at"],
        cause=ReviewCause(row["cause"]),
        absences=row["absences"],
        due_on=row["due_on"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        outcome=ReviewOutcome(row["outcome"]) if row["outcome"] else None,
        note=row["note"],
        version=row["version"],
        place_is_open=EnrolmentStatus(row["status"]) in OPEN_ENROLMENTS,
    )


async def absence_rules(*, scope: Scope) -> tuple[RuleView, ...]:
    """Answer the rules in each organisation that the scope manages, by name.

    On the survivors' side there is the voluntary one only; the others are the other side's.
    """
    managed = [
        (one, mandates)
        for one in await organisations(scope=scope)
        if (mandates := _mandates(one.id, scope))
    ]
    rows = await database.run(
        "SELECT organisation, mandate, after_unacceptable, after_consecutive,"
        " act_within_working_days, version FROM absence_rules WHERE organisation IN {}",
        database.in_list(one.id for one, _ in managed),
    )
    stored = {(row["organisation"], row["mandate"]): row for row in rows}
    return tuple(
        _rule_view(one, mandate, stored.get((one.id, mandate.value)))
        for one, mandates in managed
        for mandate in mandates
    )


def _mandates(organisation_id: UUID, scope: Scope) -> tuple[Mandate, ...]:
    sides = {
        area.side
        for area in scope.within(Permission.MANAGE_PROGRAMMES)
        if area.organisation_id in (None, organisation_id)
    }
    if Side.PERPETRATOR in sides:
        return tuple(DEFAULT_RULES)
    return (Mandate.VOLUNTARY,) if sides else ()


def _rule_view(of: OrganisationView, mandate: Mandate, row: database.Row | None) -> RuleView:
    if row is None:
        return RuleView(of.id, of.name, mandate, DEFAULT_RULES[mandate], 0)
    return RuleView(of.id, of.name, mandate, rule_of(row), row["version"])


def rule_of(row: database.Row) -> ReviewRule:
    """Answer a rule out of its columns."""
    return ReviewRule(
        row["after_unacceptable"], row["after_consecutive"], row["act_within_working_days"]
    )
