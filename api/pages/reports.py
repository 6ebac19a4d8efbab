"""Reports as pages: which there are, one with its figures, and the same as a file."""

from typing import Any

from litestar import Response, get
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath

from api import reports
from api.controllers.reports import Format, answer
from api.guards import requires
from api.pages.case_words import rate
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day, words
from core.errors import AppError, NotFoundError
from core.reports import Column, Kind, Rate, Report
from core.scope import Actor, Permission
from training.domain.compliance import Targets
from training.queries.sections import organisations_of_staff

_GUARDS = [requires(Permission.VIEW_PROGRAMME_REPORTS, Permission.VIEW_STAFF)]
_ON_ONE_DAY = frozenset({"training-compliance"})
"""Reports of how things stand on a day, which have no first day."""

_RAG = "rag"
_SHADES = {"Green": "govuk-tag--green", "Amber": "govuk-tag--yellow", "Red": "govuk-tag--red"}
_BASIS_IS_DEFINED = frozenset({"cohort"})
"""Bases that a report's definitions put into words."""


@get("/reports", guards=_GUARDS, include_in_schema=False)
async def reports_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List the reports that this person may run."""
    return page(request, "reports/list.html", reports=reports.available(actor))


@get("/reports/{slug:str}", guards=_GUARDS, include_in_schema=False)
async def report_page(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
) -> Page:
    """Run a report and show it."""
    known = _known(slug, actor)
    form = _form(request)
    asked: dict[str, Any] = {
        "known": known, "typed": form.typed, "on_one_day": slug in _ON_ONE_DAY,
        "organisations": await _organisations(slug, form, actor),
        "groupings": [
            {"value": group, "text": words(group), "checked": group in form.many("group_by")}
            for group in known.groupings
        ],
    }  # fmt: skip
    try:
        wanted = _wanted(form, targets)
        report = await reports.run(slug, wanted, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="to")
        return page(
            request, "reports/report.html", **asked, report=None, status=status, errors=errors
        )
    query = request.url.query
    return page(
        request, "reports/report.html", **asked, report=report,
        period=report.period[:1].upper() + report.period[1:],
        basis="" if report.basis in _BASIS_IS_DEFINED else report.basis,
        columns=[{"title": column.title, "numeric": _is_numeric(column)}
                 for column in report.columns],
        rows=[_cells(report, row) for row in report.rows],
        totals=_cells(report, report.totals) if report.totals else [],
        files={format.value: f"/reports/{slug}/{format.value}" + (f"?{query}" if query else "")
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
    return await _file(request, slug, actor, Format.CSV, targets)


@get("/reports/{slug:str}/xlsx", guards=_GUARDS, include_in_schema=False)
async def report_workbook(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
) -> Response[Any]:
    """Answer a report as a workbook."""
    return await _file(request, slug, actor, Format.XLSX, targets)


async def _file(
    request: AnyRequest, slug: str, actor: Actor, format: Format, targets: Targets
) -> Response[Any]:
    _known(slug, actor)
    return answer(await reports.run(slug, _wanted(_form(request), targets), by=actor), format)


async def _organisations(slug: str, form: Form, actor: Actor) -> list[dict[str, Any]]:
    """Answer the organisations to choose from, where a report is of one or of all."""
    if slug not in _ON_ONE_DAY:
        return []
    seen = [(str(one.id), one.name) for one in await organisations_of_staff(scope=actor.scope)]
    chosen = form.typed.get("organisation", "")
    return options(seen, chosen, blank="All organisations") if len(seen) > 1 else []


def _known(slug: str, actor: Actor) -> reports.Known:
    for known in reports.available(actor):
        if known.slug == slug:
            return known
    raise NotFoundError


def _form(request: AnyRequest) -> Form:
    return Form(FormMultiDict(request.query_params.multi_items()))


def _wanted(form: Form, targets: Targets) -> reports.Wanted:
    one = form.typed.get("organisation")
    wanted = reports.Wanted(
        form.optional_day("from", "the first day"),
        form.optional_day("to", "the last day"),
        tuple(form.many("group_by")),
        form.id("organisation", "an organisation") if one else None,
        targets,
    )
    form.check()
    return wanted


def _is_numeric(column: Column) -> bool:
    return column.kind in {Kind.COUNT, Kind.RATE}


def _cells(report: Report, row: tuple[object, ...]) -> list[dict[str, Any]]:
    return [_cell(column, value) for column, value in zip(report.columns, row, strict=True)]


def _cell(column: Column, value: object) -> dict[str, Any]:
    """Answer a cell's text, and its tag where it has a colour beside its word."""
    if isinstance(value, Rate):
        text = rate(value.numerator, value.denominator)
    elif column.kind is Kind.DAY and value is not None:
        text = short_day(value)  # type: ignore[arg-type]  # a column of days holds days
    elif column.kind is Kind.TEXT and column.key in {"sector", "staff_group"}:
        text = words(str(value))
    else:
        text = "" if value is None else str(value)
    shade = _SHADES.get(text, "") if column.key == _RAG else ""
    return {"text": text, "shade": shade, "numeric": _is_numeric(column)}


ROUTES = [reports_page, report_page, report_file, report_workbook]
