"""The perpetrators' side: a voluntary programme whose history adds up to S19's figures."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from programmes.demo.curricula import CHANGE, add_programme
from programmes.demo.groups import Group, Joiner, add_group
from programmes.demo.people import Reach, add_person, add_referral, reaches
from programmes.demo.running import add_coming_catch_up, note_due
from programmes.demo.scene import Curriculum, Scene, Team, begun_by_now
from programmes.demo.stories import Story
from programmes.domain.terms import ReferralStatus
from programmes.domain.timetable import Slot

REFERRALS = 490
COMPLETIONS = 116
"""Doncaster's "over 490 referrals" and "116 service users successfully completing" (S19)."""

_GROUP_SIZE = 12
_PAST_GROUPS = 18
_WEEKS_BETWEEN_GROUPS = 11
_LAST_STARTED_WEEKS_AGO = 36
_WEEKS_SINCE_START = 9
_MOVED_SESSION = 6
_COMING_SIZE = 7
_NEVER_STARTED_IN = 16
"""In that many of the past groups one person got a place and never came."""

_MISSES = {0: (1,), 3: (1,)}
"""Two whom a text may reach miss the second session, and catch it up tomorrow."""

_WAITING = (
    (ReferralStatus.AWAITING_ALLOCATION, 14),
    (ReferralStatus.AWAITING_ASSESSMENT, 9),
    (ReferralStatus.ASSESSMENT_STARTED, 3),
    (ReferralStatus.RECEIVED, 4),
    (ReferralStatus.SUITABLE_NOT_READY, 4),
    (ReferralStatus.ON_HOLD, 2),
)
_TURNED_DOWN = ((ReferralStatus.NOT_SUITABLE, 52), (ReferralStatus.NOT_ELIGIBLE, 38))
_REFERRED_AGAIN = 8


def add_perpetrators(scene: Scene, team: Team) -> None:
    """Add the perpetrators' programme: 490 referrals, 116 completions, a group meeting today."""
    curriculum = add_programme(scene, CHANGE, team)
    left: list[UUID] = []
    for number, stories in enumerate(_past_stories(scene)):
        left += _add_past_group(scene, curriculum, number, stories)
    _add_running_group(scene, curriculum)
    _add_coming_group(scene, curriculum)
    _add_referrals(scene, curriculum, again=scene.chance.sample(left, _REFERRED_AGAIN))


def _past_stories(scene: Scene) -> list[Sequence[Story]]:
    """Answer the members of every past group, with exactly ``COMPLETIONS`` that complete."""
    completing = [COMPLETIONS // _PAST_GROUPS] * _PAST_GROUPS
    for number in scene.chance.sample(range(_PAST_GROUPS), COMPLETIONS % _PAST_GROUPS):
        completing[number] += 1
    groups: list[Sequence[Story]] = []
    for number, completions in enumerate(completing):
        absent = [Story.NEVER_STARTS] * (number < _NEVER_STARTED_IN)
        leaving = [Story.LEAVES] * (_GROUP_SIZE - completions - len(absent))
        stories = [Story.COMPLETES] * completions + absent + leaving
        groups.append(scene.chance.sample(stories, _GROUP_SIZE))
    return groups


def _add_past_group(
    scene: Scene, curriculum: Curriculum, number: int, stories: Sequence[Story]
) -> list[UUID]:
    """Add a past group and answer who left it."""
    weeks = _LAST_STARTED_WEEKS_AGO + (_PAST_GROUPS - 1 - number) * _WEEKS_BETWEEN_GROUPS
    starts_on = scene.today - timedelta(weeks=weeks)
    starts_on += timedelta(days=(number % 4 - starts_on.weekday()) % 7)
    group = _group(scene, curriculum, starts_on, [Joiner(story) for story in stories], at="18:30")
    made = add_group(scene, group)
    return [
        member.participant_id
        for member, story in zip(made.members, stories, strict=True)
        if story is Story.LEAVES
    ]


def _group(
    scene: Scene,
    curriculum: Curriculum,
    starts_on: date,
    joiners: Sequence[Joiner],
    *,
    at: str,
    moved: tuple[int, ...] = (),
) -> Group:
    return Group(
        curriculum=curriculum,
        code=scene.code_for(curriculum, starts_on),
        starts_on=starts_on,
        slot=Slot(starts_on.weekday(), at),
        capacity=_GROUP_SIZE,
        joiners=joiners,
        facilitator_ids=curriculum.team.facilitator_ids,
        moved=moved,
    )


def _add_running_group(scene: Scene, curriculum: Curriculum) -> None:
    """Add the group of exactly twelve that meets today; one past session had been moved."""
    starts_on = scene.today - timedelta(weeks=_WEEKS_SINCE_START)
    reach = reaches()
    joiners = [
        Joiner(Story.STAYS, 0, _MISSES.get(number, ()), next(reach))
        for number in range(_GROUP_SIZE)
    ]
    made = add_group(
        scene,
        _group(scene, curriculum, starts_on, joiners, at=begun_by_now(), moved=(_MOVED_SESSION,)),
    )
    add_coming_catch_up(scene, made)
    note_due(scene, made)


def _add_coming_group(scene: Scene, curriculum: Curriculum) -> None:
    starts_on = scene.today + timedelta(weeks=4)
    reach = reaches()
    joiners = [Joiner(Story.STAYS, reach=next(reach)) for _ in range(_COMING_SIZE)]
    add_group(scene, _group(scene, curriculum, starts_on, joiners, at="18:30"))


def _add_referrals(scene: Scene, curriculum: Curriculum, *, again: list[UUID]) -> None:
    """Add who waits and who never got a place; a few of them had left an earlier group."""
    reach = reaches()
    waiting = [status for status, count in _WAITING for _ in range(count)]
    for number, status in enumerate(waiting):
        received_on = scene.today - timedelta(days=scene.chance.randint(3, 60))
        person = (
            again[number]
            if number < len(again)
            else add_person(scene, curriculum.team, since=received_on, reach=next(reach))
        )
        add_referral(scene, curriculum, person, received_on=received_on, status=status)
    closed = [status for status, count in _TURNED_DOWN for _ in range(count)]
    enrolled = (_PAST_GROUPS + 1) * _GROUP_SIZE + _COMING_SIZE
    withdrawn = REFERRALS - enrolled - len(waiting) - len(closed)
    for status in closed + [ReferralStatus.WITHDRAWN] * withdrawn:
        received_on = scene.today - timedelta(days=scene.chance.randint(75, 1600))
        person = add_person(scene, curriculum.team, since=received_on, reach=Reach.NONE)
        add_referral(scene, curriculum, person, received_on=received_on, status=status)
