"""What was sent, held or dropped and why, and the switch that stops all texts."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day, wall_time
from core.errors import AppError, FieldError, InvalidInputError
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.reasons import STATE_WORDS
from messaging.domain.terms import MessageState as S
from messaging.errors import MessageGoneError
from messaging.queries import MessageView
from messaging.services import decisions, pause
from programmes.queries.cohorts import own_cohort_ids
from programmes.reminders import Labels, labels_for
from programmes.services.viewing import Listing, listed

_TAGS = {
    "govuk-tag--blue": {S.PLANNED, S.QUEUED, S.CLAIMED, S.SUBMITTING},
    "govuk-tag--yellow": {S.HELD, S.UNKNOWN, S.UNRESOLVED, S.NO_RECEIPT},
    "govuk-tag--green": {S.ACCEPTED, S.SENT, S.DELIVERED},
    "govuk-tag--red": {S.UNDELIVERED, S.FAILED, S.REJECTED, S.PROVIDER_CANCELLED},
    "govuk-tag--grey": {S.SUPPRESSED, S.CANCELLED, S.SUPERSEDED, S.EXPIRED},
}
_TAG_OF = {state: name for name, states in _TAGS.items() for state in states}


@get("/messages", guards=[requires(Permission.VIEW_MESSAGES)], include_in_schema=False)
async def messages_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    wanted: Annotated[str, QueryParameter(name="state")] = "",
) -> Page:
    """Show the texts, newest first; an unknown state shows them all."""
    return await _list(request, actor, cursor, state=S(wanted) if wanted in set(S) else None)


async def _list(
    request: AnyRequest,
    actor: Actor,
    cursor: Cursor,
    *,
    state: S | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Page:
    own = await own_cohort_ids(scope=actor.scope)
    found = await queries.messages(scope=actor.scope, own_cohorts=own, cursor=cursor, state=state)
    people = {view.recipient_id for view in found.items}
    await listed(Listing.MESSAGES, len(people), permission=Permission.VIEW_MESSAGES, by=actor)
    counts = await queries.counts(scope=actor.scope, own_cohorts=own)
    labels = await labels_for(
        {view.subject_id for view in found.items},
        people,
        scope=actor.scope,
    )
    return page(
        request, "messages/list.html", errors=errors, status=status,
        rows=[_row(view, labels, actor) for view in found.items],
        next=found.next, state=state.value if state else "",
        filters=options(_filters(counts, state), state.value if state else ""),
        paused=(await queries.pause(scope=actor.scope)).paused,
        may_pause=actor.scope.covers(
            Permission.PAUSE_MESSAGES, side=None, organisation_id=None
        ),
    )  # fmt: skip


def _filters(counts: Mapping[S, int], chosen: S | None) -> list[tuple[str, str]]:
    """Answer the states that any text is in, each with its number."""
    shown = [(one.value, f"{STATE_WORDS[one].text} ({number})") for one, number in counts.items()]
    if chosen is not None and chosen not in counts:
        shown.append((chosen.value, f"{STATE_WORDS[chosen].text} (0)"))
    return [("", f"All ({sum(counts.values())})"), *shown]


def _row(view: MessageView, labels: Labels, actor: Actor) -> dict[str, Any]:
    session = labels.sessions.get(view.subject_id)
    at = view.send_after if view.is_waiting else view.updated_at
    return {
        "id": view.id,
        "session": f"{short_day(session.starts_at)}, {wall_time(session.starts_at)}"
        if session
        else "Session not shown",
        "cohort": session.cohort_code if session else "",
        "person": labels.people.get(view.recipient_id, "Name not shown"),
        "tag": {"text": view.state_text, "classes": _TAG_OF[view.state]},
        "why": view.words.text,
        "next_step": view.words.next_step,
        "when": f"{short_day(at)}, {wall_time(at)}",
        "when_is": "Due" if view.is_waiting else "Since",
        "may_cancel": view.is_waiting
        and actor.scope.covers(
            Permission.DECIDE_MESSAGES, side=view.side, organisation_id=view.organisation_id
        ),
    }


@post("/messages/{message_id:uuid}/cancel", guards=[requires(Permission.DECIDE_MESSAGES)],
      include_in_schema=False)  # fmt: skip
async def cancel(
    request: AnyRequest, message_id: FromPath[UUID], actor: NamedDependency[Actor]
) -> Page:
    """Stop a text that has not left."""
    own = await own_cohort_ids(scope=actor.scope)
    try:
        await decisions.cancel(message_id, own_cohorts=own, by=actor)
    except MessageGoneError as error:
        status, errors = refusal(error, field="texts")
        return await _list(request, actor, Cursor(), errors=errors, status=status)
    return Redirect("/messages?saved=text", status_code=303)


@get("/messaging", guards=[requires(Permission.PAUSE_MESSAGES)], include_in_schema=False)
async def pause_page(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Show the switch that stops all texts."""
    return await _switch(request, actor, {})


@post("/messaging", guards=[requires(Permission.PAUSE_MESSAGES)], include_in_schema=False)
async def set_pause(request: AnyRequest, actor: NamedDependency[Actor]) -> Page:
    """Stop all texts, or let them go again."""
    form = Form(await request.form())
    paused = form.typed.get("paused", "")
    if paused not in {"yes", "no"}:
        form.fail("paused", "Select whether texts are paused")
    try:
        form.check()
        await pause.set_pause(paused=paused == "yes", reason=form.typed.get("reason", ""), by=actor)
    except InvalidInputError as error:
        return await _switch(request, actor, form.typed, error)
    return Redirect("/messaging?saved=pause", status_code=303)


async def _switch(
    request: AnyRequest, actor: Actor, typed: Mapping[str, str], error: AppError | None = None
) -> Page:
    status, errors = refusal(error) if error else (200, ())
    found = await queries.pause(scope=actor.scope)
    names = await account_names({found.actor_id} if found.actor_id else set(), scope=actor.scope)
    since = f"{short_day(found.at)}, {wall_time(found.at)}" if found.at else ""
    chosen = typed.get("paused", "yes" if found.paused else "no")
    return page(
        request, "messages/pause.html", errors=errors, status=status, typed=typed,
        paused=found.paused, reason=found.reason, since=since,
        who=names.get(found.actor_id, "the service itself") if found.actor_id else "",
        choices=options(
            [("no", "Texts go out at their times"), ("yes", "No text goes out")], chosen
        ),
    )  # fmt: skip


ROUTES = [messages_page, cancel, pause_page, set_pause]
