"""Which organisation a row means."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from accounts.queries import OrganisationView
from core.columns import Cells, folded

NOT_FOUND = "Not found"
"""All that is said of what belongs to another organisation, or is not there."""


class Places:
    """The organisations for which somebody imports, by name."""

    def __init__(self, known: Sequence[OrganisationView]) -> None:
        self._ids: defaultdict[str, list[UUID]] = defaultdict(list)
        for organisation in known:
            self._ids[folded(organisation.name)].append(organisation.id)
        self.ids = [organisation.id for organisation in known]
        self.only = known[0].id if len(known) == 1 else None

    def named(self, text: str) -> UUID | None:
        """Answer the organisation of that name; the only one where there is no name."""
        found = self._ids.get(folded(text), ()) if text else ()
        return found[0] if len(found) == 1 else None if text else self.only

    def of(self, cells: Cells) -> UUID | None:
        """Answer the organisation of a row; ``None`` where it names none or a wrong one, noted."""
        text = cells.text("organisation", longest=120)
        found = self.named(text)
        if found is None and not any(error.field == "organisation" for error in cells.errors):
            cells.fail(
                "organisation",
                NOT_FOUND if text else "Is empty, and you import for several organisations",
            )
        return found
