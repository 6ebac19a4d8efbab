"""Payloads of the report catalogue."""

from api.reports import Known
from api.schemas.base import Out


class KnownReportOut(Out, frozen=True, kw_only=True):
    """A report that can be run."""

    slug: str
    title: str
    answers: str
    group_by: list[str]

    @classmethod
    def of(cls, known: Known) -> "KnownReportOut":
        """Shape a report of the catalogue."""
        return cls(
            slug=known.slug, title=known.title, answers=known.answers,
            group_by=list(known.groupings),
        )  # fmt: skip
