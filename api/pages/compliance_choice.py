"""What pages of compliance were asked to show, as their addresses say it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from accounts.queries import OrganisationView
from api.pages.forms import options
from api.pages.rendering import AnyRequest
from api.pages.training_words import in_words
from core import clock
from core.errors import FieldError, InvalidInputError, NotFoundError
from core.scope import Scope
from training.domain.requirements import EVERYBODY, Section
from training.domain.terms import Sector, StaffGroup
from training.queries.catalogue import RequirementView, every_requirement
from training.queries.sections import (
    asked_of_staff,
    checked_day,
    organisations_of_staff,
    within,
)

NO_TEAM = "(not recorded)"
"""Stands in an address for staff without a team, because an empty choice means any."""

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A day, which requirements, and a section of the staff."""

    day: date
    typed_day: str
    errors: tuple[FieldError, ...] = ()
    requirement: UUID | None = None
    mandatory_only: bool = True
    section: Section = EVERYBODY

    @property
    def status(self) -> int:
        """Answer the status with which the page is shown."""
        return 400 if self.errors else 200

    async def asked(self, *, scope: Scope) -> tuple[RequirementView, ...]:
        """Answer the requirements chosen."""
        return await asked_of_staff(
            scope=scope, requirement_id=self.requirement, mandatory_only=self.mandatory_only
        )

    async def scope(self, scope: Scope) -> Scope:
        """Answer the scope over the organisation chosen, if any; not found where it is not seen."""
        return await within(self.section.organisation_id, scope=scope)

    def about(self, section: Section, requirement: UUID | None) -> "Choice":
        """Answer the same for another section and requirement."""
        return replace(self, section=section, requirement=requirement)

    def href(self, path: str, **others: object) -> str:
        """Answer the address of a page that shows this choice, and with what else it needs."""
        section = self.section
        wanted = {
            "requirement": self.requirement,
            "organisation": section.organisation_id,
            "team": NO_TEAM if section.team == "" else section.team,
            "sector": section.sector,
            "staff_group": section.staff_group,
            "which": None if self.mandatory_only else "all",
            "as_of": self.day.isoformat(),
            **others,
        }
        return f"{path}?{urlencode({key: value for key, value in wanted.items() if value})}"


def choice_of(request: AnyRequest) -> Choice:
    """Read the address of a page; what no link of ours leads to is not found."""
    asked = request.query_params
    day, errors = _day(asked.get("as_of", ""))
    team = asked.get("team") or None
    return Choice(
        day=day,
        typed_day=asked.get("as_of", "") or day.isoformat(),
        errors=errors,
        requirement=_id(asked.get("requirement", "")),
        mandatory_only=asked.get("which") != "all",
        section=Section(
            organisation_id=_id(asked.get("organisation", "")),
            team="" if team == NO_TEAM else team,
            sector=one_of(Sector, asked.get("sector", "")),
            staff_group=one_of(StaffGroup, asked.get("staff_group", "")),
        ),
    )


def one_of(kind: type[E], code: str) -> E | None:
    """Answer the choice of that code, ``None`` for an empty one."""
    try:
        return kind(code) if code else None
    except ValueError:
        raise NotFoundError from None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFoundError from None


def _day(text: str) -> tuple[date, tuple[FieldError, ...]]:
    """Answer the day that an address names, today for none, and what is wrong with it."""
    try:
        return checked_day(date.fromisoformat(text)) if text else clock.today(), ()
    except InvalidInputError as error:
        return clock.today(), tuple(error.errors)
    except ValueError:
        return clock.today(), (FieldError("as_of", "Enter a real date, like 2026-03-27"),)


async def filters(choice: Choice, *, scope: Scope) -> dict[str, Any]:
    """Answer what the form above the figures shows, from what this person may see."""
    organisations = await organisations_of_staff(scope=scope)
    requirements = await every_requirement(scope=scope)
    return {
        "choice": choice,
        "errors": choice.errors,
        "status": choice.status,
        "organisations": _organisations(organisations, choice),
        "organisation": _name(organisations, choice.section.organisation_id),
        "requirements": options(
            [(str(view.id), view.name) for view in requirements],
            str(choice.requirement or ""), blank="All requirements",
        ),
        "requirement": _name(requirements, choice.requirement),
        "which": options(
            [("", "Mandatory requirements"), ("all", "Recommended ones too")],
            "" if choice.mandatory_only else "all",
        ),
    }  # fmt: skip


def section_words(section: Section) -> str:
    """Answer the section in words, apart from its organisation."""
    parts = []
    if section.team is not None:
        parts.append(section.team or "No team recorded")
    parts += [in_words(code) for code in (section.sector, section.staff_group) if code]
    return ", ".join(parts)


def _organisations(found: Iterable[OrganisationView], choice: Choice) -> list[dict[str, Any]]:
    seen = [(str(one.id), one.name) for one in found]
    chosen = str(choice.section.organisation_id or "")
    return options(seen, chosen, blank="All organisations") if len(seen) > 1 else []


def _name(found: Iterable[OrganisationView | RequirementView], id: UUID | None) -> str:
    return next((one.name for one in found if one.id == id), "")
