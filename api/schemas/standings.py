"""Payloads of who stands where with requirements, person by person."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from api.schemas.base import Out, RateOut
from api.schemas.compliance import FiguresOut, NamedOut
from training.domain.compliance import Standing, Targets
from training.domain.practices import PracticeStatus
from training.domain.terms import ComplianceStatus
from training.domain.windows import Window
from training.queries.behind import Booked, Drilled
from training.queries.expiring import Expiring
from training.queries.forecast import Ahead
from training.queries.matrix import Line, Matrix
from training.queries.practices import Practice


class StandingOut(Out, frozen=True, kw_only=True):
    """Where somebody stands; ``act_by`` is the last day to train or renew by."""

    requirement_id: UUID
    status: ComplianceStatus
    due_on: date | None
    completed_on: date | None
    expires_on: date | None
    act_by: date | None
    booked_at: datetime | None

    @classmethod
    def of(
        cls, requirement_id: UUID, standing: Standing, booked_at: datetime | None
    ) -> "StandingOut":
        """Shape where somebody stands with one requirement."""
        return cls(
            requirement_id=requirement_id,
            status=standing.status,
            due_on=standing.due_on,
            completed_on=standing.completed_on,
            expires_on=standing.expires_on,
            act_by=standing.act_by,
            booked_at=booked_at,
        )


class PersonStandingOut(Out, frozen=True, kw_only=True):
    """Somebody behind a figure."""

    staff_id: UUID
    name: str
    payroll_number: str
    team: str
    organisation: NamedOut
    requirement: NamedOut
    standing: StandingOut

    @classmethod
    def of(cls, booked: Booked) -> "PersonStandingOut":
        """Shape one person."""
        one = booked.behind
        asked = one.requirement
        return cls(
            staff_id=one.staff_id,
            name=one.name,
            payroll_number=one.payroll_number,
            team=one.team,
            organisation=NamedOut(id=one.organisation_id, name=one.organisation_name),
            requirement=NamedOut(id=asked.id, name=asked.name),
            standing=StandingOut.of(asked.id, one.standing, booked.booked_at),
        )


class PeopleOut(Out, frozen=True, kw_only=True):
    """One page of people; ``total`` is how many there are on all pages."""

    as_of: date
    total: int
    items: list[PersonStandingOut]
    next: str | None

    @classmethod
    def of(cls, drilled: Drilled, as_of: date) -> "PeopleOut":
        """Shape a page of people."""
        return cls(
            as_of=as_of,
            total=drilled.total,
            items=[PersonStandingOut.of(one) for one in drilled.people.items],
            next=drilled.people.next,
        )


class ExpiringOut(Out, frozen=True, kw_only=True):
    """How many run out in each window, and the people of the one asked for."""

    counts: dict[Window, int]
    people: PeopleOut

    @classmethod
    def of(cls, found: Expiring, as_of: date) -> "ExpiringOut":
        """Shape what runs out."""
        return cls(counts=dict(found.counts), people=PeopleOut.of(found.found, as_of))


class LineOut(Out, frozen=True, kw_only=True):
    """One person's standings, in the order of the requirements."""

    staff_id: UUID
    name: str
    payroll_number: str
    team: str
    standings: list[StandingOut]


class MatrixOut(Out, frozen=True, kw_only=True):
    """Requirements in force and one page of people by name."""

    as_of: date
    requirements: list[NamedOut]
    items: list[LineOut]
    next: str | None

    @classmethod
    def of(cls, found: Matrix) -> "MatrixOut":
        """Shape a matrix."""
        ids = [view.id for view in found.requirements]
        return cls(
            as_of=found.as_of,
            requirements=[NamedOut(id=view.id, name=view.name) for view in found.requirements],
            items=[_line(line, ids) for line in found.people.items],
            next=found.people.next,
        )


def _line(line: Line, ids: Sequence[UUID]) -> LineOut:
    return LineOut(
        staff_id=line.staff_id,
        name=line.name,
        payroll_number=line.payroll_number,
        team=line.team,
        standings=[
            StandingOut.of(id, square.standing, square.booked_at)
            for id, square in zip(ids, line.squares, strict=True)
        ],
    )


class AheadOut(Out, frozen=True, kw_only=True):
    """The figures of a day to come, if nobody trains."""

    on: date
    figures: FiguresOut

    @classmethod
    def of(cls, ahead: Ahead, targets: Targets) -> "AheadOut":
        """Shape the figures of one day."""
        return cls(on=ahead.on, figures=FiguresOut.of(ahead.figures, targets))


class PracticeOut(Out, frozen=True, kw_only=True):
    """A GP practice with how far its team is trained."""

    organisation: NamedOut
    staff: int
    status: PracticeStatus
    trained: RateOut

    @classmethod
    def of(cls, practice: Practice) -> "PracticeOut":
        """Shape one practice."""
        figures = practice.figures
        return cls(
            organisation=NamedOut(id=practice.id, name=practice.name),
            staff=practice.staff,
            status=practice.status,
            trained=RateOut.of(figures.valid, figures.in_scope),
        )
