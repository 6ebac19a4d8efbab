"""Payloads of outcome measures, and of what is reported of them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Name, Out
from core.errors import InvalidInputError
from core.scope import Side
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint
from programmes.domain.measures import SHIPPED, Shipped, Terms, points_of
from programmes.domain.outcomes import IN_ORDER, NOT_SHOWN, Change, Report, Verdict, change
from programmes.queries.measures import MeasureView
from programmes.queries.outcomes import OutcomesView
from programmes.queries.outcomes_due import DueView
from programmes.services.outcomes import Answer, Sitting

Value = Annotated[int, msgspec.Meta(ge=-1000, le=1000)]
Version = Annotated[int, msgspec.Meta(ge=1, le=2_000_000_000)]
_OWN = ("code", "name", "direction", "timepoints", "sources")


class MeasureIn(In, frozen=True, kw_only=True):
    """A measure to add: a ready-made one by its code, or one of the organisation's own.

    A yes or no needs no ``lowest`` and ``highest``.
    """

    side: Side
    organisation_id: UUID | None = None
    shipped: str | None = None
    code: str | None = None
    name: Name | None = None
    scale: MeasureScale = MeasureScale.NUMBER
    lowest: Value | None = None
    highest: Value | None = None
    direction: Direction | None = None
    timepoints: list[Timepoint] | None = None
    sources: list[OutcomeSource] | None = None

    def terms(self) -> Terms:
        """Answer what one of its own asks.

        Raises:
            InvalidInputError: something that it needs was not given.
        """
        yes_no = self.scale is MeasureScale.YES_NO
        lowest = 0 if yes_no and self.lowest is None else self.lowest
        highest = 1 if yes_no and self.highest is None else self.highest
        if self.code is None or self.name is None or self.direction is None:
            raise self._lacking()
        if self.timepoints is None or self.sources is None or lowest is None or highest is None:
            raise self._lacking()
        return Terms(
            self.code, self.name, self.scale, lowest, highest, self.direction,
            tuple(self.timepoints), tuple(self.sources),
        )  # fmt: skip

    def _lacking(self) -> InvalidInputError:
        names = [*_OWN, *(("lowest", "highest") if self.scale is MeasureScale.NUMBER else ())]
        first = next(name for name in names if getattr(self, name) is None)
        return InvalidInputError.of(first, "Is required, unless a ready-made measure is named")


class ShippedOut(Out, frozen=True, kw_only=True):
    """A ready-made measure on one side; ``unconfirmed`` asks to check its scale before use."""

    code: str
    name: str
    side: Side
    scale: MeasureScale
    lowest: int
    highest: int
    direction: Direction
    timepoints: list[Timepoint]
    sources: list[OutcomeSource]
    points: dict[str, str]
    unconfirmed: bool

    @classmethod
    def of(cls, measure: Shipped, side: Side) -> "ShippedOut":
        """Shape a ready-made measure."""
        terms = measure.terms(side)
        return cls(
            code=terms.code, name=terms.name, side=side, scale=terms.scale, lowest=terms.lowest,
            highest=terms.highest, direction=terms.direction, timepoints=list(terms.timepoints),
            sources=list(terms.sources), points=_points(terms), unconfirmed=measure.unconfirmed,
        )  # fmt: skip


class MeasureOut(Out, frozen=True, kw_only=True):
    """A measure that an organisation uses; ``points`` says those that have words."""

    id: UUID
    organisation_id: UUID
    side: Side
    code: str
    name: str
    scale: MeasureScale
    lowest: int
    highest: int
    direction: Direction
    timepoints: list[Timepoint]
    sources: list[OutcomeSource]
    points: dict[str, str]

    @classmethod
    def of(cls, view: MeasureView) -> "MeasureOut":
        """Shape a measure."""
        terms = view.terms
        return cls(
            id=view.id, organisation_id=view.organisation_id, side=view.side, code=terms.code,
            name=terms.name, scale=terms.scale, lowest=terms.lowest, highest=terms.highest,
            direction=terms.direction, timepoints=list(terms.timepoints),
            sources=list(terms.sources), points=_points(terms),
        )  # fmt: skip


def _points(terms: Terms) -> dict[str, str]:
    return {str(point): said for point, said in points_of(terms).words.items()}


class ChosenIn(In, frozen=True, kw_only=True):
    """The measures that a programme takes from now on, by id or code."""

    version: Version
    measures: Annotated[list[str], msgspec.Meta(max_length=100)]


class ChosenOut(Out, frozen=True, kw_only=True):
    """The measures that a programme takes, and the programme's version."""

    version: int
    items: list[MeasureOut]


