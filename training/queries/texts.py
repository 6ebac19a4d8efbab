"""Whether and where a member of staff is reminded of training by text."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core import database
from core.errors import NotFoundError
from core.scope import Scope
from training.queries.areas import staff_in_scope


@dataclass(frozen=True, slots=True)
class StaffTexts:
    """A member of staff's number for reminders, and when they agreed to get them."""

    staff_id: UUID
    organisation_id: UUID
    number: str | None
    agreed_on: date | None
    version: int


async def staff_texts(staff_id: UUID, *, scope: Scope) -> StaffTexts:
    """Answer where somebody is reminded.

    Raises:
        NotFoundError: there is none in the scope.
    """
    rows = await database.run(
        "SELECT id, organisation, number, texts_agreed_on, version FROM staff WHERE id = {} AND {}",
        staff_id,
        staff_in_scope(scope=scope),
    )
    if not rows:
        raise NotFoundError
    row = rows[0]
    return StaffTexts(
        row["id"], row["organisation"], row["number"], row["texts_agreed_on"], row["version"]
    )
