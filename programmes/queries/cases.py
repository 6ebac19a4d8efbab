"""Counts of referrals and what became of them, grouped: what most reports of programmes rest on.

Each case is one referral with the last place that came of it. Sides and kinds of programme are
never counted together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from core import database, sql_days
from core.errors import NotFoundError
from core.periods import quarter_at
from core.reports import Basis, Column, Kind, Question
from core.scope import Permission, Scope, Side
from programmes.domain.terms import ProgrammeType, ReferralSource
from programmes.queries import visibility

NOT_RECORDED = "not_recorded"


class Grouping(StrEnum):
    """What cases can be grouped by, beside their side and kind of programme."""

    PROGRAMME = "programme"
    COHORT = "cohort"
    ORGANISATION = "organisation"
    SOURCE = "source"
    SELF_OR_AGENCY = "self_or_agency"
    MANDATE = "mandate"
    AREA = "area"
    QUARTER = "quarter"


GROUPINGS = tuple(grouping.value for grouping in Grouping)


class Event(StrEnum):
    """The day on which what is counted happened: its column."""

    REFERRED = "r.received_on"
    ASSESSED = "r.assessed_on"
    STARTED = "e.started_on"
    ENDED = "e.ended_on"


@dataclass(frozen=True, slots=True)
class Count:
    """Something that is counted of cases: when it happened, and on what condition."""

    key: str
    event: Event
    condition: QueryString


@dataclass(frozen=True, slots=True)
class Group:
    """Counts of the cases of one group; ``labels`` has a cell for each grouping asked for."""

    side: Side
    type: ProgrammeType
    labels: tuple[str, ...]
    counts: Mapping[str, int]


Words = Callable[[Any], tuple[Any, str]]
"""Answers the place of a value among its like, and its label."""


@dataclass(frozen=True, slots=True)
class _Dimension:
    """How cases are parted: by a key, which may have a name beside it."""

    title: str
    key: Callable[[str], str]
    words: Words
    name: str = "NULL"
    kind: Kind = Kind.CODE


def _code(value: Any) -> tuple[Any, str]:
    return (value is None, value or ""), value or NOT_RECORDED


def _text(blank: str) -> Words:
    return lambda value: ((not value, str(value or "").casefold()), value or blank)


def _quarter(value: Any) -> tuple[Any, str]:
    if value is None:
        return (1, 0), "Not recorded"
    return (0, value), quarter_at(value).name


_OF = {
    Grouping.PROGRAMME: _Dimension(
        "Programme", lambda _: "g.id", _text(""), "g.name", Kind.TEXT
    ),
    Grouping.COHORT: _Dimension(
        "Cohort", lambda _: "c.id", _text("Not in a cohort"), "c.code", Kind.TEXT
    ),
    Grouping.ORGANISATION: _Dimension(
        "Organisation", lambda _: "o.id", _text(""), "o.name", Kind.TEXT
    ),
    Grouping.SOURCE: _Dimension("Referred by", lambda _: "r.source", _code),
    Grouping.SELF_OR_AGENCY: _Dimension(
        "Self or agency",
        lambda _: f"CASE r.source WHEN '{ReferralSource.SELF}' THEN 'self'"
        f" WHEN '{ReferralSource.NOT_RECORDED}' THEN '{NOT_RECORDED}' ELSE 'agency' END",
        _code,
    ),
    Grouping.MANDATE: _Dimension("Mandate", lambda _: "r.mandate", _code),
    Grouping.AREA: _Dimension(
        "Area", lambda _: "p.area", _text("Not recorded"), "p.area", Kind.TEXT
    ),
    Grouping.QUARTER: _Dimension("Quarter", sql_days.quarter_index, _quarter, kind=Kind.TEXT),
}  # fmt: skip

_FROM = (
    " FROM referrals r JOIN programmes g ON g.id = r.programme"
    " LEFT JOIN enrolments e ON e.referral = r.id AND NOT EXISTS"
    " (SELECT 1 FROM enrolments n WHERE n.referral = r.id AND n.id > e.id)"
    " LEFT JOIN cohorts c ON c.id = e.cohort"
)
_FURTHER = {
    "o.": " JOIN organisations o ON o.id = g.organisation",
    "p.": " JOIN participants p ON p.id = r.participant",
}
"""Joined where something that is asked for names them."""


def label_columns(groupings: Iterable[str]) -> tuple[Column, ...]:
    """Answer the columns that name the rows of a report so grouped."""
    found = [Grouping(grouping) for grouping in groupings]
    return tuple(Column(one.value, _OF[one].title, _OF[one].kind) for one in found)


async def case_counts(
    counts: Sequence[Count], question: Question, *, group_by: Sequence[str], scope: Scope
) -> tuple[Group, ...]:
    """Answer counts of the cases that the scope may see, by side, kind and the groupings, in order.

    On the cohort basis the period bounds the day of referral, on the flow basis the day of what
    is counted.

    Raises:
        NotFoundError: the programme asked for is not there, or not visible.
    """
    await require_programme(question.programme_id, scope=scope)
    groupings = [Grouping(grouping) for grouping in group_by]
    parts: dict[Event, list[Count]] = {}
    for count in counts:
        event = count.event if question.basis is Basis.FLOW else Event.REFERRED
        parts.setdefault(event, []).append(count)
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for event, some in parts.items():
        for row in await _rows(event, some, question, groupings, scope):
            _add(found, row, some, groupings)
    return _groups(found, counts, _told_apart(found, groupings))


async def require_programme(programme_id: UUID | None, *, scope: Scope) -> None:
    """Refuse a programme that the scope's reports do not count.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    if programme_id is None:
        return
    found = await database.run(
        "SELECT g.id FROM programmes g LEFT JOIN programme_versions v ON v.programme = g.id"
        " LEFT JOIN cohorts c ON c.programme_version = v.id WHERE g.id = {} AND {} LIMIT 1",
        programme_id,
        visibility.reported(scope),
    )
    if not found:
        raise NotFoundError


