"""Payloads of staff, their posts and who has left."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from api.schemas.base import In, Name, Out
from api.schemas.compliance import ItemOut
from training.domain.requirements import Position
from training.domain.terms import LeaverDecision, Sector, StaffGroup
from training.queries.leavers import ProposalView
from training.queries.own import OwnTraining, Report
from training.queries.people import PostView, StaffView
from training.services.careers import PostDetails
from training.services.staff import StaffDetails

Line = Annotated[str, msgspec.Meta(max_length=80)]
PayrollNumber = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
Email = Annotated[str, msgspec.Meta(max_length=254)]
Fte = Annotated[float, msgspec.Meta(gt=0, le=1)]
D = TypeVar("D", bound=PostDetails)


class PostFields(In, frozen=True, kw_only=True):
    """What a post that is added says of itself."""

    team: Line = ""
    sector: Sector
    staff_group: StaffGroup
    role: Line = ""
    is_people_manager: bool = False
    fte: Fte = 1.0
    line_manager_id: UUID | None = None
    started_on: date
    ended_on: date | None = None


class StaffIn(PostFields, frozen=True, kw_only=True):
    """A member of staff to add, with a first post."""

    payroll_number: PayrollNumber
    name: Name
    email: Email = ""
    organisation_id: UUID

    def details(self) -> StaffDetails:
        """Answer it as the service takes it."""
        values = msgspec.structs.asdict(self)
        del values["organisation_id"]
        return StaffDetails(**_exact(values))


class PostIn(PostFields, frozen=True, kw_only=True):
    """Another post to give to somebody."""

    version: int

    def details(self) -> PostDetails:
        """Answer it as the service takes it."""
        values = msgspec.structs.asdict(self)
        del values["version"]
        return PostDetails(**_exact(values))


class PositionPatch(In, frozen=True, kw_only=True):
    """What to change of a post; what is left out stays."""

    version: int
    team: Line | UnsetType = UNSET
    sector: Sector | UnsetType = UNSET
    staff_group: StaffGroup | UnsetType = UNSET
    role: Line | UnsetType = UNSET
    is_people_manager: bool | UnsetType = UNSET
    fte: Fte | UnsetType = UNSET
    line_manager_id: UUID | UnsetType | None = UNSET

    def on_top_of(self, details: D, **more: object) -> D:
        """Answer the details with what is to change."""
        given = {**msgspec.structs.asdict(self), **more}
        changes: dict[str, Any] = {
            field: value
            for field, value in given.items()
            if value is not UNSET and field not in {"version", "on"}
        }
        return replace(details, **_exact(changes))


class PostPatch(PositionPatch, frozen=True, kw_only=True):
    """What to correct of a post; what is left out stays."""

    started_on: date | UnsetType = UNSET
    ended_on: date | UnsetType | None = UNSET


class RoleChangeIn(PositionPatch, frozen=True, kw_only=True):
    """The post that one changes into from a day; what is left out stays as it was."""

    on: date
    ended_on: date | None = None

    def details(self, old: PostDetails) -> PostDetails:
        """Answer the new post as the service takes it."""
        return self.on_top_of(old, started_on=self.on)


class StaffPatch(PostPatch, frozen=True, kw_only=True):
    """What to correct of a member of staff and the post that stands for them."""

    payroll_number: PayrollNumber | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET

    def applied_to(self, person: StaffView) -> StaffDetails:
        """Answer the person's details with what is to change."""
        return self.on_top_of(StaffDetails.of(person))


class LeaveIn(In, frozen=True, kw_only=True):
    """The last day in all posts."""

    version: int
    ended_on: date


class AccountLinkIn(In, frozen=True, kw_only=True):
    """The e-mail of the account to link, or null for none any more."""

    version: int
    email: Email | None


def _exact(values: dict[str, Any]) -> dict[str, Any]:
    """Answer the values with the share of whole time as a decimal."""
    return {**values, "fte": Decimal(str(values["fte"]))} if "fte" in values else values


class PostOut(Out, frozen=True, kw_only=True):
    """A post; ``follows`` is the one that it changed from."""

    id: UUID
    team: str
    sector: Sector
    staff_group: StaffGroup
    role: str
    is_people_manager: bool
    fte: float
    line_manager_id: UUID | None
    follows: UUID | None
    started_on: date
    ended_on: date | None

    @classmethod
    def of(cls, view: PostView) -> Self:
        """Shape a post."""
        return cls(
            id=view.post.id,
            line_manager_id=view.line_manager_id,
            follows=view.post.follows,
            started_on=view.post.started_on,
            ended_on=view.post.ended_on,
            **_position(view.post.position),
        )


def _position(position: Position) -> dict[str, Any]:
    return {
        "team": position.team,
        "sector": position.sector,
        "staff_group": position.staff_group,
        "role": position.role,
        "is_people_manager": position.is_people_manager,
        "fte": float(position.fte),
    }


class StaffOut(Out, frozen=True, kw_only=True):
    """A member of staff with the post that stands for them today, and all posts."""

    id: UUID
    payroll_number: str
    name: str
    email: str
    organisation_id: UUID
    team: str
    sector: Sector
    staff_group: StaffGroup
    role: str
    is_people_manager: bool
    fte: float
    line_manager_id: UUID | None
    started_on: date
    ended_on: date | None
    posts: list[PostOut]
    has_account: bool
    version: int

    @classmethod
    def of(cls, view: StaffView) -> Self:
        """Shape a member of staff."""
        return cls(
            id=view.id,
            payroll_number=view.payroll_number,
            name=view.name,
            email=view.email,
            organisation_id=view.organisation_id,
            line_manager_id=view.line_manager_id,
            started_on=view.post.started_on,
            ended_on=view.post.ended_on,
            posts=[PostOut.of(post) for post in view.posts],
            has_account=view.account_id is not None,
            version=view.version,
            **_position(view.post.position),
        )


class LeaverProposalOut(Out, frozen=True, kw_only=True):
    """Somebody in post who was missing from a full list of staff."""

    id: UUID
    staff_id: UUID
    name: str
    payroll_number: str
    organisation: str
    proposed_at: datetime

    @classmethod
    def of(cls, view: ProposalView) -> Self:
        """Shape a proposal."""
        return cls(
            id=view.id,
            staff_id=view.staff_id,
            name=view.name,
            payroll_number=view.payroll_number,
            organisation=view.organisation_name,
            proposed_at=view.proposed_at,
        )


class LeaverDecisionIn(In, frozen=True, kw_only=True):
    """Whether somebody has left, with their last day, or stays."""

    decision: LeaverDecision
    ended_on: date | None = None


class ReportOut(Out, frozen=True, kw_only=True):
    """Somebody whom one manages, with what has lapsed or lapses within 90 days."""

    staff_id: UUID
    name: str
    items: list[ItemOut]

    @classmethod
    def of(cls, report: Report) -> Self:
        """Shape somebody whom one manages."""
        return cls(
            staff_id=report.staff_id,
            name=report.name,
            items=[ItemOut.of(item) for item in report.items],
        )


class OwnTrainingOut(Out, frozen=True, kw_only=True):
    """What one must hold oneself, and those whom one manages."""

    staff_id: UUID
    as_of: date
    items: list[ItemOut]
    reports: list[ReportOut]

    @classmethod
    def of(cls, own: OwnTraining, as_of: date) -> Self:
        """Shape one's own training."""
        return cls(
            staff_id=own.person.id,
            as_of=as_of,
            items=[ItemOut.of(item) for item in own.items],
            reports=[ReportOut.of(report) for report in own.reports],
        )
