"""Where a person may add something: the sides and organisations to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from accounts.queries import OrganisationView, organisations
from api.pages.case_words import SIDES
from api.pages.forms import Form, options
from core.scope import Permission, Scope, Side


@dataclass(frozen=True, slots=True)
class Places:
    """The sides and organisations of one permission; what leaves no choice is not asked."""

    sides: tuple[Side, ...]
    organisations: tuple[OrganisationView, ...]

    def side(self, form: Form) -> Side:
        """Answer the chosen side, or the only one."""
        return self.sides[0] if len(self.sides) == 1 else form.choice("side", "a side", Side)

    def organisation_id(self, form: Form) -> UUID:
        """Answer the chosen organisation, or the only one."""
        if len(self.organisations) == 1:
            return self.organisations[0].id
        return form.id("organisation_id", "an organisation")

    def choices(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Answer the items to choose from, for the page; empty where there is no choice."""
        sides = [(side.value, SIDES[side]) for side in self.sides]
        known = [(str(item.id), item.name) for item in self.organisations]
        return {
            "sides": options(sides, typed.get("side", "")) if len(sides) > 1 else [],
            "organisations": options(
                known, typed.get("organisation_id", ""), blank="Choose an organisation"
            )
            if len(known) > 1
            else [],
        }


async def places(permission: Permission, *, scope: Scope) -> Places:
    """Answer where the permission holds."""
    sides = tuple(side for side in Side if scope.covers_side(permission, side))
    known = await organisations(scope=scope)
    return Places(
        sides,
        tuple(
            item
            for item in known
            if any(scope.covers(permission, side=side, organisation_id=item.id) for side in sides)
        ),
    )


def typed_day(field: str, value: date | None) -> dict[str, str]:
    """Answer a day as the three boxes of a date field hold it."""
    if value is None:
        return {}
    return {
        f"{field}-day": str(value.day),
        f"{field}-month": str(value.month),
        f"{field}-year": str(value.year),
    }
