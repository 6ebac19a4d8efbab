"""What was sent, held or dropped and why, and the switch that stops all texts."""

from collections.abc import Mapping
from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect

from accounts.queries import account_names
from api.guards import requires
from api.pages.forms import Form, options, refusal
from api.pages.rendering import AnyRequest, Page, page, short_day, wall_time
from api.pages.text_rows import row
from core.errors import AppError, InvalidInputError
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.reasons import STATE_WORDS
from messaging.domain.terms import MessageState as S
from messaging.services import pause
from programmes.queries.cohorts import own_cohort_ids
from programmes.reminders import labels_for
from programmes.services.viewing import Listing, listed


@get("/messages", guards=[requires(Permission.VIEW_MESSAGES)], include_in_schema=False)
async def messages_page(
    request: AnyRequest,
    actor: NamedDependency[Actor],
    cursor: NamedDependency[Cursor],
    wanted: Annotated[str, QueryParameter(name="state")] = "",
) -> Page:
    """Show the texts, newest first; an unknown state shows them all."""
    state = S(wanted) if wanted in set(S) else None
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
        request, "messages/list.html",
        rows=[row(view, labels, actor) for view in found.items],
        next=found.next, state=state.value if state else "",
        filters=options(_filters(counts, state), state.value if state else ""),
        paused=(await queries.pause(scope=actor.scope)).paused,
        decides=actor.scope.has(Permission.DECIDE_MESSAGES),
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


ROUTES = [messages_page, pause_page, set_pause]
