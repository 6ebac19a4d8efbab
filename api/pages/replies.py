"""The inbox: texts that people sent, each for a person to read and be done with (M8)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from accounts.queries import account_names
from api import replies
from api.guards import requires
from api.pages.rendering import AnyRequest, Page, page, short_day, wall_time
from api.pages.todo import Task, TaskGroup
from api.replies import Read
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging.domain.terms import ReplyKind
from messaging.queries.replies import ReplyView
from programmes.services.viewing import Listing, listed

_NOBODY = "A number that nobody has, or that more than one person has"
_HEADING = "Replies to texts"
_SAYS: Mapping[ReplyKind, str] = {
    ReplyKind.STOP: "asked for no more texts",
    ReplyKind.START: "asked for texts again",
    ReplyKind.COMING: "says that they are coming",
    ReplyKind.CANNOT: "says that they cannot come",
    ReplyKind.OTHER: "sent a text",
}
_NEXT: Mapping[ReplyKind, str] = {
    ReplyKind.STOP: "No text goes to this number now. Agree with the person how to keep in touch.",
    ReplyKind.START: "Texts stay off. Speak to the person, and record it under safe contact.",
    ReplyKind.COMING: "Nothing to do.",
    ReplyKind.CANNOT: "Nothing is changed by this. Check with the person, then plan the absence.",
    ReplyKind.OTHER: "The service does not answer. Ring if that is safe.",
}
_CHANGES: Mapping[ReplyKind, tuple[str, str]] = {
    ReplyKind.START: ("texts-again", "The person asked for texts again"),
    ReplyKind.OTHER: ("stop-texts", "Stop all texts to this number"),
}


@get("/replies", guards=[requires(Permission.VIEW_MESSAGES)], include_in_schema=False)
async def replies_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    show: Annotated[str, QueryParameter(name="show")] = "",
) -> Page:
    """Show the texts that wait for somebody, or those that are done; the view is audited."""
    done = show == "done"
    found, following = await replies.replies(done=done, cursor=cursor, by=actor)
    await listed(Listing.REPLIES, len(found.people), permission=Permission.VIEW_MESSAGES, by=actor)
    names = await account_names(
        {view.handled_by for view in found.replies if view.handled_by}, scope=actor.scope
    )
    return page(
        request, "messages/replies.html", done=done, next=following,
        rows=[_row(view, found, names, actor) for view in found.replies],
    )  # fmt: skip


def _row(view: ReplyView, found: Read, names: Mapping[UUID, str], actor: Actor) -> dict[str, Any]:
    who = found.people[view.participant_id] if view.participant_id else _NOBODY
    return {
        "id": view.id,
        "who": who,
        "href": f"/participants/{view.participant_id}" if view.participant_id else "",
        "says": f"{_SAYS[view.kind]}{_about(view, found)}",
        "when": f"{short_day(view.received_at)}, {wall_time(view.received_at)}",
        "body": view.body,
        "risky": view.risky,
        "next_step": _NEXT[view.kind],
        "change": _change(view, actor),
        "done": _done(view, names),
        "may_settle": view.handled_at is None and _may_settle(view, actor),
    }


def _change(view: ReplyView, actor: Actor) -> dict[str, str]:
    """Answer what a worker may want to record after this text, where they may."""
    if view.side is None or view.organisation_id is None or view.kind not in _CHANGES:
        return {}
    may = actor.scope.covers(
        Permission.MANAGE_PEOPLE, side=view.side, organisation_id=view.organisation_id
    )
    path, text = _CHANGES[view.kind]
    return {"href": f"/participants/{view.participant_id}/{path}", "text": text} if may else {}


def _about(view: ReplyView, found: Read) -> str:
    session = found.sessions.get(view.subject_id) if view.subject_id else None
    if session is None:
        return ""
    at = session.starts_at
    return f" to {session.cohort_code} on {short_day(at)}, {wall_time(at)}"


def _done(view: ReplyView, names: Mapping[UUID, str]) -> str:
    if view.handled_at is None:
        return ""
    who = names.get(view.handled_by, "Somebody") if view.handled_by else "The service"
    return f"{who}, {short_day(view.handled_at)}, {wall_time(view.handled_at)}"


def _may_settle(view: ReplyView, actor: Actor) -> bool:
    if view.side is None or view.organisation_id is None:
        return True
    return actor.scope.covers(
        Permission.DECIDE_MESSAGES, side=view.side, organisation_id=view.organisation_id
    )


@post("/replies/{reply_id:uuid}/done", guards=[requires(Permission.DECIDE_MESSAGES)],
      include_in_schema=False)  # fmt: skip
async def settle(reply_id: FromPath[UUID], actor: NamedDependency[Actor]) -> Page:
    """Record that somebody has looked after a text."""
    await replies.settle(reply_id, by=actor)
    return Redirect("/replies?saved=reply", status_code=303)


async def reply_tasks(actor: Actor) -> TaskGroup:
    """Answer the texts that wait for this person, those with words of danger first."""
    if not actor.scope.has(Permission.DECIDE_MESSAGES):
        return TaskGroup(_HEADING, ())
    found = await replies.waiting(by=actor)
    return TaskGroup(_HEADING, tuple(_task(view, found) for view in found.replies))


def _task(view: ReplyView, found: Read) -> Task:
    who = found.people[view.participant_id] if view.participant_id else _NOBODY
    when = f"{short_day(view.received_at)}, {wall_time(view.received_at)}"
    return Task(
        f"{who}: {_SAYS[view.kind]}{_about(view, found)}",
        f"/replies#reply-{view.id}",
        due=f"Read this first: it may be a call for help. {when}" if view.risky else when,
    )


ROUTES = [replies_page, settle]
