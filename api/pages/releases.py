"""Published reports as pages: what was released, and what a release would hold."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.controllers.releases import READS
from api.controllers.reports import Format, answer
from api.guards import requires
from api.pages import report_figures, report_forms
from api.pages.case_words import SIDES
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page, words
from api.pages.reports import chart_of
from core import clock, releases
from core.errors import AppError
from core.periods import named
from core.releases import Release
from core.reports import Question, Report
from core.scope import Actor, Permission
from jobs import publication, published
from jobs.publication import Terms

_PUBLISHES = requires(Permission.PUBLISH_REPORTS)
_OF_THE_FORM = frozenset({"note", "_csrf_token"})


@get("/releases", guards=[READS], include_in_schema=False)
async def releases_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List what was published, the newest first, and what can be asked for."""
    found = await releases.releases(scope=actor.scope)
    return page(
        request, "reports/releases.html",
        releases=[_row(one) for one in found],
        publishes=actor.scope.has(Permission.PUBLISH_REPORTS),
        reports=[
            known
            for known in published.readable(scope=actor.scope)
            if actor.scope.has(Permission.VIEW_PUBLISHED_REPORTS)
            or publication.sides_of(known, scope=actor.scope)
        ],
    )  # fmt: skip


@get("/releases/{number:int}", guards=[READS], include_in_schema=False)
async def release_page(
    request: AnyRequest, number: FromPath[int], actor: NamedDependency[Actor]
) -> Page:
    """Show a release as it was published."""
    release, report = await releases.release_of(number, scope=actor.scope)
    return page(
        request, "reports/release.html",
        release=_row(release), shown=_shown(report, f"/releases/{number}"),
        files={
            format.value: f"/releases/{number}/{format.value}"
            for format in (Format.CSV, Format.XLSX)
        },
    )  # fmt: skip


@get("/releases/{number:int}/csv", guards=[READS], include_in_schema=False)
async def release_file(number: FromPath[int], actor: NamedDependency[Actor]) -> Response[Any]:
    """Answer a release as a CSV file."""
    return answer((await releases.release_of(number, scope=actor.scope))[1], Format.CSV)


@get("/releases/{number:int}/xlsx", guards=[READS], include_in_schema=False)
async def release_workbook(number: FromPath[int], actor: NamedDependency[Actor]) -> Response[Any]:
    """Answer a release as a workbook."""
    return answer((await releases.release_of(number, scope=actor.scope))[1], Format.XLSX)


@get("/releases/{number:int}/chart.svg", guards=[READS], include_in_schema=False)
async def release_chart(
    request: AnyRequest, number: FromPath[int], actor: NamedDependency[Actor]
) -> Response[str]:
    """Answer the picture of a release's section."""
    _, report = await releases.release_of(number, scope=actor.scope)
    return chart_of(report, request.query_params.get("section", "1"))


@get("/reports/{slug:str}/published", guards=[READS], include_in_schema=False)
async def published_page(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    terms: NamedDependency[Terms],
) -> Page | Redirect:
    """Show what would be published to those who publish; lead others to what is."""
    known = published.published_report(slug, scope=actor.scope)
    form = report_forms.form_of(request)
    fields = await report_forms.fields_of(form, known, scope=actor.scope, today=clock.today())
    publishes = bool(publication.sides_of(known, scope=actor.scope))
    asked: dict[str, Any] = {"known": known, **fields, "publishes": publishes, "shown": None}
    if not request.query_params and not publishes:
        return page(request, "reports/published.html", **asked)
    try:
        question = report_forms.question_of(form, known, today=clock.today())
        if publishes:
            return await _preview(request, slug, question, asked, terms, actor)
        found = await published.released(slug, question, terms=terms, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="to")
        return page(request, "reports/published.html", **asked, status=status, errors=errors)
    if len(found) == 1:
        return Redirect(f"/releases/{found[0].number}", status_code=303)
    return page(request, "reports/published.html", **asked, found=[_row(one) for one in found])


@post("/reports/{slug:str}/published", guards=[_PUBLISHES], include_in_schema=False)
async def publish(
    request: AnyRequest,
    slug: FromPath[str],
    actor: NamedDependency[Actor],
    terms: NamedDependency[Terms],
) -> Page | Redirect:
    """Release what the preview showed."""
    known = published.published_report(slug, scope=actor.scope)
    form = Form(await request.form())
    try:
        question = report_forms.question_of(form, known, today=clock.today())
        note = form.typed.get("note", "")
        made = await publication.publish(slug, question, note=note, terms=terms, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="note")
        fields = await report_forms.fields_of(form, known, scope=actor.scope, today=clock.today())
        return page(
            request, "reports/published.html", known=known, **fields, publishes=True, shown=None,
            chosen=_chosen(form), status=status, errors=errors,
        )  # fmt: skip
    where = "/releases" if len(made) > 1 else f"/releases/{made[0].number}"
    return Redirect(where, status_code=303)


async def _preview(
    request: AnyRequest,
    slug: str,
    question: Question,
    asked: dict[str, Any],
    terms: Terms,
    actor: Actor,
) -> Page:
    report = await publication.preview(slug, question, terms=terms, by=actor)
    return page(
        request, "reports/published.html",
        **{**asked, "shown": _shown(report, "")},
        chosen=_chosen(report_forms.form_of(request)),
    )  # fmt: skip


def _chosen(form: Form) -> list[tuple[str, str]]:
    """Answer what the report is asked, as the form that publishes it sends it along."""
    return [(key, value) for key, value in form.entries() if value and key not in _OF_THE_FORM]


def _shown(report: Report, address: str) -> dict[str, Any]:
    return report_figures.shown(
        report,
        chart=lambda number: (
            f"{address}/chart.svg?" + urlencode({"section": number}) if address else ""
        ),
    )


def _row(release: Release) -> dict[str, Any]:
    """Answer a release in words: what was asked, of whom, and when it was published."""
    asked = release.parameters
    of = [str(value) for value in asked["filters"].values()]
    rows = [words(group) for group in asked["group_by"]]
    return {
        "number": release.number,
        "title": release.title,
        "href": f"/releases/{release.number}",
        "side": SIDES[release.side] if release.side else "Staff",
        "of": ", ".join([*of, *([f"a row for each {', '.join(rows).lower()}"] if rows else [])]),
        "period": named(
            _day_of(asked["from"]),
            _day_of(asked["to"]),
            today=clock.london(release.released_at).date(),
        ),
        "basis": asked["basis"],
        "on": clock.london(release.released_at).date(),
        "note": release.note,
    }


def _day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


ROUTES = [
    releases_page, release_page, release_file, release_workbook, release_chart, published_page,
    publish,
]  # fmt: skip
