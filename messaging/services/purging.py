"""Empties numbers and words once they are of no use, here and at the provider (M15)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from piccolo.querystring import QueryString

from core import audit, clock, database, log
from core.ids import new_id
from core.scope import SYSTEM
from messaging.domain.states import UNSENT
from messaging.domain.terms import MessageState
from messaging.gateways.base import GatewayError, SmsGateway

_LOG = log.get(__name__)
KEPT_DAYS = 30
_REDACT_AFTER = timedelta(hours=24)
_ASK_AGAIN_AFTER = timedelta(hours=1)
_MOST_AT_ONCE = 50
_OPEN = ", ".join(
    f"'{state}'" for state in sorted(UNSENT | {MessageState.SUBMITTING, MessageState.UNKNOWN})
)
_TEXTS = (
    f"state NOT IN ({_OPEN}) AND updated_at < {{}} AND (number IS NOT NULL OR to_hash <> ''"
    " OR body IS NOT NULL OR LENGTH(CAST(variables AS TEXT)) > 2)"
)
_REPLIES = "received_at < {} AND (number <> '' OR to_hash <> '' OR body <> '')"
_UNREDACTED = (
    "SELECT a.id, a.provider_sid FROM message_attempts a JOIN messages m ON m.id = a.message"
    " WHERE a.redacted_at IS NULL AND a.provider_sid IS NOT NULL"
    " AND a.sender NOT IN ('', 'console') AND m.updated_at < {}"
    " AND m.state IN ('delivered', 'undelivered', 'failed', 'provider_cancelled', 'no_receipt',"
    " 'expired', 'rejected', 'suppressed', 'cancelled', 'superseded')"
    " AND (a.checked_at IS NULL OR a.checked_at < {})"
    " ORDER BY COALESCE(a.checked_at, a.started_at), a.id LIMIT {}"
)
"""What could not be emptied comes last, so that it does not keep the others.

A text that was cancelled before its second try has had a first one.
"""


@dataclass(frozen=True, slots=True)
class Past:
    """How many texts and replies are past their time; ``oldest_at`` is when the first one was."""

    due: int
    on_hold: int
    oldest_at: datetime | None


async def past(*, on_hold: Collection[UUID]) -> Past:
    """Answer what ``purge`` would empty, and what people under a legal hold keep from it."""
    since = clock.now() - timedelta(days=KEPT_DAYS)
    rows = [
        *await database.run(
            f"SELECT recipient AS who, updated_at AS at FROM messages WHERE {_TEXTS}",  # noqa: S608 - our own words
            since,
        ),
        *await database.run(
            f"SELECT participant AS who, received_at AS at FROM inbound_messages WHERE {_REPLIES}",  # noqa: S608 - our own words
            since,
        ),
    ]
    due = [row["at"] for row in rows if row["who"] not in on_hold]
    return Past(len(due), len(rows) - len(due), min(due, default=None))


async def purge(*, on_hold: Collection[UUID]) -> int:
    """Empty numbers, their hashes and words 30 days after a text's last move; answer how many.

    The hashes go too: fuses look back a week at most, and a later receipt is not taken in. That
    somebody was texted, when and what came of it stays. People under a legal hold keep theirs.
    """
    since = clock.now() - timedelta(days=KEPT_DAYS)
    async with database.transaction():
        texts = await database.run(
            "UPDATE messages SET number = NULL, to_hash = '', body = NULL, variables = {}"
            " WHERE {} AND {} RETURNING id",
            "{}", QueryString(_TEXTS, since), _not_of("recipient", on_hold),
        )  # fmt: skip
        replies = await database.run(
            "UPDATE inbound_messages SET number = '', to_hash = '', body = '' WHERE {}"
            " AND (participant IS NULL OR {}) RETURNING id",
            QueryString(_REPLIES, since), _not_of("participant", on_hold),
        )  # fmt: skip
        if texts or replies:
            await audit.record(
                "texts_purged", by=SYSTEM, subject_type=audit.Subject.MESSAGING, subject=new_id(),
                after={"texts": len(texts), "replies": len(replies)},
            )  # fmt: skip
    return len(texts) + len(replies)


def _not_of(column: str, people: Collection[UUID]) -> QueryString:
    if not people:
        return QueryString("1 = 1")
    return QueryString(f"{column} NOT IN {{}}", database.in_list(sorted(people)))


async def redact(gateway: SmsGateway) -> int:
    """Empty the provider's copies of what ended a day ago; answer how many.

    Never of a text in doubt: its words are what the provider's list is searched for. It ends at
    the first copy that the provider does not empty, and goes on from the next one another time.
    """
    count = 0
    while done := await _redact_some(gateway):
        count += done
    return count


async def _redact_some(gateway: SmsGateway) -> int:
    now = clock.now()
    rows = await database.run(
        _UNREDACTED, now - _REDACT_AFTER, now - _ASK_AGAIN_AFTER, _MOST_AT_ONCE
    )
    for row in rows:
        try:
            await gateway.redact(row["provider_sid"])
        except GatewayError as error:
            await _note(row["id"], "checked_at")
            _LOG.warning("copy_not_redacted", attempt_id=str(row["id"]), **log.fault(error))
            return 0
        await _note(row["id"], "redacted_at")
    return len(rows)


async def _note(attempt_id: UUID, column: str) -> None:
    await database.run(
        f"UPDATE message_attempts SET {column} = {{}} WHERE id = {{}}",  # noqa: S608 - our own names
        clock.now(), attempt_id,
    )  # fmt: skip
