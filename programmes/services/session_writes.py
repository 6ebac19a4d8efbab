"""Writes the moves of a planned change of sessions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.scope import Actor
from programmes.domain.session_changes import Cancel, Change, PutBack, Reschedule
from programmes.domain.terms import SessionStatus
from programmes.services.fields import stale_version
from programmes.services.session_plans import ChangePlan, Move
from programmes.tables import Session


async def save(plan: ChangePlan, change: Change, *, by: Actor) -> None:
    """Save every move of a plan with its audit event; call it in the plan's transaction.

    Raises:
        StaleVersionError: a session changed in the meantime.
    """
    now, taken = clock.now(), {move.to_at for move in plan.moves}
    saved = set()
    for move in _in_order(plan.moves):
        # Whose old time another session of the group takes is no news: people still come then.
        is_news = move.to_at == move.from_at or move.from_at not in taken
        revised = {"revised_at": now} if is_news else {}
        session_id = await _write(plan, move, {**_values(move, change), **revised}, change, by=by)
        await audit.record(
            _action(move, change), by=by, subject_type=audit.Subject.SESSION, subject=session_id,
            side=plan.cohort.side, organisation_id=plan.cohort.organisation_id,
            before={"starts_at": move.from_at}, after={"starts_at": move.to_at},
            reason=change.reason.strip() if isinstance(change, Cancel) else "",
        )  # fmt: skip
        saved.add(session_id)
    await announce(sessions=saved)


def _action(move: Move, change: Change) -> str:
    if move.to_at is None:
        return "session_cancelled"
    if move.from_at is None:
        return "session_added"
    return "session_reinstated" if isinstance(change, PutBack) else "session_moved"


def _in_order(moves: Sequence[Move]) -> list[Move]:
    """Answer the moves so that none is made to an instant that another still has.

    First what frees its instant; then what moves later, the last first; then what moves earlier,
    the first first; what is new at the end.
    """

    def rank(move: Move) -> tuple[int, float]:
        if move.to_at is None:
            return (0, 0)
        if move.from_at is None:
            return (3, 0)
        later = move.to_at >= move.from_at
        return (1, -move.from_at.timestamp()) if later else (2, move.from_at.timestamp())

    return sorted(moves, key=rank)


async def _write(
    plan: ChangePlan, move: Move, values: dict[str, Any], change: Change, *, by: Actor
) -> UUID:
    """Write one move and answer the session's id."""
    if move.session_id is None:
        return await _add(plan, move)
    was = SessionStatus.CANCELLED if isinstance(change, PutBack) else SessionStatus.SCHEDULED
    touched = await (
        Session.update(database.assignments({**values, "revision": move.revision + 1}))
        .where(
            Session.id == move.session_id,
            Session.revision == move.revision,
            Session.status == was.value,
        )
        .returning(Session.id)
    )
    if not touched:
        raise await stale_version(move.session_id, by=by)
    return move.session_id


def _values(move: Move, change: Change) -> dict[str, Any]:
    """Answer what is written of a session."""
    if isinstance(change, PutBack):
        status = SessionStatus.SCHEDULED
        return {"status": status.value, "cancelled_reason": "", "not_held_because_of": None}
    if isinstance(change, Cancel) and move.to_at is None:
        return {
            "status": SessionStatus.CANCELLED.value,
            "cancelled_reason": change.reason.strip(),
            "not_held_because_of": change.because_of.value if change.because_of else None,
        }
    values: dict[str, Any] = {"starts_at": move.to_at}
    if isinstance(change, Reschedule) and change.place:
        values["venue"] = change.place.venue_id
    if isinstance(change, Reschedule) and change.mode:
        values["mode"] = change.mode.value
    return values


async def _add(plan: ChangePlan, move: Move) -> UUID:
    rows = await Session.select(Session.venue, Session.mode).where(Session.id == plan.session.id)
    added = Session(
        cohort=plan.cohort.id, unit=move.unit_id, starts_at=move.to_at, minutes=move.minutes,
        status=SessionStatus.SCHEDULED, venue=rows[0]["venue"], mode=rows[0]["mode"],
    )  # fmt: skip
    await added.save()
    return added.id
