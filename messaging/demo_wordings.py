"""The demonstration's other wordings and rules: in two languages, and one that waits."""

import json
import random
from collections.abc import Collection, Mapping
from uuid import UUID

from core import clock
from core.demonstration import Ids, Rows
from core.scope import Side
from messaging.domain import wording
from messaging.domain.defaults import DEFAULTS
from messaging.domain.lint import FindingKind
from messaging.domain.schedule import Offset
from messaging.domain.terms import RuleKind
from messaging.tables import MessageTemplate, ReminderRule

_THERE = ("Session reminder", "en")
"""The one wording that the demonstration's texts have; it is made with them."""

_WAITING = "Come to the side door in Court Road on {{ day }} at {{ time }}."


async def load(organisations: Mapping[Side, UUID], *, seed: int) -> None:
    """Insert them, inside the current transaction; the rules are off, so that they can be tried."""
    ids = Ids(random.Random(f"{seed}/wordings"))  # noqa: S311 - invented, no secret
    rows = Rows(MessageTemplate, ReminderRule)
    found: dict[RuleKind, UUID] = {}
    for default in DEFAULTS:
        for language, body in default.bodies.items():
            if (default.name, language) != _THERE:
                id = _wording(rows, ids, default.name, language, body, kind=default.kind)
                found.setdefault(default.kind, id)
    _wording(rows, ids, "Side door", "en", _WAITING)
    reminder = _wording(
        rows, ids, "A few days before", "en",
        "Your next appointment is on {{ day }} at {{ time }}. If you cannot come, call us.",
    )  # fmt: skip
    for side, organisation in organisations.items():
        for kind, name, offset, template in (
            (RuleKind.SESSION_REMINDER, "Three days before", Offset(3, "10:00"), reminder),
            (RuleKind.CHANGE, "Session moved", Offset(), found[RuleKind.CHANGE]),
            (RuleKind.CANCELLATION, "Session cancelled", Offset(), found[RuleKind.CANCELLATION]),
        ):
            rows.add(
                ReminderRule, id=ids.new(), name=name, organisation=organisation, side=side.value,
                kind=kind.value, days_before=offset.days_before, at=offset.at,
                hours_before=offset.hours_before, template=template, active=False,
                created_at=clock.now(), version=1,
            )  # fmt: skip
    _add_training_rules(rows, ids, organisations.values(), found[RuleKind.TRAINING_EXPIRY])
    await rows.insert()


def _add_training_rules(
    rows: Rows, ids: Ids, organisations: Collection[UUID], template_id: UUID
) -> None:
    for organisation in sorted(set(organisations)):
        rows.add(
            ReminderRule, id=ids.new(), name="Training runs out in a month",
            organisation=organisation, side=None, kind=RuleKind.TRAINING_EXPIRY.value,
            days_before=30, at="10:00", hours_before=None, active=False,
            template=template_id, created_at=clock.now(), version=1,
        )  # fmt: skip


def _wording(
    rows: Rows,
    ids: Ids,
    name: str,
    language: str,
    body: str,
    *,
    kind: RuleKind = RuleKind.SESSION_REMINDER,
) -> UUID:
    id = ids.new()
    noted = [
        {"kind": one.kind.value, "words": one.words, "key": one.key}
        for one in wording.findings(body, language)
        if one.kind is not FindingKind.REPLY
    ]
    rows.add(
        MessageTemplate, id=id, name=name, language=language, body=body, kind=kind.value,
        findings=json.dumps(noted), saved_at=clock.now(), created_at=clock.now(), version=1,
    )  # fmt: skip
    return id
