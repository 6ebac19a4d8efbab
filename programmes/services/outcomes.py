"""Writes down what is reported of somebody's outcomes (2.4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, ForbiddenError, NotFoundError, StaleVersionError
from core.ids import new_id
from core.scope import Actor
from programmes.domain.case_terms import OutcomeSource, Timepoint
from programmes.domain.measures import points_of
from programmes.domain.outcomes import Report, earliest_on
from programmes.errors import OutcomeRecordedError
from programmes.queries.measures import MeasureView
from programmes.queries.outcomes import OutcomesView, PlaceView, outcomes
from programmes.services.fields import past_fault, refuse, stale_version
from programmes.tables import OutcomeValue


@dataclass(frozen=True, slots=True)
class Answer:
    """A value of one measure, named by id or code; a change gives the version that was read."""

    measure: str
    value: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """What one source reported on one day, of one or several measures."""

    timepoint: Timepoint
    source: OutcomeSource
    on: date
    answers: tuple[Answer, ...]


async def record(enrolment_id: UUID, sitting: Sitting, *, by: Actor) -> tuple[UUID, ...]:
    """Record every answer or none, and answer the reports' ids; the same again changes nothing.

    What a perpetrator's partner reports is for those who see links; to others there is no such
    source (D4).

    Raises:
        NotFoundError: the enrolment, or for this person the source, is not there.
        InvalidInputError: a field is not valid.
        OutcomeRecordedError: there is a report already, and no version of it was given.
        StaleVersionError: the report was changed in the meantime.
    """
    view = await outcomes(enrolment_id, scope=by.scope)
    _require(view.place, sitting.source)
    found = [_measure(view, answer.measure) for answer in sitting.answers]
    refuse([*_faults(view.place, sitting), *_answer_faults(sitting, found)])
    known = {
        report.measure_id: report
        for report in view.reports
        if (report.timepoint, report.source) == (sitting.timepoint, sitting.source)
    }
    async with database.transaction():
        return tuple(
            [
                await _write(view.place, measure, answer, sitting, known.get(measure.id), by=by)
                for measure, answer in zip(found, sitting.answers, strict=True)
                if measure
            ]
        )


def _require(place: PlaceView, source: OutcomeSource) -> None:
    if not place.sees(source):
        raise NotFoundError
    if not place.records(source):
        raise ForbiddenError


def _measure(view: OutcomesView, name: str) -> MeasureView | None:
    for measure in view.measures:
        if name in (str(measure.id), measure.terms.code):
            return measure
    return None


def _faults(place: PlaceView, sitting: Sitting) -> Iterator[FieldError | None]:
    yield past_fault("on", sitting.on)
    first = earliest_on(sitting.timepoint, place.course)
    if first is None:
        yield FieldError("timepoint", "This cannot have been taken yet")
    elif sitting.on < first:
        yield FieldError("on", f"Enter a day on or after {first.day} {first:%B %Y}")


def _answer_faults(sitting: Sitting, found: Sequence[MeasureView | None]) -> Iterator[FieldError]:
    seen: set[UUID] = set()
    for place, (answer, measure) in enumerate(zip(sitting.answers, found, strict=True)):
        at = f"answers[{place}]"
        if measure is None:
            yield FieldError(f"{at}.measure", "This programme does not take this measure")
            continue
        if measure.id in seen:
            yield FieldError(f"{at}.measure", "Name each measure only once")
        seen.add(measure.id)
        terms = measure.terms
        if sitting.timepoint not in terms.timepoints:
            yield FieldError("timepoint", f"“{terms.name}” is not taken then")
        if sitting.source not in terms.sources:
            yield FieldError("source", f"“{terms.name}” is not asked of them")
        if not terms.lowest <= answer.value <= terms.highest:
            yield FieldError(f"{at}.value", f"Enter {_range(measure)}")


def _range(measure: MeasureView) -> str:
    terms, points = measure.terms, points_of(measure.terms)
    said = [
        f"{point} ({points.of(point)})" if point in points.words else str(point)
        for point in (terms.lowest, terms.highest)
    ]
    return f"a number from {said[0]} to {said[1]}"


async def _write(
    place: PlaceView,
    measure: MeasureView,
    answer: Answer,
    sitting: Sitting,
    known: Report | None,
    *,
    by: Actor,
) -> UUID:
    if known is None:
        return await _insert(place, measure, answer, sitting, by=by)
    if answer.version is None:
        raise OutcomeRecordedError
    if answer.version != known.version:
        raise await stale_version(known.id, by=by)
    if (known.value, known.taken_on) != (answer.value, sitting.on):
        await _change(known.id, answer, sitting, by=by)
        await _note("outcome_changed", known.id, place, measure, sitting, by=by)
    return known.id


async def _insert(
    place: PlaceView, measure: MeasureView, answer: Answer, sitting: Sitting, *, by: Actor
) -> UUID:
    if answer.version is not None:
        raise StaleVersionError
    row = OutcomeValue(
        id=new_id(), enrolment=place.enrolment_id, measure=measure.id,
        timepoint=sitting.timepoint, source=sitting.source, value=answer.value,
        taken_on=sitting.on, recorded_by=by.account_id, recorded_at=clock.now(),
    )  # fmt: skip
    with database.refusing(OutcomeValue, one_value_per_timepoint_and_source=OutcomeRecordedError()):
        await row.save()
    await _note("outcome_recorded", row.id, place, measure, sitting, by=by)
    return row.id


async def _change(report_id: UUID, answer: Answer, sitting: Sitting, *, by: Actor) -> None:
    version = answer.version or 0
    changes: dict[str, Any] = {
        "value": answer.value,
        "taken_on": sitting.on,
        "recorded_by": by.account_id,
        "recorded_at": clock.now(),
        "version": version + 1,
    }
    touched = await (
        OutcomeValue.update(database.assignments(changes))
        .where(OutcomeValue.id == report_id, OutcomeValue.version == version)
        .returning(OutcomeValue.id)
    )
    if not touched:
        raise await stale_version(report_id, by=by)


async def _note(
    action: str,
    report_id: UUID,
    place: PlaceView,
    measure: MeasureView,
    sitting: Sitting,
    *,
    by: Actor,
) -> None:
    """Write who recorded which measure, never what was reported."""
    await audit.record(
        action, by=by, subject_type=audit.Subject.OUTCOME, subject=report_id, side=place.side,
        organisation_id=place.organisation_id,
        after={
            "enrolment": place.enrolment_id, "measure": measure.id,
            "timepoint": sitting.timepoint, "source": sitting.source,
        },
    )  # fmt: skip
