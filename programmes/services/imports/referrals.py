"""Imports referrals: people by their reference, with assessment, place and ending."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from core import clock
from core.columns import Cells, folded
from core.imports import Plan, Result, in_batches
from core.scope import Actor, Permission, Side
from programmes.domain.importing.referrals import COLUMNS, Fault, ReferralLine, history, read
from programmes.domain.terms import CLOSED_REFERRALS, OPEN_ENROLMENTS
from programmes.errors import CannotJoinError
from programmes.queries.imports import (
    KnownCohort,
    KnownPerson,
    KnownProgramme,
    KnownReferral,
)
from programmes.services import conflicts
from programmes.services.counts import alone_at
from programmes.services.imports.comparing import compare
from programmes.services.imports.known import NOT_FOUND, Known, look_up
from programmes.services.imports.referral_rows import ReferralRows

_AT_ONCE = 2_000
Done = Literal["created", "updated", "unchanged"]


@dataclass(slots=True)
class ReferralImporter:
    """Compares rows with referrals by reference and programme."""

    kind = "referrals"
    permission = Permission.IMPORT_CASES
    columns = COLUMNS
    _places: dict[UUID, int] = field(default_factory=dict)
    _joining: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    """What earlier batches of a dry run would have done to the groups."""

    def batches(self, rows: Iterable[Cells]) -> Sequence[Sequence[Cells]]:
        """Keep the rows of one person together."""
        return in_batches(rows, together="reference", size=_AT_ONCE)

    async def plan(self, batch: Sequence[Cells], *, by: Actor, dry_run: bool) -> Plan:
        """Compare a batch with what is stored."""
        lines = [(read(cells, today=clock.today()), cells) for cells in batch]
        known = await look_up([line for line, _ in lines if line], scope=by.scope)
        codes = {folded(line.cohort_code) for line, _ in lines if line}
        if not dry_run:
            await alone_at(found.id for (_, code), found in known.cohorts.items() if code in codes)
        joining = self._joining if dry_run else defaultdict(set)
        if dry_run:
            known.places |= self._places
        planned = _Planned(known, ReferralRows(by), joining)
        done = Counter([await planned.row(line, cells) for line, cells in lines if line])
        if dry_run:
            self._places = known.places
        errors = tuple(error for cells in batch for error in cells.errors)
        result = Result(len(batch), done["created"], done["updated"], done["unchanged"], errors)
        return Plan(result, planned.rows.write)


@dataclass(frozen=True, slots=True)
class _Target:
    """Whom and what a row means: a person and a cohort that are stored, or none."""

    programme: KnownProgramme
    person: KnownPerson | None
    cohort: KnownCohort | None


@dataclass(slots=True)
class _Planned:
    """A batch under way: what is known, and what will be written."""

    known: Known
    rows: ReferralRows
    joining: dict[UUID, set[UUID]]
    seen: dict[tuple[UUID, str], int] = field(default_factory=dict)

    async def row(self, line: ReferralLine, cells: Cells) -> Done | None:
        """Plan one row; ``None`` where it cannot be imported, and noted."""
        programme = self.known.programme_of(line, cells)
        if programme is None:
            return None
        first = self.seen.setdefault((programme.id, line.reference), line.row)
        if first != line.row:
            cells.fail("reference", f"Row {first} is the same referral")
            return None
        person = self.known.people.get((programme.place, line.reference))
        if person and person.hidden:
            cells.fail("reference", NOT_FOUND)
            return None
        cohort = self.known.cohort_of(line, programme, cells)
        if cells.errors:
            return None
        stored = self.known.referral_of(person, line, programme)
        target = _Target(programme, person, cohort)
        if person and stored:
            return await self._compare(line, cells, stored, target)
        return await self._add(line, cells, target)

    async def _add(self, line: ReferralLine, cells: Cells, target: _Target) -> Done | None:
        programme, person, cohort = target.programme, target.person, target.cohort
        steps = history(
            line,
            joined_on=line.joined_on(cohort.starts_on) if cohort else None,
            waits_for_offer=line.side is Side.PERPETRATOR,
        )
        is_open = steps[-1].status not in CLOSED_REFERRALS
        if is_open and person and (person.id, programme.id) in self.known.open_to:
            cells.fail("reference", "Has an open referral to this programme already")
        if cohort:
            await self._may_join(line, cells, person, cohort)
        if cells.errors:
            return None
        if person is None:
            person = self.rows.add_person(line, programme.place)
            self.known.people[programme.place, line.reference] = person
        referral_id = self.rows.add_referral(line, person, programme, steps)
        if is_open:
            self.known.open_to.add((person.id, programme.id))
        if cohort:
            self._join(line, person, cohort, referral_id)
        return "created"

    async def _compare(
        self, line: ReferralLine, cells: Cells, stored: KnownReferral, target: _Target
    ) -> Done | None:
        person, cohort = target.person, target.cohort
        enrolment = self.known.enrolment_in(person, cohort) if person and cohort else None
        joined_on = line.joined_on(cohort.starts_on) if cohort else None
        update = compare(line, stored, enrolment, joined_on=joined_on)
        if isinstance(update, Fault):
            cells.fail(update.column, update.message)
            return None
        if cohort and update.joins:
            await self._may_join(line, cells, person, cohort)
        if cells.errors:
            return None
        if not update:
            return "unchanged"
        self.rows.update(update, stored, enrolment, target.programme.place)
        if person and cohort and update.joins:
            self._join(line, person, cohort, stored.id)
        if enrolment and enrolment.status in OPEN_ENROLMENTS and "status" in update.enrolment:
            self.known.places[enrolment.cohort_id] += 1
            self.known.with_a_place.discard(enrolment.participant_id)
        return "updated"

    async def _may_join(
        self, line: ReferralLine, cells: Cells, person: KnownPerson | None, cohort: KnownCohort
    ) -> None:
        """Note what keeps somebody from a place now; a place that has ended is history."""
        if line.enrolment_status not in OPEN_ENROLMENTS:
            return
        if person and person.id in self.known.with_a_place:
            cells.fail("cohort_code", "Has a place in a group already")
        elif self.known.places[cohort.id] < 1:
            cells.fail("cohort_code", "The cohort has no places left")
        elif person:
            try:
                await conflicts.refuse_if_apart(
                    person.id, cohort.id, joining=self.joining[cohort.id]
                )
            except CannotJoinError as refusal:
                cells.fail("cohort_code", refusal.detail)
                self.rows.apart += refusal.found

    def _join(
        self, line: ReferralLine, person: KnownPerson, cohort: KnownCohort, referral_id: UUID
    ) -> None:
        self.rows.add_enrolment(line, person, cohort, referral_id)
        if line.enrolment_status in OPEN_ENROLMENTS:
            self.known.places[cohort.id] -= 1
            self.known.with_a_place.add(person.id)
            self.joining[cohort.id].add(person.id)
