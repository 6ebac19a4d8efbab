"""For how many sessions those who started kept coming (C5)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from piccolo.querystring import QueryString

from core import clock
from core.periods import named
from core.reports import Column, Kind, Question, Rate, Report, Row, Section, Sum, grouped
from core.scope import Scope
from programmes.domain.staying import TO_THE_END, curve
from programmes.domain.terms import NEUTRAL_EXITS
from programmes.queries.case_sources import LIVES
from programmes.queries.cases import Event
from programmes.queries.groupings import GROUPINGS, is_sensitive, label_columns
from programmes.queries.spreads import Asked, SpreadGroup, case_spreads
from programmes.reports.completion import BASES, NEUTRAL, STARTED
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, heading

_DEFINITIONS = (
    STARTED,
    (
        "Session: the first, second, … of those held at which the person was expected, in all "
        "the groups that they were in on this referral; catch-ups and pauses are none"
    ),
    (
        "At risk at a session: those who started, as far as they are followed. Whoever "
        "completed or left is followed to the last session that anybody had; whoever still "
        "attends, or left for a neutral reason, to their own last one, and is not counted "
        "beyond it (censored)"
    ),
    (
        "Retained at a session: of those at risk, who completed, or came to that session or a "
        "later one"
    ),
    (
        "Retention = retained / at risk. It can rise from one session to the next where some "
        "are no longer followed"
    ),
    NEUTRAL,
)


async def retention_curve(question: Question, *, scope: Scope) -> Report:
    """Answer, session by session, who of those who started were still coming, by programme.

    Source: domain.md C5.
    """
    group_by = grouped(question, GROUPINGS) or ("programme",)
    groups = await case_spreads(_asked(), question, group_by=group_by, scope=scope)
    return Report(
        slug="retention-curve",
        title="Retention, session by session",
        counting_unit="referrals on which somebody started; one person may be referred again",
        question=question,
        basis=BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=(*_DEFINITIONS, NEVER_POOLED),
        group_by=(*group_by, "session"),
        columns=(*label_columns(group_by), *_COLUMNS),
        sums=(Sum("at_risk", ("retained", "lost")),),
        sections=_sections(groups, sensitive=is_sensitive(group_by)),
        data_quality=await data_quality(scope=scope),
    )


_COLUMNS = (
    Column("session", "Session", Kind.NUMBER),
    Column("at_risk", "At risk", Kind.COUNT, along=("session",)),
    Column("retained", "Retained", Kind.COUNT, along=("session",)),
    Column("lost", "Not retained", Kind.COUNT),
    Column("retention", "Retention", Kind.RATE, "retained", "at_risk"),
)


def _asked() -> Mapping[str, Asked]:
    """Answer what is told of each person: sessions had, followed to, and last attended."""
    started = QueryString("e.started_on IS NOT NULL")
    return {
        "sessions": Asked(Event.REFERRED, started, "COALESCE(w.expected, 0)", LIVES),
        "followed": Asked(Event.REFERRED, started, _followed(), LIVES),
        "retained": Asked(
            Event.REFERRED,
            started,
            f"CASE e.status WHEN 'completed' THEN {TO_THE_END}"
            " ELSE COALESCE(w.last_attended, 0) END",
            LIVES,
        ),
    }


def _followed() -> str:
    neutral = ", ".join(f"'{reason}'" for reason in sorted(NEUTRAL_EXITS))
    return (
        "CASE WHEN e.status IN ('completed', 'completed_partial')"
        f" OR (e.status = 'exited' AND e.exit_reason NOT IN ({neutral})) THEN {TO_THE_END}"
        " ELSE COALESCE(w.expected, 0) END"
    )


def _sections(groups: Sequence[SpreadGroup], *, sensitive: bool) -> tuple[Section, ...]:
    found = []
    for (side, kind), some in groupby(groups, key=lambda group: (group.side, group.type)):
        rows = tuple(row for group in some for row in _rows(group))
        if rows:
            found.append(Section(heading(side, kind), rows, side=side.value, sensitive=sensitive))
    return tuple(found)


def _rows(group: SpreadGroup) -> Iterator[Row]:
    spreads = group.spreads
    points = curve(
        followed=spreads["followed"],
        retained=spreads["retained"],
        sessions=max(spreads["sessions"], default=0),
    )
    for point in points:
        retention = Rate(point.retained, point.at_risk)
        yield (*group.labels, point.session, point.at_risk, point.retained, point.lost, retention)
