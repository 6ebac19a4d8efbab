"""What a requirement would do, before it is saved."""

from datetime import date
from uuid import UUID

from api.schemas.base import Out, RateOut
from training.domain.compliance import Figures, Targets
from training.domain.terms import Rag
from training.queries.compliance import Compliance
from training.queries.previews import Preview


class PreviewFiguresOut(Out, frozen=True, kw_only=True):
    """Whom a requirement would ask, and where they would stand with it."""

    required: int
    exempt: int
    in_grace: int
    overdue: int
    headline: RateOut
    strict: RateOut
    rag: Rag | None

    @classmethod
    def of(cls, figures: Figures, targets: Targets) -> "PreviewFiguresOut":
        """Shape figures; overdue are those never trained and those whose training ran out."""
        return cls(
            required=figures.required,
            exempt=figures.exempt,
            in_grace=figures.in_grace,
            overdue=figures.overdue_never + figures.expired,
            headline=RateOut.of(figures.valid, figures.counted),
            strict=RateOut.of(figures.valid, figures.in_scope),
            rag=targets.rag(figures.headline),
        )


class PreviewPlaceOut(Out, frozen=True, kw_only=True):
    """What a requirement would do in one organisation."""

    organisation_id: UUID
    organisation: str
    figures: PreviewFiguresOut


class PreviewDayOut(Out, frozen=True, kw_only=True):
    """What a requirement would do on one day."""

    as_of: date
    total: PreviewFiguresOut
    organisations: list[PreviewPlaceOut]

    @classmethod
    def of(cls, found: Compliance, targets: Targets) -> "PreviewDayOut":
        """Shape the figures of a day."""
        return cls(
            as_of=found.as_of,
            total=PreviewFiguresOut.of(found.total, targets),
            organisations=[
                PreviewPlaceOut(
                    organisation_id=group.organisation.id,
                    organisation=group.organisation.name,
                    figures=PreviewFiguresOut.of(figures, targets),
                )
                for group, figures in found.rows
                if group.organisation
            ],
        )


class PreviewOut(Out, frozen=True, kw_only=True):
    """What a requirement would do to your staff on its first day, or today, and once all are due.

    ``before`` is the requirement as it is saved now; the last two are all requirements together.
    """

    begins: PreviewDayOut
    due: PreviewDayOut
    before: PreviewFiguresOut | None
    all_before: PreviewFiguresOut
    all_after: PreviewFiguresOut

    @classmethod
    def of(cls, found: Preview, targets: Targets) -> "PreviewOut":
        """Shape a preview."""
        return cls(
            begins=PreviewDayOut.of(found.begins, targets),
            due=PreviewDayOut.of(found.due, targets),
            before=PreviewFiguresOut.of(found.before, targets) if found.before else None,
            all_before=PreviewFiguresOut.of(found.all_before, targets),
            all_after=PreviewFiguresOut.of(found.all_after, targets),
        )
