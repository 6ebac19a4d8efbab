"""Reports with invented counts, to be published."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from core.reports import Column, Kind, Question, Rate, Report, Row, Section, Sum

Days = tuple[date | None, date]
Q1 = (date(2026, 4, 1), date(2026, 6, 30))
Q2 = (date(2026, 7, 1), date(2026, 9, 30))
HALF = (Q1[0], Q2[1])
YEAR = (Q1[0], date(2027, 3, 31))
FREEDOM = "Survivors: Freedom Programme"

COUNTS = (
    Column("completed", "Completed", Kind.COUNT),
    Column("not_completed", "Not completed", Kind.COUNT),
    Column("started", "Started", Kind.COUNT),
)
RATE = Column("r2", "R2 completed of started", Kind.RATE, "completed", "started")
BOTH = Sum("started", ("completed", "not_completed"))


def by(
    group: str, rows: Mapping[str, tuple[int, int]], *, period: Days = Q1, **more: Any
) -> Report:
    """Answer who of each row completed and who did not, with the totals and the rate."""
    totals = (sum(one for one, _ in rows.values()), sum(other for _, other in rows.values()))
    section = more.pop("section", {})
    return whole(
        (Column(group, group.capitalize(), Kind.CODE), *COUNTS, RATE),
        [(label, *_figures(*counts)) for label, counts in rows.items()],
        ("All", *_figures(*totals)),
        period=period,
        section=section,
        group_by=(group,),
        sums=(BOTH,),
        **more,
    )


def whole(
    columns: Sequence[Column],
    rows: Sequence[Row],
    totals: Row | None,
    *,
    period: Days = Q1,
    section: Mapping[str, Any] | None = None,
    **more: Any,
) -> Report:
    """Answer a report of one section."""
    of = {"heading": FREEDOM, "side": "survivor", **(section or {})}
    question = more.pop("question", Question(since=period[0], until=period[1]))
    return Report(
        slug="completion",
        title="Completion",
        counting_unit="referrals",
        question=question,
        basis="cohort",
        period="",
        as_of=date(2026, 11, 22),
        run_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        definitions=("R2 = completed / started",),
        columns=tuple(columns),
        sections=(Section(rows=tuple(rows), totals=totals, **of),),
        **more,
    )


def _figures(completed: int, others: int) -> Row:
    started = completed + others
    return completed, others, started, Rate(completed, started)
