"""A spreadsheet that a manager of the demonstration has begun to bring, with rows to correct."""

from datetime import timedelta
from uuid import UUID

from core import clock, uploads
from core.scope import Actor, Scope
from core.spreadsheets import Sheet

_HEADER = ("Client ref", "Side", "Programme", "Referred by", "Referral date", "Worker")


async def bring(account_id: UUID, *, programme: str) -> None:
    """Keep a file of referrals for its preview, as if this person had just sent it."""
    today = clock.today()

    def row(number: int, *, days_ago: int, source: str) -> tuple[str, ...]:
        day = f"{today - timedelta(days=days_ago):%d/%m/%Y}"
        return (f"HL-{number}", "survivor", programme, source, day, "")

    rows = (
        row(2101, days_ago=12, source="Police"),
        row(2102, days_ago=9, source="GP"),
        row(2103, days_ago=9, source="Self"),
        ("HL-2104", "survivor", programme, "IDVA", f"{today:%d/%m/%y}", ""),
        row(2105, days_ago=4, source="Neighbour"),
        row(2106, days_ago=2, source="Housing"),
    )
    actor = Actor(account_id, "a manager", Scope(account_id, frozenset()))
    await uploads.keep(Sheet((_HEADER, *rows)), kind="referrals", by=actor)
