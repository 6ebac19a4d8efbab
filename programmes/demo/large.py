"""The large demonstration: two thousand groups of twenty-five thousand people, in chunks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core import invented
from core.demonstration import Progress
from core.scope import Side
from programmes.demo.curricula import Outline, add_programme
from programmes.demo.groups import Group, Joiner, add_group
from programmes.demo.scene import Curriculum, Scene, Team
from programmes.demo.stories import Story
from programmes.domain.terms import GroupModel, ProgrammeType
from programmes.domain.timetable import Slot
from programmes.tables import Cohort, Participant

COHORTS = 2_000
PARTICIPANTS = 25_000

_CHUNK = 50
_CAPACITY = 14
_OLDEST_DAYS = 5 * 365
_COMING_DAYS = 40
_STORIES = (
    (Story.COMPLETES, 56),
    (Story.LEAVES, 32),
    (Story.NEVER_STARTS, 7),
    (Story.PARTLY, 5),
)


@dataclass(frozen=True, slots=True)
class _Many:
    """How many groups of a programme to make, of every hundred."""

    outline: Outline
    side: Side
    of_hundred: int


def _outline(name: str, code: str, *, units: int, required: int, side: Side) -> Outline:
    return Outline(
        name=name,
        type=(
            ProgrammeType.BEHAVIOUR_CHANGE
            if side is Side.PERPETRATOR
            else ProgrammeType.SURVIVOR_GROUP_OTHER
        ),
        model=GroupModel.CLOSED,
        unit_count=units,
        units_required=required,
        capacity=_CAPACITY,
        cost_pence=None,
        venue=f"Room {code}",
        code=code,
    )


_PROGRAMMES = (
    _Many(
        _outline("Moving Forward", "MF", units=12, required=9, side=Side.SURVIVOR),
        Side.SURVIVOR,
        25,
    ),
    _Many(
        _outline("Change in 26 weeks", "CW", units=26, required=22, side=Side.PERPETRATOR),
        Side.PERPETRATOR,
        25,
    ),
    _Many(
        _outline("Change in 48 weeks", "CY", units=48, required=40, side=Side.PERPETRATOR),
        Side.PERPETRATOR,
        50,
    ),
)


async def add_many(
    scene: Scene, teams: dict[Side, Team], *, made: tuple[int, int], progress: Progress
) -> None:
    """Add groups until there are 2,000 with 25,000 people; ``made`` are those there already."""
    cohorts, people = COHORTS - made[0], PARTICIPANTS - made[1]
    curricula = [
        (add_programme(scene, many.outline, teams[many.side]), many.of_hundred)
        for many in _PROGRAMMES
    ]
    for number, curriculum in enumerate(_in_turn(curricula, cohorts)):
        size = people * (number + 1) // cohorts - people * number // cohorts
        add_group(scene, _group(scene, curriculum, number, size))
        if number % _CHUNK == _CHUNK - 1:
            await scene.rows.insert()
            progress("Groups", number + 1, cohorts)
    await scene.rows.insert()
    progress("Groups", cohorts, cohorts)


def _in_turn(curricula: list[tuple[Curriculum, int]], count: int) -> Iterator[Curriculum]:
    hundred = [curriculum for curriculum, share in curricula for _ in range(share)]
    for number in range(count):
        yield hundred[number * 37 % len(hundred)]


def _group(scene: Scene, curriculum: Curriculum, number: int, size: int) -> Group:
    starts_on = scene.today + timedelta(
        days=scene.chance.randint(0, _OLDEST_DAYS + _COMING_DAYS) - _OLDEST_DAYS
    )
    others = curriculum.team.others
    return Group(
        curriculum=curriculum,
        code=f"{curriculum.code} {number:04}",
        starts_on=starts_on,
        slot=Slot(starts_on.weekday(), scene.chance.choice(("10:00", "13:30", "18:30"))),
        capacity=_CAPACITY,
        joiners=_joiners(scene, curriculum, starts_on, size),
        facilitator_ids=(others[number % len(others)],),
    )


def _joiners(scene: Scene, curriculum: Curriculum, starts_on: date, size: int) -> list[Joiner]:
    """Answer members who have all come to an end, or, in a group that still runs, all stay."""
    weeks = len(curriculum.unit_ids) + 8
    if starts_on + timedelta(weeks=weeks) > scene.today:
        return [Joiner(Story.STAYS) for _ in range(size)]
    return [Joiner(invented.weighted(scene.chance, _STORIES)) for _ in range(size)]


def made_so_far(scene: Scene) -> tuple[int, int]:
    """Answer how many groups and people wait to be inserted."""
    return scene.rows.count(Cohort), scene.rows.count(Participant)
