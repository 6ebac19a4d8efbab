"""Days in London, told in SQL: SQLite reckons summer time itself."""

from datetime import UTC, datetime, timedelta

from core import clock, database
from core.ids import new_id
from programmes.tables import Participant
from tests.factories_programmes import make_participant

CHANGES = (
    "1996-03-31", "1997-10-26", "2024-03-31", "2024-10-27", "2026-03-29", "2026-10-25",
    "2027-03-28", "2027-10-31", "2037-10-25",
)  # fmt: skip
"""Last Sundays of March and October, on which clocks change at 01:00 UTC."""
AROUND = (-25, -24, -1, 0, 1, 22, 23, 24)
"""Hours from that change; the seconds beside each are tried as well."""


async def test_a_day_in_london_is_the_same_in_sql(db: None) -> None:
    changes = [datetime.fromisoformat(day).replace(hour=1, tzinfo=UTC) for day in CHANGES]
    around = [
        at + timedelta(hours=hours, seconds=seconds)
        for at in [*changes, datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC)]
        for hours in AROUND
        for seconds in (-1, 0)
    ]
    person = await make_participant()
    row = (await Participant.select().where(Participant.id == person))[0]
    made = [
        Participant(**{**row, "id": new_id(), "created_at": at, "born_on": clock.london(at).date()})
        for at in around
    ]
    await Participant.insert(*made)

    found = await database.run(
        "SELECT p.created_at, p.born_on,"
        f" {database.london_day('p.created_at')} AS day,"
        f" p.created_at >= {database.london_midnight('p.born_on')} AS has_begun,"
        f" p.created_at < {database.london_midnight('p.born_on', days=1)} AS is_not_over"
        " FROM participants p WHERE p.born_on IS NOT NULL"
    )

    assert len(found) == len(around)
    wrong = [
        row
        for row in found
        if str(row["day"]) != str(row["born_on"]) or not (row["has_begun"] and row["is_not_over"])
    ]
    assert wrong == []
