"""The life of one text: each move and each try, in words; never its number or its wording (M15)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import database
from core.scope import Permission, Scope
from messaging.domain import provider_words, reasons
from messaging.domain.reasons import STATE_WORDS, Words
from messaging.domain.terms import MessageState, RuleKind
from messaging.queries.outbox import MessageView, message


@dataclass(frozen=True, slots=True)
class MoveView:
    """One move of a text; ``actor_id`` is ``None`` where the service itself made it."""

    at: datetime
    state: MessageState
    state_text: str
    reason: str | None
    words: Words
    actor_id: UUID | None


@dataclass(frozen=True, slots=True)
class TryView:
    """One try to send a text, and what the provider said of it in words.

    ``error_code`` is ``None`` where there is none, or where it tells what nobody may know (M9).
    """

    number: int
    started_at: datetime
    answered_at: datetime | None
    status_text: str
    error_code: int | None
    error_text: str


@dataclass(frozen=True, slots=True)
class LifeView:
    """A text with all that happened to it, oldest first; ``segments`` is 0 before it was sent."""

    message: MessageView
    kind: RuleKind
    template: str
    segments: int
    moves: tuple[MoveView, ...]
    tries: tuple[TryView, ...]


async def life(
    message_id: UUID,
    *,
    scope: Scope,
    own_cohorts: frozenset[UUID],
    permission: Permission = Permission.VIEW_MESSAGES,
) -> LifeView:
    """Answer what happened to one text.

    Raises:
        NotFoundError: it is not there, or not visible.
    """
    view = await message(message_id, scope=scope, own_cohorts=own_cohorts, permission=permission)
    about = await database.run(
        "SELECT r.kind, t.name AS template, m.segments FROM messages m"
        " JOIN reminder_rules r ON r.id = m.rule JOIN message_templates t ON t.id = r.template"
        " WHERE m.id = {}",
        view.id,
    )
    moves = await database.run(
        "SELECT at, actor, new_state, reason FROM message_events WHERE message = {} ORDER BY id",
        view.id,
    )
    tries = await database.run(
        "SELECT number, started_at, answered_at, status, error_code, provider_sid"
        " FROM message_attempts WHERE message = {} ORDER BY number",
        view.id,
    )
    return LifeView(
        message=view,
        kind=RuleKind(about[0]["kind"]),
        template=about[0]["template"],
        segments=about[0]["segments"],
        moves=tuple(_move(row) for row in moves),
        tries=tuple(_try(row) for row in tries),
    )


def _move(row: database.Row) -> MoveView:
    state = MessageState(row["new_state"])
    return MoveView(
        at=row["at"],
        state=state,
        state_text=STATE_WORDS[state].text,
        reason=reasons.shown_slug(row["reason"]),
        words=reasons.words_for(state, row["reason"]),
        actor_id=row["actor"],
    )


def _try(row: database.Row) -> TryView:
    code = row["error_code"]
    return TryView(
        number=row["number"],
        started_at=row["started_at"],
        answered_at=row["answered_at"],
        status_text=provider_words.status_words(
            row["status"],
            answered=row["answered_at"] is not None,
            taken=row["provider_sid"] is not None,
        ),
        error_code=provider_words.shown_code(code),
        error_text=provider_words.code_words(code),
    )
