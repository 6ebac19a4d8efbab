"""Moves referrals by hand: by an assessment, or to a status that somebody chooses."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from core import audit, database
from core.errors import FieldError
from core.scope import Actor, Side
from programmes.domain.assessment import NOT_STARTED, Assessment, path_after
from programmes.domain.case_terms import NotStartedReason
from programmes.domain.moves import BY_WHAT_HAPPENS, FORWARD, is_allowed
from programmes.domain.terms import CLOSED_REFERRALS, ReferralStatus
from programmes.errors import ReferralMoveError, StatusFollowsError
from programmes.queries import visibility
from programmes.queries.eligibility import eligibility_of
from programmes.queries.referrals import ReferralView
from programmes.services import moves
from programmes.services.fields import past_fault, refuse, stale_version, text_fault
from programmes.services.moves import Why
from programmes.services.referrals import early_fault, referral_to_change
from programmes.tables import Referral

_S = ReferralStatus
_FOLLOWS = {
    _S.SCHEDULED: "Give the person a place in a group: the referral follows",
    _S.ON_PROGRAMME: "Mark the first session that they attend: the referral follows",
    _S.PROGRAMME_COMPLETE: "Record that they completed the group: the referral follows",
}
_UNOFFERED = (
    "Partner contact has not been offered yet: once that is recorded, the referral follows (D8)"
)
_HAS_PLACE = "They have a place in a group: record there that they left, and the referral follows"
_NOT_STARTED = {
    _S.NOT_SUITABLE: NotStartedReason.NOT_SUITABLE,
    _S.NOT_ELIGIBLE: NotStartedReason.NOT_SUITABLE,
}


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status that somebody chooses for a referral, and why."""

    status: ReferralStatus
    on: date
    reason: str = ""
    note: str = ""
    not_started_reason: NotStartedReason | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """What came of a referral in groups: an open place, a start, partner contact offered."""

    held: bool
    started: bool
    offered: bool


async def set_status(
    referral_id: UUID, change: StatusChange, *, version: int | None, by: Actor
) -> None:
    """Move a referral by hand, one allowed move at a time.

    Raises:
        ReferralMoveError: no allowed move leads there, or the person has a place in a group.
        StatusFollowsError: nobody sets this status; it follows from a place, a start, an end.
        StaleVersionError: somebody else moved or changed it in the meantime.
    """
    view = await referral_to_change(referral_id, by=by)
    place = await _place_of(referral_id)
    refuse([*_change_faults(change, view), _not_started_fault(change, place)])
    if version not in (None, view.version):
        raise await stale_version(referral_id, by=by)
    _refuse_what_follows(change.status, view.side, place)
    if not is_allowed(view.status, change.status):
        raise ReferralMoveError(
            f"A referral cannot go from {_words(view.status)} to {_words(change.status)}"
        )
    if place.held and change.status is not ReferralStatus.ON_PROGRAMME:
        raise ReferralMoveError(_HAS_PLACE)
    why = Why(change.on, change.reason, change.note)
    async with database.transaction():
        await moves.move(
            referral_id, change.status, why, side=view.side,
            organisation_id=view.organisation_id, by=by, version=view.version,
        )  # fmt: skip
        if change.status in CLOSED_REFERRALS and not place.started:
            reason = change.not_started_reason or _NOT_STARTED.get(change.status)
            await moves.note_not_started(referral_id, reason)


