"""What becomes of some of the demonstration's staff: told, not drawn."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from core import clock, database
from training.demo.desk import Desk, Linked, Person
from training.demo.people import add_record, position
from training.domain.terms import Evidence, Sector, StaffGroup
from training.tables import LeaverProposal, Post

_WITHDRAWN = "Recorded for somebody else of the same name"
_HAVE_TWO_POSTS, _CHANGED_ROLE, _PROPOSED = (5, 46, 87), (9, 58, 101), (30, 74)
"""Places among the staff who are still there."""


def add_lives(desk: Desk, people: Sequence[Person]) -> None:
    """Add second posts, changes of role, leavers to decide on, and records of every kind."""
    for place in _HAVE_TWO_POSTS:
        _add_second_post(desk, people[place])
    for place in _CHANGED_ROLE:
        _add_change_of_role(desk, people[place])
    for place in _PROPOSED:
        desk.rows.add(
            LeaverProposal,
            id=desk.ids.new(),
            staff=people[place].staff_id,
            proposed_at=clock.instant_of(desk.today - timedelta(days=2), "08:15"),
        )
    _add_records(desk, people)


def _add_second_post(desk: Desk, person: Person) -> None:
    held = position(
        desk, person.organisation_id, "Outreach", person.sector, StaffGroup.VOLUNTEER
    )  # fmt: skip
    desk.rows.add(
        Post,
        id=desk.ids.new(),
        staff=person.staff_id,
        position=held,
        started_on=max(person.started_on, desk.today - timedelta(days=300)),
    )


def _add_change_of_role(desk: Desk, person: Person) -> None:
    """Somebody who became a specialist follows the post that they had."""
    before = desk.ids.new()
    began = person.started_on - timedelta(days=500)
    held = position(
        desk, person.organisation_id, person.team, person.sector, StaffGroup.RECEPTION_ADMIN
    )  # fmt: skip
    desk.rows.add(
        Post,
        id=before,
        staff=person.staff_id,
        position=held,
        started_on=began,
        ended_on=person.started_on - timedelta(days=1),
    )
    desk.follows[person.post_id] = before


def _add_records(desk: Desk, people: Sequence[Person]) -> None:
    today = desk.today
    on_pathway = [
        person for person in people if person.sector in {Sector.COUNCIL_OTHER, Sector.GP_PRACTICE}
    ]
    for place, person in enumerate(on_pathway):
        if place % 3:
            day = today - timedelta(days=60 + 9 * place)
            course = "PATH2" if place % 3 == 1 else "PATH1"
            add_record(desk, person.staff_id, course, day, Evidence.E_LEARNING_RESULT)
            if course == "PATH2":
                before = day - timedelta(days=30)
                add_record(desk, person.staff_id, "PATH1", before, Evidence.E_LEARNING_RESULT)
    specialists = [one for one in people if one.staff_group is StaffGroup.SPECIALIST]
    for place, person in enumerate(specialists):
        for number in range(place % 4 * 2):
            day = today - timedelta(days=40 + 70 * number + place)
            add_record(desk, person.staff_id, "CPD", day, Evidence.CERTIFICATE)
    for place, person in enumerate(people[60:66]):
        day = today - timedelta(days=400 + place)
        add_record(desk, person.staff_id, "AWARE-OLD", day, Evidence.REGISTER)
    for place, person in enumerate(people[70:76]):
        day = today - timedelta(days=5 + place)
        add_record(desk, person.staff_id, "ADULTS", day, Evidence.SELF_DECLARED)
    add_record(
        desk, people[80].staff_id, "ASK", today - timedelta(days=33), Evidence.CERTIFICATE,
        withdrawn_by=desk.recorded_by, withdrawn_reason=_WITHDRAWN,
        withdrawn_at=clock.instant_of(today - timedelta(days=12), "11:20"),
    )  # fmt: skip


async def add_line_managers(desk: Desk) -> None:
    """Give each team of an organisation to one of its managers, and follow changed posts."""
    for post_id, before in desk.follows.items():
        await database.run("UPDATE posts SET follows = {} WHERE id = {}", before, post_id)
    teams: dict[tuple[UUID, str], list[Person]] = {}
    for person in desk.people:
        teams.setdefault((person.organisation_id, person.team), []).append(person)
    for (organisation_id, _), members in teams.items():
        manager = _manager(desk.people, organisation_id)
        posts = [one.post_id for one in members if one.staff_id != manager.staff_id]
        await database.run(
            "UPDATE posts SET line_manager = {} WHERE id IN {}",
            manager.staff_id, database.in_list(posts),
        )  # fmt: skip


async def link_accounts(people: Sequence[Person], linked: Sequence[Linked]) -> None:
    """Make accounts' holders members of staff, each under the account's own name."""
    taken: set[UUID] = set()
    for one in linked:
        found = (
            _manager(people, one.organisation_id)
            if one.manages
            else next(
                person
                for person in people
                if person.organisation_id == one.organisation_id and person.staff_id not in taken
            )
        )
        taken.add(found.staff_id)
        await database.run(
            "UPDATE staff SET account = {}, name = {}, email = {} WHERE id = {}",
            one.account_id, one.name, one.email, found.staff_id,
        )  # fmt: skip


def _manager(people: Sequence[Person], organisation_id: UUID) -> Person:
    """Answer the first manager of an organisation, or whoever was there first."""
    there = [one for one in people if one.organisation_id == organisation_id and not one.has_left]
    return next((one for one in there if one.staff_group is StaffGroup.MANAGER), there[0])
