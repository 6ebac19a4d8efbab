"""What is measured on: the demonstration, and groups of twelve whose registers are all unmarked."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.services import sign_in
from api import demo
from bench.service import SECRET_KEY
from core import clock, database
from core.demonstration import source_of
from core.scope import SYSTEM, Side
from migrations import run as migrations
from programmes.demo.curricula import Outline, add_programme
from programmes.demo.groups import Group, Joiner, add_group
from programmes.demo.scene import Team, empty_scene
from programmes.demo.stories import Story
from programmes.domain.terms import GroupModel, ProgrammeType
from programmes.domain.timetable import Slot
from programmes.services.counts import keep_all_counts

GROUPS = 300
GROUP_SIZE = 12
_UNITS = 26
_BEGAN_DAYS_AGO = 240


@dataclass(slots=True)
class Prepared:
    """A filled database: who may use it, and the registers that nobody has marked yet."""

    url: str
    token: str
    registers: list[tuple[str, list[str]]] = field(default_factory=list)

    def work(self) -> Iterator[tuple[str, Any]]:
        """Answer the paths and contents of first saves, each once."""
        while self.registers:
            session_id, enrolment_ids = self.registers.pop()
            yield f"/api/v1/sessions/{session_id}/register", _filled_in(enrolment_ids)


def _filled_in(enrolment_ids: list[str]) -> dict[str, Any]:
    """Answer a register of which most came, one came late and two were absent."""
    marks: list[dict[str, Any]] = [
        {"enrolment_id": enrolment_id, "outcome": "attended", "engaged": True}
        for enrolment_id in enrolment_ids
    ]
    marks[3] |= {"outcome": "late", "minutes_attended": 105}
    for absent, told_us in ((5, "absent_notified"), (8, "absent_not_notified")):
        marks[absent] |= {"outcome": told_us, "engaged": None}
    return {"version": 0, "held": True, "marks": marks}


async def with_registers(url: str) -> Prepared:
    """Fill the database with the small demonstration and thousands of unmarked registers.

    They come group by group, as in earnest: only one in 26 is the first that a group has.
    """
    await _load(url, large=False)
    async with database.connected(url):
        async with database.transaction():
            await add_groups("ME", [await _facilitator()] * GROUPS, size=GROUP_SIZE)
        await database.run("ANALYZE")
        rows = await database.run(
            "SELECT s.id AS session, e.id AS enrolment FROM sessions s"
            " JOIN cohorts c ON c.id = s.cohort JOIN enrolments e ON e.cohort = c.id"
            " WHERE c.code LIKE 'ME %' AND s.starts_at < {}"
            " ORDER BY c.code, s.starts_at, s.id, e.id",
            clock.now(),
        )
        token = await _token("perpetrator.manager@example.org")
    registers: dict[str, list[str]] = {}
    for row in rows:
        registers.setdefault(str(row["session"]), []).append(str(row["enrolment"]))
    return Prepared(url, token, list(registers.items())[::-1])


async def partnership() -> UUID:
    """Answer the organisation of the demonstration."""
    rows = await database.run("SELECT id FROM organisations WHERE name = {}", demo.PARTNERSHIP)
    found: UUID = rows[0]["id"]
    return found


async def _facilitator() -> UUID:
    rows = await database.run(
        "SELECT id FROM accounts WHERE email = {}", "perpetrator.facilitator@example.org"
    )
    found: UUID = rows[0]["id"]
    return found


async def add_groups(code: str, facilitator_ids: Sequence[UUID], *, size: int) -> None:
    """Add a group for each as it stood before its first session, which by now is long past."""
    chance: random.Random = source_of(1, "bench")
    scene = empty_scene(chance)
    scene.today -= timedelta(days=_BEGAN_DAYS_AGO)
    team = Team(await partnership(), Side.PERPETRATOR, tuple(facilitator_ids))
    curriculum = add_programme(scene, _outline(code, size), team)
    for number, facilitator_id in enumerate(facilitator_ids):
        starts_on = scene.today + timedelta(days=1 + number % 5)
        add_group(
            scene,
            Group(
                curriculum=curriculum,
                code=f"{code} {number:04}",
                starts_on=starts_on,
                slot=Slot(starts_on.weekday(), f"{9 + number % 10:02}:00"),
                capacity=size,
                joiners=[Joiner(Story.STAYS)] * size,
                facilitator_ids=(facilitator_id,),
            ),
        )
    await scene.rows.insert()
    await keep_all_counts()


def _outline(code: str, size: int) -> Outline:
    return Outline(
        name=f"Measured {code}",
        type=ProgrammeType.BEHAVIOUR_CHANGE,
        model=GroupModel.CLOSED,
        unit_count=_UNITS,
        units_required=24,
        capacity=size,
        cost_pence=None,
        venue=f"Measured Room {code}",
        code=code,
    )


async def with_everything(url: str) -> Prepared:
    """Fill the database with the large demonstration."""
    return await with_demonstration(url, "safety.lead@example.org", large=True)


async def with_demonstration(url: str, email: str, *, large: bool = False) -> Prepared:
    """Fill the database with the demonstration, for somebody of it."""
    await _load(url, large=large)
    async with database.connected(url):
        return Prepared(url, await _token(email))


async def _load(url: str, *, large: bool) -> None:
    async with database.connected(url):
        await demo.load(
            seed=demo.DEFAULT_SEED,
            large=large,
            progress=lambda *_: None,
            key=SECRET_KEY.encode(),
        )


async def _token(email: str) -> str:
    return await sign_in.issue_token(email, days=1, by=SYSTEM)


def migrate(url: str) -> None:
    """Bring the empty database to the newest revision."""
    migrations.upgrade(url)
