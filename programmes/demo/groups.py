"""The demonstration's groups: timetable, members and how it ended for each of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core import clock, invented
from programmes.bank_holidays import is_bank_holiday
from programmes.demo.people import Reach, add_person, add_referral
from programmes.demo.registers import Book, Member, add_marks, add_sessions
from programmes.demo.scene import NATION, Curriculum, Meeting, Scene
from programmes.demo.stories import LEAVING_REASONS, NOT_STARTING_REASONS, Story, tell
from programmes.domain.terms import EnrolmentStatus, ExitReason, ReferralStatus
from programmes.domain.timetable import PlannedSession, PlannedUnit, Slot, timetable
from programmes.tables import Cohort, CohortFacilitator, Enrolment

_STATUSES = {
    Story.COMPLETES: EnrolmentStatus.COMPLETED,
    Story.PARTLY: EnrolmentStatus.COMPLETED_PARTIAL,
    Story.LEAVES: EnrolmentStatus.EXITED,
    Story.NEVER_STARTS: EnrolmentStatus.EXITED,
}


@dataclass(frozen=True, slots=True)
class Joiner:
    """Somebody who joins a group: at which session, what becomes of them, what they miss."""

    story: Story
    first_session: int = 0
    misses: tuple[int, ...] = ()
    reach: Reach = Reach.NONE


@dataclass(frozen=True, slots=True)
class Group:
    """A group to make; ``cancelled`` are weeks not held, whose unit is held a week later."""

    curriculum: Curriculum
    code: str
    starts_on: date
    slot: Slot
    capacity: int
    joiners: Sequence[Joiner]
    facilitator_ids: tuple[UUID, ...]
    cancelled: tuple[int, ...] = ()
    moved: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A group that was made: its sessions that count, and its members."""

    book: Book
    meetings: tuple[Meeting, ...]
    members: tuple[Member, ...]


def add_group(scene: Scene, group: Group) -> Made:
    """Add a group with its sessions, members, and registers up to yesterday."""
    book = Book(scene, group.curriculum, scene.ids.new(), group.facilitator_ids[0])
    held, not_held = _meetings(scene, group)
    _add_cohort(scene, group, book.cohort_id)
    add_sessions(book, [*held, *not_held])
    members = tuple(_add_member(book, group, joiner, held) for joiner in group.joiners)
    for member in members:
        add_marks(book, member)
    return Made(book, (*held, *not_held), members)


def _meetings(scene: Scene, group: Group) -> tuple[list[Meeting], list[Meeting]]:
    """Answer the sessions of the timetable, and those of the cancelled weeks."""
    expected = _timetable(scene, group, closed=frozenset())
    lost = [expected[week] for week in group.cancelled]
    closed = frozenset(clock.london(session.starts_at).date() for session in lost)
    held = [
        Meeting(
            id=scene.ids.new(),
            unit_number=session.unit_number,
            starts_at=session.starts_at,
            revision=2 if index in group.moved else 1,
        )
        for index, session in enumerate(_timetable(scene, group, closed=closed))
    ]
    not_held = [
        Meeting(scene.ids.new(), session.unit_number, session.starts_at, cancelled=True, revision=2)
        for session in lost
    ]
    return held, not_held


def _timetable(
    scene: Scene, group: Group, *, closed: frozenset[date]
) -> tuple[PlannedSession, ...]:
    """Answer the sessions; today is never closed, so that there is always a register to mark."""
    minutes = group.curriculum.unit_minutes
    return timetable(
        starts_on=group.starts_on,
        slots=[group.slot],
        units=[
            PlannedUnit(number, minutes) for number in range(1, len(group.curriculum.unit_ids) + 1)
        ],
        is_closed=lambda day: (
            day in closed or (day != scene.today and is_bank_holiday(day, NATION))
        ),
    )


