"""Reminder rules: added, changed, switched on and off."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from accounts.queries import organisations
from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import SYSTEM, Actor, Side
from core.text import is_plain
from messaging.domain import lint
from messaging.domain.lint import FindingKind
from messaging.domain.reasons import Reason
from messaging.domain.schedule import Offset
from messaging.domain.states import UNSENT_IN_ORDER
from messaging.domain.terms import MessageState, RuleKind
from messaging.errors import RuleIsOnError, RuleNameTakenError
from messaging.queries.rules import RuleView, manages, rule
from messaging.queries.templates import template
from messaging.services import moves
from messaging.services.stale import stale_version
from messaging.services.templates import default_template
from messaging.tables import ReminderRule

MOST_DAYS = 9
MOST_DAYS_OF_TRAINING = 90
MOST_HOURS = 200
LONGEST_NAME = 80
_HOUR, _MINUTE = 24, 60
_AT_ONCE = (RuleKind.CHANGE, RuleKind.CANCELLATION)
_NO_OFFSET = Offset()


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to add; without a ``template_id`` it has the wording of every installation.

    ``side`` is ``None`` for rules about training; ``asks`` tells that its text asks for an answer.
    """

    name: str
    side: Side | None
    organisation_id: UUID
    programme_id: UUID | None
    kind: RuleKind
    offset: Offset
    template_id: UUID | None
    active: bool
    asks: bool = False


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What a rule is to be; what it is about and whom it is for stay as they were."""

    name: str
    offset: Offset
    template_id: UUID
    active: bool
    asks: bool


async def add_rule(new: NewRule, *, two_way: bool = False, by: Actor) -> UUID:
    """Add a rule and answer its id; what is past by then is never sent late.

    ``two_way`` tells whether whoever gets its texts can answer their sender.

    Raises:
        InvalidInputError: with every field that cannot be accepted.
        NotFoundError: the side is not this person's.
        RuleNameTakenError: that side and organisation has a rule of this name.
    """
    checked = await check_rule(new, two_way=two_way, by=by)
    row = ReminderRule(
        id=new_id(), name=new.name.strip(), organisation=new.organisation_id, side=new.side,
        programme=new.programme_id, kind=new.kind, days_before=new.offset.days_before,
        at=new.offset.at, hours_before=new.offset.hours_before, template=checked.template_id,
        active=new.active, active_since=clock.now() if new.active else None, asks=new.asks,
        created_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        with _refusing_the_name():
            await row.save()
        await _note("reminder_rule_added", row.id, new.side, new.organisation_id, by)
    return row.id


async def check_rule(new: NewRule, *, two_way: bool, by: Actor) -> RuleChange:
    """Answer a rule as it would be kept, with its wording; refuse it as ``add_rule`` does."""
    await _check_organisation(new, by)
    faults = [*_faults(new), *_asking_faults(new.kind, asks=new.asks, two_way=two_way)]
    if faults:
        raise InvalidInputError("Some of the details need correcting", errors=faults)
    template_id = new.template_id or await default_template(new.kind)
    await _check_template(template_id, new.kind, asks=new.asks)
    return RuleChange(new.name.strip(), new.offset, template_id, new.active, new.asks)


async def change_rule(
    rule_id: UUID, change: RuleChange, *, version: int, two_way: bool, by: Actor
) -> int:
    """Change a rule, or switch it on or off, and answer its new version.

    Switched on it counts from now: what fell due before is never sent. Switched off it takes back
    what has not left; only then its time may change, as its texts have their times already.

    Raises:
        ForbiddenError: the person may see the rule, but not change it.
        InvalidInputError: with every field that cannot be accepted.
        NotFoundError: it is not there, or not visible.
        RuleIsOnError: it is on and stays on, and its time is to change.
        RuleNameTakenError: that side and organisation has a rule of this name.
        StaleVersionError: somebody saved it in the meantime.
    """
    stored = await rule(rule_id, scope=by.scope)
    by.require(manages(stored.kind), side=stored.side, organisation_id=stored.organisation_id)
    await _check_change(stored, change, two_way=two_way)
    since = stored.active_since if stored.active else clock.now()
    values: dict[str, Any] = {
        "name": change.name.strip(), "template": change.template_id, "asks": change.asks,
        "active": change.active, "active_since": since if change.active else stored.active_since,
        "days_before": change.offset.days_before, "at": change.offset.at,
        "hours_before": change.offset.hours_before, "version": version + 1,
    }  # fmt: skip
    async with database.transaction():
        with _refusing_the_name():
            saved = await (
                ReminderRule.update(database.assignments(values))
                .where(ReminderRule.id == rule_id, ReminderRule.version == version)
                .returning(ReminderRule.id)
            )
        if saved:
            await _note_change(stored, change, by)
            if not change.active:
                await _take_back(rule_id)
    if not saved:
        raise await stale_version(rule_id, by=by)
    return version + 1


async def _take_back(rule_id: UUID) -> None:
    """Cancel what has not left; once the rule is on again it is planned anew, at its new time."""
    for state in UNSENT_IN_ORDER:
        await moves.move_all(
            QueryString("rule = {}", rule_id), old=state, new=MessageState.CANCELLED,
            reason=Reason.RULE_OFF, claim_token=None, lease_until=None,
        )  # fmt: skip


async def _check_change(stored: RuleView, change: RuleChange, *, two_way: bool) -> None:
    wanted = NewRule(
        change.name, stored.side, stored.organisation_id, stored.programme_id, stored.kind,
        change.offset, change.template_id, change.active, change.asks,
    )  # fmt: skip
    faults = [*_faults(wanted)]
    if change.active or change.asks != stored.asks:
        faults += _asking_faults(stored.kind, asks=change.asks, two_way=two_way)
    if faults:
        raise InvalidInputError("Some of the details need correcting", errors=faults)
    if change.active or change.template_id != stored.template_id:
        await _check_template(change.template_id, stored.kind, asks=change.asks)
    if stored.active and change.active and change.offset != stored.offset:
        raise RuleIsOnError


async def _check_organisation(new: NewRule, by: Actor) -> None:
    permission = manages(new.kind)
    if not by.scope.covers_side(permission, new.side):
        raise NotFoundError
    by.require(permission, side=new.side, organisation_id=new.organisation_id)
    known = await organisations(scope=by.scope)
    if new.organisation_id not in {organisation.id for organisation in known}:
        raise InvalidInputError.of("organisation_id", "There is no such organisation")


def _faults(new: NewRule) -> Iterator[FieldError]:
    if not 0 < len(new.name.strip()) <= LONGEST_NAME:
        yield FieldError("name", f"Enter a name of at most {LONGEST_NAME} characters")
    if not is_plain(new.name):
        yield FieldError("name", "Enter text without control characters")
    if (new.side is None) != (new.kind is RuleKind.TRAINING_EXPIRY):
        yield FieldError("side", "Rules about training have no side, and all others have one")
    if new.programme_id and new.kind is RuleKind.TRAINING_EXPIRY:
        yield FieldError("programme_id", "Training belongs to no programme")
    yield from _offset_faults(new.kind, new.offset)


def _asking_faults(kind: RuleKind, *, asks: bool, two_way: bool) -> Iterator[FieldError]:
    if not asks:
        return
    if kind not in {RuleKind.SESSION_REMINDER, RuleKind.CHANGE}:
        yield FieldError("asks", "Only a reminder or a change can ask for an answer")
    elif not two_way:
        yield FieldError("asks", "Nobody can answer the sender that this service uses")


def _offset_faults(kind: RuleKind, offset: Offset) -> Iterator[FieldError]:
    if kind in _AT_ONCE:
        if offset != _NO_OFFSET:
            field = "hours_before" if offset.hours_before is not None else "days_before"
            yield FieldError(field, "This is told at once: leave the time out")
        return
    if offset.hours_before is not None:
        if offset.days_before is not None or offset.at is not None:
            yield FieldError("hours_before", "Give either days and a time, or hours")
        elif not 1 <= offset.hours_before <= MOST_HOURS:
            yield FieldError("hours_before", f"Must be from 1 to {MOST_HOURS}")
        return
    most = MOST_DAYS_OF_TRAINING if kind is RuleKind.TRAINING_EXPIRY else MOST_DAYS
    if offset.days_before is None or not 1 <= offset.days_before <= most:
        yield FieldError("days_before", f"Must be from 1 to {most}")
    elif not _is_wall_time(offset.at or ""):
        yield FieldError("at", "Enter a time like 10:00")


def _is_wall_time(text: str) -> bool:
    hour, colon, minute = text.partition(":")
    digits = f"{hour}{minute}"
    shaped = len(text) == 5 and colon == ":" and digits.isascii() and digits.isdigit()  # noqa: PLR2004 - HH:MM
    return shaped and int(hour) < _HOUR and int(minute) < _MINUTE


async def _check_template(template_id: UUID, kind: RuleKind, *, asks: bool) -> None:
    try:
        found = await template(template_id, scope=SYSTEM.scope)
    except NotFoundError:
        raise InvalidInputError.of("template_id", "There is no such template") from None
    if found.kind is not kind:
        raise InvalidInputError.of("template_id", "This wording is about something else")
    if not found.is_usable:
        message = "Somebody must allow what was found in this wording first"
        raise InvalidInputError.of("template_id", message)
    question = any(one.kind is FindingKind.REPLY for one in lint.findings(found.body))
    if question and not asks:
        message = "This wording asks for an answer: choose another, or let the rule ask"
        raise InvalidInputError.of("template_id", message)


def _refusing_the_name() -> Any:
    return database.refusing(
        ReminderRule,
        rule_name_once_per_side=RuleNameTakenError(),
        rule_name_once_for_staff=RuleNameTakenError(),
    )


async def _note_change(stored: RuleView, change: RuleChange, by: Actor) -> None:
    after = {
        "name": change.name.strip(), "template": change.template_id, "asks": change.asks,
        "active": change.active, "days_before": change.offset.days_before, "at": change.offset.at,
        "hours_before": change.offset.hours_before,
    }  # fmt: skip
    before = {
        "name": stored.name, "template": stored.template_id, "asks": stored.asks,
        "active": stored.active, "days_before": stored.offset.days_before, "at": stored.offset.at,
        "hours_before": stored.offset.hours_before,
    }  # fmt: skip
    was, now = audit.changed(before, after)
    await _note(
        "reminder_rule_changed", stored.id, stored.side, stored.organisation_id, by,
        before=was, after=now,
    )  # fmt: skip


async def _note(
    action: str, rule_id: UUID, side: Side | None, organisation_id: UUID, by: Actor, **told: Any
) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.REMINDER_RULE, subject=rule_id, side=side,
        organisation_id=organisation_id, **told,
    )  # fmt: skip
