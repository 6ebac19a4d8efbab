"""What pays for the demonstration's programmes: figures of four councils, invented contributors.

They are those of S1, S3, S19, S27 and S29, so that reports reproduce what is published of them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core import clock, database
from core.demonstration import Rows
from core.scope import Side
from programmes.demo.curricula import CHANGE, FREEDOM
from programmes.demo.perpetrators import COMPLETIONS, REFERRALS
from programmes.demo.scene import Scene, Team
from programmes.domain.funding import ClaimedRate, FundingStatus, Paid, StatedFor
from programmes.domain.outcomes import months_after
from programmes.tables import (
    FundingAgreement,
    FundingLine,
    FundingStatement,
    PublishedClaim,
    StatedLine,
)

_COUNCIL = "Aldermere Council"
_ONE_DAY = timedelta(days=1)
_YEAR_MONTHS = 12
_FREEDOM_YEARS = 3
_ENDS_IN_MONTHS = 4
_PARTNER_POUNDS = 6_000
_PARTNERS = (
    "Community Safety", "Adult Services", "Children’s Services", "Police", "Primary Care",
    "Housing Association",
)  # fmt: skip
_FUNDS = (
    ("Supporting People (Area Based Grant)", 941_511),
    ("Homelessness Grant", 16_000),
    ("Community Safety Grant", 50_000),
    ("Mainstream voluntary sector", 133_800),
    ("Independent advocates", 287_077),
)
"""They add up to 1,428,388: the document that they are from says 1,428,383 (S27)."""


@dataclass(frozen=True, slots=True)
class _Agreement:
    """An agreement that is being made; its lines begin when it does."""

    id: UUID
    starts_on: date


class _Desk:
    """Makes agreements with their lines and what is stated of them."""

    def __init__(self, scene: Scene) -> None:
        self._ids = scene.ids
        self._today = scene.today
        self.rows = Rows(
            FundingAgreement, FundingLine, FundingStatement, StatedLine, PublishedClaim
        )

    def agreement(
        self,
        team: Team,
        service: str,
        starts_on: date,
        ends_on: date,
        *,
        side: Side | None = None,
        provider: str = "",
        programme: UUID | None = None,
        note: str = "",
    ) -> _Agreement:
        made = _Agreement(self._ids.new(), starts_on)
        self.rows.add(
            FundingAgreement,
            id=made.id,
            organisation=team.organisation_id,
            side=side.value if side else None,
            service=service,
            provider=provider,
            programme=programme,
            starts_on=starts_on,
            ends_on=ends_on,
            note=note,
            created_at=clock.now(),
        )
        return made

    def line(
        self,
        of: _Agreement,
        contributor: str,
        pounds: int,
        *,
        source: str = "",
        status: FundingStatus = FundingStatus.CONFIRMED,
    ) -> UUID:
        line_id = self._ids.new()
        self.rows.add(
            FundingLine,
            id=line_id,
            agreement=of.id,
            contributor=contributor,
            source=source,
            amount_pence=pounds * 100,
            paid=Paid.PER_YEAR.value,
            from_on=of.starts_on,
            to_on=None,
            status=status.value,
        )
        return line_id

    def statement(
        self,
        of: _Agreement,
        says: str,
        pounds: int,
        line_ids: list[UUID],
        *,
        document: str,
        stated_for: StatedFor = StatedFor.ONE_YEAR,
    ) -> None:
        statement_id = self._ids.new()
        self.rows.add(
            FundingStatement,
            id=statement_id,
            agreement=of.id,
            says=says,
            total_pence=pounds * 100,
            stated_for=stated_for.value,
            document=document,
            as_at_on=min(of.starts_on, self._today),
        )
        for line_id in line_ids:
            self.rows.add(StatedLine, id=self._ids.new(), statement=statement_id, line=line_id)

    def claim(self, team: Team, programme: UUID, *, document: str, as_at_on: date) -> None:
        self.rows.add(
            PublishedClaim,
            id=self._ids.new(),
            organisation=team.organisation_id,
            side=team.side.value,
            programme=programme,
            what=ClaimedRate.COMPLETIONS_PER_REFERRAL.value,
            numerator=COMPLETIONS,
            denominator=REFERRALS,
            denominator_is_floor=True,
            percent=None,
            document=document,
            as_at_on=as_at_on,
        )


async def add_funding(scene: Scene, teams: dict[Side, Team]) -> None:
    """Add what pays for both sides, what documents state of it, and what one of them claims."""
    desk = _Desk(scene)
    await _add_freedom(desk, teams[Side.SURVIVOR])
    _add_services(desk, teams[Side.SURVIVOR], scene.today)
    _add_coordinator(desk, teams[Side.SURVIVOR], scene.today)
    await _add_change(desk, teams[Side.PERPETRATOR], scene.today)
    await desk.rows.insert()


async def _add_freedom(desk: _Desk, team: Team) -> None:
    """Add 7,000 pounds a year for three groups of twelve times two hours: 97.22 an hour (S1).

    The contract begins with the month of the first group, so that three are within each year.
    """
    programme, first_on = await _programme(FREEDOM.name)
    starts_on = (first_on - _ONE_DAY).replace(day=1)
    ends_on = months_after(starts_on, _FREEDOM_YEARS * _YEAR_MONTHS) - _ONE_DAY
    made = desk.agreement(
        team, "Freedom Programme", starts_on, ends_on, side=team.side, provider="Harbour Light",
        programme=programme, note="Three programmes a year of 12 weeks, two hours each.",
    )  # fmt: skip
    line = desk.line(made, _COUNCIL, 7_000, source="Public Health")
    desk.statement(made, "Annual cost", 7_000, [line], document="Scrutiny review, section 4")


def _add_services(desk: _Desk, team: Team, today: date) -> None:
    """Add five funds whose stated total is five pounds short, and a second figure of one (S27)."""
    starts_on, ends_on = _ending_soon(today)
    made = desk.agreement(
        team, "Support for survivors, all services", starts_on, ends_on, side=team.side,
        provider="Several",
    )  # fmt: skip
    lines = [desk.line(made, _COUNCIL, pounds, source=fund) for fund, pounds in _FUNDS]
    desk.statement(made, "Total funding", 1_428_383, lines, document="Cabinet report, table 2")
    desk.statement(
        made, "Supporting People", 934_627, lines[:1], document="Cabinet report, paragraph 5.1"
    )


def _add_coordinator(desk: _Desk, team: Team, today: date) -> None:
    """Add a post for both sides that six partners agree in principle to pay for five years."""
    starts_on = months_after(today, _ENDS_IN_MONTHS).replace(day=1)
    ends_on = months_after(starts_on, 5 * _YEAR_MONTHS) - _ONE_DAY
    made = desk.agreement(
        team, "Domestic abuse coordinator", starts_on, ends_on, provider=_COUNCIL,
        note="Agreed in principle; final confirmation is sought for at least five years.",
    )  # fmt: skip
    lines = [
        desk.line(made, partner, _PARTNER_POUNDS, status=FundingStatus.IN_PRINCIPLE)
        for partner in _PARTNERS
    ]
    report = "Community Protection Panel, item 7"
    desk.statement(made, "Cost of a year", 36_000, lines, document=report)
    desk.statement(
        made, "Commitment sought", 180_000, lines, document=report,
        stated_for=StatedFor.WHOLE_TIME,
    )  # fmt: skip


async def _add_change(desk: _Desk, team: Team, today: date) -> None:
    """Add what pays for the voluntary programme, and what a strategy claims of it (S3, S19)."""
    programme, first_on = await _programme(CHANGE.name)
    _, ends_on = _ending_soon(today)
    made = desk.agreement(
        team, CHANGE.name, first_on.replace(day=1), ends_on, side=team.side,
        provider="Northwick Probation Partnership", programme=programme,
    )  # fmt: skip
    desk.line(made, "Police and Crime Commissioner", 20_000, source="Community Safety Fund")
    desk.line(made, _COUNCIL, 8_673, source="Public Health")
    desk.claim(team, programme, document="Domestic Abuse Strategy, page 14", as_at_on=today)


def _ending_soon(today: date) -> tuple[date, date]:
    """Answer the days of a year that ends with a month, within six months from today."""
    after = months_after(today, _ENDS_IN_MONTHS).replace(day=1)
    return months_after(after, -_YEAR_MONTHS), after - _ONE_DAY


async def _programme(name: str) -> tuple[UUID, date]:
    """Answer a programme and when its first group began."""
    rows = await database.run(
        "SELECT g.id, c.starts_on FROM programmes g JOIN programme_versions v ON v.programme = g.id"
        " JOIN cohorts c ON c.programme_version = v.id WHERE g.name = {}"
        " ORDER BY c.starts_on LIMIT 1",
        name,
    )
    return rows[0]["id"], rows[0]["starts_on"]
