"""Stops a wording that carriers filter out: sent on, it would spoil the sender (error 30007)."""

from datetime import timedelta
from uuid import UUID

from core import audit, clock, database
from core.scope import SYSTEM, Side
from messaging.domain.terms import AlertKind
from messaging.services import alerts

_RECIPIENTS = 3
_DAYS = 7


async def look(message_id: UUID, *, error_code: int) -> None:
    """Switch off the rules of a text's template once it was filtered for three people in a week.

    What was filtered before somebody settled the alert no longer counts. Call it in the
    transaction that records the loss.
    """
    rows = await database.run(
        "SELECT r.template FROM messages m JOIN reminder_rules r ON r.id = m.rule WHERE m.id = {}",
        message_id,
    )
    template_id = rows[0]["template"]
    if await _filtered_for(template_id, error_code) < _RECIPIENTS:
        return
    off = await database.run(
        "UPDATE reminder_rules SET active = FALSE, version = version + 1"
        " WHERE template = {} AND active RETURNING id",
        template_id,
    )
    for row in await _rules([row["id"] for row in off]):
        await audit.record(
            "reminder_rule_switched_off", by=SYSTEM, subject_type=audit.Subject.REMINDER_RULE,
            subject=row["id"], side=Side(row["side"]) if row["side"] else None,
            organisation_id=row["organisation"], before={"active": True}, after={"active": False},
            reason="carriers filter its texts",
        )  # fmt: skip
    await alerts.raise_alert(AlertKind.FILTERED, template_id, error_code=error_code)


async def _filtered_for(template_id: UUID, error_code: int) -> int:
    """Answer for how many people the template was filtered of late."""
    settled = await database.run(
        "SELECT settled_at FROM messaging_alerts WHERE kind = {} AND subject = {}"
        " AND settled_at IS NOT NULL ORDER BY settled_at DESC LIMIT 1",
        AlertKind.FILTERED.value, str(template_id),
    )  # fmt: skip
    since = max([clock.now() - timedelta(days=_DAYS), *(row["settled_at"] for row in settled)])
    rows = await database.run(
        "SELECT COUNT(DISTINCT m.recipient) AS number FROM message_attempts a"
        " JOIN messages m ON m.id = a.message JOIN reminder_rules r ON r.id = m.rule"
        " WHERE r.template = {} AND a.error_code = {} AND a.started_at > {}",
        template_id, error_code, since,
    )  # fmt: skip
    return int(rows[0]["number"])


async def _rules(ids: list[UUID]) -> list[database.Row]:
    return await database.run(
        "SELECT id, side, organisation FROM reminder_rules WHERE id IN {} ORDER BY id",
        database.in_list(ids),
    )
