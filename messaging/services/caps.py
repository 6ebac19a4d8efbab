"""How many texts a person or a number may get, counted where they are committed (M13, 1.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import database
from messaging.domain.facts import Policy
from messaging.domain.reasons import Reason
from messaging.domain.states import SPENT
from messaging.services.outbox import Claimed

_SPENT = ", ".join(f"'{state}'" for state in sorted(SPENT))
_RECENT = f"""
SELECT m.rule, m.subject, m.recipient, m.to_hash, m.body_hash, m.updated_at, a.started_at
FROM messages m LEFT JOIN message_attempts a ON a.message = m.id AND a.number = m.attempt_number
WHERE m.state IN ({_SPENT}) AND
"""  # noqa: S608 - our own states


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
    person, subject = claimed.recipient_id, claimed.subject_id
    rows = await database.run(
        _RECENT + "(m.subject = {} AND m.recipient = {} OR m.recipient = {} AND m.updated_at > {}"
        " OR m.to_hash = {} AND m.updated_at > {})",
        subject, person, person, week, copy.to_hash, fuse,
    )  # fmt: skip
    of_session = [row for row in rows if (row["subject"], row["recipient"]) == (subject, person)]
    to_number = [row for row in rows if row["to_hash"] == copy.to_hash]
    weekly = _since(week, [row for row in rows if row["recipient"] == person])
    repeated = [row for row in to_number if row["body_hash"] == copy.body_hash]
    checks = (
        (any(row["rule"] == claimed.rule_id for row in of_session), Reason.ALREADY_SENT),
        (len(of_session) >= policy.texts_per_session, Reason.SESSION_CAP),
        (len(weekly) >= policy.texts_per_week, Reason.WEEKLY_CAP),
        (len(_since(day, to_number)) >= policy.texts_per_number_and_day, Reason.NUMBER_CAP),
        (bool(_since(fuse, repeated)), Reason.DUPLICATE_CONTENT),
    )
    return next((reason for objects, reason in checks if objects), None)


def _since(instant: datetime, rows: Sequence[database.Row]) -> list[database.Row]:
    """Answer those that left after ``instant``: a receipt that comes days later counts nothing."""
    return [row for row in rows if (row["started_at"] or row["updated_at"]) > instant]
