"""Reminder rules, and the wording that a new installation begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from accounts.queries import organisations
from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from core.text import is_plain
from messaging.domain.schedule import Offset
from messaging.domain.terms import RuleKind
from messaging.domain.wording import DEFAULT_BODIES, DEFAULT_NAME
from messaging.errors import RuleNameTakenError
from messaging.tables import MessageTemplate, ReminderRule

MOST_DAYS = 9
MOST_HOURS = 200
LONGEST_NAME = 80
_HOUR, _MINUTE = 24, 60


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to add; without a ``template_id`` it has the wording of every installation."""

    name: str
    side: Side
    organisation_id: UUID
    programme_id: UUID | None
    kind: RuleKind
    offset: Offset
    template_id: UUID | None
    active: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """An active rule as the planner needs it; ``bodies`` holds its wording per language."""

    id: UUID
    organisation_id: UUID
    side: Side
    programme_id: UUID | None
    offset: Offset
    body: str
    bodies: Mapping[str, str]

    def body_for(self, language: str) -> str:
        """Answer the wording in a language, the rule's own where there is none."""
        return self.bodies.get(language, self.body)


async def ensure_default_template() -> UUID:
    """Make the wording that an installation begins with, once, and answer the English one's id."""
    async with database.transaction():
        for language, body in DEFAULT_BODIES.items():
            await database.run(
                "INSERT INTO message_templates (id, name, language, body, created_at, version,"
                " kind, findings, saved_at, allowed_reason)"
                " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})"
                " ON CONFLICT (name, language) DO NOTHING",
                new_id(), DEFAULT_NAME, language, body, clock.now(), 1,
                RuleKind.SESSION_REMINDER.value, "[]", clock.now(), "",
            )  # fmt: skip
    rows = await MessageTemplate.select(MessageTemplate.id).where(
        MessageTemplate.name == DEFAULT_NAME, MessageTemplate.language == "en"
    )
    found: UUID = rows[0]["id"]
    return found


async def add_rule(new: NewRule, *, by: Actor) -> UUID:
    """Add a rule and answer its id; what is past by then is never sent late.

    Raises:
        InvalidInputError: with every field that cannot be accepted.
        NotFoundError: the side is not this person's.
        RuleNameTakenError: that side and organisation has a rule of this name.
    """
    await _check_organisation(new, by)
    if faults := _faults(new):
        raise InvalidInputError("Some of the details need correcting", errors=faults)
    template_id = await _template(new.template_id)
    row = ReminderRule(
        id=new_id(), name=new.name.strip(), organisation=new.organisation_id, side=new.side,
        programme=new.programme_id, kind=new.kind, days_before=new.offset.days_before,
        at=new.offset.at, hours_before=new.offset.hours_before, template=template_id,
        active=new.active, active_since=clock.now() if new.active else None,
        created_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(ReminderRule, rule_name_once_per_side=RuleNameTakenError()):
            await row.save()
        await audit.record(
            "reminder_rule_added",
            by=by,
            subject_type=audit.Subject.REMINDER_RULE,
            subject=row.id,
            side=new.side,
            organisation_id=new.organisation_id,
        )
    return row.id


async def _check_organisation(new: NewRule, by: Actor) -> None:
    if not by.scope.covers_side(Permission.MANAGE_PROGRAMMES, new.side):
        raise NotFoundError
    by.require(Permission.MANAGE_PROGRAMMES, side=new.side, organisation_id=new.organisation_id)
    known = await organisations(scope=by.scope)
    if new.organisation_id not in {organisation.id for organisation in known}:
        raise InvalidInputError.of("organisation_id", "There is no such organisation")


def _faults(new: NewRule) -> list[FieldError]:
    faults = []
    if not 0 < len(new.name.strip()) <= LONGEST_NAME:
        faults.append(FieldError("name", f"Enter a name of at most {LONGEST_NAME} characters"))
    if not is_plain(new.name):
        faults.append(FieldError("name", "Enter text without control characters"))
    if new.kind is not RuleKind.SESSION_REMINDER:
        faults.append(FieldError("kind", "Only session reminders can be sent so far"))
    return faults + _offset_faults(new.offset)


def _offset_faults(offset: Offset) -> list[FieldError]:
    if offset.hours_before is not None:
        if offset.days_before is not None or offset.at is not None:
            return [FieldError("hours_before", "Give either days and a time, or hours")]
        if not 1 <= offset.hours_before <= MOST_HOURS:
            return [FieldError("hours_before", f"Must be from 1 to {MOST_HOURS}")]
        return []
    if offset.days_before is None or not 1 <= offset.days_before <= MOST_DAYS:
        return [FieldError("days_before", f"Must be from 1 to {MOST_DAYS}")]
    if not _is_wall_time(offset.at or ""):
        return [FieldError("at", "Enter a time like 10:00")]
    return []


def _is_wall_time(text: str) -> bool:
    hour, colon, minute = text.partition(":")
    digits = f"{hour}{minute}"
    shaped = len(text) == 5 and colon == ":" and digits.isascii() and digits.isdigit()  # noqa: PLR2004 - HH:MM
    return shaped and int(hour) < _HOUR and int(minute) < _MINUTE


async def _template(template_id: UUID | None) -> UUID:
    if template_id is None:
        return await ensure_default_template()
    if not await MessageTemplate.exists().where(MessageTemplate.id == template_id):
        raise InvalidInputError.of("template_id", "There is no such template")
    return template_id


async def active_rules() -> tuple[Rule, ...]:
    """Answer the active session rules with their wording in every language it is kept in."""
    rules = await ReminderRule.select(
        *ReminderRule.all_columns(), ReminderRule.template.name.as_alias("template_name"),
        ReminderRule.template.body.as_alias("body"),
    ).where(ReminderRule.active == True, ReminderRule.kind == RuleKind.SESSION_REMINDER)  # noqa: E712 - SQL  # fmt: skip
    wordings: dict[str, dict[str, str]] = {}
    for row in await MessageTemplate.select():
        wordings.setdefault(row["name"], {})[row["language"]] = row["body"]
    return tuple(
        Rule(
            id=row["id"],
            organisation_id=row["organisation"],
            side=Side(row["side"]),
            programme_id=row["programme"],
            offset=Offset(row["days_before"], row["at"], row["hours_before"]),
            body=row["body"],
            bodies=wordings[row["template_name"]],
        )
        for row in rules
    )
