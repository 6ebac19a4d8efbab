"""What a start, a completion and an hour of a programme cost (C7)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from core import clock
from core.figures import tenths
from core.periods import named
from core.reports import Basis, Column, Kind, Marker, Question, Report, Row, Section
from core.scope import Scope, Side
from programmes.domain.funding import Contribution, cost, per, whole_pence
from programmes.domain.terms import ProgrammeType
from programmes.queries.funding import AgreementView
from programmes.queries.unit_costs import delivered
from programmes.reports.completion import BASES, COMPLETED, COUNTING_UNIT, STARTED, case_events
from programmes.reports.sections import NEVER_POOLED, heading

_HOUR_MINUTES = 60
COST = (
    "Cost: of an amount a year, a year's amount for each whole year in the period and, for the "
    "rest, its days over those of the year that they begin; what is given once, if its day is in "
    "the period; until today at most, and nothing that is agreed in principle only"
)
OF_PROGRAMMES = (
    "Money is given to programmes, and of no one group: whoever reads reports of their own groups "
    "alone is told of none"
)
_DEFINITIONS = (
    STARTED,
    COMPLETED,
    COST,
    OF_PROGRAMMES,
    "Hours: of the group sessions that were held in the period",
    "Cost of each start, completion and hour = cost / their number in the period (C7)",
    "Where no first day is chosen, the period begins with the programme's first contribution",
    NEVER_POOLED,
)
_COLUMNS = (
    Column("programme", "Programme", Kind.TEXT),
    Column("cost", "Cost", Kind.MONEY),
    Column("started", "Started", Kind.COUNT),
    Column("completed", "Completed", Kind.COUNT),
    Column("hours", "Hours of group sessions", Kind.NUMBER),
    Column("per_start", "Cost of each start", Kind.MONEY, base="started"),
    Column("per_completion", "Cost of each completion", Kind.MONEY, base="completed"),
    Column("per_hour", "Cost of each hour", Kind.MONEY),
)


@dataclass(frozen=True, slots=True)
class Paid:
    """A programme that is paid for, with what it gets."""

    id: UUID
    name: str
    side: Side
    type: ProgrammeType
    gives: list[Contribution] = field(default_factory=list)

    def pence(self, since: date | None, until: date | None) -> Fraction:
        """Answer what a period cost, until today at most; without a first day, all of it."""
        return cost(self.gives, since or self.since, _until(until))

    @property
    def since(self) -> date:
        """Answer the first day on which somebody gives something; today while nobody does."""
        return min((gives.from_on for gives in self.gives), default=clock.today())


def paid_programmes(found: Iterable[AgreementView]) -> list[Paid]:
    """Answer the programmes that agreements pay for, by side, kind and name."""
    paid: dict[UUID, Paid] = {}
    for view in found:
        if view.programme_id and view.programme_type and view.side:
            new = Paid(view.programme_id, view.programme_name, view.side, view.programme_type)
            paid.setdefault(new.id, new).gives.extend(line.gives for line in view.lines)
    return sorted(paid.values(), key=lambda one: (one.side, one.type, one.name, one.id))


def _until(until: date | None) -> date:
    return min(until or clock.today(), clock.today())


async def unit_costs(
    question: Question,
    found: Sequence[AgreementView],
    data_quality: tuple[str, ...],
    *,
    scope: Scope,
) -> Report:
    """Answer what each programme that is paid for cost, and what that is for each of its results.

    Source: domain.md C7.
    """
    asked = replace(question, basis=Basis.FLOW)
    return Report(
        slug="funding",
        title="Funding",
        counting_unit=COUNTING_UNIT,
        question=asked,
        basis=BASES[Basis.FLOW],
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=_DEFINITIONS,
        group_by=("programme",),
        columns=_COLUMNS,
        sections=await _sections(asked, found, scope),
        data_quality=data_quality,
    )


async def _sections(
    question: Question, found: Sequence[AgreementView], scope: Scope
) -> tuple[Section, ...]:
    paid = paid_programmes(found)
    alike = Counter((one.side, one.type, one.name) for one in paid)
    sections = []
    for (side, kind), some in groupby(paid, key=lambda one: (one.side, one.type)):
        rows = []
        for one in some:
            apart = alike[side, kind, one.name] > 1
            label = f"{one.name} ({str(one.id)[-4:]})" if apart else one.name
            rows.append((label, *await _cells(question, one, scope)))
        sections.append(Section(heading(side, kind), tuple(rows), side=side.value))
    return tuple(sections)


async def _cells(question: Question, paid: Paid, scope: Scope) -> Row:
    counts = tuple(one for one in case_events() if one.key in {"started", "completed"})
    done = await delivered(
        paid.id, counts, since=question.since or paid.since, until=_until(question.until),
        scope=scope,
    )  # fmt: skip
    pence = paid.pence(question.since, question.until)
    started, completed = done.counts["started"], done.counts["completed"]
    hours = Fraction(done.minutes, _HOUR_MINUTES)
    return (
        whole_pence(pence),
        started,
        completed,
        tenths(hours),
        _each(pence, started),
        _each(pence, completed),
        _each(pence, hours),
    )


def _each(pence: Fraction, count: int | Fraction) -> int | Marker:
    found = per(pence, count)
    return Marker.NOT_APPLICABLE if found is None else found
