"""Pauses somebody's place and ends the pause; the place is kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core import audit, clock, database
from core.announcements import announce
from core.errors import FieldError
from core.ids import new_id
from core.scope import Actor
from programmes.domain.pauses import PausedDays
from programmes.errors import NotPausedError, PauseOverlapsError
from programmes.queries.pauses import PauseView, not_over, pauses_of
from programmes.queries.progress import EnrolmentView
from programmes.services import counts
from programmes.services.fields import near_fault, refuse, text_fault
from programmes.services.placements import open_placement_to_change
from programmes.tables import Pause


@dataclass(frozen=True, slots=True)
class NewPause:
    """From when somebody is away, until when if that is known, and why."""

    from_on: date
    to_on: date | None
    reason: str


async def pause(enrolment_id: UUID, new: NewPause, *, by: Actor) -> UUID:
    """Expect somebody at no session for a while, and answer the pause's id.

    Raises:
        PauseOverlapsError: there is a pause on some of these days already.
        EnrolmentEndedError: the place has ended.
    """
    view = await open_placement_to_change(enrolment_id, by=by)
    refuse(_faults(view, new))
    days = PausedDays(new.from_on, new.to_on)
    row = Pause(
        enrolment=enrolment_id, from_on=new.from_on, to_on=new.to_on, reason=new.reason.strip(),
        recorded_by=by.account_id, recorded_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        await counts.alone_at([view.cohort.id])
        stored = await _stored(enrolment_id, by)
        if any(days.overlaps(other.days) for other in stored):
            raise PauseOverlapsError
        await row.save()
        await counts.keep_counts([enrolment_id])
        await _record("paused", view, after=days, by=by)
        await announce(people={view.member.participant_id})
    return row.id


def _faults(view: EnrolmentView, new: NewPause) -> list[FieldError | None]:
    early = new.from_on < view.member.joined_on
    backwards = new.to_on is not None and new.to_on < new.from_on
    return [
        near_fault("from_on", new.from_on),
        FieldError("from_on", "Enter a day on or after they joined") if early else None,
        near_fault("to_on", new.to_on) if new.to_on else None,
        FieldError("to_on", "Enter the first day of the pause or a later one")
        if backwards
        else None,
        text_fault("reason", new.reason, longest=200),
    ]


async def resume(enrolment_id: UUID, *, on: date, by: Actor) -> None:
    """End the pause that is on, or the next to come: ``on`` is the first day back.

    A pause that ends before it has begun never was.

    Raises:
        NotPausedError: there is none.
        EnrolmentEndedError: the place has ended.
    """
    view = await open_placement_to_change(enrolment_id, by=by)
    refuse([near_fault("on", on)])
    async with database.transaction():
        await counts.alone_at([view.cohort.id])
        found = not_over(await _stored(enrolment_id, by))
        if found is None:
            raise NotPausedError
        to_on, planned = on - timedelta(days=1), found.days.to_on
        if planned is not None and planned < to_on:
            refuse([FieldError("on", f"They come back after {planned:%d %B %Y} as it is")])
        if to_on < found.days.from_on:
            await Pause.delete().where(Pause.id == found.id)
        else:
            await Pause.update({Pause.to_on: to_on}).where(Pause.id == found.id)
        await counts.keep_counts([enrolment_id])
        ended = PausedDays(found.days.from_on, to_on)
        await _record("resumed", view, after=ended, by=by)
        await announce(people={view.member.participant_id})


async def carry_over(old_id: UUID, into_id: UUID, *, joined_on: date) -> None:
    """Take what is left of a place's pauses along to the place that continues it.

    Nobody who is away is expected, or texted, for having changed groups.
    """
    await database.serialise(f"pauses of {old_id}")
    rows = await Pause.select().where(
        Pause.enrolment == old_id, Pause.to_on.is_null() | (Pause.to_on >= joined_on)
    )
    for row in rows:
        if row["from_on"] >= joined_on:
            await Pause.delete().where(Pause.id == row["id"])
        else:
            await Pause.update({Pause.to_on: joined_on - timedelta(days=1)}).where(
                Pause.id == row["id"]
            )
        from_on = max(row["from_on"], joined_on)
        await Pause(**{**row, "id": new_id(), "enrolment": into_id, "from_on": from_on}).save()


async def _stored(enrolment_id: UUID, by: Actor) -> tuple[PauseView, ...]:
    """Answer the pauses of a place; others who change them wait."""
    await database.serialise(f"pauses of {enrolment_id}")
    return (await pauses_of([enrolment_id], scope=by.scope)).get(enrolment_id, ())


async def _record(action: str, view: EnrolmentView, *, after: PausedDays, by: Actor) -> None:
    await audit.record(
        action, by=by, subject_type=audit.Subject.ENROLMENT, subject=view.member.enrolment_id,
        side=view.cohort.side, organisation_id=view.cohort.organisation_id,
        after={"from_on": after.from_on, "to_on": after.to_on},
    )  # fmt: skip
