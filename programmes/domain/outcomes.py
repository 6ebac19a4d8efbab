"""When measures are due, which reports may be shown, and what changed (2.4, C11, D4)."""

import calendar
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from core.scope import Side
from programmes.domain.case_terms import Direction, OutcomeSource, Timepoint

OVERDUE_AFTER_DAYS = 14
CHASED_FOR_DAYS = 90
"""Later than that a measure is no longer asked for: it would not say how things were then."""

EARLY_BY_DAYS = 30
_MONTHS = 12


class Anchor(StrEnum):
    """What the day of a timepoint is counted from."""

    START = "start"
    HALF = "half"
    END = "end"


@dataclass(frozen=True, slots=True)
class Timing:
    """How many months after which day a timepoint falls."""

    after: Anchor
    months: int = 0


TIMINGS: Mapping[Timepoint, Timing] = {
    Timepoint.START: Timing(Anchor.START),
    Timepoint.MIDDLE: Timing(Anchor.HALF),
    Timepoint.END: Timing(Anchor.END),
    Timepoint.SIX_MONTHS_AFTER: Timing(Anchor.END, 6),
    Timepoint.TWELVE_MONTHS_AFTER: Timing(Anchor.START, 12),
}
"""IMPACT asks six months after stopping, Mirabal twelve months after the start (2.4)."""

IN_ORDER = tuple(TIMINGS)
_WHILE_THERE = frozenset({Timepoint.START, Timepoint.MIDDLE})


@dataclass(frozen=True, slots=True)
class Course:
    """The days of one enrolment: joined, first attended, half of the sessions past, left."""

    joined_on: date
    started_on: date | None = None
    half_on: date | None = None
    ended_on: date | None = None

    def day_of(self, anchor: Anchor) -> date | None:
        """Answer the day that timepoints are counted from, if it is known."""
        if self.started_on is None:
            return None
        days = {Anchor.START: self.started_on, Anchor.HALF: self.half_on, Anchor.END: self.ended_on}
        return days[anchor]


def half_day(group_days: Sequence[date], *, joined_on: date, unit_count: int) -> date | None:
    """Answer the day on which half of a curriculum's group units have been met since joining.

    ``group_days`` are the days of the cohort's group sessions that were not cancelled, in order.
    """
    since = [day for day in group_days if day >= joined_on]
    half = (unit_count + 1) // 2
    return since[half - 1] if 0 < half <= len(since) else None


def due_on(timepoint: Timepoint, course: Course) -> date | None:
    """Answer the day from which a measure is asked for; ``None`` where it never is, or not yet.

    Nobody is asked about a programme that they never began, nor how it began once they left.
    """
    timing = TIMINGS[timepoint]
    day = course.day_of(timing.after)
    if day is None or (timepoint in _WHILE_THERE and course.ended_on is not None):
        return None
    return months_after(day, timing.months)


def earliest_on(timepoint: Timepoint, course: Course) -> date | None:
    """Answer the first day on which a value can have been taken; ``None`` where it cannot yet.

    The first may be taken from the day of joining on, what follows from the start on, and what
    is asked months later not more than 30 days before its day.
    """
    if timepoint is Timepoint.START:
        return course.joined_on
    timing = TIMINGS[timepoint]
    if not timing.months:
        return course.started_on
    day = course.day_of(timing.after)
    return day and months_after(day, timing.months) - timedelta(days=EARLY_BY_DAYS)


def is_asked_for(day: date, *, today: date) -> bool:
    """Tell whether a measure that is due from ``day`` is to be taken now."""
    return day <= today <= day + timedelta(days=CHASED_FOR_DAYS)


def is_overdue(day: date, *, today: date) -> bool:
    """Tell whether two weeks have passed since a measure was due."""
    return today > day + timedelta(days=OVERDUE_AFTER_DAYS)


def months_after(day: date, months: int) -> date:
    """Answer the same day of the month ``months`` later, else that month's last day."""
    years, month0 = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + years, month0 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Report:
    """What one source said of one measure at one timepoint.

    Where it is ``withheld`` there is no value: it may not be shown on its own.
    """

    id: UUID
    measure_id: UUID
    timepoint: Timepoint
    source: OutcomeSource
    value: int | None
    taken_on: date
    recorded_at: datetime
    version: int
    withheld: bool = False


