"""By what counts can be grouped, and how the groups are named and put in order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from core import database, sql_days
from core.periods import quarter_at
from core.reports import Column, Kind
from core.scope import Side
from programmes.domain.equality import (
    BANDS,
    NOT_ASKED,
    AgeBand,
    Disability,
    Ethnicity,
    EthnicityGroup,
    GenderIdentity,
    MaritalStatus,
    Pregnancy,
    Religion,
    Sex,
    SexualOrientation,
    ethnicity_group,
)
from programmes.domain.exits import REASONS
from programmes.domain.terms import ProgrammeType, ReferralSource

NOT_RECORDED = "not_recorded"
NO_LONGER_HELD = "no_longer_held"


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
    SEX = "sex"
    AGE_BAND = "age_band"
    ETHNICITY_GROUP = "ethnicity_group"
    DISABILITY = "disability"
    SEXUAL_ORIENTATION = "sexual_orientation"
    RELIGION = "religion"
    GENDER_IDENTITY = "gender_identity"
    MARITAL_STATUS = "marital_status"
    PREGNANCY = "pregnancy"
    WEEK = "week"
    EXIT_REASON = "exit_reason"


_OF_ONE_REPORT = frozenset(
    {
        Grouping.WEEK, Grouping.EXIT_REASON, Grouping.GENDER_IDENTITY, Grouping.MARITAL_STATUS,
        Grouping.PREGNANCY,
    }
)  # fmt: skip
GROUPINGS = tuple(grouping.value for grouping in Grouping if grouping not in _OF_ONE_REPORT)

PROTECTED = frozenset(
    {
        Grouping.SEX, Grouping.AGE_BAND, Grouping.ETHNICITY_GROUP, Grouping.DISABILITY,
        Grouping.SEXUAL_ORIENTATION, Grouping.RELIGION, Grouping.GENDER_IDENTITY,
        Grouping.MARITAL_STATUS, Grouping.PREGNANCY,
    }
)  # fmt: skip
"""Characteristics that the Equality Act protects; figures parted by them are sensitive (S22)."""


@dataclass(frozen=True, slots=True)
class Group:
    """Counts of the cases of one group; ``labels`` has a cell for each grouping asked for."""

    side: Side
    type: ProgrammeType
    labels: tuple[object, ...]
    counts: Mapping[str, int]


Words = Callable[[Any], tuple[Any, object]]
"""Answers the place of a value among its like, and its label."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """How cases are parted: by a key, which may have a name beside it."""

    title: str
    key: Callable[[str], str]
    words: Words
    name: str = "NULL"
    kind: Kind = Kind.CODE


def _code(value: Any) -> tuple[Any, str]:
    code = value or NOT_RECORDED
    return (code == NOT_RECORDED, code), code


def _text(blank: str) -> Words:
    return lambda value: ((not value, str(value or "").casefold()), value or blank)


def _week(value: Any) -> tuple[Any, date]:
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return day, day


def _quarter(value: Any) -> tuple[Any, str]:
    if value is None:
        return (1, 0), "Not recorded"
    return (0, value), quarter_at(value).name


def _in_order(codes: Iterable[str]) -> Words:
    """Answer words for codes that stand in the order in which they are listed."""
    order = {str(code): place for place, code in enumerate(codes)}
    return lambda value: (order.get(value, -1), value or "")


def _answer_to(column: str) -> Callable[[str], str]:
    """Answer the key of an answer: whoever has none was not asked, or is closed out (D13)."""
    return lambda _: (
        f"COALESCE(q.{column}, CASE WHEN p.closed_out_at IS NULL THEN '{NOT_ASKED}'"
        f" ELSE '{NO_LONGER_HELD}' END)"
    )


def _answers(title: str, column: str, codes: Iterable[str]) -> Dimension:
    return Dimension(title, _answer_to(column), _in_order([*codes, NO_LONGER_HELD]))


def _ethnicity(value: str) -> tuple[Any, object]:
    known = value != NO_LONGER_HELD
    group = ethnicity_group(Ethnicity(value)).value if known else value
    return _in_order([*EthnicityGroup, NO_LONGER_HELD])(group)


def _age(value: int | None) -> tuple[Any, object]:
    years = -1 if value is None else value
    band = next((band for lowest, band in BANDS if years >= lowest), AgeBand.NOT_RECORDED)
    return _in_order(AgeBand)(band.value)


DIMENSIONS = {
    Grouping.PROGRAMME: Dimension(
        "Programme", lambda _: "g.id", _text(""), "g.name", Kind.TEXT
    ),
    Grouping.COHORT: Dimension(
        "Cohort", lambda _: "c.id", _text("Not in a cohort"), "c.code", Kind.TEXT
    ),
    Grouping.ORGANISATION: Dimension(
        "Organisation", lambda _: "o.id", _text(""), "o.name", Kind.TEXT
    ),
    Grouping.SOURCE: Dimension("Referred by", lambda _: "r.source", _code),
    Grouping.SELF_OR_AGENCY: Dimension(
        "Self or agency",
        lambda _: f"CASE COALESCE(r.source, '{NOT_RECORDED}')"
        f" WHEN '{ReferralSource.SELF}' THEN 'self'"
        f" WHEN '{ReferralSource.NOT_RECORDED}' THEN '{NOT_RECORDED}' ELSE 'agency' END",
        _code,
    ),
    Grouping.MANDATE: Dimension("Mandate", lambda _: "r.mandate", _code),
    Grouping.AREA: Dimension(
        "Area", lambda _: "p.area", _text("Not recorded"), "p.area", Kind.TEXT
    ),
    Grouping.QUARTER: Dimension("Quarter", sql_days.quarter_index, _quarter, kind=Kind.TEXT),
    Grouping.WEEK: Dimension("Week beginning", sql_days.monday, _week, kind=Kind.DAY),
    Grouping.SEX: _answers("Sex", "sex", Sex),
    Grouping.AGE_BAND: Dimension(
        "Age when referred", lambda _: sql_days.whole_years("p.born_on", "r.received_on"), _age
    ),
    Grouping.ETHNICITY_GROUP: Dimension("Ethnic group", _answer_to("ethnicity"), _ethnicity),
    Grouping.DISABILITY: _answers("Disability", "disability", Disability),
    Grouping.SEXUAL_ORIENTATION: _answers(
        "Sexual orientation", "sexual_orientation", SexualOrientation
    ),
    Grouping.RELIGION: _answers("Religion", "religion", Religion),
    Grouping.GENDER_IDENTITY: _answers("Gender identity", "gender_identity", GenderIdentity),
    Grouping.MARITAL_STATUS: _answers(
        "Marriage or civil partnership", "marital_status", MaritalStatus
    ),
    Grouping.PREGNANCY: _answers("Pregnancy", "pregnancy", Pregnancy),
    Grouping.EXIT_REASON: Dimension("Reason", lambda _: "e.exit_reason", _in_order(REASONS)),
}  # fmt: skip

FURTHER = {
    "o.": " JOIN organisations o ON o.id = g.organisation",
    "p.": " JOIN participants p ON p.id = COALESCE(r.participant, e.participant)",
    "q.": " LEFT JOIN equality_profiles q"
    " ON q.participant = COALESCE(r.participant, e.participant)",
}
"""Joined where something that is asked for names them."""


def is_sensitive(groupings: Iterable[str]) -> bool:
    """Tell whether a report so grouped parts people by a protected characteristic."""
    return not PROTECTED.isdisjoint(groupings)


def label_columns(groupings: Iterable[str]) -> tuple[Column, ...]:
    """Answer the columns that name the rows of a report so grouped."""
    found = [Grouping(grouping) for grouping in groupings]
    return tuple(Column(one.value, DIMENSIONS[one].title, DIMENSIONS[one].kind) for one in found)


def add(
    found: dict[tuple[Any, ...], dict[str, int]],
    row: database.Row,
    keys: Sequence[str],
    groupings: Sequence[Grouping],
) -> None:
    """Add a row's counts to those of its group; several keys may share a place and a label."""
    group = found.setdefault(place_of(row, groupings), {})
    for key in keys:
        group[key] = group.get(key, 0) + int(row[key])


