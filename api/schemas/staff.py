"""Payloads of staff and their posts."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from api.schemas.base import In, Name, Out
from training.domain.terms import Sector, StaffGroup
from training.queries.people import StaffView
from training.services.staff import StaffDetails

Line = Annotated[str, msgspec.Meta(max_length=80)]
PayrollNumber = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class StaffIn(In, frozen=True, kw_only=True):
    """A member of staff to add."""

    payroll_number: PayrollNumber
    name: Name
    organisation_id: UUID
    team: Line = ""
    sector: Sector
    staff_group: StaffGroup
    role: Line = ""
    is_people_manager: bool = False
    started_on: date
    ended_on: date | None = None

    def details(self) -> StaffDetails:
        """Answer it as the service takes it."""
        values = msgspec.structs.asdict(self)
        del values["organisation_id"]
        return StaffDetails(**values)


class StaffPatch(In, frozen=True, kw_only=True):
    """What to change of a member of staff; what is left out stays."""

    version: int
    payroll_number: PayrollNumber | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    team: Line | UnsetType = UNSET
    sector: Sector | UnsetType = UNSET
    staff_group: StaffGroup | UnsetType = UNSET
    role: Line | UnsetType = UNSET
    is_people_manager: bool | UnsetType = UNSET
    started_on: date | UnsetType = UNSET
    ended_on: date | UnsetType | None = UNSET

    def applied_to(self, person: StaffView) -> StaffDetails:
        """Answer the person's details with what is to change."""
        changes: dict[str, Any] = {
            field: value
            for field, value in msgspec.structs.asdict(self).items()
            if value is not UNSET and field != "version"
        }
        return replace(StaffDetails.of(person), **changes)


class StaffOut(Out, frozen=True, kw_only=True):
    """A member of staff."""

    id: UUID
    payroll_number: str
    name: str
    organisation_id: UUID
    team: str
    sector: Sector
    staff_group: StaffGroup
    role: str
    is_people_manager: bool
    started_on: date
    ended_on: date | None
    version: int

    @classmethod
    def of(cls, view: StaffView) -> "StaffOut":
        """Shape a member of staff."""
        return cls(
            id=view.id,
            payroll_number=view.payroll_number,
            name=view.name,
            organisation_id=view.organisation_id,
            team=view.post.position.team,
            sector=view.post.position.sector,
            staff_group=view.post.position.staff_group,
            role=view.post.position.role,
            is_people_manager=view.post.position.is_people_manager,
            started_on=view.post.started_on,
            ended_on=view.post.ended_on,
            version=view.version,
        )
