"""How many active members each group had, held against what its programme asks for (C12)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core import clock
from core.periods import named
from core.reports import Column, Kind, Question, Report, Row
from core.scope import Scope
from programmes.domain.group_sizes import sizes_of
from programmes.queries.groups_held import GroupView, sizes_by_group
from programmes.reports.by_group import NAME_COLUMNS, NAMES, group_sections
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED

_COLUMNS = (
    *NAME_COLUMNS,
    Column("sessions", "Sessions held", Kind.COUNT, same_as="flow group_sessions"),
    Column("under", "Under the least", Kind.COUNT),
    Column("smallest", "Smallest", Kind.COUNT, adds_up=False),
    Column("median", "Median", Kind.NUMBER, base="smallest"),
    Column("largest", "Largest", Kind.COUNT, adds_up=False),
    Column("capacity_min", "Least asked for", Kind.NUMBER),
    Column("capacity_max", "Most allowed", Kind.NUMBER),
)
_DEFINITIONS = (
    (
        "Active members: everybody with a place in the group on the day of the session and in no"
        " pause, whether or not they came"
    ),
    "Sessions: those of the group that were held; without catch-ups and one-to-ones",
    "Under the least: sessions with fewer active members than the programme asks for",
    NEVER_POOLED,
)


async def group_size(question: Question, *, scope: Scope) -> Report:
    """Answer the smallest, median and largest size of each group that met in the period.

    Source: domain.md 2.1, C12.
    """
    groups = await sizes_by_group(question, scope=scope)
    return Report(
        slug="group-size",
        title="Group size",
        counting_unit="sessions held",
        question=question,
        basis="flow: the sessions held in the period (C2)",
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=_DEFINITIONS,
        group_by=NAMES,
        columns=_COLUMNS,
        sections=group_sections(groups, _cells, _total),
        data_quality=await data_quality(scope=scope),
    )


def _cells(group: GroupView, sessions: Mapping[int, int]) -> Row:
    return (
        *_figures(sessions, _under(group, sessions)),
        Decimal(group.capacity_min),
        Decimal(group.capacity_max),
    )


def _total(groups: Sequence[tuple[GroupView, Mapping[int, int]]]) -> Row:
    together: Counter[int] = Counter()
    for _, sessions in groups:
        together.update(sessions)
    return (*_figures(together, sum(_under(*group) for group in groups)), None, None)


def _under(group: GroupView, sessions: Mapping[int, int]) -> int:
    return sizes_of(sessions, least=group.capacity_min).under


def _figures(sessions: Mapping[int, int], under: int) -> Row:
    sizes = sizes_of(sessions, least=0)
    median = Decimal(sizes.median.numerator) / sizes.median.denominator
    return (sizes.sessions, under, sizes.smallest, median.quantize(Decimal("0.1")), sizes.largest)
