"""Ends places in groups by completion or exit, and takes an ending back."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError
from core.scope import Actor, Side
from programmes.domain.attendance import CREDITABLE
from programmes.domain.case_terms import ReviewOutcome
from programmes.domain.completion import END_REVIEW, REPORT_SENT
from programmes.domain.exits import NOT_STARTED, Leaving, allows_rejoin, fits, referral_after
from programmes.domain.terms import (
    CLOSED_REFERRALS,
    EnrolmentStatus,
    ExitReason,
    ReferralStatus,
)
from programmes.errors import NotCompletedError, RuleMetError
from programmes.queries.partner_offers import is_recorded
from programmes.queries.progress import EnrolmentView, enrolment
from programmes.services import counts, placements, reviews
from programmes.services.fields import past_fault, refuse
from programmes.services.gates import Gates, tell_referrer
from programmes.services.moves import Why, move, note_not_started
from programmes.tables import Referral

OFFER = "Partner-contact offer recorded"


@dataclass(frozen=True, slots=True)
class Ending:
    """How an enrolment ends; the two gates are days on which something was written down.

    ``partial`` is a completion in part: the rule is not met, but the programme is over for them.
    """

    on: date
    version: int
    end_review_on: date | None = None
    report_sent_on: date | None = None
    partial: bool = False


async def complete(enrolment_id: UUID, ending: Ending, *, by: Actor) -> None:
    """Record that somebody has completed; only if every gate of the programme's rule holds (C4).

    Raises:
        NotCompletedError: a gate does not hold; the detail says which.
        RuleMetError: it is to be a completion in part, but the rule is met.
        EnrolmentEndedError, StaleVersionError: as stored now.
    """
    view = await _to_end(enrolment_id, ending, by)
    refuse([await _attended_later_fault(enrolment_id, ending.on)])
    status = EnrolmentStatus.COMPLETED_PARTIAL if ending.partial else EnrolmentStatus.COMPLETED
    async with database.transaction():
        # A correction saved side by side must not take a unit away unseen.
        await counts.alone_at([view.cohort.id])
        view = await enrolment(enrolment_id, scope=by.scope)
        _refuse_unless_met(view, ending)
        await _require_offer(view, by)
        await _end(view, status, ending, by=by)
        await _move_referral(view, ReferralStatus.PROGRAMME_COMPLETE, ending, "Completed", by=by)
        await announce(people={view.member.participant_id})


async def leave(
    enrolment_id: UUID,
    ending: Ending,
    reason: ExitReason,
    *,
    keep_open: bool = False,
    by: Actor,
) -> None:
    """Record that somebody has left before completing.

    With ``keep_open`` their referral waits for a place again, if the reason allows it. Whoever
    leaves before the day of joining has never joined: that day moves to the last one.

    Raises:
        EnrolmentEndedError, StaleVersionError: as stored now.
    """
    view = await _to_end(enrolment_id, ending, by)
    refuse(_reason_faults(view, reason, keep_open=keep_open))
    async with database.transaction():
        await counts.alone_at([view.cohort.id])
        await _end(view, EnrolmentStatus.EXITED, ending, reason=reason, by=by)
        await _follow(view, ending, Leaving(reason, keep_open), by)
        await announce(people={view.member.participant_id})


async def _follow(view: EnrolmentView, ending: Ending, leaving: Leaving, by: Actor) -> None:
    referral_id, stands = view.member.referral_id, await _referral_status(view)
    if referral_id is None or stands is None:
        return
    follows = referral_after(leaving, stands)
    await _move_referral(view, follows, ending, leaving.reason.value, by=by)
    never = view.member.started_on is None and stands not in CLOSED_REFERRALS
    if never and follows in CLOSED_REFERRALS and leaving.reason in NOT_STARTED:
        await note_not_started(referral_id, NOT_STARTED[leaving.reason])


def _reason_faults(
    view: EnrolmentView, reason: ExitReason, *, keep_open: bool
) -> list[FieldError | None]:
    unfit = not fits(reason, view.cohort.side)
    final = keep_open and not allows_rejoin(reason)
    return [
        FieldError("reason", "Choose a reason that fits this programme") if unfit else None,
        FieldError("keep_open", "After this reason the referral is closed") if final else None,
    ]


def _refuse_unless_met(view: EnrolmentView, ending: Ending) -> None:
    given = ((END_REVIEW, ending.end_review_on), (REPORT_SENT, ending.report_sent_on))
    written = {gate for gate, day in given if day}
    missing = [gate for gate in view.member.progress.missing if gate not in written]
    if ending.partial and not missing:
        raise RuleMetError
    if missing and not ending.partial:
        raise NotCompletedError("Still missing: " + "; ".join(missing))


async def _require_offer(view: EnrolmentView, by: Actor) -> None:
    """Refuse to end by completion what was never on the programme for want of the offer (D8)."""
    waits = await _referral_status(view) is ReferralStatus.SCHEDULED
    if not waits or view.cohort.side is not Side.PERPETRATOR:
        return
    if not await is_recorded(view.member.enrolment_id, scope=by.scope):
        raise NotCompletedError(f"Still missing: {OFFER}")


async def _attended_later_fault(enrolment_id: UUID, on: date) -> FieldError | None:
    """Answer that units of later days would be lost, or ``None``."""
    rows = await database.run(
        "SELECT MAX(s.starts_at) AS last_at FROM attendances a JOIN sessions s ON s.id = a.session"
        " WHERE a.enrolment = {} AND a.outcome IN {} AND s.starts_at <= {}",
        enrolment_id,
        database.in_list(CREDITABLE),
        clock.now(),
    )
    last_at = database.as_instant(rows[0]["last_at"])
    last_on = clock.london(last_at).date() if last_at else on
    if last_on <= on:
        return None
    return FieldError("on", f"They attended on {last_on:%d %B %Y}: enter that day or a later one")


async def _to_end(enrolment_id: UUID, ending: Ending, by: Actor) -> EnrolmentView:
    view = await placements.open_placement_to_change(enrolment_id, by=by)
    early = ending.on < view.member.joined_on <= clock.today()
    refuse(
        [
            past_fault("on", ending.on),
            FieldError("on", "Enter a day on or after the day of joining") if early else None,
            past_fault("end_review_on", ending.end_review_on),
            past_fault("report_sent_on", ending.report_sent_on),
        ]
    )
    return view


async def _end(
    view: EnrolmentView,
    status: EnrolmentStatus,
    ending: Ending,
    *,
    by: Actor,
    reason: ExitReason | None = None,
) -> None:
    member = view.member
    gates = Gates(
        ending.end_review_on or member.end_review_on,
        ending.report_sent_on or member.report_sent_on,
    )
    changes: dict[str, Any] = {
        "status": status.value,
        "ended_on": ending.on,
        "end_review_on": gates.end_review_on,
        "report_sent_on": gates.report_sent_on,
        "joined_on": min(member.joined_on, ending.on),
    }
    columns = {**changes, "exit_reason": reason}
    await placements.save(member.enrolment_id, columns, version=ending.version, by=by)
    await counts.keep_counts([member.enrolment_id])
    await placements.free(view.cohort.id)
    await placements.cancel_coming_own_sessions(member.enrolment_id)
    reviewed = ReviewOutcome.LEFT if reason else ReviewOutcome.NO_ACTION
    await reviews.close_with_place(member.enrolment_id, reviewed, cohort=view.cohort, by=by)
    await tell_referrer(view, gates, status=status, by=by)
    await audit.record(
        "exited" if reason else "completed", by=by, subject_type=audit.Subject.ENROLMENT,
        subject=member.enrolment_id, side=view.cohort.side,
        organisation_id=view.cohort.organisation_id,
        before={"status": member.status, "joined_on": member.joined_on}, after=changes,
    )  # fmt: skip


async def _referral_status(view: EnrolmentView) -> ReferralStatus | None:
    if view.member.referral_id is None:
        return None
    rows = await Referral.select(Referral.status).where(Referral.id == view.member.referral_id)
    return ReferralStatus(rows[0]["status"])


async def _move_referral(
    view: EnrolmentView, to: ReferralStatus, ending: Ending, why: str, *, by: Actor
) -> None:
    if view.member.referral_id is None:
        return
    await move(
        view.member.referral_id, to, Why(ending.on, why), side=view.cohort.side,
        organisation_id=view.cohort.organisation_id, by=by,
    )  # fmt: skip
