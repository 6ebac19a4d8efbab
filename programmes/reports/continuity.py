"""Whether the same facilitators took a group's sessions, and enough of them (C12, 2.1)."""

from collections.abc import Sequence
from fractions import Fraction

from core import clock
from core.figures import tenths
from core.periods import named
from core.reports import Column, Kind, Question, Rate, Report, Row, Sum
from core.scope import Scope
from programmes.domain.continuity import Continuity, continuity_of
from programmes.queries.groups_held import GroupView, Held, held_by_group
from programmes.reports.by_group import NAME_COLUMNS, NAMES, group_sections
from programmes.reports.faults import data_quality
from programmes.reports.sections import NEVER_POOLED

_COLUMNS = (
    *NAME_COLUMNS,
    Column("sessions", "Sessions held", Kind.COUNT),
    Column("by_usual", "Taken by usual facilitators", Kind.COUNT),
    Column("by_usual_rate", "Share taken by them", Kind.RATE, "by_usual", "sessions"),
    Column("facilitators", "Different facilitators", Kind.COUNT, adds_up=False),
    Column("mean", "Facilitators a session (mean)", Kind.NUMBER, base="sessions"),
    Column("group_sessions", "Sessions of the group", Kind.COUNT),
    Column("under_two", "With fewer than two", Kind.COUNT),
)
_DEFINITIONS = (
    "Sessions held: those of the group, catch-ups and one-to-ones",
    (
        "Usual facilitators: those who facilitate the group now; a session for which nobody else"
        " was named was taken by them"
    ),
    "Taken by usual facilitators: by one or more of them, and nobody else",
    "With fewer than two: sessions of the group; a perpetrator group is taken by at least two",
    (
        "Facilitators are counted, and never named; whoever took sessions of two groups counts in"
        " both rows, and once in the total"
    ),
    NEVER_POOLED,
)


async def continuity(question: Question, *, scope: Scope) -> Report:
    """Answer how steady the facilitators of each group that met in the period were.

    Source: domain.md 2.1, C12.
    """
    groups = await held_by_group(question, scope=scope)
    return Report(
        slug="continuity",
        title="Continuity of facilitators",
        counting_unit="sessions held",
        question=question,
        basis="flow: the sessions held in the period (C2)",
        period=named(question.since, question.until, today=clock.today()),
        as_of=clock.today(),
        run_at=clock.now(),
        definitions=_DEFINITIONS,
        group_by=NAMES,
        columns=_COLUMNS,
        sums=(
            Sum("sessions", ("by_usual",), rest=True),
            Sum("sessions", ("group_sessions",), rest=True),
            Sum("group_sessions", ("under_two",), rest=True),
        ),
        sections=group_sections(groups, _cells, _total),
        data_quality=await data_quality(scope=scope),
    )


def _cells(_group: GroupView, held: Held) -> Row:
    return _figures(continuity_of(held.sessions, usual=held.usual))


def _total(groups: Sequence[tuple[GroupView, Held]]) -> Row:
    parts = [continuity_of(held.sessions, usual=held.usual) for _, held in groups]
    sessions = [session for _, held in groups for session in held.sessions]
    return _figures(
        Continuity(
            sessions=sum(part.sessions for part in parts),
            group_sessions=sum(part.group_sessions for part in parts),
            facilitators=len(frozenset().union(*(one.facilitators for one in sessions))),
            by_usual=sum(part.by_usual for part in parts),
            under=sum(part.under for part in parts),
            takers=sum(part.takers for part in parts),
        )
    )


def _figures(found: Continuity) -> Row:
    return (
        found.sessions,
        found.by_usual,
        Rate(found.by_usual, found.sessions),
        found.facilitators,
        tenths(found.mean or Fraction(0)),
        found.group_sessions,
        found.under,
    )
