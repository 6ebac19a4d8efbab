"""What the running groups add: catch-ups to come, and the sessions that texts are about."""

from datetime import timedelta
from uuid import UUID

from core import clock
from programmes.demo.groups import Made
from programmes.demo.registers import Member, add_catch_up
from programmes.demo.scene import Due, Meeting, Scene
from programmes.domain.terms import AttendanceOutcome

_TOLD_SINCE_DAYS = 35
_TOLD_UNTIL_DAYS = 10
_CANCELLED_UNTIL_DAYS = 22
_CAUGHT_UP_TOMORROW = 2


def add_coming_catch_up(scene: Scene, made: Made) -> None:
    """Add sessions tomorrow at which a few people catch up a unit that they missed."""
    tomorrow = scene.today + timedelta(days=1)
    missing = [
        (member, meeting)
        for member in made.members
        for meeting, outcome in zip(member.met, member.told.outcomes, strict=True)
        if outcome is AttendanceOutcome.ABSENT_NOTIFIED
        and scene.contacts[member.participant_id].can_be_texted
    ]
    seen: set[Member] = set()
    for member, missed in missing:
        if member in seen or len(seen) == _CAUGHT_UP_TOMORROW:
            continue
        seen.add(member)
        meeting = add_catch_up(
            made.book,
            enrolment_id=member.enrolment_id,
            unit_number=missed.unit_number,
            starts_at=clock.instant_of(tomorrow, f"{14 + 2 * len(seen) - 2}:00"),
        )
        _note(scene, made, meeting, member.participant_id)


def note_due(scene: Scene, made: Made) -> None:
    """Note the sessions of the last weeks and the next days, for each member expected there."""
    since = scene.today - timedelta(days=_TOLD_SINCE_DAYS)
    for meeting in sorted(made.meetings, key=lambda meeting: meeting.starts_at):
        days = _CANCELLED_UNTIL_DAYS if meeting.cancelled else _TOLD_UNTIL_DAYS
        if since <= meeting.day <= scene.today + timedelta(days=days):
            for member in made.members:
                if member.joined_on <= meeting.day:
                    _note(scene, made, meeting, member.participant_id)


def _note(scene: Scene, made: Made, meeting: Meeting, participant_id: UUID) -> None:
    team = made.book.curriculum.team
    scene.due.append(
        Due(
            organisation_id=team.organisation_id,
            side=team.side,
            participant_id=participant_id,
            cohort_id=made.book.cohort_id,
            programme_id=made.book.curriculum.programme_id,
            session_id=meeting.id,
            session_revision=meeting.revision,
            starts_at=meeting.starts_at,
            cancelled=meeting.cancelled,
            contact=scene.contacts[participant_id],
        )
    )
