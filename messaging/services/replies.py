"""Takes in what people text to the service: written down once, acted on once, never answered (M8).

A text is never trusted further than to stop texts, and to say whether somebody comes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core import audit, clock, database, log
from core.errors import ForbiddenError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from messaging.domain import replies
from messaging.domain.terms import ANSWERS, BlockCause, MessageState, ReplyKind
from messaging.queries.replies import ReplyView, reply
from messaging.services import blocks

_LOG = log.get(__name__)
_QUESTION_HOURS = 72
_LONGEST_BODY = 1600
_ASKED = (
    MessageState.ACCEPTED, MessageState.SENT, MessageState.DELIVERED, MessageState.NO_RECEIPT,
    MessageState.UNKNOWN,
)  # fmt: skip
"""States of a text whose question may have been read."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A text that came in; ``to_hash`` is of the number that it came from."""

    provider_sid: str
    number: str
    to_hash: str
    body: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who has the number that a text came from."""

    participant_id: UUID
    organisation_id: UUID
    side: Side
    cohort_id: UUID | None


async def receive(
    inbound: Inbound, *, senders: Collection[Sender], others: Collection[UUID] = ()
) -> bool:
    """Write a text down and act on it; tell whether it was new.

    ``senders`` are everybody who has the number: of exactly one it is theirs, else nobody's.
    ``others`` have it too and are no participants.
    """
    try:
        return await _receive(inbound, senders, others)
    except database.DEADLOCKS:
        # A planner had the same texts in hand in another order; nobody hands the STOP over again.
        _LOG.warning("text_received_again")
        return await _receive(inbound, senders, others)


async def _receive(inbound: Inbound, senders: Collection[Sender], others: Collection[UUID]) -> bool:
    async with database.transaction():
        kind = replies.kind_of(inbound.body)
        one = next(iter(senders)) if len(senders) == 1 and not others else None
        question = await _question(inbound, one) if kind in ANSWERS and one else None
        if kind in ANSWERS and question is None:
            kind = ReplyKind.OTHER
        if not await _write(inbound, kind, one, question, senders):
            return False
        if kind is ReplyKind.STOP:
            holders = [sender.participant_id for sender in senders]
            await blocks.opt_out(inbound.to_hash, BlockCause.STOP, holders=[*holders, *others])
    _LOG.info("text_received", kind=kind.value, attributed=one is not None)
    return True


async def _write(
    inbound: Inbound,
    kind: ReplyKind,
    one: Sender | None,
    question: UUID | None,
    senders: Collection[Sender],
) -> bool:
    """Insert the text, and its answer beside the question; tell whether it had not come before.

    That somebody comes needs nobody to do anything: it is done with at once.
    """
    now = clock.now()
    organisations = {sender.organisation_id for sender in senders}
    rows = await database.run(
        "INSERT INTO inbound_messages (id, provider_sid, number, to_hash, body, received_at, kind,"
        " risky, organisation, side, participant, cohort, message, handled_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
        " ON CONFLICT (provider_sid) DO NOTHING RETURNING id",
        new_id(), inbound.provider_sid, inbound.number, inbound.to_hash,
        inbound.body[:_LONGEST_BODY], now, kind.value, replies.is_risky(inbound.body),
        organisations.pop() if len(organisations) == 1 else None,
        one.side.value if one else None, one.participant_id if one else None,
        one.cohort_id if one else None, question,
        now if kind is ReplyKind.COMING else None,
    )  # fmt: skip
    if rows and question:
        await database.run(
            "UPDATE messages SET answer = {}, answered_at = {} WHERE id = {} AND answer IS NULL",
            kind.value, now, question,
        )  # fmt: skip
    return bool(rows)


async def _question(inbound: Inbound, one: Sender) -> UUID | None:
    """Answer the one text to this number and person that waits for an answer, ``None`` unless one.

    A second answer at the same moment waits here, and finds none.
    """
    await database.serialise(f"answers from {inbound.to_hash}")
    rows = await database.run(
        "SELECT m.id, m.recipient FROM messages m JOIN reminder_rules r ON r.id = m.rule"
        " WHERE m.to_hash = {} AND m.state IN {} AND m.answer IS NULL AND r.asks = {}"
        " AND EXISTS (SELECT 1 FROM message_attempts a"
        " WHERE a.message = m.id AND a.started_at > {})",
        inbound.to_hash,
        database.in_list(state.value for state in _ASKED),
        True,  # noqa: FBT003 - a value of the statement
        clock.now() - timedelta(hours=_QUESTION_HOURS),
    )
    if len(rows) != 1 or rows[0]["recipient"] != one.participant_id:
        return None
    found: UUID = rows[0]["id"]
    return found


async def settle(reply_id: UUID, *, own_cohorts: frozenset[UUID], by: Actor) -> None:
    """Record that somebody has looked after a text that came in; once is enough.

    Raises:
        ForbiddenError: the person may see it, but decides about other people only.
        NotFoundError: it is not there, or not visible.
    """
    view = await reply(reply_id, scope=by.scope, own_cohorts=own_cohorts)
    await _require(view, own_cohorts, by)
    async with database.transaction():
        rows = await database.run(
            "UPDATE inbound_messages SET handled_at = {}, handled_by = {}"
            " WHERE id = {} AND handled_at IS NULL RETURNING id",
            clock.now(),
            by.account_id,
            reply_id,
        )
        if rows:
            await audit.record(
                "reply_handled", by=by, subject_type=audit.Subject.REPLY, subject=reply_id,
                side=view.side, organisation_id=view.organisation_id,
            )  # fmt: skip


async def _require(view: ReplyView, own_cohorts: frozenset[UUID], by: Actor) -> None:
    decides = Permission.DECIDE_MESSAGES
    try:
        await reply(view.id, scope=by.scope, own_cohorts=own_cohorts, permission=decides)
    except NotFoundError:
        raise ForbiddenError from None
