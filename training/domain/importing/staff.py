"""What one row of a staff list says of somebody and of one of their posts."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from core.columns import YES_OR_NO, Cells, Column
from training.domain.importing import words
from training.domain.requirements import WHOLE_TIME, Position
from training.domain.terms import Sector, StaffGroup

COLUMNS = (
    Column(
        "payroll_number", "the number that tells people of one organisation apart", required=True,
        also=(
            "payroll no", "payroll", "employee number", "employee no", "employee id",
            "staff number", "staff id", "personnel number", "assignment number", "person number",
        ),
    ),
    Column(
        "name", "the person's name", required=True,
        also=("full name", "employee name", "staff name", "display name"),
    ),
    Column(
        "email", "where they get e-mail",
        also=("e-mail", "email address", "e-mail address", "work email"),
    ),
    Column(
        "organisation", "the organisation's name; may be left out by whoever works for only one",
        also=("organization", "employer", "organisation name"),
    ),
    Column(
        "team", "the team",
        also=("team name", "department", "directorate", "service", "service area", "division"),
    ),
    Column(
        "sector", "such as housing, health or adult social care", required=True,
        also=("service sector", "sector name"),
    ),
    Column(
        "staff_group", "such as front-line, manager, admin or volunteer", required=True,
        also=("group", "staff type", "employee group", "staff category"),
    ),
    Column(
        "role", "the role", also=("job title", "position title", "job", "position", "post title"),
    ),
    Column(
        "is_people_manager", "yes or no; empty means no for somebody new",
        also=("people manager", "manages people", "line manages", "is manager"),
    ),
    Column(
        "started_on", "the first day in the post, or with the organisation", required=True,
        also=(
            "start date", "started", "hire date", "date of hire", "date started", "date joined",
            "join date", "position start date", "assignment start date",
        ),
    ),
    Column(
        "ended_on", "the last day in the post",
        also=(
            "end date", "ended", "leaving date", "termination date", "last day", "date left",
            "position end date", "assignment end date",
        ),
    ),
    Column(
        "line_manager", "the payroll number of whoever manages them",
        also=(
            "line manager number", "line manager payroll number", "manager number", "manager id",
            "reports to", "supervisor number",
        ),
    ),
    Column(
        "fte", "the share of whole time, such as 0.6; empty means 1 for somebody new",
        also=("full time equivalent", "wte", "whole time equivalent", "contracted fte"),
    ),
)  # fmt: skip

EARLIEST_START = date(1950, 1, 1)
_AHEAD = timedelta(days=366)
_LATEST_END = date(2100, 12, 31)
_SECTOR_HINT = "Write a sector such as housing, health, education or council other"
_GROUP_HINT = "Write front-line, manager, specialist, reception admin, volunteer, agency or student"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """Somebody in a post as a row says it; what the row does not say is ``None`` or empty."""

    row: int
    payroll_number: str
    name: str
    sector: Sector
    staff_group: StaffGroup
    started_on: date
    ended_on: date | None = None
    email: str = ""
    team: str = ""
    role: str = ""
    is_people_manager: bool | None = None
    line_manager: str = ""
    fte: Decimal | None = None

    def position(self, organisation_id: UUID, before: Position | None) -> Position:
        """Answer the post's position; what the row does not say is as it was ``before``."""
        manages = before.is_people_manager if before else False
        return Position(
            organisation_id=organisation_id,
            sector=self.sector,
            staff_group=self.staff_group,
            is_people_manager=manages if self.is_people_manager is None else self.is_people_manager,
            team=self.team or (before.team if before else ""),
            role=self.role or (before.role if before else ""),
            fte=self.fte or (before.fte if before else WHOLE_TIME),
        )


def read(cells: Cells, *, today: date) -> StaffLine | None:
    """Read a row; ``None`` where its cells are wrong or contradict one another, and noted."""
    number = cells.text("payroll_number", longest=32, required=True)
    name = cells.text("name", longest=120, required=True)
    sector = cells.choice("sector", words.SECTORS, required=True, hint=_SECTOR_HINT)
    group = cells.choice("staff_group", words.STAFF_GROUPS, required=True, hint=_GROUP_HINT)
    started_on = cells.day("started_on", required=True)
    ended_on = cells.day("ended_on")
    line = StaffLine(
        row=cells.number,
        payroll_number=number,
        name=name,
        sector=sector or Sector.COUNCIL_OTHER,
        staff_group=group or StaffGroup.FRONT_LINE,
        started_on=started_on or date.min,
        ended_on=ended_on,
        email=cells.text("email", longest=254),
        team=cells.text("team", longest=80),
        role=cells.text("role", longest=80),
        is_people_manager=cells.choice("is_people_manager", YES_OR_NO, hint="Write yes or no"),
        line_manager=cells.text("line_manager", longest=32),
        fte=cells.decimal("fte", most=1),
    )
    if started_on:
        _check_days(cells, started_on, ended_on, today)
    return None if cells.errors else line


def _check_days(cells: Cells, started_on: date, ended_on: date | None, today: date) -> None:
    if started_on < EARLIEST_START:
        cells.fail("started_on", f"Is before {EARLIEST_START:%Y-%m-%d}")
    elif started_on > today + _AHEAD:
        cells.fail("started_on", "Lies more than a year ahead")
    if ended_on and ended_on < started_on:
        cells.fail("ended_on", "Is before the first day in the post")
    elif ended_on and ended_on > _LATEST_END:
        cells.fail("ended_on", f"Is after {_LATEST_END:%Y-%m-%d}")
