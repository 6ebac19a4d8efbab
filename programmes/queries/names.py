"""What groups, programmes and people are called, for lists that other rooms keep by id."""

from collections.abc import Collection
from uuid import UUID

from core import database
from core.scope import Scope
from programmes.queries import visibility
from programmes.queries.progress import first_name_and_initial


async def names_of(ids: Collection[UUID], *, scope: Scope) -> dict[UUID, str]:
    """Answer a group's code, a programme's name, and "First name + initial" of a person (D10).

    Whatever the scope may not see has no name.
    """
    if not ids:
        return {}
    wanted = database.in_list(sorted(ids))
    cohorts = await database.run(
        "SELECT c.id, c.code FROM cohorts c WHERE c.id IN {} AND {}",
        wanted,
        visibility.cohorts(scope),
    )
    programmes = await database.run(
        "SELECT g.id, g.name FROM programmes g WHERE g.id IN {} AND {}",
        wanted,
        visibility.programmes(scope),
    )
    people = await database.run(
        "SELECT p.id, p.given_name, p.family_name, p.preferred_name FROM participants p"
        " WHERE p.id IN {} AND {}",
        wanted,
        visibility.participants(scope),
    )
    return {
        **{row["id"]: row["code"] for row in cohorts},
        **{row["id"]: row["name"] for row in programmes},
        **{row["id"]: first_name_and_initial(row) for row in people},
    }
