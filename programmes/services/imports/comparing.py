"""What a row changes of a referral that is stored: what it does not say stays as it is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.scope import Side
from programmes.domain.importing.referrals import (
    Fault,
    ReferralLine,
    Step,
    history,
    still_to_come,
)
from programmes.domain.moves import is_allowed
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    OPEN_ENROLMENTS,
    ReferralStatus,
)
from programmes.queries.imports import KnownEnrolment, KnownReferral

_OF_THE_ASSESSMENT = frozenset({"assessed_on", "assessment_outcome"})


@dataclass(slots=True)
class Update:
    """Columns of the referral and of the enrolment that change, and the moves that follow."""

    facts: dict[str, Any] = field(default_factory=dict)
    enrolment: dict[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    joins: bool = False

    def __bool__(self) -> bool:
        return bool(self.facts or self.enrolment or self.steps or self.joins)


def compare(
    line: ReferralLine,
    stored: KnownReferral,
    enrolment: KnownEnrolment | None,
    *,
    joined_on: date | None,
) -> Update | Fault:
    """Answer what a row changes; without ``joined_on`` it names no cohort.

    What was done in the service after an earlier import is never taken back by the same file.
    """
    offered = enrolment is not None and enrolment.offered
    steps = history(
        line, joined_on=joined_on, waits_for_offer=line.side is Side.PERPETRATOR and not offered
    )
    left = still_to_come(steps, stored.status)
    facts = _facts(line, stored)
    if joined_on is None:
        return _without_a_place(line, stored, Update(facts, steps=left), steps)
    if enrolment is None:
        if ReferralStatus.SCHEDULED in {step.status for step in left}:
            return Update(facts, steps=left, joins=True)
        return Fault("cohort_code", f"The referral is {_words(stored.status)} now")
    if enrolment.referral_id not in (None, stored.id):
        return Fault("cohort_code", "The place there is of another referral")
    return _with_a_place(_Place(line, stored, enrolment, joined_on, steps), Update(facts))


@dataclass(frozen=True, slots=True)
class _Place:
    """A stored place with what a row says of it."""

    line: ReferralLine
    stored: KnownReferral
    enrolment: KnownEnrolment
    joined_on: date
    steps: tuple[Step, ...]

    @property
    def is_open(self) -> bool:
        return self.enrolment.status in OPEN_ENROLMENTS

    @property
    def left(self) -> tuple[Step, ...]:
        return still_to_come(self.steps, self.stored.status)


def _facts(line: ReferralLine, stored: KnownReferral) -> dict[str, Any]:
    said = {
        "source": line.source,
        "received_on": line.received_on,
        "assessed_on": line.assessed_on if line.was_assessed else None,
        "assessment_outcome": line.assessment,
    }
    known = {
        "source": stored.source,
        "received_on": stored.received_on,
        "assessed_on": stored.assessed_on,
        "assessment_outcome": stored.assessment,
    }
    facts: dict[str, Any] = {
        name: new for name, new in said.items() if new is not None and new != known[name]
    }
    if "assessment_outcome" in facts:
        facts["suitable"] = line.suitable
    return facts


def _without_a_place(
    line: ReferralLine, stored: KnownReferral, update: Update, steps: tuple[Step, ...]
) -> Update:
    if line.exited_on and not update.steps and stored.status not in CLOSED_REFERRALS:
        update.steps = steps[-1:]  # a withdrawal, which is open to whatever is not closed
    if not (line.exited_on or update.facts.keys() & _OF_THE_ASSESSMENT):
        update.steps = ()
    return update


def _with_a_place(place: _Place, update: Update) -> Update | Fault:
    line, enrolment = place.line, place.enrolment
    if enrolment.referral_id is None:
        update.enrolment["referral"] = place.stored.id
    if line.started_on and place.joined_on != enrolment.joined_on:
        if enrolment.first_mark_on and enrolment.first_mark_on < place.joined_on:
            return Fault("started_on", "There are marks before this day")
        update.enrolment["joined_on"] = place.joined_on
    if line.ended_on is not None:
        return _ended(place, update, line.ended_on)
    if place.is_open and place.stored.status is ReferralStatus.SCHEDULED:
        update.steps = place.left
    return update


def _ended(place: _Place, update: Update, ended_on: date) -> Update | Fault:
    line, enrolment = place.line, place.enrolment
    column = "completed_on" if line.completed_on else "exited_on"
    if enrolment.last_mark_on and enrolment.last_mark_on > ended_on:
        return Fault(column, "There are marks after this day")
    if place.is_open:
        update.steps = place.left or place.steps[-1:]
        if not is_allowed(place.stored.status, update.steps[0].status):
            return Fault(column, f"The referral is {_words(place.stored.status)} now")
    elif enrolment.status is not line.enrolment_status:
        return Fault(column, f"The place is {_words(enrolment.status)} there. Change it there")
    said = {
        "status": line.enrolment_status,
        "ended_on": ended_on,
        "exit_reason": line.exit_reason,
    }
    known = {
        "status": enrolment.status,
        "ended_on": enrolment.ended_on,
        "exit_reason": enrolment.exit_reason,
    }
    update.enrolment |= {
        name: new for name, new in said.items() if new is not None and new != known[name]
    }
    if ended_on < update.enrolment.get("joined_on", enrolment.joined_on):
        update.enrolment["joined_on"] = ended_on
    return update


def _words(status: str) -> str:
    return status.replace("_", " ")
