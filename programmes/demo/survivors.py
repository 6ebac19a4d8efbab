"""The survivors' side: three groups a year of the Freedom Programme, one of them meeting today."""

from collections.abc import Sequence
from datetime import timedelta

from programmes.demo.curricula import FREEDOM, add_programme
from programmes.demo.groups import Group, Joiner, Made, add_group
from programmes.demo.people import Reach, add_person, add_referral, reaches
from programmes.demo.running import add_coming_catch_up, note_due
from programmes.demo.scene import Curriculum, Scene, Team, begun_by_now
from programmes.demo.stories import Story
from programmes.domain.terms import ReferralStatus
from programmes.domain.timetable import Slot

_DAYS_BETWEEN_GROUPS = 122
_PAST_GROUPS = 6
_WEEKS_SINCE_START = 5
_CANCELLED_GROUP = 2
_CANCELLED_WEEK = 6
_LATE_JOINS = (0,) * 8 + (1, 2, 3)
"""The group is rolling: some join in the second, third or fourth week."""

_MISSES = {0: (1,), 3: (1,)}
"""Two whom a text may reach miss the second session, and catch it up tomorrow."""

_WAITING = (
    (ReferralStatus.AWAITING_ALLOCATION, 9),
    (ReferralStatus.AWAITING_ASSESSMENT, 4),
    (ReferralStatus.RECEIVED, 3),
    (ReferralStatus.SUITABLE_NOT_READY, 2),
)
_NEVER_JOINED = 26


def add_survivors(scene: Scene, team: Team) -> None:
    """Add the survivors' programme, its groups of the past two years and its waiting list."""
    curriculum = add_programme(scene, FREEDOM, team)
    for number in range(_PAST_GROUPS, 0, -1):
        _add_past_group(scene, curriculum, number)
    running = _add_running_group(scene, curriculum)
    note_due(scene, running)
    _add_coming_group(scene, curriculum)
    _add_referrals(scene, curriculum)


def _add_past_group(scene: Scene, curriculum: Curriculum, number: int) -> None:
    starts_on = scene.today - timedelta(
        days=number * _DAYS_BETWEEN_GROUPS, weeks=_WEEKS_SINCE_START
    )
    starts_on += timedelta(days=(1 - starts_on.weekday()) % 7)
    size = scene.chance.randint(10, 12)
    stories = _stories(scene, size)
    firsts = [*_LATE_JOINS, 0][:size]
    add_group(
        scene,
        Group(
            curriculum=curriculum,
            code=scene.code_for(curriculum, starts_on),
            starts_on=starts_on,
            slot=Slot(starts_on.weekday(), "10:00"),
            capacity=12,
            joiners=[Joiner(*pair) for pair in zip(stories, firsts, strict=True)],
            facilitator_ids=curriculum.team.facilitator_ids,
            cancelled=(_CANCELLED_WEEK,) if number == _CANCELLED_GROUP else (),
        ),
    )


def _stories(scene: Scene, size: int) -> Sequence[Story]:
    others = [Story.LEAVES, Story.PARTLY, Story.LEAVES, Story.NEVER_STARTS]
    others = others[: scene.chance.randint(2, 4)]
    return scene.chance.sample([Story.COMPLETES] * (size - len(others)) + others, size)


def _add_running_group(scene: Scene, curriculum: Curriculum) -> Made:
    """Add the group that meets today; a week to come is cancelled."""
    starts_on = scene.today - timedelta(weeks=_WEEKS_SINCE_START)
    reach = reaches()
    group = Group(
        curriculum=curriculum,
        code=scene.code_for(curriculum, starts_on),
        starts_on=starts_on,
        slot=Slot(starts_on.weekday(), begun_by_now()),
        capacity=12,
        joiners=[
            Joiner(Story.STAYS, first, _MISSES.get(number, ()), next(reach))
            for number, first in enumerate(_LATE_JOINS)
        ],
        facilitator_ids=curriculum.team.facilitator_ids,
        cancelled=(_WEEKS_SINCE_START + 1,),
    )
    made = add_group(scene, group)
    add_coming_catch_up(scene, made)
    return made


def _add_coming_group(scene: Scene, curriculum: Curriculum) -> None:
    starts_on = scene.today + timedelta(weeks=3)
    reach = reaches()
    add_group(
        scene,
        Group(
            curriculum=curriculum,
            code=scene.code_for(curriculum, starts_on),
            starts_on=starts_on,
            slot=Slot(starts_on.weekday(), "13:00"),
            capacity=12,
            joiners=[Joiner(Story.STAYS, reach=next(reach)) for _ in range(6)],
            facilitator_ids=curriculum.team.facilitator_ids,
        ),
    )


def _add_referrals(scene: Scene, curriculum: Curriculum) -> None:
    """Add who waits for a place, and who was referred and never joined."""
    reach = reaches()
    for status, count in _WAITING:
        for _ in range(count):
            received_on = scene.today - timedelta(days=scene.chance.randint(3, 60))
            person = add_person(scene, curriculum.team, since=received_on, reach=next(reach))
            add_referral(scene, curriculum, person, received_on=received_on, status=status)
    for _ in range(_NEVER_JOINED):
        received_on = scene.today - timedelta(days=scene.chance.randint(90, 800))
        person = add_person(scene, curriculum.team, since=received_on, reach=Reach.NONE)
        add_referral(
            scene, curriculum, person, received_on=received_on, status=ReferralStatus.WITHDRAWN
        )
