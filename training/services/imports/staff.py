"""Imports staff: people by their payroll number, with their posts; proposes leavers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from core import clock
from core.columns import Cells, folded
from core.ids import new_id
from core.imports import Plan, Result, packed
from core.scope import Actor, Permission, Scope
from training.domain.importing.managers import in_circles, managers_first
from training.domain.importing.posts import Career, HeldPost
from training.domain.importing.staff import COLUMNS, StaffLine, read
from training.queries import imports
from training.queries.imports import KnownStaff
from training.services.fields import email_fault
from training.services.imports.leavers import propose
from training.services.imports.places import Places
from training.services.imports.staff_rows import StaffRows

_AT_ONCE = 2_000
_CIRCLE = "Goes in a circle: they would manage themselves, directly or through others"
Done = Literal["created", "updated", "unchanged"]
Person = tuple[UUID, str]
"""An organisation and a payroll number there."""

Row = tuple[StaffLine, Cells]


@dataclass(slots=True)
class StaffImporter:
    """Compares rows with staff by organisation and payroll number."""

    full_list: bool = False
    kind = "staff"
    permission = Permission.MANAGE_STAFF
    columns = COLUMNS
    _managers: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Who manages each person, as the file has it: by what it calls the organisation."""

    _places: Places | None = None
    _circles: frozenset[Person] = frozenset()
    _ids: dict[Person, UUID] = field(default_factory=dict)
    """Whom this and earlier batches add, for the rows of those whom they manage."""

    _listed: defaultdict[UUID | None, set[str]] = field(default_factory=lambda: defaultdict(set))

    def batches(self, rows: Iterable[Cells]) -> Sequence[Sequence[Cells]]:
        """Keep the rows of one person together, those of whoever manages others first."""
        cells = list(rows)
        one = not all(row.key("organisation") for row in cells)
        groups: dict[tuple[str, str], list[Cells]] = {}
        for row in cells:
            person = "" if one else row.key("organisation"), row.key("payroll_number")
            groups.setdefault(person, []).append(row)
            theirs = self._managers.setdefault(person, set())
            if row.key("line_manager") and not row.key("ended_on"):
                theirs.add(row.key("line_manager"))
        first = managers_first(
            {
                person: [(person[0], manager) for manager in theirs]
                for person, theirs in self._managers.items()
            }
        )
        ordered = dict.fromkeys((*first, *groups))
        return packed((groups[person] for person in ordered), size=_AT_ONCE)

    async def plan(self, batch: Sequence[Cells], *, by: Actor, dry_run: bool) -> Plan:
        """Compare a batch with what is stored; nobody of it can be changed meanwhile."""
        places = await self._prepare(by.scope)
        people: dict[Person | int, list[tuple[StaffLine | None, Cells]]] = {}
        for cells in batch:
            line, organisation_id = read(cells, today=clock.today()), places.of(cells)
            number = cells.key("payroll_number")
            self._listed[organisation_id].add(number)
            person = (organisation_id, number) if organisation_id else cells.number
            if (organisation_id, number) in self._circles and cells.key("line_manager"):
                cells.fail("line_manager", _CIRCLE)
            people.setdefault(person, []).append((line, cells))
        good = [
            (person[0], [(line, cells) for line, cells in rows if line])
            for person, rows in people.items()
            if isinstance(person, tuple) and _all_good([cells for _, cells in rows])
        ]
        known = await _look_up(good, scope=by.scope, held=not dry_run)
        planned = _Planned(known, self._ids, StaffRows(by))
        done: Counter[Done] = Counter()
        for organisation_id, rows in good:
            done.update(planned.person(organisation_id, rows))
        errors = tuple(error for cells in batch for error in cells.errors)
        result = Result(len(batch), done["created"], done["updated"], done["unchanged"], errors)
        return Plan(result, planned.rows.write)

    async def propose_missing(self, *, by: Actor, dry_run: bool) -> Result:
        """Propose whoever is in post but not in a full list as a leaver; nobody is ended."""
        if not self.full_list:
            return Result()
        those = [organisation_id for organisation_id in self._listed if organisation_id]
        there = await imports.in_post(those, scope=by.scope)
        missing = {
            staff_id: organisation_id
            for (organisation_id, number), staff_id in there.items()
            if folded(number) not in self._listed[organisation_id] | self._listed[None]
        }
        if not dry_run:
            await propose(missing, back=there.values() - missing.keys(), by=by)
        return Result(missing=len(missing))

    async def _prepare(self, scope: Scope) -> Places:
        """Find, once, the organisations and who would manage themselves."""
        if self._places is None:
            self._places = Places(await imports.places(self.permission, scope=scope))
            managers = {
                (organisation_id, folded(number)): {
                    (organisation_id, folded(one)) for one in theirs
                }
                for (organisation_id, number), theirs in (
                    await imports.line_managers(scope=scope)
                ).items()
            }
            for (name, number), theirs in self._managers.items():
                organisation_id = self._places.named(name)
                if organisation_id and theirs:
                    managers[organisation_id, number] = {(organisation_id, one) for one in theirs}
            everybody = {one for theirs in managers.values() for one in theirs}
            self._circles = in_circles(
                {one: managers.get(one, ()) for one in {*everybody, *managers}}
            )
        return self._places


