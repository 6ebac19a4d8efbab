"""Composes what people text with who they are: each room knows half of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.errors import NotFoundError
from core.pagination import Cursor, Page
from core.scope import Actor
from messaging.queries import replies as queries
from messaging.queries.replies import ReplyView
from messaging.services import replies as services
from programmes.queries.cohorts import own_cohort_ids
from programmes.queries.participants import short_names
from programmes.reminders import SessionLabel, labels_for

MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class Read:
    """Texts that came in, with the names of people and the sessions that were asked about."""

    replies: tuple[ReplyView, ...]
    people: Mapping[UUID, str]
    sessions: Mapping[UUID, SessionLabel]


async def replies(*, done: bool, cursor: Cursor, by: Actor) -> tuple[Read, str | None]:
    """Answer one page of the texts that came in, and the cursor of the next."""
    own = await own_cohort_ids(scope=by.scope)
    found: Page[ReplyView] = await queries.replies(
        scope=by.scope, own_cohorts=own, cursor=cursor, done=done
    )
    return await _read(found.items, by), found.next


async def waiting(*, by: Actor) -> Read:
    """Answer the texts that wait for this person, those with words of danger first."""
    own = await own_cohort_ids(scope=by.scope)
    return await _read(
        await queries.waiting_replies(scope=by.scope, own_cohorts=own, limit=MOST_WAITING), by
    )


async def settle(reply_id: UUID, *, by: Actor) -> None:
    """Record that somebody has looked after a text that came in.

    Raises:
        ForbiddenError: the person may see it, but decides about other people only.
        NotFoundError: it is not there, or not visible.
    """
    own = await own_cohort_ids(scope=by.scope)
    view = await queries.reply(reply_id, scope=by.scope, own_cohorts=own)
    if not (await _read([view], by)).replies:
        raise NotFoundError
    await services.settle(reply_id, own_cohorts=own, by=by)


async def _read(found: Sequence[ReplyView], by: Actor) -> Read:
    """Leave out people whose records are hidden from the reader (D7), and name the others."""
    ids = {view.participant_id for view in found if view.participant_id}
    people = await short_names(ids, scope=by.scope)
    shown = tuple(
        view for view in found if view.participant_id is None or view.participant_id in people
    )
    asked = {view.subject_id for view in shown if view.subject_id}
    labels = await labels_for(asked, people, scope=by.scope)
    return Read(shown, people, labels.sessions)
