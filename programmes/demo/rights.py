"""A legal hold on each side: one record of an earlier group is needed for a review."""

import random
from datetime import timedelta

from core import clock, database
from core.demonstration import Ids
from core.scope import Side
from programmes.demo.scene import Team
from programmes.tables import LegalHold

_DAYS_AGO = 40
_WHY = {
    Side.SURVIVOR: "Needed for a safeguarding adults review",
    Side.PERPETRATOR: "Needed for an inquest",
}


async def add_holds(teams: dict[Side, Team]) -> None:
    """Place a hold on somebody of each side who left an earlier group."""
    ids = Ids(random.Random("legal holds"))  # noqa: S311 - invented people, no secret
    for side, team in teams.items():
        (left,) = await database.run(
            "SELECT e.participant FROM enrolments e JOIN cohorts c ON c.id = e.cohort"
            " WHERE c.organisation = {} AND c.side = {} AND e.status = 'exited'"
            " ORDER BY e.id LIMIT 1",
            team.organisation_id,
            side.value,
        )
        await LegalHold(
            id=ids.new(), participant=left["participant"], reason=_WHY[side],
            placed_at=clock.now() - timedelta(days=_DAYS_AGO),
        ).save()  # fmt: skip
