"""Payloads of the report catalogue."""

from api.schemas.base import Out
from jobs.reports import Known


class KnownReportOut(Out, frozen=True, kw_only=True):
    """A report that can be run."""

    slug: str
    title: str
    answers: str
    group_by: list[str]
    basis: list[str]
    publishable: bool

    @classmethod
    def of(cls, known: Known) -> "KnownReportOut":
        """Shape a report of the catalogue."""
        return cls(
            slug=known.slug, title=known.title, answers=known.answers,
            group_by=list(known.groupings), basis=list(known.bases),
            publishable=not known.names_people,
        )  # fmt: skip
