"""When somebody's absences are to be reviewed, and by when (domain.md 2.3, enforcement clock)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from programmes.domain.attendance import ABSENCES, Mark
from programmes.domain.case_terms import ReviewCause, ReviewOutcome
from programmes.domain.register import Changes
from programmes.domain.terms import Mandate
from programmes.domain.working_days import working_day_after


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """How many absences lead to a review; ``None`` switches a cause off."""

    after_unacceptable: int | None
    after_consecutive: int | None
    act_within_working_days: int = 10


_ENFORCED = ReviewRule(after_unacceptable=2, after_consecutive=None)
_FREE = ReviewRule(after_unacceptable=None, after_consecutive=3)

DEFAULT_RULES: Mapping[Mandate, ReviewRule] = {
    Mandate.VOLUNTARY: _FREE,
    Mandate.COURT_ORDER: _ENFORCED,
    Mandate.LICENCE: _ENFORCED,
    Mandate.FAMILY_COURT: _ENFORCED,
    Mandate.CHILD_PROTECTION_PLAN: _ENFORCED,
    Mandate.OUT_OF_COURT_DISPOSAL: _ENFORCED,
}
"""The second unacceptable absence where somebody must attend (PC43), three misses in a row where
they may; an organisation sets its own."""

BY_MARKS = frozenset({ReviewOutcome.CORRECTED})
"""Outcomes that follow from the register; nobody chooses them."""

FOR_SURVIVORS = frozenset({ReviewOutcome.NO_ACTION, ReviewOutcome.PLAN_AGREED, ReviewOutcome.LEFT})
"""Outcomes without a word of enforcement."""


@dataclass(frozen=True, slots=True)
class MarkedSession:
    """One session that somebody was marked at."""

    session_id: UUID
    starts_at: datetime
    mark: Mark
    catch_up: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """The absence that reached a rule's number, and how many there were by then."""

    cause: ReviewCause
    session: MarkedSession
    absences: int


def may_ask(found: Changes) -> frozenset[UUID]:
    """Answer the places of which a save may ask for a review that were never under one.

    Of new marks only absences do: whoever comes, or is not required, adds nothing to any count.
    A correction may take away what began a new count.
    """
    absent = [entry.enrolment_id for entry in found.new if entry.outcome in ABSENCES]
    return frozenset((*absent, *(new.enrolment_id for _, new in found.corrected)))


def triggers(
    sessions: Sequence[MarkedSession], rule: ReviewRule, *, reviewed: Mapping[ReviewCause, datetime]
) -> tuple[Trigger, ...]:
    """Answer the first absence of each cause that asks for a review, at most one a cause.

    ``sessions`` are in order of time. ``reviewed`` says up to which session a cause was reviewed:
    each unacceptable absence after it asks again, and as many misses in a row again.
    """
    found: dict[ReviewCause, Trigger] = {}
    for trigger in (*_unacceptable(sessions, rule), *_consecutive(sessions, rule)):
        before = reviewed.get(trigger.cause)
        if before is None or trigger.session.starts_at > before:
            found.setdefault(trigger.cause, trigger)
    return tuple(found.values())


def _unacceptable(sessions: Sequence[MarkedSession], rule: ReviewRule) -> Iterator[Trigger]:
    """Catch-ups are not expected (C5), so missing one is no absence."""
    if rule.after_unacceptable is None:
        return
    missed = [
        one for one in sessions if one.mark.is_unacceptable_absence and not one.catch_up
    ]  # fmt: skip
    for count, session in enumerate(missed, start=1):
        if count >= rule.after_unacceptable:
            yield Trigger(ReviewCause.UNACCEPTABLE, session, count)


def _consecutive(sessions: Sequence[MarkedSession], rule: ReviewRule) -> Iterator[Trigger]:
    """Whoever comes, to a catch-up too, begins a new count; what does not count is left out."""
    if rule.after_consecutive is None:
        return
    in_a_row = 0
    for session in sessions:
        if session.mark.attended:
            in_a_row = 0
        elif session.mark.counts and not session.catch_up:
            in_a_row += 1
            if in_a_row % rule.after_consecutive == 0:
                yield Trigger(ReviewCause.CONSECUTIVE, session, in_a_row)


def act_by(absent_on: date, rule: ReviewRule, *, is_holiday: Callable[[date], bool]) -> date:
    """Answer the last day to act: working days count from the day after the absence."""
    return working_day_after(absent_on, rule.act_within_working_days, is_holiday=is_holiday)
