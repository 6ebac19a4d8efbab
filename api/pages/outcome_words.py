"""Says in words what outcome measures keep as codes and points."""

from collections.abc import Mapping

from api.pages.case_words import day
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.domain.measures import Terms, points_of
from programmes.domain.outcomes import NOT_SHOWN, Change, Report, Verdict

TIMEPOINTS: Mapping[Timepoint, str] = {
    Timepoint.START: "Start",
    Timepoint.MIDDLE: "Middle",
    Timepoint.END: "End",
    Timepoint.SIX_MONTHS_AFTER: "6 months after the end",
    Timepoint.TWELVE_MONTHS_AFTER: "12 months after the start",
}
SOURCES: Mapping[OutcomeSource, str] = {
    OutcomeSource.SELF: "Own report",
    OutcomeSource.PARTNER: "Partner’s report",
    OutcomeSource.PRACTITIONER: "Practitioner’s report",
    OutcomeSource.AGENCY: "Agency’s report",
}
_VERDICTS: Mapping[Verdict, str] = {
    Verdict.IMPROVED: "Better",
    Verdict.SAME: "Same",
    Verdict.WORSE: "Worse",
}


def scale(terms: Terms) -> str:
    """Answer how a measure is answered: ``Yes or no``, ``1 to 10``, ``None to High``."""
    if terms.scale is MeasureScale.YES_NO:
        return "Yes or no"
    points = points_of(terms)
    return f"{points.of(terms.lowest)} to {points.of(terms.highest)}"


def better(terms: Terms) -> str:
    """Answer which way a measure gets better: ``Higher is better``, or its best word."""
    higher = terms.direction is Direction.HIGHER_IS_BETTER
    words = points_of(terms).words
    if words:
        return f"“{words[terms.highest if higher else terms.lowest]}” is best"
    return "Higher is better" if higher else "Lower is better"


def point(terms: Terms, value: int) -> str:
    """Answer one point of a scale: in its words, or as its number and the highest."""
    said = points_of(terms).of(value)
    return said if value in points_of(terms).words else f"{said} of {terms.highest}"


def report(terms: Terms, found: Report) -> str:
    """Answer what was reported, or that it is not shown alone."""
    return NOT_SHOWN if found.value is None else point(terms, found.value)


def change(terms: Terms, found: Change | None) -> str:
    """Answer which way reports went, such as ``Better: 4 of 10 at the start, 7 of 10 at the end``.

    Empty without a pair.
    """
    if found is None:
        return ""
    if found.verdict is None or found.before is None or found.after is None:
        return NOT_SHOWN
    until = TIMEPOINTS[found.until]
    later = "at the " + until.lower() if found.until in _NAMED else until
    return (
        f"{_VERDICTS[found.verdict]}: {point(terms, found.before)} at the start,"
        f" {point(terms, found.after)} {later}"
    )


_NAMED = frozenset({Timepoint.MIDDLE, Timepoint.END})


def recorded(terms: Terms, found: Report) -> str:
    """Answer what is recorded now and of which day, for whoever changes it."""
    if found.value is None:
        return f"Recorded for {day(found.taken_on)}. {NOT_SHOWN}"
    return f"Recorded for {day(found.taken_on)}: {point(terms, found.value)}"
