"""What was refused to keep people apart, for the safety lead to settle; numbers of two (M9)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages import case_words, safety_words
from api.pages.forms import Form, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day, wall_time
from api.pages.todo import Task, TaskGroup
from core.errors import AppError
from core.pagination import Cursor
from core.scope import Actor, Permission
from programmes.queries import conflicts as queries
from programmes.queries.conflicts import ConflictView, Known
from programmes.queries.workers import workers
from programmes.services import conflicts as services
from programmes.services.viewing import Listing, listed

_LEAD = [requires(Permission.KEEP_APART)]
_HEADING = "Keeping people apart"


@get("/conflicts", guards=_LEAD, include_in_schema=False)
async def conflicts_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    show: Annotated[str, QueryParameter(name="show")] = "",
) -> Page:
    """List what waits to be settled, or what has been; the view is audited."""
    settled = show == "settled"
    found = await queries.conflicts(scope=actor.scope, cursor=cursor, settled=settled)
    await listed(
        Listing.CONFLICTS, len(found.items), by=actor, permission=Permission.KEEP_APART
    )  # fmt: skip
    ids = {id for view in found.items for id in (view.tried_by, view.settled_by) if id}
    names = await account_names(ids, scope=actor.scope)
    return page(
        request, "safety/conflicts.html", settled=settled, next=found.next,
        rows=[_row(view, names) for view in found.items],
    )  # fmt: skip


def _row(view: ConflictView, names: Mapping[UUID, str]) -> dict[str, Any]:
    tried = f"{short_day(view.tried_at)}, {wall_time(view.tried_at)}"
    settled_by = names.get(view.settled_by, "Somebody") if view.settled_by else "The service"
    return {
        "id": view.id,
        "kind": safety_words.CONFLICTS[view.kind],
        "people": [_person(one) for one in (view.person, view.other)] if view.person_id else [],
        "cohort": view.cohort_code,
        "cohort_href": f"/cohorts/{view.cohort_id}" if view.cohort_id else "",
        "met_on": case_words.day(view.met_on) if view.met_on else "",
        "tried": f"{names.get(view.tried_by, 'Somebody') if view.tried_by else 'The service'},"
        f" {tried}",
        "settled": f"{settled_by}, {short_day(view.settled_at)}: {view.note}"
        if view.settled_at
        else "",
        "version": view.version,
    }


def _person(one: Known | None) -> dict[str, str]:
    if one is None:
        return {"name": "Somebody of another organisation", "href": "", "side": ""}
    return {
        "name": one.name,
        "href": f"/participants/{one.id}/apart",
        "side": case_words.SIDES[one.side],
    }


@get("/conflicts/{conflict_id:uuid}", guards=_LEAD, include_in_schema=False)
async def conflict_page(
    request: AnyRequest, conflict_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Show one conflict with the form to settle it; the view is audited."""
    return await _one(request, actor, conflict_id, {})


@post("/conflicts/{conflict_id:uuid}", guards=_LEAD, include_in_schema=False)
async def settle(
    request: AnyRequest, conflict_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Record that a conflict needs nothing more."""
    form = Form(await request.form())
    try:
        note = form.text("note", "what was done", longest=200)
        version = form.version()
        form.check()
        await services.settle(conflict_id, note, version=version, by=actor)
    except AppError as error:
        status, errors = refusal(error, field="note")
        return await _one(request, actor, conflict_id, form.typed, status=status, errors=errors)
    return Redirect("/conflicts?saved=settled", status_code=303)


async def _one(
    request: AnyRequest, actor: Actor, conflict_id: UUID, typed: dict[str, str], **how: Any
) -> Page:
    view = await queries.conflict(conflict_id, scope=actor.scope)
    await services.viewed(view, by=actor)
    assigned = {
        one.id: await workers(one.id, scope=actor.scope) for one in (view.person, view.other) if one
    }
    ids = {id for id in (view.tried_by, view.settled_by) if id}
    ids |= {worker.account_id for found in assigned.values() for worker in found}
    names = await account_names(ids, scope=actor.scope)
    return page(
        request, "safety/conflict.html", row=_row(view, names), typed=typed,
        workers=[
            {
                "of": one.name,
                "names": ", ".join(names[worker.account_id] for worker in assigned[one.id])
                or "Nobody is assigned",
            }
            for one in (view.person, view.other)
            if one
        ],
        **how,
    )  # fmt: skip


@get("/shared-numbers", guards=_LEAD, include_in_schema=False)
async def shared_numbers_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """List the numbers that several people are recorded with; the view is audited (M9)."""
    found = await queries.shared_numbers(scope=actor.scope)
    await listed(
        Listing.SHARED_NUMBERS, sum(len(one.people) for one in found), by=actor,
        permission=Permission.KEEP_APART,
    )  # fmt: skip
    return page(
        request, "safety/shared_numbers.html",
        rows=[
            {
                "number": one.number,
                "people": [
                    {**_person(known), "href": f"/participants/{known.id}"} for known in one.people
                ],
                "others": one.others,
            }
            for one in found
        ],
    )  # fmt: skip


async def conflict_tasks(actor: Actor) -> TaskGroup:
    """Answer how many conflicts wait for this safety lead."""
    if not actor.scope.has(Permission.KEEP_APART):
        return TaskGroup(_HEADING, ())
    waiting = await queries.open_conflicts(scope=actor.scope)
    if not waiting:
        return TaskGroup(_HEADING, ())
    said = "1 conflict waits" if waiting == 1 else f"{waiting} conflicts wait"
    return TaskGroup(_HEADING, (Task(f"{said} to be settled", "/conflicts"),))


ROUTES = [conflicts_page, conflict_page, settle, shared_numbers_page]
