"""Loads the demonstration of the training room: chance first, then what is told."""

import random
from collections.abc import Sequence
from uuid import UUID

from core import clock
from core.demonstration import Ids, Progress, Rows
from training.demo.catalogue import COURSES, add_catalogue, add_later
from training.demo.desk import Desk, Employer, Linked
from training.demo.events import add_events
from training.demo.lives import add_line_managers, add_lives, link_accounts
from training.demo.people import add_staff
from training.services.kept import settle
from training.tables import (
    Booking,
    Course,
    CourseEquivalence,
    Exemption,
    LeaverProposal,
    Position,
    Post,
    Requirement,
    Staff,
    TrainingEvent,
    TrainingRecord,
)

SMALL_STAFF = 160
LARGE_STAFF = 5_000
_CHUNK = 500
_TABLES = (
    Course, CourseEquivalence, Requirement, Position, Staff, Post, LeaverProposal, Exemption,
    TrainingEvent, Booking, TrainingRecord,
)  # fmt: skip


async def load(
    employers: Sequence[Employer],
    *,
    linked: Sequence[Linked],
    recorded_by: UUID,
    chance: random.Random,
    large: bool,
    progress: Progress,
) -> None:
    """Insert the catalogue and the staff with their records, inside the current transaction."""
    ids = Ids(chance)
    rows = Rows(*_TABLES)
    courses = {course.code: ids.new() for course in COURSES}
    desk = Desk(chance, ids, rows, clock.today(), recorded_by, courses)
    add_catalogue(desk)
    count = LARGE_STAFF if large else SMALL_STAFF
    for number in range(count):
        employer = employers[number % len(employers)]
        add_staff(desk, employer, number, takes_every_course=number >= SMALL_STAFF)
        if number % _CHUNK == _CHUNK - 1:
            await rows.insert()
            progress("Staff", number + 1, count)
    await rows.insert()
    await _tell(desk, employers, linked)
    await settle([person.staff_id for person in desk.people])
    progress("Staff", count, count)


async def _tell(desk: Desk, employers: Sequence[Employer], linked: Sequence[Linked]) -> None:
    """Add what is told rather than drawn; it draws its ids from a source of its own."""
    desk.chance = random.Random(desk.chance.getrandbits(64))  # noqa: S311 - invented people
    desk.ids = Ids(desk.chance)
    told = [person for person in desk.people[:SMALL_STAFF] if not person.has_left]
    add_later(desk)
    add_lives(desk, told)
    add_events(desk, employers, told)
    await desk.rows.insert()
    await add_line_managers(desk)
    await link_accounts(told, linked)
