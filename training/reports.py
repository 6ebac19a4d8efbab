"""The training room's reports."""

from collections.abc import Sequence
from datetime import date

from core import clock
from core.reports import Column, Kind, Rate, Report
from core.scope import Scope
from training.domain.compliance import TARGETS, Figures, Grouping
from training.queries.compliance import DEFAULT_GROUPING, Group, compliance

_TITLES = {
    Grouping.REQUIREMENT: "Requirement",
    Grouping.ORGANISATION: "Organisation",
    Grouping.TEAM: "Team",
    Grouping.SECTOR: "Sector",
    Grouping.STAFF_GROUP: "Staff group",
}

_FIGURES = (
    Column("required", "Required", Kind.COUNT),
    Column("exempt", "Exempt", Kind.COUNT),
    Column("in_scope", "In scope", Kind.COUNT),
    Column("valid", "Valid", Kind.COUNT),
    Column("expiring_soon", "Of these expiring within 90 days", Kind.COUNT),
    Column("in_grace", "Not yet due", Kind.COUNT),
    Column("overdue_never", "Overdue, never trained", Kind.COUNT),
    Column("expired", "Expired", Kind.COUNT),
    Column("headline", "Headline", Kind.RATE),
    Column("strict", "Strict", Kind.RATE),
    Column("rag", "RAG of the headline", Kind.TEXT),
)

_DEFINITIONS = (
    "Required: staff in post on the day to whom the requirement applies.",
    "In scope: required and not exempt on the day.",
    "Valid: the latest verified completion is on or before the day and has not expired.",
    "Not yet due: in scope without valid training, on or before the day it is due.",
    "Headline: valid / (in scope - not yet due). Strict: valid / in scope.",
    "RAG: Green from 90 %, Amber from 80 %, Red below, on the unrounded headline.",
    "[z]: there is nobody to count.",
)


async def training_compliance(
    *, scope: Scope, as_of: date, group_by: Sequence[str] = DEFAULT_GROUPING
) -> Report:
    """Answer who holds the training that is required of them on a day (C8)."""
    found = await compliance(scope=scope, as_of=as_of, group_by=group_by)
    shown = found.group_by
    return Report(
        slug="training-compliance",
        title="Training compliance",
        definitions=_DEFINITIONS,
        basis="census: staff in post on the day, once for each requirement",
        period=f"on {as_of.isoformat()}",
        as_of=as_of,
        run_at=clock.now(),
        threshold=None,
        columns=(
            *(Column(grouping.value, _TITLES[grouping], Kind.TEXT) for grouping in shown),
            *_FIGURES,
        ),
        rows=tuple((*_labels(group, shown), *_cells(figures)) for group, figures in found.rows),
        totals=(*_total_labels(shown), *_cells(found.total)),
        data_quality=(f"{found.unverified} training records are not verified and do not count.",),
    )


def _labels(group: Group, shown: Sequence[Grouping]) -> tuple[str, ...]:
    labels = {
        Grouping.REQUIREMENT: group.requirement.name if group.requirement else "",
        Grouping.ORGANISATION: group.organisation.name if group.organisation else "",
        Grouping.TEAM: group.team or "",
        Grouping.SECTOR: group.sector.value if group.sector else "",
        Grouping.STAFF_GROUP: group.staff_group.value if group.staff_group else "",
    }
    return tuple(labels[grouping] for grouping in shown)


def _total_labels(shown: Sequence[Grouping]) -> tuple[str, ...]:
    return tuple("" if place else "Total" for place, _ in enumerate(shown))


def _cells(figures: Figures) -> tuple[object, ...]:
    return (
        figures.required,
        figures.exempt,
        figures.in_scope,
        figures.valid,
        figures.expiring_soon,
        figures.in_grace,
        figures.overdue_never,
        figures.expired,
        Rate(figures.valid, figures.counted),
        Rate(figures.valid, figures.in_scope),
        TARGETS.rag(figures.headline) or "",
    )
