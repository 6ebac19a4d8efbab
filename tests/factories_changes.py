"""Makes a group that meets on Fridays, with somebody in it and a text planned for the next time."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from accounts.domain.roles import GrantSide, Role
from core import clock
from core.scope import Actor
from jobs import reminders
from messaging.domain.schedule import Offset
from messaging.domain.terms import RuleKind
from messaging.tables import Message
from programmes.services import sessions
from programmes.tables import Enrolment
from tests.conftest import SETTINGS
from tests.factories import Person, at, make_person
from tests.factories_messaging import DAY_BEFORE, Group, make_member, make_rule
from tests.factories_programmes import MadeCohort, make_cohort

FRIDAY = at("2026-06-12 18:30")
WEEK = timedelta(days=7)
REMINDER, CHANGE, CANCELLATION = (
    RuleKind.SESSION_REMINDER, RuleKind.CHANGE, RuleKind.CANCELLATION,
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A group that meets on Fridays, its next session, and one person in it."""

    made: MadeCohort
    group: Group
    session: UUID
    person: UUID
    enrolment: UUID
    manager: Person

    @property
    def by(self) -> Actor:
        """Who manages the group."""
        return self.manager.actor

    async def change(self, how: Any, session: UUID | None = None) -> None:
        await sessions.change(session or self.session, how, by=self.by)

    async def told(self, kind: RuleKind) -> list[tuple[str, str]]:
        """The states and reasons of the texts of one kind, in order of making."""
        rows = await Message.select(Message.state, Message.state_reason).where(
            Message.cohort == self.group.cohort_id, Message.rule.kind == kind
        ).order_by(Message.id)  # fmt: skip
        return [(row["state"], row["state_reason"]) for row in rows]


async def make_case(*kinds: RuleKind, units: int = 5, planned: bool = True) -> Case:
    """One text is planned for Friday; with more ``units`` the group goes on after it."""
    made = await make_cohort(starts_on=date(2026, 5, 15), at="18:30", units=units)
    group = Group(
        made.organisation_id, made.side, made.programme.id, made.programme.unit_ids[1], made.id
    )
    for kind in (REMINDER, *kinds):
        offset = DAY_BEFORE if kind is REMINDER else Offset()
        await make_rule(group, offset, name=kind.value, kind=kind)
    person, enrolment = await make_member(group)
    await Enrolment.update({Enrolment.created_at: clock.now() - timedelta(days=9)}, force=True)
    manager = await make_person(
        Role.PROGRAMME_MANAGER, GrantSide.SURVIVOR, organisation_id=made.organisation_id
    )
    if planned:
        await reminders.plan(SETTINGS)
    return Case(made, group, made.session_ids[5], person, enrolment, manager)
