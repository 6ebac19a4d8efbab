"""Imports completions: by payroll number, course code and day."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from core import audit, clock, database
from core.columns import Cells, folded
from core.demonstration import Rows
from core.ids import new_id
from core.imports import Plan, Result, in_batches
from core.scope import Actor, Permission, Scope
from training.domain.importing.training_records import COLUMNS, RecordLine, completion_fault, read
from training.queries import imports
from training.queries.imports import KnownCourse, KnownLearner, KnownRecord
from training.services.imports.places import NOT_FOUND, Places
from training.services.kept import hold, settle
from training.tables import TrainingRecord

_AT_ONCE = 2_000
_OWN = "Somebody else must see the evidence of your own training"
_SEVERAL = "Several organisations have it. Say which, in a column organisation"
Done = Literal["created", "updated", "unchanged"]
Key = tuple[UUID, UUID, date]


@dataclass(slots=True)
class TrainingRecordImporter:
    """Compares rows with completions by person, course and day."""

    kind = "training-records"
    permission = Permission.RECORD_TRAINING
    columns = COLUMNS
    _places: Places | None = None
    _courses: Mapping[str, KnownCourse] = field(default_factory=dict)

    def batches(self, rows: Iterable[Cells]) -> Sequence[Sequence[Cells]]:
        """Keep the rows of one payroll number together."""
        return in_batches(rows, together="payroll_number", size=_AT_ONCE)

    async def plan(self, batch: Sequence[Cells], *, by: Actor, dry_run: bool) -> Plan:
        """Compare a batch with what is stored; nobody of it can be changed meanwhile."""
        places = await self._prepare(by.scope)
        lines = [(read(cells, today=clock.today()), cells) for cells in batch]
        numbers = sorted({line.payroll_number for line, _ in lines if line})
        learners = await imports.learners(numbers, places.ids, scope=by.scope)
        ids = sorted(one.id for found in learners.values() for one in found)
        if not dry_run:
            await hold(ids)
        records = await imports.records(ids, scope=by.scope)
        planned = _Planned(places, self._courses, learners, records, by)
        done = Counter([planned.row(line, cells) for line, cells in lines if line])
        errors = tuple(error for cells in batch for error in cells.errors)
        result = Result(len(batch), done["created"], done["updated"], done["unchanged"], errors)
        return Plan(result, planned.write)

    async def _prepare(self, scope: Scope) -> Places:
        if self._places is None:
            self._places = Places(await imports.places(self.permission, scope=scope))
            known = await imports.courses(scope=scope)
            self._courses = {folded(course.code): course for course in known}
        return self._places


@dataclass(slots=True)
class _Planned:
    """A batch under way: what is known, and what will be written."""

    places: Places
    courses: Mapping[str, KnownCourse]
    learners: Mapping[str, Sequence[KnownLearner]]
    records: dict[Key, KnownRecord]
    by: Actor
    rows: Rows = field(default_factory=lambda: Rows(TrainingRecord))
    added: dict[Key, tuple[KnownLearner, RecordLine]] = field(default_factory=dict)
    verified: dict[Key, tuple[KnownLearner, RecordLine]] = field(default_factory=dict)

    def row(self, line: RecordLine, cells: Cells) -> Done | None:
        """Plan one row; ``None`` where it cannot be imported, and noted."""
        learner = self._learner(line, cells)
        course = self.courses.get(folded(line.course_code))
        if course is None:
            cells.fail("course_code", NOT_FOUND)
        if learner is None or course is None:
            return None
        fault = completion_fault(
            line.completed_on, first_day=learner.first_day, retired_on=course.retired_on
        )
        if fault:
            cells.fail(*fault)
            return None
        return self._compare((learner.id, course.id, line.completed_on), learner, line, cells)

    def _compare(
        self, key: Key, learner: KnownLearner, line: RecordLine, cells: Cells
    ) -> Done | None:
        """Answer what a row does: what is stored can only become verified, unless withdrawn."""
        stored = self.records.get(key)
        if stored and (stored.withdrawn or stored.verified or not line.verified):
            return "unchanged"
        if line.verified and learner.account_id and learner.account_id == self.by.account_id:
            cells.fail("verified", _OWN)
            return None
        if stored is None:
            self.records[key] = KnownRecord(new_id(), line.verified, withdrawn=False)
            self.added[key] = learner, line
            return "created"
        self.records[key] = KnownRecord(stored.id, verified=True, withdrawn=False)
        if key in self.added:
            self.added[key] = learner, line
            return "unchanged"
        self.verified[key] = learner, line
        return "updated"

    def _learner(self, line: RecordLine, cells: Cells) -> KnownLearner | None:
        found = list(self.learners.get(line.payroll_number, ()))
        if cells.key("organisation"):
            organisation_id = self.places.of(cells)
            if organisation_id is None:
                return None
            found = [one for one in found if one.organisation_id == organisation_id]
        if len(found) == 1:
            return found[0]
        cells.fail("payroll_number", _SEVERAL if found else NOT_FOUND)
        return None

    async def write(self) -> None:
        """Write everything; the constraints of the tables hold as for a form."""
        at = clock.now()
        for (staff_id, course_id, day), (_, line) in self.added.items():
            self.rows.add(
                TrainingRecord, id=self.records[staff_id, course_id, day].id, staff=staff_id,
                course=course_id, completed_on=day, hours=line.hours,
                evidence=line.evidence.value, verified=line.verified,
                recorded_by=self.by.account_id, created_at=at,
                verified_by=self.by.account_id if line.verified else None,
                verified_at=at if line.verified else None,
            )  # fmt: skip
        await self.rows.insert()
        await database.bulk_update(
            TrainingRecord,
            ("verified", "evidence", "verified_by", "verified_at"),
            [
                (True, line.evidence.value, self.by.account_id, at, self.records[key].id)
                for key, (_, line) in self.verified.items()
            ],
        )
        await settle({key[0] for key in (*self.added, *self.verified)})
        await self._note()

    async def _note(self) -> None:
        for action, planned in (
            ("training_imported", self.added), ("training_verified_by_import", self.verified),
        ):  # fmt: skip
            for organisation_id in sorted({one.organisation_id for one, _ in planned.values()}):
                await audit.record_many(
                    action,
                    {
                        self.records[key].id: {"staff_id": one.id, "verified": line.verified}
                        for key, (one, line) in planned.items()
                        if one.organisation_id == organisation_id
                    },
                    by=self.by, subject_type=audit.Subject.TRAINING_RECORD, side=None,
                    organisation_id=organisation_id,
                )  # fmt: skip
