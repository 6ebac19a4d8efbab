"""Reports under ``/api/v1``, as JSON, CSV or a workbook."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from api.exports import as_file
from api.guards import requires
from api.schemas.base import ListOut
from api.schemas.reports import KnownReportOut
from core.report_formats import to_csv, to_json
from core.reports import Audience, Basis, Question, Report
from core.scope import Actor, Permission, Scope
from jobs import published, reports
from jobs.publication import Terms


class Format(StrEnum):
    """How a report is answered."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


_GUARDS = [
    requires(
        Permission.VIEW_PROGRAMME_REPORTS, Permission.VIEW_STAFF, Permission.VIEW_PUBLISHED_REPORTS
    )
]


@get("/reports", operation_id="list_reports", guards=_GUARDS)
async def list_reports(actor: NamedDependency[Actor]) -> ListOut[KnownReportOut]:
    """List the reports that you may run, or read as they are published."""
    items = [KnownReportOut.of(known) for known in published.readable(scope=actor.scope)]
    return ListOut(items=items, next=None)


@get("/reports/{slug:str}", operation_id="run_report", guards=_GUARDS)
async def run_report(
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    terms: NamedDependency[Terms],
    since: Annotated[date | None, QueryParameter(name="from")] = None,
    until: Annotated[date | None, QueryParameter(name="to")] = None,
    group_by: FromQuery[str] = "",
    basis: FromQuery[Basis | None] = None,
    audience: FromQuery[Audience] = Audience.INTERNAL,
    format: FromQuery[Format] = Format.JSON,
    programme_id: FromQuery[UUID | None] = None,
    organisation_id: FromQuery[UUID | None] = None,
    cohort_id: FromQuery[UUID | None] = None,
) -> Response[Any]:
    """Run a report over a period, grouped by a comma-separated list.

    ``programme_id``, ``organisation_id`` and ``cohort_id`` keep it to one of them. Of people one by
    one JSON has the first 500 rows, a file all of them. Whoever reads
    published reports alone asks for the ``audience`` ``published``; of yours it is what a release
    would hold.
    """
    groups = tuple(part for part in group_by.split(",") if part)
    question = Question(
        since, until, basis or reports.usual_basis(slug), groups, programme_id, organisation_id,
        cohort_id,
    )  # fmt: skip
    report = await published.answer(slug, question, audience, terms=terms, by=actor)
    return answer(report, format, scope=actor.scope)


def answer(report: Report, format: Format, *, scope: Scope | None = None) -> Response[Any]:
    """Answer a report in the wanted format; a file's name tells nothing (D10).

    Of one that is cut the file has all rows, as far as the scope sees them.
    """
    if format is Format.JSON:
        return Response(to_json(report))
    if format is Format.XLSX or report.cut:
        return as_file(reports.whole(report, scope=scope), format.value)
    return Response(
        to_csv(report),
        media_type="text/csv",  # the charset is added to it
        headers={"Content-Disposition": f'attachment; filename="{report.slug}.csv"'},
    )


ROUTES = Router("/", route_handlers=[list_reports, run_report], tags=["reports"])
