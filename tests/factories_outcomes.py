"""Makes outcome measures and reports with one call, straight into the tables."""

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from core import clock
from core.scope import Side
from programmes.domain.case_terms import (
    Direction,
    MeasureScale,
    OutcomeSource,
    PartnerOfferOutcome,
    Timepoint,
)
from programmes.tables import Measure, OutcomeValue, PartnerOffer, ProgrammeMeasure
from tests.factories_programmes import MadeCohort


async def make_measure(
    *,
    organisation_id: UUID,
    side: Side = Side.SURVIVOR,
    code: str = "ladder",
    name: str = "",
    scale: MeasureScale = MeasureScale.NUMBER,
    lowest: int = 1,
    highest: int = 10,
    direction: Direction = Direction.HIGHER_IS_BETTER,
    timepoints: Sequence[Timepoint] = tuple(Timepoint),
    sources: Sequence[OutcomeSource] = (OutcomeSource.SELF,),
) -> UUID:
    """A measure of an organisation: a ladder of 1 to 10 that people report themselves."""
    row = Measure(
        organisation=organisation_id, side=side, code=code, name=name or code.capitalize(),
        scale=scale, lowest=lowest, highest=highest, direction=direction,
        timepoints=json.dumps(list(timepoints)), sources=json.dumps(list(sources)),
        created_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row.id


async def take(cohort: MadeCohort, *measure_ids: UUID) -> None:
    """Make the cohort's programme take these measures."""
    for measure_id in measure_ids:
        await ProgrammeMeasure(programme=cohort.programme.id, measure=measure_id).save()


async def make_taken_measure(
    cohort: MadeCohort,
    code: str = "ladder",
    *,
    sources: Sequence[OutcomeSource] = (OutcomeSource.SELF,),
    timepoints: Sequence[Timepoint] = tuple(Timepoint),
    direction: Direction = Direction.HIGHER_IS_BETTER,
    scale: MeasureScale = MeasureScale.NUMBER,
) -> UUID:
    """A measure of the cohort's organisation and side that its programme takes."""
    measure_id = await make_measure(
        organisation_id=cohort.organisation_id, side=cohort.side, code=code, sources=sources,
        timepoints=timepoints, direction=direction, scale=scale,
        lowest=0 if scale is MeasureScale.YES_NO else 1,
        highest=1 if scale is MeasureScale.YES_NO else 10,
    )  # fmt: skip
    await take(cohort, measure_id)
    return measure_id


async def make_report(
    *,
    enrolment_id: UUID,
    measure_id: UUID,
    value: int,
    timepoint: Timepoint = Timepoint.START,
    source: OutcomeSource = OutcomeSource.SELF,
    taken_on: date | None = None,
) -> UUID:
    """What somebody reported, today unless ``taken_on`` says otherwise."""
    row = OutcomeValue(
        enrolment=enrolment_id, measure=measure_id, timepoint=timepoint, source=source,
        value=value, taken_on=taken_on or clock.today(), recorded_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row.id


async def make_partner_offer(
    *, enrolment_id: UUID, outcome: PartnerOfferOutcome = PartnerOfferOutcome.ACCEPTED
) -> UUID:
    """That support was offered to somebody's partner, who accepted it."""
    row = PartnerOffer(
        enrolment=enrolment_id, outcome=outcome, offered_on=clock.today(),
        recorded_at=clock.now(),
    )  # fmt: skip
    await row.save()
    return row.id
