"""The demonstration's programmes, with their units, rules and venues."""

from dataclasses import dataclass

from core import clock
from programmes.demo.scene import Curriculum, Scene, Team
from programmes.domain.terms import DeliveryMode, GroupModel, ProgrammeType, UnitKind
from programmes.tables import Programme, ProgrammeVersion, Unit, Venue

UNIT_MINUTES = 120


@dataclass(frozen=True, slots=True)
class Outline:
    """A programme in a few words."""

    name: str
    type: ProgrammeType
    model: GroupModel
    unit_count: int
    units_required: int
    capacity: int
    cost_pence: int | None
    venue: str
    code: str


FREEDOM = Outline(
    name="Freedom Programme",
    type=ProgrammeType.FREEDOM,
    model=GroupModel.ROLLING,
    unit_count=12,
    units_required=9,
    capacity=12,
    cost_pence=700_000,
    venue="Garden Room",
    code="FP",
)
"""Twelve weeks of two hours for 7,000 pounds a year (S1), completed with 9 units (C4)."""

CHANGE = Outline(
    name="Choosing Change (voluntary)",
    type=ProgrammeType.BEHAVIOUR_CHANGE,
    model=GroupModel.CLOSED,
    unit_count=26,
    units_required=24,
    capacity=12,
    cost_pence=2_867_300,
    venue="Mill Street Centre",
    code="CC",
)
"""The programme whose history adds up to the figures of S19."""


def add_programme(scene: Scene, outline: Outline, team: Team) -> Curriculum:
    """Add a programme with one version, its units and its venue."""
    curriculum = Curriculum(
        team=team,
        programme_id=scene.ids.new(),
        version_id=scene.ids.new(),
        unit_ids=tuple(scene.ids.new() for _ in range(outline.unit_count)),
        unit_minutes=UNIT_MINUTES,
        units_required=outline.units_required,
        venue_id=scene.ids.new(),
        code=outline.code,
    )
    _add_version(scene, outline, curriculum)
    _add_units_and_venue(scene, outline, curriculum)
    return curriculum


def _add_version(scene: Scene, outline: Outline, curriculum: Curriculum) -> None:
    made_at = clock.instant_of(scene.today.replace(year=scene.today.year - 6, day=1), "09:00")
    scene.rows.add(
        Programme,
        id=curriculum.programme_id,
        organisation=curriculum.team.organisation_id,
        side=curriculum.team.side.value,
        name=outline.name,
        type=outline.type.value,
        created_at=made_at,
        version=1,
    )
    scene.rows.add(
        ProgrammeVersion,
        id=curriculum.version_id,
        programme=curriculum.programme_id,
        number=1,
        group_model=outline.model.value,
        delivery_mode=DeliveryMode.IN_PERSON.value,
        min_units=outline.units_required,
        min_percent=None,
        min_hours=None,
        needs_end_review=False,
        needs_report_sent=False,
        capacity_min=4,
        capacity_max=outline.capacity,
        cost_pence=outline.cost_pence,
        created_at=made_at,
    )


def _add_units_and_venue(scene: Scene, outline: Outline, curriculum: Curriculum) -> None:
    for number, unit_id in enumerate(curriculum.unit_ids, start=1):
        scene.rows.add(
            Unit,
            id=unit_id,
            programme_version=curriculum.version_id,
            number=number,
            title=f"Unit {number}",
            kind=UnitKind.GROUP.value,
            minutes=UNIT_MINUTES,
            mandatory=False,
        )
    scene.rows.add(
        Venue,
        id=curriculum.venue_id,
        organisation=curriculum.team.organisation_id,
        side=curriculum.team.side.value,
        name=outline.venue,
        address="",
    )