class OutcomeIn(In, frozen=True, kw_only=True):
    """What one source reported of one measure; a change gives the ``version`` that was read."""

    measure: str
    timepoint: Timepoint
    source: OutcomeSource
    value: Value
    on: date
    version: Version | None = None

    def sitting(self) -> Sitting:
        """Answer it as the service takes it."""
        answer = Answer(self.measure, self.value, self.version)
        return Sitting(self.timepoint, self.source, self.on, (answer,))


class ReportOut(Out, frozen=True, kw_only=True):
    """One report; where it must not stand alone there is no value, and ``not_shown`` says why."""

    id: UUID
    timepoint: Timepoint
    source: OutcomeSource
    value: int | None
    not_shown: str | None
    on: date
    recorded_at: datetime
    version: int

    @classmethod
    def of(cls, report: Report) -> "ReportOut":
        """Shape a report."""
        return cls(
            id=report.id, timepoint=report.timepoint, source=report.source, value=report.value,
            not_shown=NOT_SHOWN if report.withheld else None, on=report.taken_on,
            recorded_at=report.recorded_at, version=report.version,
        )  # fmt: skip


class ChangeOut(Out, frozen=True, kw_only=True):
    """How one source's reports went from the start to the latest of them."""

    source: OutcomeSource
    until: Timepoint
    before: int | None
    after: int | None
    change: Verdict | None
    not_shown: str | None

    @classmethod
    def of(cls, source: OutcomeSource, found: Change) -> "ChangeOut":
        """Shape a change."""
        return cls(
            source=source, until=found.until, before=found.before, after=found.after,
            change=found.verdict, not_shown=NOT_SHOWN if found.verdict is None else None,
        )  # fmt: skip


class MeasuredOut(Out, frozen=True, kw_only=True):
    """One measure with what was reported of it and how that changed, source by source."""

    measure: MeasureOut
    reports: list[ReportOut]
    changes: list[ChangeOut]

    @classmethod
    def of(cls, view: MeasureView, reports: list[Report]) -> "MeasuredOut":
        """Shape one measure."""
        changes = {
            source: change([one for one in reports if one.source is source], view.terms.direction)
            for source in OutcomeSource
        }
        return cls(
            measure=MeasureOut.of(view),
            reports=[
                ReportOut.of(one)
                for one in sorted(reports, key=lambda one: IN_ORDER.index(one.timepoint))
            ],
            changes=[ChangeOut.of(source, found) for source, found in changes.items() if found],
        )


class DueOut(Out, frozen=True, kw_only=True):
    """What one source is to be asked at one timepoint."""

    enrolment_id: UUID
    participant: str
    timepoint: Timepoint
    source: OutcomeSource
    due_on: date
    overdue: bool
    measures: list[str]

    @classmethod
    def of(cls, view: DueView) -> "DueOut":
        """Shape what is due; the measures by their codes."""
        return cls(
            enrolment_id=view.place.enrolment_id, participant=view.place.name,
            timepoint=view.timepoint, source=view.source, due_on=view.due_on,
            overdue=view.overdue, measures=[item.terms.code for item in view.measures],
        )  # fmt: skip


class OutcomesOut(Out, frozen=True, kw_only=True):
    """Everything that may be shown of one enrolment's outcomes."""

    enrolment_id: UUID
    participant: str
    items: list[MeasuredOut]

    @classmethod
    def of(cls, view: OutcomesView) -> "OutcomesOut":
        """Shape an enrolment's outcomes."""
        return cls(
            enrolment_id=view.place.enrolment_id,
            participant=view.place.name,
            items=[
                MeasuredOut.of(
                    measure, [one for one in view.reports if one.measure_id == measure.id]
                )
                for measure in view.measures
            ],
        )


def shipped_out(sides: frozenset[Side]) -> list[ShippedOut]:
    """Shape the ready-made measures of these sides."""
    return [
        ShippedOut.of(measure, side)
        for measure in SHIPPED.values()
        for side in measure.sources
        if side in sides
    ]
