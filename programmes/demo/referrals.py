"""The demonstration's way of each referral: its moves, what referrers were told, and needs."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core import clock, database
from core.demonstration import Ids, Rows
from core.scope import Side
from programmes.demo.scene import Team
from programmes.domain.assessment import NOT_STARTED
from programmes.domain.case_terms import (
    AssessmentOutcome,
    Consent,
    NotStartedReason,
    PartOfDay,
    ToldReferrer,
    UnsuitableReason,
)
from programmes.domain.terms import CLOSED_REFERRALS, ReferralSource, ReferralStatus
from programmes.tables import (
    Participant,
    ParticipantNeeds,
    Referral,
    ReferralMove,
    ReferrerUpdate,
)

_S, _T = ReferralStatus, ToldReferrer
_AREAS = ("Larch Vale", "Brookside", "Elm End", "Harbour Row")
_AGENCIES = {
    ReferralSource.POLICE: "Larch Vale Police",
    ReferralSource.CHILDRENS_SOCIAL_CARE: "Children’s Services, Larch Vale",
    ReferralSource.HEALTH: "Brook Surgery",
    ReferralSource.HOUSING: "Harbour Homes",
    ReferralSource.SPECIALIST_DA_SERVICE: "Elm End Advocacy",
    ReferralSource.SUBSTANCE_MISUSE: "Clearwater Recovery",
    ReferralSource.VOLUNTARY_SECTOR: "Brookside Community Centre",
}
_FOUND = {
    _S.NOT_SUITABLE: AssessmentOutcome.NOT_SUITABLE,
    _S.NOT_ELIGIBLE: AssessmentOutcome.NOT_ELIGIBLE,
    _S.SUITABLE_NOT_READY: AssessmentOutcome.SUITABLE_NOT_READY,
}
_UNSUITABLE = {
    Side.SURVIVOR: (UnsuitableReason.OUT_OF_AREA, UnsuitableReason.NEED_UNMET),
    Side.PERPETRATOR: (
        UnsuitableReason.DENIAL, UnsuitableReason.SUBSTANCE_DEPENDENCY, UnsuitableReason.RISK,
    ),
}  # fmt: skip
_LEFT_UNTOLD_DAYS = 40
"""Some of the news of these last days has not been told yet, so that Today has something to ask."""


@dataclass(frozen=True, slots=True)
class _Making:
    """What the rows of one side are made with."""

    rows: Rows
    ids: Ids
    team: Team
    chance: random.Random


_REFERRALS = (
    "SELECT r.id, r.participant, r.source, r.received_on, r.assessed_on, r.status, e.joined_on,"
    " e.started_on, e.ended_on FROM referrals r JOIN participants p ON p.id = r.participant"
    " LEFT JOIN enrolments e ON e.referral = r.id"
    " WHERE p.organisation = {} AND p.side = {} ORDER BY r.id"
)


async def add_referral_histories(teams: dict[Side, Team]) -> None:
    """Add what happened to each referral of both sides, inside the current transaction."""
    for side, team in teams.items():
        found = await database.run(_REFERRALS, team.organisation_id, side.value)
        chance = random.Random(f"{side}/referrals")  # noqa: S311 - invented people, no secret
        rows = Rows(ReferralMove, ReferrerUpdate, ParticipantNeeds)
        making = _Making(rows, Ids(chance), team, chance)
        for row in found:
            steps = list(_steps(row, chance))
            _add_moves(making, row, steps)
            _add_told(making, row, steps)
            await _fill_in(row, side, steps, chance)
            if row["joined_on"] is None and ReferralStatus(row["status"]) not in CLOSED_REFERRALS:
                await _add_needs(making, row)
        await rows.insert()


def _steps(row: database.Row, chance: random.Random) -> Iterator[tuple[ReferralStatus, date]]:
    """Answer the statuses of a referral with their days, each an allowed move after the last."""
    status, received_on = ReferralStatus(row["status"]), row["received_on"]
    yield _S.RECEIVED, received_on
    if status is _S.RECEIVED:
        return
    if status is _S.WITHDRAWN and row["assessed_on"] is None:
        yield status, _until_today(received_on, chance.randint(10, 40))
        return
    yield _S.AWAITING_ASSESSMENT, _until_today(received_on, 2)
    if row["assessed_on"] is None or status in {*_FOUND, _S.ON_HOLD, _S.ASSESSMENT_STARTED}:
        if status is not _S.AWAITING_ASSESSMENT:
            yield status, row["assessed_on"] or _until_today(received_on, 3)
        return
    last = max(row["assessed_on"], _until_today(received_on, 2))
    yield _S.AWAITING_ALLOCATION, last
    if row["joined_on"]:
        last = max(last, min(row["joined_on"], clock.today()) - timedelta(days=6))
        yield _S.SCHEDULED, last
    if row["started_on"]:
        last = max(last, row["started_on"])
        yield _S.ON_PROGRAMME, last
    if status in CLOSED_REFERRALS:
        yield status, max(last, row["ended_on"] or _until_today(last, chance.randint(5, 30)))


def _until_today(day: date, days: int) -> date:
    return min(day + timedelta(days=days), clock.today())


_Steps = list[tuple[ReferralStatus, date]]


def _add_moves(making: _Making, row: database.Row, steps: _Steps) -> None:
    before: ReferralStatus | None = None
    for status, day in steps:
        making.rows.add(
            ReferralMove, id=making.ids.new(), referral=row["id"],
            from_status=before.value if before else None, to_status=status.value, moved_on=day,
            moved_by=making.team.facilitator_ids[0], moved_at=clock.instant_of(day, "15:00"),
        )  # fmt: skip
        before = status


def _add_told(making: _Making, row: database.Row, steps: _Steps) -> None:
    if row["source"] in (ReferralSource.SELF.value, ReferralSource.FAMILY_OR_FRIEND.value):
        return
    for told, day in _news(steps):
        late = (clock.today() - day).days < _LEFT_UNTOLD_DAYS and making.chance.random() < 1 / 2
        on = day + timedelta(days=making.chance.randint(1, 4))
        if not late and on <= clock.today():
            making.rows.add(
                ReferrerUpdate, id=making.ids.new(), referral=row["id"], told=told.value,
                told_on=on, told_whom="", recorded_by=making.team.facilitator_ids[0],
                recorded_at=clock.instant_of(on, "16:00"),
            )  # fmt: skip


_TELLS = {
    _S.RECEIVED: _T.RECEIVED,
    _S.AWAITING_ALLOCATION: _T.ACCEPTED,
    _S.SUITABLE_NOT_READY: _T.ACCEPTED,
    _S.NOT_SUITABLE: _T.NOT_ACCEPTED,
    _S.NOT_ELIGIBLE: _T.NOT_ACCEPTED,
    _S.ON_PROGRAMME: _T.STARTED,
    _S.PROGRAMME_COMPLETE: _T.COMPLETED,
    _S.WITHDRAWN: _T.LEFT,
    _S.DESELECTED: _T.LEFT,
}


def _news(steps: _Steps) -> Iterator[tuple[ToldReferrer, date]]:
    for status, day in steps:
        if status in _TELLS:
            yield _TELLS[status], day


async def _fill_in(row: database.Row, side: Side, steps: _Steps, chance: random.Random) -> None:
    status = ReferralStatus(row["status"])
    found = _FOUND.get(status, AssessmentOutcome.SUITABLE) if row["assessed_on"] else None
    values: dict[str, Any] = {
        "consent": Consent.GIVEN.value,
        "consent_on": row["received_on"],
        "referrer_agency": _AGENCIES.get(ReferralSource(row["source"]), ""),
        "assessment_outcome": found.value if found else None,
    }
    if found is AssessmentOutcome.NOT_SUITABLE:
        values["unsuitable_reason"] = chance.choice(_UNSUITABLE[side]).value
    if side is Side.PERPETRATOR and found is AssessmentOutcome.NOT_SUITABLE:
        values["partner_worker_told_on"] = steps[-1][1]
    if status in CLOSED_REFERRALS and row["started_on"] is None:
        reason = NOT_STARTED.get(found) if found else None
        others = (NotStartedReason.NO_CONTACT, NotStartedReason.REFUSED, NotStartedReason.MOVED)
        values["not_started_reason"] = (reason or chance.choice(others)).value
    await Referral.update(database.assignments(values)).where(Referral.id == row["id"])


async def _add_needs(making: _Making, row: database.Row) -> None:
    chance = making.chance
    await Participant.update({Participant.area: chance.choice(_AREAS)}).where(
        Participant.id == row["participant"]
    )
    if chance.random() < 1 / 4:
        return
    part = chance.choice(list(PartOfDay))
    days = sorted(chance.sample(range(5), chance.randint(1, 4)))
    making.rows.add(
        ParticipantNeeds, id=making.ids.new(), participant=row["participant"],
        availability=json.dumps([{"weekday": day, "part": part.value} for day in days]),
        access_needs=chance.choice(("", "", "", "Step-free", "Childcare")),
        interpreter_language=chance.choice(("", "", "", "", "Polish")),
        updated_at=clock.instant_of(row["received_on"], "12:00"), version=1,
    )  # fmt: skip
