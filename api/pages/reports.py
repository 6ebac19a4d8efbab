"""Reports as pages: which there are, one with its figures, and the same as a file."""

from typing import Any

from litestar import Response, get
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath

from api.controllers.reports import Format, answer
from api.guards import requires
from api.pages.case_words import rate
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day, words
from core.errors import AppError
from core.report_formats import money_text
from core.reports import KEY, Basis, Column, Kind, Question, Rate, Report, Section
from core.scope import Actor, Permission
from jobs import reports
from training.domain.compliance import Targets
from training.queries.sections import organisations_of_staff

_GUARDS = [requires(Permission.VIEW_PROGRAMME_REPORTS, Permission.VIEW_STAFF)]
_RAG = "rag"
_SHADES = {"Green": "govuk-tag--green", "Amber": "govuk-tag--yellow", "Red": "govuk-tag--red"}


@get("/reports", guards=_GUARDS, include_in_schema=False)
async def reports_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List the reports that this person may run."""
    return page(request, "reports/list.html", reports=reports.available(actor.scope))


@get("/reports/{slug:str}", guards=_GUARDS, include_in_schema=False)
async def report_page(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    targets: NamedDependency[Targets],
) -> Page:
    """Run a report and show it."""
    known = reports.known_report(slug, scope=actor.scope)
    form = _form(request)
    asked: dict[str, Any] = {
        "known": known, "typed": form.typed,
        "organisations": await _organisations(known, form, actor),
        "groupings": [
            {"value": group, "text": words(group), "checked": group in form.many("group_by")}
            for group in known.groupings
        ],
    }  # fmt: skip
    try:
        report = await reports.run(slug, _question(form), by=actor, targets=targets)
    except AppError as error:
        status, errors = refusal(error, field="to")
        return page(
            request, "reports/report.html", **asked, report=None, status=status, errors=errors
        )
    query = request.url.query
    return page(
        request, "reports/report.html", **asked, report=report,
        period=report.period[:1].upper() + report.period[1:],
        columns=[{"title": column.title, "numeric": _is_numeric(column)}
                 for column in report.columns],
        sections=[_section(report, section) for section in report.sections],
        key=[(marker.value, meaning) for marker, meaning in KEY.items()],
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
    question = _question(_form(request))
    return answer(await reports.run(slug, question, by=actor, targets=targets), format)


async def _organisations(known: reports.Known, form: Form, actor: Actor) -> list[dict[str, Any]]:
    """Answer the organisations to choose from, where a report is of one or of all."""
    if not known.on_one_day:
        return []
    seen = [(str(one.id), one.name) for one in await organisations_of_staff(scope=actor.scope)]
    chosen = form.typed.get("organisation", "")
    return options(seen, chosen, blank="All organisations") if len(seen) > 1 else []


def _form(request: AnyRequest) -> Form:
    return Form(FormMultiDict(request.query_params.multi_items()))


def _question(form: Form) -> Question:
    one = form.typed.get("organisation")
    question = Question(
        form.optional_day("from", "the first day"),
        form.optional_day("to", "the last day"),
        Basis.FLOW if form.typed.get("basis") == Basis.FLOW else Basis.COHORT,
        tuple(form.many("group_by")),
        organisation_id=form.id("organisation", "an organisation") if one else None,
    )
    form.check()
    return question


def _is_numeric(column: Column) -> bool:
    return column.kind not in {Kind.TEXT, Kind.CODE, Kind.DAY}


def _section(report: Report, section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "rows": [_cells(report, row) for row in section.rows],
        "totals": _cells(report, section.totals) if section.totals else [],
    }


def _cells(report: Report, row: tuple[object, ...]) -> list[dict[str, Any]]:
    return [_cell(column, value) for column, value in zip(report.columns, row, strict=True)]


def _cell(column: Column, value: object) -> dict[str, Any]:
    """Answer a cell's text, and its tag where it has a colour beside its word."""
    if isinstance(value, Rate):
        text = rate(value.numerator, value.denominator)
    elif column.kind is Kind.DAY and value is not None:
        text = short_day(value)  # type: ignore[arg-type]  # a column of days holds days
    elif column.kind is Kind.CODE:
        text = words(str(value))
    elif column.kind is Kind.MONEY and isinstance(value, int):
        text = money_text(value)
    else:
        text = "" if value is None else str(value)
    shade = _SHADES.get(text, "") if column.key == _RAG else ""
    return {"text": text, "shade": shade, "numeric": _is_numeric(column)}


ROUTES = [reports_page, report_page, report_file, report_workbook]