def _add_cohort(scene: Scene, group: Group, cohort_id: UUID) -> None:
    team = group.curriculum.team
    scene.rows.add(
        Cohort,
        id=cohort_id,
        programme_version=group.curriculum.version_id,
        organisation=team.organisation_id,
        side=team.side.value,
        code=group.code,
        venue=group.curriculum.venue_id,
        starts_on=group.starts_on,
        nation=NATION.value,
        slots=json.dumps([{"weekday": group.slot.weekday, "at": group.slot.at}]),
        capacity=group.capacity,
        places_taken=sum(joiner.story is Story.STAYS for joiner in group.joiners),
        created_at=clock.instant_of(group.starts_on - timedelta(weeks=10), "10:00"),
        version=1,
    )
    for facilitator_id in group.facilitator_ids:
        scene.rows.add(
            CohortFacilitator, id=scene.ids.new(), cohort=cohort_id, account=facilitator_id
        )


def _add_member(book: Book, group: Group, joiner: Joiner, held: list[Meeting]) -> Member:
    """Add one person with their referral and their place in the group."""
    scene, team = book.scene, group.curriculum.team
    met = [meeting for meeting in held[joiner.first_session :] if meeting.day < scene.today]
    joined_on = held[joiner.first_session].day
    received_on = min(joined_on, scene.today) - timedelta(days=scene.chance.randint(16, 90))
    participant_id = add_person(scene, team, since=received_on, reach=joiner.reach)
    told = tell(
        joiner.story, scene.chance, sessions=len(met), required=group.curriculum.units_required
    ).missing(joiner.misses)
    member = Member(
        participant_id=participant_id,
        enrolment_id=scene.ids.new(),
        joined_on=joined_on,
        met=tuple(met[: len(told.outcomes)]),
        told=told,
    )
    _add_enrolment(book, member, joiner.story, received_on=received_on)
    return member


def _add_enrolment(book: Book, member: Member, story: Story, *, received_on: date) -> None:
    scene = book.scene
    reason = _reason(scene, story)
    starts = story is not Story.NEVER_STARTS and bool(member.met)
    referral_id = add_referral(
        scene,
        book.curriculum,
        member.participant_id,
        received_on=received_on,
        status=_referral_status(story, reason, started=starts),
        allocated_by=member.joined_on - timedelta(weeks=1),
    )
    made_on = min(member.joined_on, scene.today) - timedelta(days=6)
    scene.rows.add(
        Enrolment,
        id=member.enrolment_id,
        participant=member.participant_id,
        cohort=book.cohort_id,
        referral=referral_id,
        joined_on=member.joined_on,
        status=_status(story, started=starts).value,
        started_on=member.met[0].day if starts else None,
        ended_on=None if story is Story.STAYS else member.last_day(),
        exit_reason=reason.value if reason else None,
        end_review_on=None,
        report_sent_on=None,
        created_at=clock.instant_of(made_on, "14:00"),
        version=1,
    )


def _reason(scene: Scene, story: Story) -> ExitReason | None:
    if story is Story.LEAVES:
        return invented.weighted(scene.chance, LEAVING_REASONS)
    if story is Story.NEVER_STARTS:
        return invented.weighted(scene.chance, NOT_STARTING_REASONS)
    return None


def _status(story: Story, *, started: bool) -> EnrolmentStatus:
    if story is Story.STAYS:
        return EnrolmentStatus.ACTIVE if started else EnrolmentStatus.ENROLLED
    return _STATUSES[story]


def _referral_status(story: Story, reason: ExitReason | None, *, started: bool) -> ReferralStatus:
    if story is Story.STAYS:
        return ReferralStatus.ON_PROGRAMME if started else ReferralStatus.SCHEDULED
    if story in {Story.COMPLETES, Story.PARTLY}:
        return ReferralStatus.PROGRAMME_COMPLETE
    if reason is ExitReason.DESELECTED_RISK_INCREASE:
        return ReferralStatus.DESELECTED
    return ReferralStatus.WITHDRAWN
