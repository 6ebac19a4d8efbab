"""Writes what a batch of staff adds and changes, many rows with one statement."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.demonstration import Rows
from core.ids import new_id
from core.scope import Actor
from training.domain.importing.posts import Career, HeldPost
from training.domain.importing.staff import StaffLine
from training.domain.kept import KeptPost, kept_post
from training.domain.requirements import Position
from training.queries.imports import KnownStaff
from training.services.kept import settle
from training.services.positions import position_ids
from training.tables import Post, Staff


@dataclass(frozen=True, slots=True)
class _New:
    """Somebody to add: who has no record yet, so that only a position is to be kept of them."""

    staff_id: UUID
    organisation_id: UUID
    line: StaffLine
    email: str
    kept: KeptPost | None

    def row(self, positions: Mapping[Position, UUID]) -> dict[str, Any]:
        """Answer the row of ``staff``."""
        kept = self.kept
        return {
            "id": self.staff_id, "organisation": self.organisation_id,
            "payroll_number": self.line.payroll_number, "name": self.line.name,
            "email": self.email, "created_at": clock.now(),
            "position": kept and positions[kept.post.position],
            "in_position_since": kept and kept.since, "appointed_on": kept and kept.appointed_on,
        }  # fmt: skip


@dataclass(slots=True)
class StaffRows:
    """What is to be written of a batch, in one transaction."""

    by: Actor
    people: list[_New] = field(default_factory=list)
    posts: list[tuple[UUID, HeldPost]] = field(default_factory=list)
    people_changed: list[tuple[str, str, int, UUID]] = field(default_factory=list)
    posts_changed: list[HeldPost] = field(default_factory=list)
    settled: list[UUID] = field(default_factory=list)
    events: defaultdict[UUID, dict[UUID, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def add(self, career: Career, lines: Sequence[StaffLine]) -> UUID:
        """Add somebody with their posts and answer their id."""
        staff_id = new_id()
        kept = kept_post([held.post for held in career.posts.values()], clock.today())
        self.people.append(_New(staff_id, career.organisation_id, lines[0], _email(lines), kept))
        self.posts += [(staff_id, held) for held in career.posts.values()]
        self.events[career.organisation_id][staff_id] = {"created": True}
        return staff_id

    def change(
        self, known: KnownStaff, career: Career, lines: Sequence[StaffLine]
    ) -> Callable[[StaffLine], bool]:
        """Change what rows say otherwise, and answer which of them did."""
        name, email = lines[0].name, _email(lines) or known.email
        said = [text for text, differs in (
            ("name", name != known.name), ("email", email != known.email),
        ) if differs]  # fmt: skip
        new = [held for id, held in career.posts.items() if id not in career.stored]
        corrected = [
            held for id, held in career.posts.items() if career.stored.get(id, held) != held
        ]
        touched = {held.post.id for held in (*new, *corrected)}
        if said or touched:
            self.people_changed.append((name, email, known.version + 1, known.id))
            fields = {*said, *_fields(corrected, career)}
            self.events[known.organisation_id][known.id] = {
                "changed": sorted(fields), "posts_added": len(new),
            }  # fmt: skip
        if touched:
            self.posts += [(known.id, held) for held in new]
            self.posts_changed += corrected
            self.settled.append(known.id)
        return lambda line: bool(said) or career.of_row[line.row] in touched

    async def write(self) -> None:
        """Write everything; the constraints of the tables hold as for a form."""
        positions = await position_ids(
            {held.post.position for held in (*self.posts_changed, *(new for _, new in self.posts))}
        )
        people = Rows(Staff)
        for new in self.people:
            people.add(Staff, **new.row(positions))
        await people.insert()
        await database.bulk_update(Staff, ("name", "email", "version"), self.people_changed)
        await database.bulk_update(
            Post,
            ("position", "line_manager", "started_on", "ended_on"),
            [
                (positions[held.post.position], held.line_manager_id, held.post.started_on,
                 held.post.ended_on, held.post.id)
                for held in self.posts_changed
            ],
        )  # fmt: skip
        await database.bulk_insert(
            Post,
            ("id", "staff", "position", "line_manager", "follows", "started_on", "ended_on"),
            [
                (held.post.id, staff_id, positions[held.post.position], held.line_manager_id,
                 held.post.follows, held.post.started_on, held.post.ended_on)
                for staff_id, held in self.posts
            ],
        )  # fmt: skip
        await settle(self.settled)
        for organisation_id, events in self.events.items():
            await audit.record_many(
                "staff_imported", events, by=self.by, subject_type=audit.Subject.STAFF, side=None,
                organisation_id=organisation_id,
            )  # fmt: skip


def _email(lines: Iterable[StaffLine]) -> str:
    return next((line.email for line in lines if line.email), "")


def _fields(corrected: Iterable[HeldPost], career: Career) -> set[str]:
    """Answer which facts of posts differ from what is stored."""
    return {
        name
        for held in corrected
        for name, value in _facts(held).items()
        if _facts(career.stored[held.post.id])[name] != value
    }


def _facts(held: HeldPost) -> dict[str, Any]:
    post = held.post
    return {
        **asdict(post.position), "started_on": post.started_on, "ended_on": post.ended_on,
        "line_manager": held.line_manager_id,
    }  # fmt: skip
