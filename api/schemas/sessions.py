"""Payloads of sessions and of what can be done to them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from api.schemas.base import In, Out, ShortText
from messaging.queries.about import TextsAbout
from programmes.domain.case_terms import FacilitatorRole, NotHeldBecauseOf
from programmes.domain.session_changes import Cancel, Change, Place, PutBack, Reschedule
from programmes.domain.terms import DeliveryMode, SessionStatus
from programmes.queries.cohorts import SessionView
from programmes.queries.timetables import Clash, Facilitation
from programmes.services.session_plans import ChangePlan, Move

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
PlanKey = Annotated[str, msgspec.Meta(max_length=64)]


class SessionOut(Out, frozen=True, kw_only=True):
    """A session of a cohort; with an ``enrolment_id`` it is that person's own."""

    id: UUID
    cohort_id: UUID
    cohort_code: str
    unit_number: int
    unit_title: str
    starts_at: datetime
    minutes: int
    status: SessionStatus
    cancelled_reason: str
    because_of: NotHeldBecauseOf | None
    enrolment_id: UUID | None
    is_catchup: bool
    missed_session_id: UUID | None
    venue_id: UUID | None
    venue: str
    mode: DeliveryMode
    revision: int
    register_version: int

    @classmethod
    def of(cls, view: SessionView) -> "SessionOut":
        """Shape a session."""
        return cls(
            id=view.id,
            cohort_id=view.cohort_id,
            cohort_code=view.cohort_code,
            unit_number=view.unit_number,
            unit_title=view.unit_title,
            starts_at=view.starts_at,
            minutes=view.minutes,
            status=view.status,
            cancelled_reason=view.cancelled_reason,
            because_of=view.not_held_because_of,
            enrolment_id=view.enrolment_id,
            is_catchup=view.is_catch_up,
            missed_session_id=view.missed_session_id,
            venue_id=view.venue_id,
            venue=view.venue_name,
            mode=view.mode,
            revision=view.revision,
            register_version=view.register_version,
        )


class CancellationIn(In, frozen=True, kw_only=True):
    """Why a session does not take place.

    ``plan`` is what the preview answered; a change that would not do the same is refused.
    """

    reason: ShortText
    because_of: NotHeldBecauseOf | None = None
    cascade: bool = False
    plan: PlanKey | None = None

    def change(self) -> Change:
        """Answer it as the service takes it."""
        return Cancel(self.reason, self.because_of, self.cascade)


class PutBackIn(In, frozen=True, kw_only=True):
    """A cancelled session takes place after all."""

    plan: PlanKey | None = None

    def change(self) -> Change:
        """Answer it as the service takes it."""
        return PutBack()


class RescheduleIn(In, frozen=True, kw_only=True):
    """When, where and how a session is held from now on; what is left out stays as it is.

    ``venue_id`` ``null`` is the cohort's own venue.
    """

    starts_at: Instant | None = None
    venue_id: UUID | msgspec.UnsetType | None = msgspec.UNSET
    mode: DeliveryMode | None = None
    cascade: bool = False
    plan: PlanKey | None = None

    def change(self) -> Change:
        """Answer it as the service takes it."""
        place = None if self.venue_id is msgspec.UNSET else Place(self.venue_id)
        return Reschedule(self.starts_at, place, self.mode, self.cascade)


class MoveOut(Out, frozen=True, kw_only=True, rename={"from_at": "from", "to_at": "to"}):
    """What happens to one session.

    Without an id it is new; without ``to`` it does not take place.
    """

    id: UUID | None
    unit_number: int
    unit_title: str
    from_at: datetime | None
    to_at: datetime | None
    venue_id: UUID | None
    mode: DeliveryMode

    @classmethod
    def of(cls, move: Move) -> "MoveOut":
        """Shape a move."""
        return cls(
            id=move.session_id, unit_number=move.unit_number, unit_title=move.unit_title,
            from_at=move.from_at, to_at=move.to_at, venue_id=move.venue_id, mode=move.mode,
        )  # fmt: skip


class ClashOut(Out, frozen=True, kw_only=True):
    """Two sessions at the same time with one facilitator or in one venue.

    ``cohort_code`` is empty where the other cohort is not yours to see.
    """

    starts_at: datetime
    other_starts_at: datetime
    cohort_code: str
    account_id: UUID | None
    venue_id: UUID | None

    @classmethod
    def of(cls, clash: Clash) -> "ClashOut":
        """Shape a clash."""
        return cls(
            starts_at=clash.starts_at, other_starts_at=clash.other_starts_at,
            cohort_code=clash.cohort_code, account_id=clash.account_id, venue_id=clash.venue_id,
        )  # fmt: skip


class SessionTextsOut(Out, frozen=True, kw_only=True):
    """What becomes of texts about the sessions as they were.

    ``stopped`` counts those that have not left and never will; ``left_already`` is who may have had
    one, and has to be told in another way.
    """

    stopped: int
    left_already: list[UUID]

    @classmethod
    def of(cls, texts: TextsAbout) -> "SessionTextsOut":
        """Shape what there is about the sessions."""
        return cls(stopped=texts.stopped, left_already=sorted(texts.had))


class ChangePlanOut(Out, frozen=True, kw_only=True):
    """What a change does: sessions, how many people are expected there, what clashes, and texts."""

    plan: str
    sessions: list[MoveOut]
    people_expected: int
    clashes: list[ClashOut]
    texts: SessionTextsOut

    @classmethod
    def of(cls, plan: ChangePlan, texts: TextsAbout) -> "ChangePlanOut":
        """Shape a plan."""
        return cls(
            plan=plan.key,
            sessions=[MoveOut.of(move) for move in plan.moves],
            people_expected=len(plan.expected),
            clashes=[ClashOut.of(clash) for clash in plan.clashes],
            texts=SessionTextsOut.of(texts),
        )


class FacilitatorPart(In, frozen=True, kw_only=True):
    """Somebody who takes sessions, and as what."""

    account_id: UUID
    role: FacilitatorRole

    @classmethod
    def of(cls, taker: Facilitation) -> "FacilitatorPart":
        """Shape who takes a session."""
        return cls(account_id=taker.account_id, role=taker.role)


class FacilitatorsIn(In, frozen=True, kw_only=True):
    """Who takes one session; nobody is the cohort's facilitators again."""

    facilitators: Annotated[list[FacilitatorPart], msgspec.Meta(max_length=20)]

    def takers(self) -> tuple[Facilitation, ...]:
        """Answer it as the service takes it."""
        return tuple(Facilitation(item.account_id, item.role) for item in self.facilitators)