NOT_SHOWN = "Not shown: needs the partner’s or an agency’s report beside it"
_BESIDE = frozenset({OutcomeSource.PARTNER, OutcomeSource.AGENCY})


def shown(
    reports: Iterable[Report], *, side: Side, sees_case: bool, sees_partner: bool
) -> tuple[Report, ...]:
    """Answer the reports as somebody may see them; every page, answer and file is made of these.

    What a partner said is for those who see links, and to nobody else is it there at all (D4).
    What a perpetrator says of himself has no value without the partner's or an agency's report
    of the same measure and timepoint beside it, in what this very reader may see (standard 1).
    """
    if side is Side.SURVIVOR:
        return tuple(report for report in reports if sees_case)
    seen = [
        report
        for report in reports
        if (sees_partner if report.source is OutcomeSource.PARTNER else sees_case)
    ]
    beside = {(item.measure_id, item.timepoint) for item in seen if item.source in _BESIDE}
    return tuple(
        replace(report, value=None, withheld=True)
        if report.source is OutcomeSource.SELF
        and (report.measure_id, report.timepoint) not in beside
        else report
        for report in seen
    )


class Verdict(StrEnum):
    """Which way a measure went, by its own direction."""

    IMPROVED = "improved"
    SAME = "same"
    WORSE = "worse"


def verdict(before: int, after: int, direction: Direction) -> Verdict:
    """Answer whether ``after`` is better than ``before``."""
    if before == after:
        return Verdict.SAME
    risen = after > before
    better = risen if direction is Direction.HIGHER_IS_BETTER else not risen
    return Verdict.IMPROVED if better else Verdict.WORSE


@dataclass(frozen=True, slots=True)
class Change:
    """How one source's reports went from the start to the latest; without values, withheld."""

    until: Timepoint
    before: int | None
    after: int | None
    verdict: Verdict | None


def change(reports: Iterable[Report], direction: Direction) -> Change | None:
    """Answer the change over one measure's reports by one source; ``None`` without a pair.

    Where any of them is withheld, so is the change.
    """
    by_time = sorted(reports, key=lambda report: IN_ORDER.index(report.timepoint))
    if len(by_time) == 0 or by_time[0].timepoint is not Timepoint.START or len(by_time) == 1:
        return None
    first, last = by_time[0], by_time[-1]
    if first.value is None or last.value is None or any(report.withheld for report in by_time):
        return Change(last.timepoint, None, None, None)
    found = verdict(first.value, last.value, direction)
    return Change(last.timepoint, first.value, last.value, found)


@dataclass(frozen=True, slots=True)
class PairedChange:
    """C11: how many answered before, after and both times, and which way these went.

    ``pre_yes`` and ``post_yes`` count the yes answers among the pairs of a yes-or-no measure.
    """

    n_pre: int
    n_post: int
    n_paired: int
    improved: int
    same: int
    worse: int
    pre_yes: int
    post_yes: int

    @property
    def movers(self) -> int:
        """Answer how many yes answers fewer there are afterwards; for yes or no only."""
        return self.pre_yes - self.post_yes

    @property
    def response_rate(self) -> Fraction | None:
        """Answer the share of those asked before who also answered after."""
        return Fraction(self.n_paired, self.n_pre) if self.n_pre else None


def paired_change(
    pre: Mapping[Hashable, int], post: Mapping[Hashable, int], *, direction: Direction
) -> PairedChange:
    """Answer the change of those who answered both times (C11); a value for each enrolment."""
    both = [(pre[key], post[key]) for key in pre if key in post]
    found = [verdict(before, after, direction) for before, after in both]
    return PairedChange(
        n_pre=len(pre),
        n_post=len(post),
        n_paired=len(both),
        improved=found.count(Verdict.IMPROVED),
        same=found.count(Verdict.SAME),
        worse=found.count(Verdict.WORSE),
        pre_yes=sum(before == 1 for before, _ in both),
        post_yes=sum(after == 1 for _, after in both),
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """A change that somebody published, beside the same change counted again."""

    claimed: int
    recomputed: int

    @property
    def agrees(self) -> bool:
        """Tell whether the published figure is right."""
        return self.claimed == self.recomputed


def check_claim(claimed: int, *, pre: int, post: int) -> Claim:
    """Answer a published difference beside the recomputed one: some are wrong (C11)."""
    return Claim(claimed, pre - post)
