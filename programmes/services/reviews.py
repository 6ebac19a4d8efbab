"""Opens, closes and settles reviews of absences as registers are saved and places end (2.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import InvalidInputError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.bank_holidays import is_bank_holiday
from programmes.domain.absences import (
    BY_MARKS,
    DEFAULT_RULES,
    FOR_SURVIVORS,
    MarkedSession,
    ReviewRule,
    Trigger,
    act_by,
    may_ask,
    triggers,
)
from programmes.domain.case_terms import ReviewCause, ReviewOutcome
from programmes.domain.register import Changes
from programmes.domain.terms import OPEN_ENROLMENTS, EnrolmentStatus, Mandate, Nation
from programmes.errors import FollowUpClosedError
from programmes.queries.cohorts import CohortView, SessionView
from programmes.queries.marks import CHAIN, mark_of
from programmes.queries.reviews import ReviewView, review, rule_of
from programmes.services import reach
from programmes.services.fields import refuse, stale_version, text_fault
from programmes.tables import AbsenceReview

LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Closing:
    """How a review ended, with the version that it was read in."""

    outcome: ReviewOutcome
    note: str
    version: int


@dataclass(slots=True)
class _Place:
    """One place in a group: its marks in order of time, and the reviews that there were."""

    enrolment_id: UUID
    is_open: bool
    mandate: Mandate
    nation: Nation
    sessions: list[MarkedSession] = field(default_factory=list)
    reviewed: dict[ReviewCause, datetime] = field(default_factory=dict)
    under_review: dict[ReviewCause, UUID] = field(default_factory=dict)


async def follow_marks(session: SessionView, found: Changes, *, by: Actor) -> None:
    """Open the reviews that the marks ask for, and close those that they no longer do.

    Call it in the transaction of the marks, when they are written. Where everybody came and
    nobody was ever under review, that there were no reviews is all that is read.
    """
    if not found.entries:
        return
    reviews = await _reviews([entry.enrolment_id for entry in found.entries])
    asking = may_ask(found) | reviews.keys()
    if not asking:
        return
    places = await _places(sorted(asking), reviews)
    rules = await _rules(session.organisation_id)
    for place in places.values():
        survivor = session.side is Side.SURVIVOR
        rule = rules[Mandate.VOLUNTARY if survivor else place.mandate]
        asked = {
            trigger.cause: trigger
            for trigger in triggers(place.sessions, rule, reviewed=place.reviewed)
        }
        for cause, review_id in place.under_review.items():
            if cause not in asked:
                await _close_corrected(review_id, session, by)
        for cause, trigger in asked.items():
            if place.is_open and cause not in place.under_review:
                await _open(place, trigger, rule, session, by)


async def _places(
    enrolment_ids: Sequence[UUID], reviews: Mapping[UUID, Sequence[database.Row]]
) -> dict[UUID, _Place]:
    """Answer the places with the marks and reviews of all that they continue."""
    marked = await database.run(
        CHAIN  # noqa: S608 - our own words
        + "SELECT o.id, o.status, r.mandate, c.nation, s.id AS session, s.starts_at,"
        " s.is_catch_up, a.outcome, a.minutes_attended, a.minutes_late, a.absence_reason,"
        " a.acceptable, a.engaged FROM chain JOIN enrolments o ON o.id = chain.enrolment"
        " JOIN cohorts c ON c.id = o.cohort LEFT JOIN referrals r ON r.id = o.referral"
        " JOIN attendances a ON a.enrolment = chain.part JOIN sessions s ON s.id = a.session"
        " ORDER BY s.starts_at, s.id",
        database.in_list(enrolment_ids),
    )
    places: dict[UUID, _Place] = {}
    for row in marked:
        if row["id"] not in places:
            places[row["id"]] = _place(row, reviews.get(row["id"], ()))
        places[row["id"]].sessions.append(
            MarkedSession(
                row["session"], row["starts_at"], mark_of(row), catch_up=bool(row["is_catch_up"])
            )
        )
    return places


def _place(row: database.Row, reviews: Sequence[database.Row]) -> _Place:
    place = _Place(
        enrolment_id=row["id"],
        is_open=EnrolmentStatus(row["status"]) in OPEN_ENROLMENTS,
        mandate=Mandate(row["mandate"]) if row["mandate"] else Mandate.VOLUNTARY,
        nation=Nation(row["nation"]),
    )
    for one in reviews:
        cause = ReviewCause(one["cause"])
        if one["outcome"] is None:
            place.under_review[cause] = one["id"]
        elif one["outcome"] not in BY_MARKS:
            place.reviewed[cause] = one["starts_at"]
    return place


async def _reviews(enrolment_ids: Sequence[UUID]) -> dict[UUID, list[database.Row]]:
    """Answer the reviews of places and of all that they continue, in order of time."""
    rows = await database.run(
        CHAIN  # noqa: S608 - our own words
        + "SELECT chain.enrolment, v.id, v.cause, v.outcome, s.starts_at FROM chain"
        " JOIN absence_reviews v ON v.enrolment = chain.part JOIN sessions s ON s.id = v.session",
        database.in_list(enrolment_ids),
    )
    found: dict[UUID, list[database.Row]] = {}
    # Ordered here: for an ORDER BY on their day SQLite would walk through every session there is.
    for row in sorted(rows, key=itemgetter("starts_at")):
        found.setdefault(row["enrolment"], []).append(row)
    return found


async def _rules(organisation_id: UUID) -> dict[Mandate, ReviewRule]:
    rows = await database.run(
        "SELECT mandate, after_unacceptable, after_consecutive, act_within_working_days"
        " FROM absence_rules WHERE organisation = {}",
        organisation_id,
    )
    return {**DEFAULT_RULES, **{Mandate(row["mandate"]): rule_of(row) for row in rows}}


async def _open(
    place: _Place, trigger: Trigger, rule: ReviewRule, session: SessionView, by: Actor
) -> None:
    absent_on = clock.london(trigger.session.starts_at).date()
    row = AbsenceReview(
        id=new_id(), enrolment=place.enrolment_id, session=trigger.session.session_id,
        cause=trigger.cause, absences=trigger.absences, opened_at=clock.now(),
        due_on=act_by(absent_on, rule, is_holiday=partial(is_bank_holiday, nation=place.nation)),
    )  # fmt: skip
    await row.save()
    await audit.record(
        "review_opened", by=by, subject_type=audit.Subject.REVIEW, subject=row.id,
        side=session.side, organisation_id=session.organisation_id,
        after={
            "enrolment": place.enrolment_id, "cause": trigger.cause, "absences": trigger.absences,
            "due_on": row.due_on,
        },
    )  # fmt: skip


async def _close_corrected(review_id: UUID, session: SessionView, by: Actor) -> None:
    outcome = ReviewOutcome.CORRECTED
    await AbsenceReview.update(_closed(outcome, "", by)).where(AbsenceReview.id == review_id)
    await _record(review_id, session, by, "review_closed", outcome=outcome)


async def close_with_place(
    enrolment_id: UUID, outcome: ReviewOutcome, *, cohort: CohortView, by: Actor
) -> None:
    """Close the open reviews of a place that ends; call it in the transaction of the ending."""
    rows = await (
        AbsenceReview.update(_closed(outcome, "", by))
        .where(AbsenceReview.enrolment == enrolment_id, AbsenceReview.closed_at.is_null())
        .returning(AbsenceReview.id)
    )
    for row in rows:
        await _record(row["id"], cohort, by, "review_closed", outcome=outcome)


async def carry_over(from_id: UUID, to_id: UUID, *, cohort: CohortView, by: Actor) -> None:
    """Take open reviews along to the place that continues another: their clock runs on."""
    rows = await (
        AbsenceReview.update(
            {AbsenceReview.enrolment: to_id, AbsenceReview.version: AbsenceReview.version + 1}
        )
        .where(AbsenceReview.enrolment == from_id, AbsenceReview.closed_at.is_null())
        .returning(AbsenceReview.id)
    )
    for row in rows:
        await _record(row["id"], cohort, by, "review_carried_over", enrolment=to_id)


async def _record(
    review_id: UUID, of: SessionView | CohortView | ReviewView, by: Actor, action: str, **after: Any
) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.REVIEW, subject=review_id, side=of.side,
        organisation_id=of.organisation_id, after=after,
    )  # fmt: skip


def _closed(outcome: ReviewOutcome, note: str, by: Actor) -> dict[Any, Any]:
    return {
        AbsenceReview.closed_at: clock.now(),
        AbsenceReview.closed_by: by.account_id,
        AbsenceReview.outcome: outcome,
        AbsenceReview.note: note,
        AbsenceReview.version: AbsenceReview.version + 1,
    }


async def close(review_id: UUID, closing: Closing, *, by: Actor) -> None:
    """Write down how a review ended.

    Raises:
        FollowUpClosedError: it is closed already.
        InvalidInputError: the outcome does not fit this side, or follows from marks alone.
        StaleVersionError: somebody else changed it in the meantime.
    """
    view = await review(review_id, scope=by.scope)
    by.require(Permission.MANAGE_PEOPLE, side=view.side, organisation_id=view.organisation_id)
    await reach.require_cohort(view.cohort_id, Permission.MANAGE_PEOPLE, by=by)
    refuse([text_fault("note", closing.note, longest=LONGEST_NOTE, required=False, lines=True)])
    if closing.outcome not in offered(view):
        raise InvalidInputError.of("outcome", "Choose one of the outcomes on this side")
    async with database.transaction():
        touched = await (
            AbsenceReview.update(_closed(closing.outcome, closing.note.strip(), by))
            .where(
                AbsenceReview.id == review_id,
                AbsenceReview.version == closing.version,
                AbsenceReview.closed_at.is_null(),
            )
            .returning(AbsenceReview.id)
        )
        if not touched:
            await _refuse_stale(review_id, by)
        await _record(review_id, view, by, "review_closed", outcome=closing.outcome)


async def _refuse_stale(review_id: UUID, by: Actor) -> None:
    stored = await review(review_id, scope=by.scope)
    if stored.closed_at:
        raise FollowUpClosedError
    raise await stale_version(review_id, by=by)


def offered(view: ReviewView) -> tuple[ReviewOutcome, ...]:
    """Answer the outcomes that somebody may choose; a survivor's have no word of enforcement."""
    if view.side is Side.SURVIVOR:
        return tuple(outcome for outcome in ReviewOutcome if outcome in FOR_SURVIVORS)
    return tuple(outcome for outcome in ReviewOutcome if outcome not in BY_MARKS)