async def assess(referral_id: UUID, found: Assessment, *, version: int, by: Actor) -> None:
    """Record what an assessment found, and move the referral to where that leads (2.2).

    Whoever is found suitable without being eligible needs a note that says why.

    Raises:
        ReferralMoveError: the referral is closed, or the person has a place in a group.
        StaleVersionError: somebody else moved or changed it in the meantime.
    """
    view = await referral_to_change(referral_id, by=by)
    place = await _place_of(referral_id)
    refuse(
        [
            past_fault("on", found.on),
            early_fault("on", found.on, view),
            text_fault("note", found.note, longest=4000, required=False, lines=True),
            past_fault("partner_worker_told_on", found.partner_worker_told_on),
            *(FieldError(field, message) for field, message in found.faults(view.side)),
            await _unmet_fault(view, found, by),
        ]
    )
    if view.version != version:
        raise await stale_version(referral_id, by=by)
    steps = path_after(view.status, found.outcome)
    if steps is None or place.held:
        raise ReferralMoveError(
            f"A referral that is {_words(view.status)} cannot be assessed:"
            f" {_words(found.outcome)} leads nowhere from there"
        )
    async with database.transaction():
        await _write_assessment(view, found, version=version, by=by)
        await moves.write(referral_id, view.status, steps, Why(found.on, "Assessment"), by=by)
        if steps[-1] in CLOSED_REFERRALS and not place.started:
            await moves.note_not_started(referral_id, NOT_STARTED[found.outcome])
        await audit.record(
            "referral_assessed", by=by, subject_type=audit.Subject.REFERRAL, subject=referral_id,
            side=view.side, organisation_id=view.organisation_id,
            before={"status": view.status},
            after={"status": steps[-1], "outcome": found.outcome, "on": found.on},
        )  # fmt: skip


async def _unmet_fault(view: ReferralView, found: Assessment, by: Actor) -> FieldError | None:
    if not found.suitable or found.note.strip():
        return None
    unmet = [
        item.text for item in await eligibility_of(view.id, scope=by.scope) if item.met is False
    ]
    if not unmet:
        return None
    return FieldError("note", f"Enter why they are suitable all the same. {'. '.join(unmet)}")


async def _write_assessment(
    view: ReferralView, found: Assessment, *, version: int, by: Actor
) -> None:
    """Write what was found; the version rises with the move that follows."""
    values = {
        "assessment_outcome": found.outcome.value,
        "assessed_on": found.on if found.took_place else view.assessed_on,
        "suitable": found.suitable,
        "unsuitable_reason": found.unsuitable_reason.value if found.unsuitable_reason else None,
        "assessment_note": found.note.strip(),
        "partner_worker_told_on": found.partner_worker_told_on,
    }
    touched = await (
        Referral.update(database.assignments(values))
        .where(Referral.id == view.id, Referral.version == version)
        .returning(Referral.id)
    )
    if not touched:
        raise await stale_version(view.id, by=by)


async def _place_of(referral_id: UUID) -> _Place:
    rows = await database.run(
        "SELECT e.started_on, e.status IN {} AS held, EXISTS (SELECT 1 FROM partner_offers o"
        " WHERE o.enrolment = e.id) AS offered FROM enrolments e WHERE e.referral = {}",
        visibility.OPEN,
        referral_id,
    )
    return _Place(
        held=any(row["held"] for row in rows),
        started=any(row["started_on"] for row in rows),
        offered=any(row["held"] and row["offered"] for row in rows),
    )


def _change_faults(change: StatusChange, view: ReferralView) -> list[FieldError | None]:
    required = change.status not in FORWARD | BY_WHAT_HAPPENS
    return [
        past_fault("on", change.on),
        early_fault("on", change.on, view),
        text_fault("reason", change.reason, longest=200, required=required),
        text_fault("note", change.note, longest=4000, required=False, lines=True),
    ]


def _not_started_fault(change: StatusChange, place: _Place) -> FieldError | None:
    if change.not_started_reason is None:
        return None
    if place.started or change.status not in CLOSED_REFERRALS:
        return FieldError(
            "not_started_reason", "Give this only where a referral closes without a start"
        )
    return None


def _refuse_what_follows(status: ReferralStatus, side: Side, place: _Place) -> None:
    if status not in BY_WHAT_HAPPENS:
        return
    if status is ReferralStatus.ON_PROGRAMME and place.held and place.started:
        if side is Side.SURVIVOR or place.offered:
            return
        raise StatusFollowsError(_UNOFFERED)
    raise StatusFollowsError(_FOLLOWS[status])


def _words(code: StrEnum) -> str:
    return code.value.replace("_", " ")
