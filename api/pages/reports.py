"""Reports as pages: which there are, one with its figures and pictures, and the same as a file."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from api import charts
from api.controllers.reports import Format, answer
from api.guards import requires
from api.pages import pictured, report_figures, report_forms, report_pictures
from api.pages.forms import refusal
from api.pages.rendering import AnyRequest, Page, page
from core import clock
from core.errors import AppError, NotFoundError
from core.reports import Question, Report
from core.scope import Actor, Permission
from jobs import publication, reports
from training.domain.compliance import Targets

_GUARDS = [requires(Permission.VIEW_PROGRAMME_REPORTS, Permission.VIEW_STAFF)]
_SUBJECTS = (
    ("Programmes", Permission.VIEW_PROGRAMME_REPORTS, frozenset[str]()),
    ("Money", Permission.VIEW_PROGRAMME_REPORTS, frozenset({"funding"})),
    ("Texts", Permission.VIEW_PROGRAMME_REPORTS, frozenset({"reminder-effect"})),
    ("Staff training", Permission.VIEW_STAFF, frozenset[str]()),
)
"""What reports are of, whose permission it takes, and the reports that are of nothing else."""
_ELSEWHERE = frozenset[str]().union(*(slugs for _, _, slugs in _SUBJECTS))
_MOST_SECTION_DIGITS = 3


@get("/reports", guards=_GUARDS, include_in_schema=False)
async def reports_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List the reports that this person may run, by what they are of."""
    known = reports.available(actor.scope)
    subjects = [
        {
            "heading": heading,
            "reports": [
                one for one in known
                if one.permission is permission
                and (one.slug in slugs if slugs else one.slug not in _ELSEWHERE)
            ],
        }
        for heading, permission, slugs in _SUBJECTS
    ]  # fmt: skip
    return page(
        request,
        "reports/list.html",
        subjects=[one for one in subjects if one["reports"]],
        publishes=actor.scope.has(Permission.PUBLISH_REPORTS),
    )


@get("/reports/{slug:str}", guards=_GUARDS, include_in_schema=False)
async def report_page(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
) -> Page:
    """Run a report and show it."""
    known = reports.known_report(slug, scope=actor.scope)
    form = report_forms.form_of(request)
    fields = await report_forms.fields_of(form, known, scope=actor.scope, today=clock.today())
    try:
        report = await _report(request, known, actor, targets)
    except AppError as error:
        status, errors = refusal(error, field="to")
        return page(
            request, "reports/report.html", known=known, **fields, shown=None,
            status=status, errors=errors,
        )  # fmt: skip
    if not known.names_people:
        pictured.keep(report, _asked(request, known), scope=actor.scope)
    asked = parse_qsl(request.url.query)
    return page(
        request, "reports/report.html", known=known, **fields,
        shown=report_figures.shown(
            report,
            chart=lambda number: _address(
                slug, "chart.svg",
                [*((key, value) for key, value in asked if key != "section"),
                 ("section", number)],
            ),
        ),
        quality=_quality(known, actor),
        publish_href=_publish(known, actor, asked),
        subscribe_href="" if known.names_people else _address(slug, "subscribe", asked),
        files={format.value: _address(slug, format.value, asked)
               for format in (Format.CSV, Format.XLSX)},
    )  # fmt: skip


@get("/reports/{slug:str}/csv", guards=_GUARDS, include_in_schema=False)
async def report_file(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
) -> Response[Any]:
    """Answer a report as a CSV file."""
    known = reports.known_report(slug, scope=actor.scope)
    return answer(await _report(request, known, actor, targets), Format.CSV, scope=actor.scope)


@get("/reports/{slug:str}/xlsx", guards=_GUARDS, include_in_schema=False)
async def report_workbook(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
) -> Response[Any]:
    """Answer a report as a workbook."""
    known = reports.known_report(slug, scope=actor.scope)
    return answer(await _report(request, known, actor, targets), Format.XLSX, scope=actor.scope)


@get("/reports/{slug:str}/chart.svg", guards=_GUARDS, include_in_schema=False)
async def report_chart(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
) -> Response[str]:
    """Answer the picture of a report's section, the first unless ``section`` says which."""
    known = reports.known_report(slug, scope=actor.scope)
    asked = _asked(request, known)
    shown = pictured.kept(slug, asked, scope=actor.scope)
    report = shown or await reports.run(slug, asked, by=actor, targets=targets)
    return chart_of(report, request.query_params.get("section", "1"))


def chart_of(report: Report, section: str) -> Response[str]:
    """Answer the picture of a report's section, by its number from 1.

    Raises:
        NotFoundError: there is no such section, or it has no picture.
    """
    if not (section.isascii() and section.isdigit() and len(section) <= _MOST_SECTION_DIGITS):
        raise NotFoundError
    picture = report_pictures.picture(report, int(section) - 1)
    if picture is None:
        raise NotFoundError
    return Response(
        charts.draw(picture),
        media_type="image/svg+xml",
        headers={"Content-Security-Policy": charts.POLICY},
    )


async def _report(
    request: AnyRequest, known: reports.Known, actor: Actor, targets: Targets
) -> Report:
    return await reports.run(known.slug, _asked(request, known), by=actor, targets=targets)


def _asked(request: AnyRequest, known: reports.Known) -> Question:
    return report_forms.question_of(report_forms.form_of(request), known, today=clock.today())


def _address(slug: str, ending: str, query: Iterable[tuple[str, Any]]) -> str:
    asked = urlencode(list(query))
    return f"/reports/{slug}/{ending}" + (f"?{asked}" if asked else "")


def _publish(known: reports.Known, actor: Actor, query: Iterable[tuple[str, Any]]) -> str:
    """Answer where the report is seen as it would be published, for those who may publish it."""
    may = publication.sides_of(known, scope=actor.scope)
    return _address(known.slug, "published", query) if may else ""


def _quality(known: reports.Known, actor: Actor) -> str:
    """Answer where the records that do not fit together are, for those who may see them."""
    if known.slug == "funding":
        return "/funding" if actor.scope.has(Permission.MANAGE_FUNDING) else ""
    of_cases = known.permission is Permission.VIEW_PROGRAMME_REPORTS
    return "/data-quality" if of_cases and actor.scope.has(Permission.VIEW_CASES) else ""


ROUTES = [reports_page, report_page, report_file, report_workbook, report_chart]
