"""What every report is: its figures, how they were counted, and who may read them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from core.errors import InvalidInputError
from core.figures import percent, wilson

SMALL_BASE = 30
"""A rate of fewer than these says little of the next group; it is flagged."""


class Basis(StrEnum):
    """What a period bounds (C2).

    ``cohort``: whoever was referred in it, followed to where they are now. ``flow``: what happened
    in it, whoever it happened to.
    """

    COHORT = "cohort"
    FLOW = "flow"


class Audience(StrEnum):
    """Who will read it: small numbers are suppressed in what is published (C9)."""

    INTERNAL = "internal"
    PUBLISHED = "published"


class Kind(StrEnum):
    """What the cells of a column hold.

    A ``code`` is one of domain.md's, which pages say in words; a ``number`` is a median or a mean,
    ``money`` whole pence.
    """

    TEXT = "text"
    CODE = "code"
    COUNT = "count"
    RATE = "rate"
    DAY = "day"
    NUMBER = "number"
    MONEY = "money"


class Marker(StrEnum):
    """What stands in a cell instead of a figure, or beside it (GSS symbols)."""

    NOT_APPLICABLE = "[z]"
    SUPPRESSED = "[c]"
    UNAVAILABLE = "[x]"
    REVISED = "[r]"
    LOW_RELIABILITY = "[u]"


KEY = {
    Marker.NOT_APPLICABLE: "not applicable: there is nothing to count or to divide by",
    Marker.SUPPRESSED: "suppressed, so that nobody can be recognised in a small number",
    Marker.UNAVAILABLE: "not available: the service does not hold it",
    Marker.REVISED: "revised since it was last published",
    Marker.LOW_RELIABILITY: f"of low reliability: fewer than {SMALL_BASE} are counted",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a report.

    A rate says which columns it divides, a number or money which counts it rests on, with spaces
    between them: where one of those is suppressed, so is what rests on it. A count rests on that of
    the people who did what it counts, and is hidden where they are few. ``compared`` is whether
    it also rests on those of the totals, ``adds_up`` whether the rows of a count add up to them.
    Through the rows that differ only in the labels named in ``along``, each counts
    some of those of the row before it or, with ``whole_of``, what that count adds up to in them.
    What other reports count by another key or on another basis is ``same_as`` that basis and key.
    """

    key: str
    title: str
    kind: Kind
    numerator: str = ""
    denominator: str = ""
    base: str = ""
    adds_up: bool = True
    compared: bool = False
    along: tuple[str, ...] = ()
    whole_of: str = ""
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """That count columns add up to another in every row; ``rest`` is whether something is left.

    ``elsewhere`` is whether some of them stand in other reports alone.
    """

    total: str
    parts: tuple[str, ...]
    rest: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with what it counts.

    ``at_most`` says that the denominator is known to be larger; ``hidden`` that the counts may be
    read, but not the share (C9).
    """

    numerator: int
    denominator: int
    at_most: bool = False
    hidden: bool = False

    @property
    def ratio(self) -> Fraction | None:
        """Answer the unrounded share; ``None`` where there is nothing to divide by."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def percent(self) -> str:
        """Answer the share with one decimal, or the marker that stands for it (C3, C9)."""
        if self.hidden:
            return Marker.SUPPRESSED
        return Marker.NOT_APPLICABLE if self.ratio is None else percent(self.ratio)

    @property
    def interval(self) -> tuple[str, str] | None:
        """Answer the 95 % interval in per cent; ``None`` where the rate is no share."""
        return None if self.hidden else wilson(self.numerator, self.denominator)

    @property
    def is_of_few(self) -> bool:
        """Tell whether the base is small: a few people more would change it much."""
        return 0 < self.denominator < SMALL_BASE


Row = tuple[object, ...]
"""A cell for each column: text, a count, a ``Rate``, a day, a number, pence, or a ``Marker``."""


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that may stand together: of one side and one kind of programme (2.1).

    In a ``sensitive`` one the rows part people by a protected characteristic. ``revised`` names
    the cells, by row and column, that differ from what was last published; row -1 is the totals.
    """

    heading: str
    rows: tuple[Row, ...]
    totals: Row | None = None
    side: str = ""
    sensitive: bool = False
    revised: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class ClaimedFigure:
    """A figure that somebody published, beside the same counted again (C7, C11)."""

    what: str
    source: str
    as_at: date | None
    claimed: Rate
    recomputed: Rate | Marker


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks of a report; both days are included, ``None`` bounds nothing."""

    since: date | None = None
    until: date | None = None
    basis: Basis = Basis.COHORT
    group_by: tuple[str, ...] = ()
    programme_id: UUID | None = None
    organisation_id: UUID | None = None
    cohort_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stood at ``run_at``; every row has one cell for each column.

    ``basis`` is a code and, after a colon, what it means. ``group_by`` are the keys of the first
    columns, which name the rows. ``threshold`` is the small-number threshold applied (C9), ``None``
    where there was none. ``data_quality`` says what does not fit together in the records, and how
    often. ``cut`` says that there are more rows than these, which a file has.
    """

    slug: str
    title: str
    counting_unit: str
    question: Question
    basis: str
    period: str
    as_of: date
    run_at: datetime
    definitions: tuple[str, ...]
    columns: tuple[Column, ...]
    sections: tuple[Section, ...]
    group_by: tuple[str, ...] = ()
    sums: tuple[Sum, ...] = ()
    threshold: int | None = None
    data_quality: tuple[str, ...] = ()
    claims: tuple[ClaimedFigure, ...] = ()
    publishable: bool = True
    cut: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """Answer the rows of all sections."""
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def totals(self) -> Row | None:
        """Answer the sums where there is one section; sections are never added up."""
        return self.sections[0].totals if len(self.sections) == 1 else None

    @property
    def said(self) -> tuple[str, ...]:
        """Answer all that has to be read with the figures, a sentence each."""
        return (
            *self.definitions,
            f"Counting unit: {self.counting_unit}",
            f"Basis: {self.basis}",
            f"Period: {self.period}",
            f"Run at {self.run_at:%d %B %Y %H:%M} UTC, as of {self.as_of:%d %B %Y}",
            "Small numbers: " + self._threshold_said,
            *(f"{marker} {meaning}" for marker, meaning in KEY.items()),
        )

    @property
    def _threshold_said(self) -> str:
        if self.threshold is None:
            return "none is suppressed; this report is for those who may see the records"
        return f"1 to {self.threshold - 1} are suppressed, and what would reveal them (C9)"


_TOLD_APART_BY = {"cohort": "programme", "team": "organisation"}
"""Groupings whose names say little without another's beside them."""


def grouped(question: Question, known: tuple[str, ...]) -> tuple[str, ...]:
    """Answer by what a report is grouped, in the order of ``known``, each once.

    Cohorts stand with their programme, teams with their organisation.

    Raises:
        InvalidInputError: it cannot be grouped by one of them.
    """
    unknown = [group for group in question.group_by if group not in known]
    if unknown:
        raise InvalidInputError.of("group_by", f"Choose from {', '.join(known)}")
    beside = {_TOLD_APART_BY.get(group, group) for group in question.group_by}
    return tuple(group for group in known if group in {*question.group_by, *beside})
