"""Adds outcome measures to organisations and says which of them a programme takes."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, InvalidInputError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.domain.measures import SHIPPED, Terms, faults
from programmes.errors import MeasureExistsError
from programmes.queries.measures import measures, measures_of
from programmes.queries.programmes import programme
from programmes.services.fields import organisation_fault, refuse, stale_version, text_fault
from programmes.tables import Measure, Programme, ProgrammeMeasure

LONGEST_NAME = 120


async def add_shipped(organisation_id: UUID, side: Side, code: str, *, by: Actor) -> UUID:
    """Add a ready-made measure to an organisation and answer its id.

    Raises:
        InvalidInputError: there is none of this code for this side.
        MeasureExistsError: the organisation has it.
    """
    _require(by, side, organisation_id)
    shipped = SHIPPED.get(code)
    fault = None
    if shipped is None or side not in shipped.sources:
        fault = FieldError("shipped", "Choose one of the ready-made measures of this side")
    refuse([await organisation_fault(organisation_id, by=by), fault])
    assert shipped  # noqa: S101 - refused just now
    return await _add(organisation_id, side, shipped.terms(side), by=by)


async def add_measure(organisation_id: UUID, side: Side, terms: Terms, *, by: Actor) -> UUID:
    """Add a measure of an organisation's own and answer its id.

    Raises:
        InvalidInputError: a field is not valid.
        MeasureExistsError: the code is taken on this side.
    """
    _require(by, side, organisation_id)
    refuse(
        [
            await organisation_fault(organisation_id, by=by),
            text_fault("name", terms.name, longest=LONGEST_NAME),
            *faults(terms, side),
        ]
    )
    return await _add(organisation_id, side, terms, by=by)


def _require(by: Actor, side: Side, organisation_id: UUID) -> None:
    """Refuse; somebody of the other side, or elsewhere, learns nothing of what is there."""
    if not by.scope.covers(Permission.VIEW_CASES, side=side, organisation_id=organisation_id):
        raise NotFoundError
    by.require(Permission.MANAGE_PROGRAMMES, side=side, organisation_id=organisation_id)


async def _add(organisation_id: UUID, side: Side, terms: Terms, *, by: Actor) -> UUID:
    row = Measure(
        id=new_id(), organisation=organisation_id, side=side, code=terms.code,
        name=terms.name.strip(), scale=terms.scale, lowest=terms.lowest, highest=terms.highest,
        direction=terms.direction, timepoints=json.dumps(terms.timepoints),
        sources=json.dumps(terms.sources), created_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(Measure, measure_code_once_per_side=MeasureExistsError()):
            await row.save()
        await audit.record(
            "measure_added", by=by, subject_type=audit.Subject.MEASURE, subject=row.id, side=side,
            organisation_id=organisation_id, after={"code": terms.code},
        )  # fmt: skip
    return row.id


async def choose_measures(
    programme_id: UUID, chosen: Sequence[str], *, version: int, by: Actor
) -> None:
    """Say which measures a programme takes, each by its id or its code; the others it does not.

    What was reported of a measure that is no longer taken stays.

    Raises:
        InvalidInputError: one of them is not the organisation's, on the programme's side.
        StaleVersionError: the programme was changed in the meantime.
    """
    found = await programme(programme_id, scope=by.scope)
    where: dict[str, Any] = {"side": found.side, "organisation_id": found.organisation_id}
    by.require(Permission.MANAGE_PROGRAMMES, **where)
    known = await measures(scope=by.scope, **where)
    ids = {str(item.id): item.id for item in known} | {item.terms.code: item.id for item in known}
    if strange := [place for place, name in enumerate(chosen) if name not in ids]:
        raise InvalidInputError.of(f"measures[{strange[0]}]", "There is no such measure here")
    wanted = {ids[name] for name in chosen}
    async with database.transaction():
        await _advance(programme_id, version, by)
        before = {item.id for item in await measures_of(programme_id, scope=by.scope)}
        if dropped := before - wanted:
            await ProgrammeMeasure.delete().where(
                ProgrammeMeasure.programme == programme_id,
                ProgrammeMeasure.measure.is_in(list(dropped)),
            )
        if added := sorted(wanted - before):
            await ProgrammeMeasure.insert(
                *[ProgrammeMeasure(programme=programme_id, measure=id) for id in added]
            )
        await audit.record(
            "measures_chosen", by=by, subject_type=audit.Subject.PROGRAMME, subject=programme_id,
            before={"measures": sorted(before)}, after={"measures": sorted(wanted)}, **where,
        )  # fmt: skip


async def _advance(programme_id: UUID, version: int, by: Actor) -> None:
    touched = await (
        Programme.update({Programme.version: version + 1})
        .where(Programme.id == programme_id, Programme.version == version)
        .returning(Programme.id)
    )
    if not touched:
        raise await stale_version(programme_id, by=by)
