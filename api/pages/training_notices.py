"""What waits for somebody about training: the week's summary, and their own that runs out."""

from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from api.guards import signed_in
from api.pages.rendering import AnyRequest, Page, long_day, page
from api.pages.todo import Task, TaskGroup
from core import clock
from core.scope import Actor
from training.domain.chasing import ToChase, in_all
from training.domain.terms import NoticeKind
from training.queries.notices import NoticeView, named, own_notices
from training.services import notices

_HEADING = "Training that lapses"
_PATH = "/training-notices"


@get(_PATH, guards=[signed_in], include_in_schema=False)
async def notices_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show each summary by requirement, and which of one's own training runs out."""
    found = await own_notices(scope=actor.scope)
    names = await named(
        {id for view in found for id in view.counts},
        {view.course_id for view in found if view.course_id},
        scope=actor.scope,
    )
    cards = [
        _expiry(view, names.get(view.course_id, "A course"))
        if view.course_id
        else _digest(view, sorted((name, id) for id, name in names.items() if id in view.counts))
        for view in found
    ]
    return page(request, "training/notices.html", cards=cards)


def _digest(view: NoticeView, asked: list[tuple[str, UUID]]) -> dict[str, Any]:
    rows = [(name, view.counts[id]) for name, id in asked]
    if len(rows) > 1:
        rows.append(("All of them", in_all(counts for _, counts in rows)))
    place = f"&organisation={view.organisation_id}" if view.organisation_id else ""
    is_lead = view.kind is NoticeKind.LEAD_DIGEST
    return {
        "id": view.id,
        "heading": _whose(view),
        "when": f"Counted on {long_day(clock.london(view.created_at).date())}",
        "rows": rows,
        "links": [
            (f"/compliance/people?status=late{place}", "Whose training expired, or is overdue"),
            (f"/compliance/expiring?window=90{place}", "Whose training runs out next"),
        ]
        if is_lead
        else [("/my-training", "Who it is")],
    }


def _expiry(view: NoticeView, course: str) -> dict[str, Any]:
    return {
        "id": view.id,
        "heading": course,
        "when": _last_day(view),
        "rows": [],
        "links": [("/my-training", "What you must hold, and by when")],
    }


def _whose(view: NoticeView) -> str:
    if view.kind is NoticeKind.MANAGER_DIGEST:
        return "The people whom you manage"
    return view.organisation_name or "All organisations"


def _last_day(view: NoticeView) -> str:
    """Answer the day in words, whether it is over or to come."""
    if view.last_on is None:
        return ""
    verb = "Ran out" if _is_over(view) else "Runs out"
    return f"{verb} on {long_day(view.last_on)}"


def _is_over(view: NoticeView) -> bool:
    return view.last_on is not None and view.last_on < clock.today()


@post(f"{_PATH}/{{notice_id:uuid}}/done", guards=[signed_in], include_in_schema=False)
async def finish(notice_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Take one of one's own notices off Today."""
    await notices.finish(notice_id, by=actor)
    return Redirect(f"{_PATH}?saved=notice", status_code=303)


async def notice_tasks(actor: Actor) -> TaskGroup:
    """Answer the summaries of the week and one's own training that runs out: one statement."""
    found = await own_notices(scope=actor.scope)
    return TaskGroup(_HEADING, tuple(_task(view) for view in found))


def _task(view: NoticeView) -> Task:
    href = f"{_PATH}#notice-{view.id}"
    if view.course_id:
        day = _last_day(view)
        return Task(f"One of your courses {day[0].lower()}{day[1:]}", href, overdue=_is_over(view))
    counts = in_all(view.counts.values())
    return Task(f"{_whose(view)}: {counts.late or 'nobody'} to chase", href, due=_in_words(counts))


def _in_words(counts: ToChase) -> str:
    parts = (
        (counts.expired, "expired"),
        (counts.overdue, "never trained"),
        (counts.within_90, "within 90 days of running out"),
    )
    return ", ".join(f"{number} {words}" for number, words in parts if number)


ROUTES = [notices_page, finish]
