"""How long people waited to be assessed and to start, and who still waits (C5)."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from piccolo.querystring import QueryString

from core import clock, sql_days
from core.periods import named
from core.reports import Basis, Column, Kind, Marker, Question, Report, Row, grouped
from core.scope import Scope
from programmes.domain.spreads import LOWER, MIDDLE, UPPER, Spread, pooled, quantile, size
from programmes.queries import visibility
from programmes.queries.cases import Event
from programmes.queries.groupings import GROUPINGS, is_sensitive, label_columns
from programmes.queries.spreads import Asked, case_spreads
from programmes.reports.completion import COUNTING_UNIT, STARTED
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, spread_sections

_BASES: Mapping[Basis, str] = {
    Basis.COHORT: (
        "cohort by start: everybody who started in the period, whenever they were referred (C2)"
    ),
    Basis.FLOW: "flow: the assessments and the starts of the period, whoever they are of (C2)",
}
_ASSESSED: Mapping[Basis, Event] = {Basis.COHORT: Event.STARTED, Basis.FLOW: Event.ASSESSED}
_DEFINITIONS = (
    STARTED,
    (
        "Wait for the start: days from the referral to the first group unit attended; after a "
        "transfer or a return on the same referral it counts once, and a new referral has a "
        "wait of its own"
    ),
    (
        "Wait for the assessment: days from the referral to the assessment; on the cohort "
        "basis of those who started"
    ),
    (
        "Still waiting: referred by the end of the period, also before it, and today neither "
        "started nor closed; days from the referral to today"
    ),
    (
        "Median and quartiles are of single cases, exactly; between two cases proportionately "
        "(Hyndman and Fan, definition 7). A start dated before its referral counts as 0 days"
    ),
    (
        "To compare: courts’ programmes for domestic violence began after 27 weeks, later 29 "
        "(Home Affairs Committee, 2009); Building Better Relationships after 1 to 5 months "
        "(parliamentary answer, 2024)"
    ),
)
_SHARES = {"lower": LOWER, "median": MIDDLE, "upper": UPPER}
_TITLES = {"lower": "lower quartile", "median": "median", "upper": "upper quartile"}
_WAITS = {
    "starts": "Days to the start",
    "assessments": "Days to the assessment",
    "waiting": "Days waited so far",
}
_COUNTED = {"starts": "Starts", "assessments": "Assessments", "waiting": "Still waiting"}
_STARTED_IN_FLOW = {"starts": f"{Basis.FLOW} started"}
_SAME: Mapping[Basis, Mapping[str, str]] = {
    Basis.COHORT: _STARTED_IN_FLOW,
    Basis.FLOW: {**_STARTED_IN_FLOW, "assessments": f"{Basis.FLOW} assessed"},
}
"""What the report of completion counts alike: its starts are of a period only in flow."""
_TENTH = Decimal("0.1")


async def waiting_time(question: Question, *, scope: Scope) -> Report:
    """Answer medians and quartiles of both waits, and of those still waiting, by programme.

    Source: domain.md C5.
    """
    group_by = grouped(question, GROUPINGS) or ("programme",)
    groups = await case_spreads(_asked(question.basis), question, group_by=group_by, scope=scope)
    return Report(
        slug="waiting-time",
        title="Waiting times",
        counting_unit=COUNTING_UNIT,
        question=question,
        basis=_BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=(*_DEFINITIONS, NEVER_POOLED),
        group_by=group_by,
        columns=(*label_columns(group_by), *_columns(question.basis)),
        sections=spread_sections(groups, _cells, sensitive=is_sensitive(group_by)),
        data_quality=await data_quality(scope=scope),
    )


def _asked(basis: Basis) -> Mapping[str, Asked]:
    waiting = QueryString(
        "e.started_on IS NULL AND r.status NOT IN {}"
        " AND COALESCE(e.status, '') NOT IN ('completed', 'completed_partial')",
        visibility.CLOSED,
    )
    return {
        "starts": Asked(
            Event.STARTED, QueryString("(1 = 1)"), waited_days("r.received_on", "e.started_on")
        ),
        "assessments": Asked(
            _ASSESSED[basis],
            QueryString("r.assessed_on IS NOT NULL"),
            waited_days("r.received_on", "r.assessed_on"),
        ),
        "waiting": Asked(
            Event.REFERRED,
            waiting,
            waited_days("r.received_on", f"'{clock.today()}'"),
            carried=True,
        ),
    }


def waited_days(since: str, until: str) -> str:
    """Answer the SQL of the days from one day to another; 0 where it is dated before."""
    days = sql_days.days_between(since, until)
    return f"(CASE WHEN {days} < 0 THEN 0 ELSE {days} END)"


def _columns(basis: Basis) -> tuple[Column, ...]:
    return tuple(
        column
        for key, counted in _COUNTED.items()
        for column in (
            Column(key, counted, Kind.COUNT, same_as=_SAME[basis].get(key, "")),
            *(
                Column(f"{key}_{share}", f"{_WAITS[key]}, {title}", Kind.NUMBER, base=key)
                for share, title in _TITLES.items()
            ),
        )
    )


def _cells(rows: Sequence[Mapping[str, Spread]]) -> Row:
    found: list[object] = []
    for key in _COUNTED:
        spread = pooled(row[key] for row in rows)
        found += [size(spread), *(_shown(quantile(spread, one)) for one in _SHARES.values())]
    return tuple(found)


def _shown(days: Fraction | None) -> Decimal | Marker:
    if days is None:
        return Marker.NOT_APPLICABLE
    exact = Decimal(days.numerator) / Decimal(days.denominator)
    return exact.quantize(_TENTH, ROUND_HALF_UP)
