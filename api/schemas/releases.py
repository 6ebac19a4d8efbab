"""Payloads of published reports."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from api.schemas.base import In, Out
from core.releases import Release
from core.reports import Basis, Question
from jobs.reports import usual_basis


class ReleaseIn(In, frozen=True, kw_only=True):
    """Which report to publish; fields as in running it."""

    slug: str
    since: date | None = msgspec.field(default=None, name="from")
    until: date | None = msgspec.field(default=None, name="to")
    basis: Basis | None = None
    group_by: list[str] = []
    programme_id: UUID | None = None
    organisation_id: UUID | None = None
    note: str = ""

    def question(self) -> Question:
        """Answer what is asked of the report."""
        return Question(
            self.since, self.until, self.basis or usual_basis(self.slug), tuple(self.group_by),
            self.programme_id, self.organisation_id,
        )  # fmt: skip


class ReleaseOut(Out, frozen=True, kw_only=True):
    """A release without its figures; ``parameters`` say what was asked."""

    number: int
    slug: str
    title: str
    side: str | None
    organisation_id: UUID | None
    parameters: dict[str, Any]
    threshold: int
    released_at: datetime
    note: str

    @classmethod
    def of(cls, release: Release) -> "ReleaseOut":
        """Shape a release."""
        return cls(
            number=release.number, slug=release.slug, title=release.title, side=release.side,
            organisation_id=release.organisation_id, parameters=dict(release.parameters),
            threshold=release.threshold, released_at=release.released_at, note=release.note,
        )  # fmt: skip
