"""One's own report subscriptions as pages: asking for one, what was made, and ending it."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.controllers.report_subscriptions import RUNS_REPORTS
from api.controllers.reports import Format, answer
from api.pages import report_figures, report_forms
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page, words
from api.pages.reports import chart_of
from core import clock, subscriptions
from core.errors import AppError, NotFoundError
from core.periods import Every, named, next_first
from core.scope import Actor
from core.subscription_rows import Made, Subscription
from core.subscriptions import KEPT, LONGEST_NAME, NewSubscription
from jobs import reports
from jobs.reports import Known
from jobs.subscriptions import made, pictured, read, subscribe

_MINE = "/reports/subscriptions"
_EVERY = {
    Every.MONTH: ("Every month", "Made on the first, of the month before."),
    Every.QUARTER: (
        "Every quarter",
        "Made on the first of January, April, July and October, of the quarter before.",
    ),
}


@get("/reports/{slug:str}/subscribe", guards=RUNS_REPORTS, include_in_schema=False)
async def subscribe_page(
    request: AnyRequest, slug: FromPath[str], actor: NamedDependency[Actor]
) -> Page:
    """Show the form to subscribe to a report that names nobody, with what was asked of it."""
    known = reports.known_report(slug, scope=actor.scope)
    if known.names_people:
        raise NotFoundError
    form = report_forms.form_of(request)
    form.typed.setdefault("name", known.title)
    return await _form(request, known, form, actor)


@post("/reports/{slug:str}/subscribe", guards=RUNS_REPORTS, include_in_schema=False)
async def add_subscription(
    request: AnyRequest, slug: FromPath[str], actor: NamedDependency[Actor]
) -> Page:
    """Subscribe to a report."""
    known = reports.known_report(slug, scope=actor.scope)
    form = Form(await request.form())
    try:
        name = form.text("name", "a name", longest=LONGEST_NAME)
        every = form.choice("every", "how often", Every)
        asked = report_forms.question_of(form, known, today=clock.today())
        form.check()
        question = replace(asked, since=None, until=None)
        id = await subscribe(NewSubscription(name, slug, every, question), by=actor)
    except AppError as error:
        status, errors = refusal(error, field="name")
        return await _form(request, known, form, actor, status=status, errors=errors)
    return Redirect(f"{_MINE}/{id}?saved=subscription", status_code=303)


async def _form(request: AnyRequest, known: Known, form: Form, actor: Actor, **how: Any) -> Page:
    fields = await report_forms.fields_of(form, known, scope=actor.scope, today=clock.today())
    chosen = form.typed.get("every", Every.MONTH)
    return page(
        request, "reports/subscribe.html", known=known, **fields, kept=KEPT,
        back=_back(known, form) if request.method == "GET" else f"/reports/{known.slug}",
        every=[
            {"value": one.value, "text": text, "hint": {"text": hint}, "checked": one == chosen}
            for one, (text, hint) in _EVERY.items()
        ],
        **how,
    )  # fmt: skip


def _back(known: Known, form: Form) -> str:
    asked = urlencode(form.entries())
    return f"/reports/{known.slug}" + (f"?{asked}" if asked else "")


@get(_MINE, guards=RUNS_REPORTS, include_in_schema=False)
async def subscriptions_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List this person's subscriptions."""
    found = await subscriptions.subscriptions(scope=actor.scope)
    return page(request, "reports/subscriptions.html", rows=[_row(one) for one in found])


@get(_MINE + "/{subscription_id:uuid}", guards=RUNS_REPORTS, include_in_schema=False)
async def subscription_page(
    request: AnyRequest, subscription_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show what was made for a subscription."""
    one = await subscriptions.subscription(subscription_id, scope=actor.scope)
    found = await made(subscription_id, scope=actor.scope)
    return page(
        request, "reports/subscription.html", row=_row(one),
        made=[_made_row(each) for each in found], kept=KEPT,
        next_on=next_first(one.every, clock.today()),
    )  # fmt: skip


@get(_MINE + "/{subscription_id:uuid}/end", guards=RUNS_REPORTS, include_in_schema=False)
async def end_page(
    request: AnyRequest, subscription_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Ask whether to end a subscription."""
    one = await subscriptions.subscription(subscription_id, scope=actor.scope)
    return page(request, "reports/subscription_end.html", row=_row(one))


@post(_MINE + "/{subscription_id:uuid}/end", guards=RUNS_REPORTS, include_in_schema=False)
async def end(subscription_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Redirect:
    """End a subscription; the reports made for it go."""
    await subscriptions.end(subscription_id, by=actor)
    return Redirect(f"{_MINE}?saved=unsubscribed", status_code=303)


@get(_MINE + "/reports/{report_id:uuid}", guards=RUNS_REPORTS, include_in_schema=False)
async def made_page(
    request: AnyRequest, report_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show a report as it was made."""
    one, report = await read(report_id, by=actor)
    address = f"{_MINE}/reports/{report_id}"
    return page(
        request, "reports/subscribed_report.html", row=_row(one),
        shown=report_figures.shown(
            report, chart=lambda number: f"{address}/chart.svg?section={number}"
        ),
        files={
            format.value: f"{address}/{format.value}" for format in (Format.CSV, Format.XLSX)
        },
    )  # fmt: skip


@get(_MINE + "/reports/{report_id:uuid}/csv", guards=RUNS_REPORTS, include_in_schema=False)
async def made_file(report_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Response[Any]:
    """Answer a report as it was made, as a CSV file."""
    return answer((await read(report_id, by=actor))[1], Format.CSV)


@get(_MINE + "/reports/{report_id:uuid}/xlsx", guards=RUNS_REPORTS, include_in_schema=False)
async def made_workbook(report_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Response[Any]:
    """Answer a report as it was made, as a workbook."""
    return answer((await read(report_id, by=actor))[1], Format.XLSX)


@get(_MINE + "/reports/{report_id:uuid}/chart.svg", guards=RUNS_REPORTS, include_in_schema=False)
async def made_chart(
    request: AnyRequest, report_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Response[str]:
    """Answer the picture of a made report's section."""
    _, report = await pictured(report_id, scope=actor.scope)
    return chart_of(report, request.query_params.get("section", "1"))


def _row(one: Subscription) -> dict[str, Any]:
    known = reports.REPORTS.get(one.slug)
    groups = ", ".join(words(group).lower() for group in one.question.group_by)
    return {
        "name": one.name, "href": f"{_MINE}/{one.id}", "title": known.title if known else one.slug,
        "every": _EVERY[one.every][0], "groups": groups, "since": one.created_at,
    }  # fmt: skip


def _made_row(one: Made) -> dict[str, Any]:
    period = named(one.since, one.until, today=one.until)
    return {
        "period": period[:1].upper() + period[1:], "at": one.made_at, "refusal": one.refusal,
        "href": f"{_MINE}/reports/{one.id}",
    }  # fmt: skip


ROUTES = [
    subscribe_page, add_subscription, subscriptions_page, subscription_page, end_page, end,
    made_page, made_file, made_workbook, made_chart,
]  # fmt: skip
