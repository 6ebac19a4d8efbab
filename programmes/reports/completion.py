"""How many of those referred, and of those who started, completed (C2, C3, C4)."""

from collections.abc import Mapping

from piccolo.querystring import QueryString

from core import clock, database
from core.periods import named
from core.reports import Basis, Column, Kind, Question, Rate, Report, Row, Sum, grouped
from core.scope import Scope
from programmes.domain.rates import Funnel
from programmes.domain.terms import NEUTRAL_EXITS
from programmes.queries import visibility
from programmes.queries.cases import Count, Event, case_counts
from programmes.queries.groupings import GROUPINGS, is_sensitive, label_columns
from programmes.reports.claims import claimed_figures
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED, sections

BASES: Mapping[Basis, str] = {
    Basis.COHORT: "cohort: everybody referred in the period, followed to where they are now (C2)",
    Basis.FLOW: "flow: what happened in the period, whoever it happened to (C2)",
}
COUNTING_UNIT = "referrals; one person may be referred again"
STARTED = "Started: attended at least one group unit"
COMPLETED = "Completed: every gate of the programme's completion rule holds (C4)"
NEUTRAL = (
    "Neutral exits: died, provider withdrew, programme closed, transferred, recording error, "
    "duplicate"
)
FLOW_RATES = (
    "In flow, completions may be of people who started before the period: a ratio can exceed "
    "100 % and is shown as it is"
)
_DEFINITIONS = (
    STARTED,
    COMPLETED,
    "Closed: started, and neither still active nor left for a neutral reason",
    "R1 = completed / referred",
    "R2 = completed / started",
    "R3 = completed / closed",
    NEUTRAL,
    NEVER_POOLED,
)

_STARTED = "e.started_on IS NOT NULL"


def case_events() -> tuple[Count, ...]:
    """Answer what the funnel counts, from the referral to how it ended (C3)."""
    neutral = QueryString(
        f"{_STARTED} AND e.status = 'exited' AND e.exit_reason IN {{}}",
        database.in_list(sorted(reason.value for reason in NEUTRAL_EXITS)),
    )
    active = QueryString(f"{_STARTED} AND e.status IN {{}}", visibility.OPEN)
    left = QueryString(
        f"{_STARTED} AND e.status <> 'completed' AND NOT ({{}}) AND NOT ({{}})", active, neutral
    )
    return (
        Count("referred", Event.REFERRED, QueryString("(1 = 1)")),
        Count("assessed", Event.ASSESSED, QueryString("r.assessed_on IS NOT NULL")),
        Count("suitable", Event.ASSESSED, QueryString("r.suitable")),
        Count("started", Event.STARTED, QueryString(_STARTED)),
        Count("completed", Event.ENDED, QueryString("e.status = 'completed'")),
        Count("active", Event.STARTED, active),
        Count("neutral", Event.ENDED, neutral),
        Count("left", Event.ENDED, left),
    )


def funnel_of(counts: Mapping[str, int]) -> Funnel:
    """Answer the funnel of counted cases."""
    return Funnel(**counts)


async def completion(question: Question, *, scope: Scope) -> Report:
    """Answer R1, R2 and R3 with all their counts, by programme unless asked otherwise.

    Source: domain.md C2, C3.
    """
    group_by = grouped(question, GROUPINGS) or ("programme",)
    flow = question.basis is Basis.FLOW
    groups = await case_counts(case_events(), question, group_by=group_by, scope=scope)
    return Report(
        slug="completion",
        title="Completion",
        counting_unit=COUNTING_UNIT,
        question=question,
        basis=BASES[question.basis],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=(*_DEFINITIONS, *([FLOW_RATES] if flow else [])),
        group_by=group_by,
        columns=(*label_columns(group_by), *_columns(flow=flow)),
        sums=_sums(flow=flow),
        sections=sections(
            groups, lambda counts: _cells(counts, flow=flow), sensitive=is_sensitive(group_by)
        ),
        data_quality=await data_quality(scope=scope),
        claims=await claimed_figures(case_events(), question, scope=scope),
    )


def _columns(*, flow: bool) -> tuple[Column, ...]:
    return (
        Column("referred", "Referred", Kind.COUNT),
        Column("assessed", "Assessed", Kind.COUNT),
        Column("suitable", "Suitable", Kind.COUNT),
        Column("started", "Started", Kind.COUNT),
        Column("completed", "Completed", Kind.COUNT),
        *([] if flow else [Column("active", "Still active", Kind.COUNT)]),
        Column("neutral", "Neutral exits", Kind.COUNT),
        Column("left", "Left before completing", Kind.COUNT),
        Column("closed", "Closed", Kind.COUNT),
        Column("r1", "R1 completed of referred", Kind.RATE, "completed", "referred"),
        Column("r2", "R2 completed of started", Kind.RATE, "completed", "started"),
        Column("r3", "R3 completed of closed", Kind.RATE, "completed", "closed"),
    )


def _sums(*, flow: bool) -> tuple[Sum, ...]:
    """Answer which counts add up; in flow each is of other people, and none does."""
    if flow:
        return (Sum("closed", ("completed", "left")),)
    return (
        Sum("referred", ("assessed",), rest=True),
        Sum("referred", ("started",), rest=True),
        Sum("assessed", ("suitable",), rest=True),
        Sum("suitable", ("started",), rest=True),
        Sum("started", ("active", "neutral", "closed")),
        Sum("closed", ("completed", "left"), rest=True),
    )


def _cells(counts: Mapping[str, int], *, flow: bool) -> Row:
    funnel = funnel_of(counts)
    closed = (funnel.completed, funnel.completed + funnel.left) if flow else funnel.r3
    return (
        funnel.referred,
        funnel.assessed,
        funnel.suitable,
        funnel.started,
        funnel.completed,
        *([] if flow else [funnel.active]),
        funnel.neutral,
        funnel.left,
        closed[1],
        Rate(*funnel.r1),
        Rate(*funnel.r2),
        Rate(*closed),
    )