async def _rows(
    event: Event,
    counts: Sequence[Count],
    question: Question,
    groupings: Sequence[Grouping],
    scope: Scope,
) -> list[database.Row]:
    keys = [_OF[grouping].key(event) for grouping in groupings]
    names = [_OF[grouping].name for grouping in groupings]
    labels = "".join(
        f", {key} AS key_{place}, MIN({name}) AS name_{place}"
        for place, (key, name) in enumerate(zip(keys, names, strict=True))
    )
    grouped = ", ".join(["g.side", "g.type", *keys])
    sums = ", ".join(f"SUM(CASE WHEN {{}} THEN 1 ELSE 0 END) AS {count.key}" for count in counts)
    joined = "".join(join for alias, join in _FURTHER.items() if alias in labels)
    return await database.run(
        f"SELECT g.side, g.type{labels}, {sums}{_FROM}{joined} WHERE {{}} GROUP BY {grouped}",
        *(count.condition for count in counts),
        database.all_of(_conditions(event, question, scope)),
    )


def _conditions(event: Event, question: Question, scope: Scope) -> list[QueryString]:
    found = [visibility.reported(scope), *within(event, question.since, question.until)]
    if question.basis is Basis.FLOW:
        found.append(QueryString(f"{event} IS NOT NULL"))
    if question.programme_id:
        found.append(QueryString("g.id = {}", question.programme_id))
    if question.organisation_id:
        found.append(QueryString("g.organisation = {}", question.organisation_id))
    return found


def within(column: str, since: date | None, until: date | None) -> list[QueryString]:
    """Answer the conditions that a day lies in a period, both its ends included."""
    found = []
    if since:
        found.append(QueryString(f"{column} >= {{}}", since))
    if until:
        found.append(QueryString(f"{column} <= {{}}", until))
    return found


def _add(
    found: dict[tuple[Any, ...], dict[str, int]],
    row: database.Row,
    counts: Sequence[Count],
    groupings: Sequence[Grouping],
) -> None:
    """Add a row's counts to those of its group; several keys may share a place and a label."""
    labels = []
    for place, grouping in enumerate(groupings):
        dimension = _OF[grouping]
        value = row[f"key_{place}"] if dimension.name == "NULL" else row[f"name_{place}"]
        order, label = dimension.words(value)
        apart = str(row[f"key_{place}"]) if dimension.name not in {"NULL", "p.area"} else ""
        labels.append((order, label, apart))
    group = found.setdefault((row["side"], row["type"], *labels), {})
    for count in counts:
        group[count.key] = group.get(count.key, 0) + row[count.key]


def _told_apart(
    found: Iterable[tuple[Any, ...]], groupings: Sequence[Grouping]
) -> Callable[[tuple[Any, ...]], tuple[str, ...]]:
    """Answer what names a group's cells: where two of one name differ, the end of their ids too."""
    apart: list[dict[str, set[str]]] = [{} for _ in groupings]
    for _, _, *labels in found:
        for place, (_, label, key) in enumerate(labels):
            apart[place].setdefault(label, set()).add(key)

    def names(labels: tuple[Any, ...]) -> tuple[str, ...]:
        return tuple(
            f"{label} ({key[-4:]})" if len(apart[place][label]) > 1 else label
            for place, (_, label, key) in enumerate(labels)
        )

    return names


def _groups(
    found: Mapping[tuple[Any, ...], Mapping[str, int]],
    counts: Sequence[Count],
    names: Callable[[tuple[Any, ...]], tuple[str, ...]],
) -> tuple[Group, ...]:
    groups = []
    for side, kind, *labels in sorted(found):
        numbers = found[side, kind, *labels]
        groups.append(
            Group(
                Side(side),
                ProgrammeType(kind),
                names(tuple(labels)),
                {count.key: numbers.get(count.key, 0) for count in counts},
            )
        )
    return tuple(groups)


def reported_sides(scope: Scope) -> tuple[Side, ...]:
    """Answer the sides of which the scope may read reports, in a fixed order."""
    areas = scope.within(Permission.VIEW_PROGRAMME_REPORTS)
    return tuple(sorted({area.side for area in areas if area.side}))
