"""Payloads of compliance."""

from datetime import date
from uuid import UUID

from api.schemas.base import Out, RateOut
from training.domain.compliance import Figures, Grouping, Targets
from training.domain.terms import ComplianceStatus, Rag, Sector, StaffGroup
from training.queries.compliance import Compliance, Group, Named
from training.queries.people import Item


class NamedOut(Out, frozen=True, kw_only=True):
    """A thing by its name."""

    id: UUID
    name: str

    @classmethod
    def of(cls, named: Named | None) -> "NamedOut | None":
        """Shape a thing; ``None`` where figures are not grouped by it."""
        return cls(id=named.id, name=named.name) if named else None


class ItemOut(Out, frozen=True, kw_only=True):
    """Where one person stands with one requirement; train or renew by ``act_by``."""

    requirement: NamedOut
    status: ComplianceStatus
    due_on: date | None
    completed_on: date | None
    expires_on: date | None
    act_by: date | None

    @classmethod
    def of(cls, item: Item) -> "ItemOut":
        """Shape where somebody stands."""
        return cls(
            requirement=NamedOut(id=item.requirement_id, name=item.requirement_name),
            status=item.standing.status,
            due_on=item.standing.due_on,
            completed_on=item.standing.completed_on,
            expires_on=item.standing.expires_on,
            act_by=item.standing.act_by,
        )


class StaffComplianceOut(Out, frozen=True, kw_only=True):
    """Where one person stands with each requirement."""

    as_of: date
    items: list[ItemOut]


class FiguresOut(Out, frozen=True, kw_only=True):
    """The counts of C8 with the headline and the strict rate, and the colour of the headline."""

    required: int
    exempt: int
    in_scope: int
    valid: int
    expiring_soon: int
    without: int
    in_grace: int
    late: int
    overdue_never: int
    expired: int
    headline: RateOut
    strict: RateOut
    rag: Rag | None

    @classmethod
    def of(cls, figures: Figures, targets: Targets) -> "FiguresOut":
        """Shape figures."""
        return cls(
            required=figures.required,
            exempt=figures.exempt,
            in_scope=figures.in_scope,
            valid=figures.valid,
            expiring_soon=figures.expiring_soon,
            without=figures.without,
            in_grace=figures.in_grace,
            late=figures.late,
            overdue_never=figures.overdue_never,
            expired=figures.expired,
            headline=RateOut.of(figures.valid, figures.counted),
            strict=RateOut.of(figures.valid, figures.in_scope),
            rag=targets.rag(figures.headline),
        )


class ComplianceRowOut(Out, frozen=True, kw_only=True):
    """Figures of one group; null for what is not grouped by."""

    requirement: NamedOut | None
    organisation: NamedOut | None
    team: str | None
    sector: Sector | None
    staff_group: StaffGroup | None
    figures: FiguresOut

    @classmethod
    def of(cls, group: Group, figures: Figures, targets: Targets) -> "ComplianceRowOut":
        """Shape the figures of a group."""
        return cls(
            requirement=NamedOut.of(group.requirement),
            organisation=NamedOut.of(group.organisation),
            team=group.team,
            sector=group.sector,
            staff_group=group.staff_group,
            figures=FiguresOut.of(figures, targets),
        )


class TargetsOut(Out, frozen=True, kw_only=True):
    """From which percentage on the headline is green or amber."""

    green: int
    amber: int


class ComplianceOut(Out, frozen=True, kw_only=True):
    """Compliance on a day; ``unverified_records`` do not count in it."""

    as_of: date
    group_by: list[Grouping]
    targets: TargetsOut
    items: list[ComplianceRowOut]
    total: FiguresOut
    unverified_records: int

    @classmethod
    def of(cls, found: Compliance, targets: Targets) -> "ComplianceOut":
        """Shape compliance."""
        return cls(
            as_of=found.as_of,
            group_by=list(found.group_by),
            targets=TargetsOut(green=int(targets.green * 100), amber=int(targets.amber * 100)),
            items=[ComplianceRowOut.of(group, figures, targets) for group, figures in found.rows],
            total=FiguresOut.of(found.total, targets),
            unverified_records=found.unverified,
        )
