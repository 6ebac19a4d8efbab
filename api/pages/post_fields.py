"""The fields of a post, which several forms have."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from api.pages.forms import Form, options
from api.pages.training_words import choices
from core.scope import Scope
from training.domain.requirements import WHOLE_TIME
from training.domain.terms import Sector, StaffGroup
from training.queries.line_managers import payroll_number_of, staff_by_number
from training.services.careers import PostDetails

_LONGEST_SHARE = 8


async def post_values(
    form: Form, organisation_id: UUID, *, scope: Scope, first_day: str = "started_on"
) -> dict[str, Any]:
    """Answer what was typed of a post, by the names of ``PostDetails``."""
    return {
        "team": form.text("team", "a team", longest=80, optional=True),
        "sector": form.choice("sector", "a sector", Sector),
        "staff_group": form.choice("staff_group", "a staff group", StaffGroup),
        "role": form.text("role", "a role", longest=80, optional=True),
        "is_people_manager": form.typed.get("is_people_manager") == "yes",
        "fte": _share(form),
        "line_manager_id": await _line_manager(form, organisation_id, scope),
        "started_on": form.day(first_day, "the first day"),
        "ended_on": form.optional_day("ended_on", "the last day"),
    }


def _share(form: Form) -> Decimal:
    typed = form.typed.get("fte", "")
    try:
        if len(typed) <= _LONGEST_SHARE and typed.isascii():
            return Decimal(typed or WHOLE_TIME)
    except InvalidOperation:
        pass
    form.fail("fte", "The share of whole time must be a number, like 1 or 0.6")
    return WHOLE_TIME


async def _line_manager(form: Form, organisation_id: UUID, scope: Scope) -> UUID | None:
    """Answer who has the payroll number that was typed; the field has the id's name."""
    number = form.text("line_manager_id", "a payroll number", longest=32, optional=True)
    if not number or form.errors:
        return None
    found = await staff_by_number(number, organisation_id=organisation_id, scope=scope)
    if found is None:
        form.fail("line_manager_id", "Nobody in this organisation has that payroll number")
    return found


async def typed_post(details: PostDetails, *, scope: Scope) -> dict[str, str]:
    """Answer what the fields hold before anything is typed."""
    return {
        "team": details.team,
        "role": details.role,
        "sector": details.sector,
        "staff_group": details.staff_group,
        "is_people_manager": "yes" if details.is_people_manager else "",
        "fte": f"{details.fte.normalize():f}",
        "line_manager_id": await payroll_number_of(details.line_manager_id, scope=scope),
        **day_parts("started_on", details.started_on),
        **day_parts("ended_on", details.ended_on),
    }


def day_parts(field: str, day: date | None) -> dict[str, str]:
    """Answer the three boxes of a day; nothing for none."""
    if day is None:
        return {}
    return {
        f"{field}-day": str(day.day),
        f"{field}-month": str(day.month),
        f"{field}-year": str(day.year),
    }


def post_choices(typed: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Answer what can be selected of a post."""
    group = typed.get("staff_group", "")
    return {
        "sectors": options(choices(Sector), typed.get("sector", ""), blank="Select a sector"),
        "staff_groups": options(choices(StaffGroup), group, blank="Select a staff group"),
    }