def _all_good(rows: Sequence[Cells]) -> bool:
    """Tell whether all rows of a person can be read; one that cannot keeps the others out."""
    wrong = [cells.number for cells in rows if cells.errors]
    for cells in rows:
        if wrong and not cells.errors:
            cells.fail("payroll_number", f"Row {wrong[0]} of the same person cannot be imported")
    return not wrong


@dataclass(frozen=True, slots=True)
class _Known:
    """The people whom a batch names, and the posts of those whom it is about."""

    people: dict[Person, KnownStaff]
    posts: dict[UUID, dict[UUID, HeldPost]]


async def _look_up(
    people: Iterable[tuple[UUID, Sequence[Row]]], *, scope: Scope, held: bool
) -> _Known:
    those = {organisation_id for organisation_id, _ in people}
    lines = [line for _, rows in people for line, _ in rows]
    numbers = {line.payroll_number for line in lines}
    managers = {line.line_manager for line in lines if line.line_manager}
    found = await imports.staff(sorted(numbers), those, scope=scope, held=held)
    posts = await imports.posts([one.id for one in found], scope=scope)
    found += await imports.staff(sorted(managers - numbers), those, scope=scope, held=False)
    return _Known({(one.organisation_id, one.payroll_number): one for one in found}, posts)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A batch under way: what is known, and what will be written."""

    known: _Known
    ids: dict[Person, UUID]
    rows: StaffRows

    def person(self, organisation_id: UUID, rows: Sequence[Row]) -> list[Done]:
        """Plan all rows of one person; nothing where one cannot be imported, and noted."""
        lines = [line for line, _ in rows]
        cells_of = {line.row: cells for line, cells in rows}
        known = self.known.people.get((organisation_id, lines[0].payroll_number))
        career = Career(
            organisation_id,
            self.known.posts.get(known.id, {}) if known else {},
            self._managers(organisation_id, lines),
            clock.today(),
            new_id,
        )
        self._check(lines, career, cells_of)
        if not any(cells.errors for cells in cells_of.values()):
            career.follow(lines)
        for fault in career.faults:
            cells_of[fault.row].fail(fault.column, fault.message)
        if not _all_good(list(cells_of.values())):
            return []
        if known is None:
            self.ids[organisation_id, lines[0].payroll_number] = self.rows.add(career, lines)
            return ["created"] * len(lines)
        changed = self.rows.change(known, career, lines)
        return ["updated" if changed(line) else "unchanged" for line in lines]

    def _managers(self, organisation_id: UUID, lines: Iterable[StaffLine]) -> dict[str, UUID]:
        found: dict[str, UUID] = {}
        for number in {line.line_manager for line in lines}:
            known = self.known.people.get((organisation_id, number))
            manager_id = known.id if known else self.ids.get((organisation_id, number))
            if manager_id:
                found[number] = manager_id
        return found

    def _check(
        self, lines: Sequence[StaffLine], career: Career, cells_of: dict[int, Cells]
    ) -> None:
        seen: dict[object, int] = {}
        for line in lines:
            cells = cells_of[line.row]
            if line.line_manager and line.line_manager not in career.managers:
                cells.fail("line_manager", "Nobody in this organisation has this payroll number")
            if fault := email_fault("email", line.email):
                cells.fail(fault.field, fault.message)
            post = line.started_on, line.position(career.organisation_id, None)
            if seen.setdefault(post, line.row) != line.row:
                cells.fail("payroll_number", f"Row {seen[post]} is the same post")
            if line.payroll_number != lines[0].payroll_number:
                cells.fail("payroll_number", f"Row {lines[0].row} writes it in another way")
            if line.name != lines[0].name:
                cells.fail("name", f"Row {lines[0].row} has another name for this payroll number")