def place_of(row: database.Row, groupings: Sequence[Grouping]) -> tuple[Any, ...]:
    """Answer the side, the kind and the labels of a row's group, as they are put in order."""
    labels = []
    for place, grouping in enumerate(groupings):
        dimension = DIMENSIONS[grouping]
        value = row[f"key_{place}"] if dimension.name == "NULL" else row[f"name_{place}"]
        order, label = dimension.words(value)
        apart = str(row[f"key_{place}"]) if dimension.name not in {"NULL", "p.area"} else ""
        labels.append((order, label, apart))
    return (row["side"], row["type"], *labels)


def told_apart(
    found: Iterable[tuple[Any, ...]], groupings: Sequence[Grouping]
) -> Callable[[tuple[Any, ...]], tuple[object, ...]]:
    """Answer what names a group's cells: where two of one name differ, the end of their ids too."""
    apart: list[dict[object, set[str]]] = [{} for _ in groupings]
    for _, _, *labels in found:
        for place, (_, label, key) in enumerate(labels):
            apart[place].setdefault(label, set()).add(key)

    def names(labels: tuple[Any, ...]) -> tuple[object, ...]:
        return tuple(
            f"{label} ({key[-4:]})" if len(apart[place][label]) > 1 else label
            for place, (_, label, key) in enumerate(labels)
        )

    return names


def groups_of(
    found: Mapping[tuple[Any, ...], Mapping[str, int]],
    keys: Sequence[str],
    names: Callable[[tuple[Any, ...]], tuple[object, ...]],
) -> tuple[Group, ...]:
    """Answer the groups in order, each with all the counts."""
    groups = []
    for side, kind, *labels in sorted(found):
        numbers = found[side, kind, *labels]
        groups.append(
            Group(
                Side(side),
                ProgrammeType(kind),
                names(tuple(labels)),
                {key: numbers.get(key, 0) for key in keys},
            )
        )
    return tuple(groups)
