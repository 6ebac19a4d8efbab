"""How many texts a person or a number may get, counted where they are committed (M13, 1.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core import database
from messaging.domain.facts import Policy
from messaging.domain.reasons import Reason
from messaging.domain.states import SPENT
from messaging.services.outbox import Claimed

_SPENT = ", ".join(f"'{state}'" for state in sorted(SPENT))
_RECENT = "SELECT rule, subject, recipient, to_hash, body_hash, updated_at FROM messages"


@dataclass(frozen=True, slots=True)
class Copy:
    """What a text amounts to: keyed hashes of its number and of its words."""

    to_hash: str
    body_hash: str


async def objection(
    claimed: Claimed, copy: Copy, *, now: datetime, policy: Policy
) -> Reason | None:
    """Answer why one more text would be too many, ``None`` where it is not."""
    week, day = now - timedelta(days=7), now - timedelta(days=1)
    fuse = now - timedelta(hours=policy.duplicate_hours)
    rows = await database.run(
        _RECENT + f" WHERE state IN ({_SPENT}) AND ("
        "subject = {} AND recipient = {} OR recipient = {} AND updated_at > {}"
        " OR to_hash = {} AND updated_at > {})",
        claimed.subject_id, claimed.recipient_id, claimed.recipient_id, week,
        copy.to_hash, fuse,
    )  # fmt: skip
    of_session = [
        row
        for row in rows
        if (row["subject"], row["recipient"]) == (claimed.subject_id, claimed.recipient_id)
    ]
    to_number = [row for row in rows if row["to_hash"] == copy.to_hash]
    weekly = [
        row for row in rows if row["recipient"] == claimed.recipient_id and row["updated_at"] > week
    ]
    daily = [row for row in to_number if row["updated_at"] > day]
    repeated = [
        row for row in to_number if row["body_hash"] == copy.body_hash and row["updated_at"] > fuse
    ]
    checks = (
        (any(row["rule"] == claimed.rule_id for row in of_session), Reason.ALREADY_SENT),
        (len(of_session) >= policy.texts_per_session, Reason.SESSION_CAP),
        (len(weekly) >= policy.texts_per_week, Reason.WEEKLY_CAP),
        (len(daily) >= policy.texts_per_number_and_day, Reason.NUMBER_CAP),
        (bool(repeated), Reason.DUPLICATE_CONTENT),
    )
    return next((reason for objects, reason in checks if objects), None)
