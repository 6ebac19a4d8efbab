"""What was sent, held or dropped, and why."""

from collections.abc import Mapping
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.guards import requires
from api.message_lives import shown
from api.pages.forms import options
from api.pages.rendering import AnyRequest, Page, page
from api.pages.text_rows import row
from core.pagination import Cursor
from core.scope import Actor, Permission
from messaging import queries
from messaging.domain.reasons import STATE_WORDS
from messaging.domain.terms import MessageState as S
from programmes.queries.cohorts import own_cohort_ids
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
    items, labels = await shown(found.items, by=actor)
    people = {view.recipient_id for view in items}
    await listed(Listing.MESSAGES, len(people), permission=Permission.VIEW_MESSAGES, by=actor)
    counts = await queries.counts(scope=actor.scope, own_cohorts=own)
    return page(
        request, "messages/list.html",
        rows=[row(view, labels, actor) for view in items],
        next=found.next, state=state.value if state else "",
        filters=options(_filters(counts, state), state.value if state else ""),
        paused=(await queries.pause(scope=actor.scope)).paused,
        decides=actor.scope.has(Permission.DECIDE_MESSAGES),
    )  # fmt: skip


def _filters(counts: Mapping[S, int], chosen: S | None) -> list[tuple[str, str]]:
    """Answer the states that any text is in, each with its number."""
    shown = [(one.value, f"{STATE_WORDS[one].text} ({number})") for one, number in counts.items()]
    if chosen is not None and chosen not in counts:
        shown.append((chosen.value, f"{STATE_WORDS[chosen].text} (0)"))
    return [("", f"All ({sum(counts.values())})"), *shown]


ROUTES = [messages_page]
