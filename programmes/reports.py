"""The programmes room's reports."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from piccolo.querystring import QueryString

from core import clock, database
from core.reports import Column, Kind, Rate, Report
from core.scope import Permission, Scope
from programmes.domain.rates import Funnel, total
from programmes.domain.terms import NEUTRAL_EXITS, ProgrammeType
from programmes.queries import visibility
from programmes.queries.quality import MOST_CASES, Fault, faulty_cases

_DEFINITIONS = (
    "Basis: everybody referred in the period, followed to where they are now (C2 cohort basis)",
    "Counting unit: referrals; one person may be referred again",
    "Started: attended at least one group unit",
    "Completed: every gate of the programme's completion rule holds (C4)",
    "R1 = completed / referred",
    "R2 = completed / started",
    "R3 = completed / (started − still active − neutral exits)",
    (
        "Neutral exits: died, provider withdrew, programme closed, transferred, recording error, "
        "duplicate"
    ),
    "[z]: there is nothing to divide by",
)

_COUNTS = (
    "SELECT {} COUNT(*) AS referred,"
    " SUM(CASE WHEN r.assessed_on IS NOT NULL THEN 1 ELSE 0 END) AS assessed,"
    " SUM(CASE WHEN r.suitable THEN 1 ELSE 0 END) AS suitable,"
    " SUM(CASE WHEN e.started_on IS NOT NULL THEN 1 ELSE 0 END) AS started,"
    " SUM(CASE WHEN e.status = 'completed' THEN 1 ELSE 0 END) AS completed,"
    " SUM(CASE WHEN e.started_on IS NOT NULL AND e.status IN {} THEN 1 ELSE 0 END) AS active,"
    " SUM(CASE WHEN e.started_on IS NOT NULL AND e.status = 'exited' AND e.exit_reason IN {}"
    " THEN 1 ELSE 0 END) AS neutral"
    " FROM referrals r JOIN programmes g ON g.id = r.programme"
    " LEFT JOIN enrolments e ON e.referral = r.id AND NOT EXISTS"
    " (SELECT 1 FROM enrolments n WHERE n.referral = r.id AND n.id > e.id)"
    " LEFT JOIN cohorts c ON c.id = e.cohort"
    " WHERE {} GROUP BY {}"
)
_BY_PROGRAMME = (
    QueryString("g.id, g.name, g.side, g.type, '' AS code,"),
    QueryString("g.id ORDER BY g.name, g.id"),
)
_BY_COHORT = (
    QueryString("g.id, g.name, g.side, g.type, c.code,"),
    QueryString("g.id, c.id ORDER BY g.name, g.id, c.code"),
)
"""What is selected beside the counts, and how they are grouped: by keys, which are short."""
_FAULTS = {
    Fault.NEVER_STARTED: "{} completed without having attended a group unit",
    Fault.TOO_FEW_UNITS: "{} completed with fewer units than the programme asks for",
    Fault.AFTER_EXIT: "{} with an attendance after their last day",
    Fault.BEFORE_JOINING: "{} with an attendance before they joined",
    Fault.STILL_ACTIVE: "{} still active, more than 28 days after the last session",
    Fault.NO_REFERRAL: "{} enrolled without a recorded referral, and so in none of these counts",
    Fault.NO_REGISTER: "{} sessions without a register after two working days",
}


@dataclass(frozen=True, slots=True)
class _Line:
    """Counts of one programme, or of one of its cohorts, or of those in none."""

    programme: str
    kind: tuple[str, str]
    cohort: str
    funnel: Funnel


async def completion(
    *,
    scope: Scope,
    since: date | None = None,
    until: date | None = None,
    by_cohort: bool = False,
) -> Report:
    """Answer completion per programme, or per cohort: R1, R2 and R3 with all their counts.

    ``since`` and ``until`` bound the day of referral, both included.

    Source: domain.md C2, C3.
    """
    lines = await _lines(scope, since, until, by_cohort=by_cohort)
    return Report(
        slug="completion",
        title="Completion",
        definitions=_DEFINITIONS,
        basis="cohort",
        period=_period(since, until),
        as_of=clock.today(),
        run_at=clock.now(),
        threshold=None,
        columns=_columns(by_cohort=by_cohort),
        rows=tuple(_row(line, by_cohort=by_cohort) for line in lines),
        totals=_totals(lines, by_cohort=by_cohort),
        data_quality=await _data_quality(scope),
    )


async def _lines(
    scope: Scope, since: date | None, until: date | None, *, by_cohort: bool
) -> list[_Line]:
    conditions = [visibility.reported(scope)]
    if since:
        conditions.append(QueryString("r.received_on >= {}", since))
    if until:
        conditions.append(QueryString("r.received_on <= {}", until))
    selected, grouped = _BY_COHORT if by_cohort else _BY_PROGRAMME
    rows = await database.run(
        _COUNTS,
        selected,
        visibility.OPEN,
        database.in_list(sorted(reason.value for reason in NEUTRAL_EXITS)),
        database.all_of(conditions),
        grouped,
    )
    return [_line(row) for row in rows]


def _line(row: database.Row) -> _Line:
    return _Line(
        programme=row["name"],
        kind=(row["side"], ProgrammeType(row["type"]).value),
        cohort=row["code"] or "Not in a cohort",
        funnel=Funnel(
            referred=row["referred"],
            assessed=row["assessed"],
            suitable=row["suitable"],
            started=row["started"],
            completed=row["completed"],
            active=row["active"],
            neutral=row["neutral"],
        ),
    )


def _columns(*, by_cohort: bool) -> tuple[Column, ...]:
    return (
        Column("programme", "Programme", Kind.TEXT),
        *((Column("cohort", "Cohort", Kind.TEXT),) if by_cohort else ()),
        Column("referred", "Referred", Kind.COUNT),
        Column("assessed", "Assessed", Kind.COUNT),
        Column("suitable", "Suitable", Kind.COUNT),
        Column("started", "Started", Kind.COUNT),
        Column("completed", "Completed", Kind.COUNT),
        Column("active", "Still active", Kind.COUNT),
        Column("neutral", "Neutral exits", Kind.COUNT),
        Column("r1", "R1 completed of referred", Kind.RATE),
        Column("r2", "R2 completed of started", Kind.RATE),
        Column("r3", "R3 completed of closed starters", Kind.RATE),
    )


def _row(line: _Line, *, by_cohort: bool) -> tuple[object, ...]:
    names = (line.programme, line.cohort) if by_cohort else (line.programme,)
    return (*names, *_figures(line.funnel))


def _figures(funnel: Funnel) -> tuple[object, ...]:
    return (
        funnel.referred,
        funnel.assessed,
        funnel.suitable,
        funnel.started,
        funnel.completed,
        funnel.active,
        funnel.neutral,
        Rate(*funnel.r1),
        Rate(*funnel.r2),
        Rate(*funnel.r3),
    )


def _totals(lines: list[_Line], *, by_cohort: bool) -> tuple[object, ...] | None:
    """Answer the sums; different kinds of programme and different sides are never pooled."""
    if len({line.kind for line in lines}) != 1:
        return None
    names = ("All", "") if by_cohort else ("All",)
    return (*names, *_figures(total(line.funnel for line in lines)))


def _period(since: date | None, until: date | None) -> str:
    begin = f"from {since:%d %B %Y}" if since else "from the beginning"
    return f"Referred {begin} to {until or clock.today():%d %B %Y}"


async def _data_quality(scope: Scope) -> tuple[str, ...]:
    cases = await faulty_cases(scope=scope, permission=Permission.VIEW_PROGRAMME_REPORTS)
    counts = Counter(case.fault for case in cases)
    return tuple(
        sentence.format(_said(counts[fault]))
        for fault, sentence in _FAULTS.items()
        if counts[fault]
    )


def _said(count: int) -> str:
    return f"{count} or more" if count >= MOST_CASES else str(count)
