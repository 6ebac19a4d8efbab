"""The demonstration's Building Choices group with its one-to-one contacts, cover, and postcodes."""

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from core import clock, database
from core.clock import instant_of
from core.demonstration import Ids
from core.scope import Side
from programmes.bank_holidays import is_bank_holiday
from programmes.demo.scene import NATION, Scene, Team
from programmes.domain.case_terms import FacilitatorRole, GroupSex
from programmes.domain.contacts import Contact, group_units
from programmes.domain.places import place
from programmes.domain.terms import DeliveryMode, GroupModel, ProgrammeType, UnitKind
from programmes.domain.timetable import Slot, timetable
from programmes.tables import (
    Cohort,
    CohortFacilitator,
    Programme,
    ProgrammeVersion,
    Session,
    SessionFacilitator,
    Unit,
    Venue,
)

_BEGINS_IN = timedelta(weeks=5, days=1)
_MODULE_ENDS = (6, 11, 16, 21)
_POSTCODES = {"Garden Room": "ZZ1 1AA", "Mill Street Centre": "ZZ2 2AB", "Canal House": "ZZ2 3CD"}
"""No such area exists."""

_SEXES = {Side.SURVIVOR: GroupSex.FEMALE, Side.PERPETRATOR: GroupSex.MALE}


def building_choices() -> Iterator[tuple[Contact, int | None, str]]:
    """Answer each contact with its module and title (domain.md 2.1): 27 in 58.5 hours."""
    number, module = 1, 1
    yield Contact(number, UnitKind.ONE_TO_ONE, 60), None, "First contact"
    for session in range(1, 22):
        number += 1
        gap = 21 if session == 1 else 0
        yield Contact(number, UnitKind.GROUP, 150, gap), module, f"Group session {session}"
        if session in _MODULE_ENDS:
            number += 1
            yield Contact(number, UnitKind.ONE_TO_ONE, 60), module, f"Own review of module {module}"
            module += 1
    yield Contact(number + 1, UnitKind.ONE_TO_ONE, 60, 42), None, "Review after the programme"


def add_building_choices(scene: Scene, team: Team) -> None:
    """Add the programme in two versions, and a group that begins in five weeks."""
    ids = Ids(random.Random("timetables"))  # noqa: S311 - invented groups, no secret
    programme_id, venue_id = ids.new(), ids.new()
    made_at = instant_of(scene.today - timedelta(days=400), "09:00")
    scene.rows.add(
        Programme, id=programme_id, organisation=team.organisation_id, side=team.side.value,
        name="Building Choices", type=ProgrammeType.BUILDING_CHOICES.value, created_at=made_at,
        version=2,
    )  # fmt: skip
    scene.rows.add(
        Venue, id=venue_id, organisation=team.organisation_id, side=team.side.value,
        name="Canal House", address="",
    )  # fmt: skip
    version_id, unit_ids = ids.new(), dict[int, UUID]()
    for number, needed in ((1, 24), (2, 25)):
        version_id = ids.new()
        scene.rows.add(
            ProgrammeVersion, id=version_id, programme=programme_id, number=number,
            group_model=GroupModel.MODULAR_ENTRY.value,
            delivery_mode=DeliveryMode.IN_PERSON.value, min_units=needed,
            needs_end_review=True, needs_report_sent=False, capacity_min=4, capacity_max=12,
            created_at=made_at + timedelta(days=200 * (number - 1)), long_outcomes=number > 1,
        )  # fmt: skip
        unit_ids = _add_units(scene, ids, version_id)
    _add_group(scene, ids, team, version_id=version_id, venue_id=venue_id, unit_ids=unit_ids)


def _add_units(scene: Scene, ids: Ids, version_id: UUID) -> dict[int, UUID]:
    unit_ids = {}
    for contact, module, title in building_choices():
        unit_ids[contact.number] = ids.new()
        scene.rows.add(
            Unit, id=unit_ids[contact.number], programme_version=version_id,
            number=contact.number, title=title, kind=contact.kind.value,
            minutes=contact.minutes, mandatory=False, gap_days=contact.gap_days, module=module,
        )  # fmt: skip
    return unit_ids


def _add_group(
    scene: Scene,
    ids: Ids,
    team: Team,
    *,
    version_id: UUID,
    venue_id: UUID,
    unit_ids: dict[int, UUID],
) -> None:
    starts_on = scene.today + _BEGINS_IN
    slot = Slot(starts_on.weekday(), "18:00")
    cohort_id = ids.new()
    scene.rows.add(
        Cohort, id=cohort_id, programme_version=version_id, organisation=team.organisation_id,
        side=team.side.value, code=f"BC {starts_on:%y}A", venue=venue_id, starts_on=starts_on,
        nation=NATION.value, slots=json.dumps([{"weekday": slot.weekday, "at": slot.at}]),
        capacity=10, places_taken=0, created_at=clock.now() - timedelta(days=20), version=1,
    )  # fmt: skip
    for account_id in team.facilitator_ids:
        scene.rows.add(CohortFacilitator, id=ids.new(), cohort=cohort_id, account=account_id)
    planned = timetable(
        starts_on=starts_on, slots=[slot],
        units=group_units([contact for contact, _, _ in building_choices()]),
        is_closed=lambda day: is_bank_holiday(day, NATION),
    )  # fmt: skip
    for session in planned:
        scene.rows.add(
            Session, id=ids.new(), cohort=cohort_id, unit=unit_ids[session.unit_number],
            starts_at=session.starts_at, minutes=session.minutes, status="scheduled",
            revision=1, register_version=0,
        )  # fmt: skip


async def add_details(teams: dict[Side, Team]) -> None:
    """Add postcodes, whom groups are for, who leads them, a session by video, and cover for one."""
    for name, postcode in _POSTCODES.items():
        await Venue.update(
            {Venue.postcode: postcode, Venue.place: place(name=name, postcode=postcode)}
        ).where(Venue.name == name)
    ids = Ids(random.Random("cover"))  # noqa: S311 - invented groups, no secret
    for side, team in teams.items():
        await Cohort.update({Cohort.group_sex: _SEXES[side].value}).where(Cohort.side == side.value)
        lead, second = team.facilitator_ids[:2]
        await CohortFacilitator.update({CohortFacilitator.role: FacilitatorRole.LEAD.value}).where(
            CohortFacilitator.account == lead
        )
        coming = await _coming(team)
        await Session.update({Session.mode: DeliveryMode.VIDEO.value}).where(
            Session.id == coming[-1]
        )
        await SessionFacilitator(
            id=ids.new(), session=coming[-2], account=second, role=FacilitatorRole.COVER
        ).save()


async def _coming(team: Team) -> list[UUID]:
    """Answer the sessions to come of the side's group that runs now."""
    rows = await database.run(
        "SELECT s.id FROM sessions s JOIN cohorts c ON c.id = s.cohort WHERE c.organisation = {}"
        " AND c.side = {} AND s.enrolment IS NULL AND s.status = 'scheduled'"
        " AND s.starts_at > {} AND c.starts_on < {} ORDER BY s.starts_at, s.id",
        team.organisation_id,
        team.side.value,
        clock.now(),
        clock.today(),
    )
    found: list[UUID] = [row["id"] for row in rows]
    return found
