"""Roles, what each may do, and the scope that an account's grants add up to.

Source: domain.md 2.7 and api.md 3.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.scope import Area, Permission, Scope, Side


class Role(StrEnum):
    """What somebody does; codes as in api.md 3."""

    FACILITATOR = "facilitator"
    PROGRAMME_MANAGER = "programme_manager"
    PARTNER_LINK_WORKER = "partner_link_worker"
    SAFETY_LEAD = "safety_lead"
    WORKFORCE_LEAD = "workforce_lead"
    TRAINING_ADMIN = "training_admin"
    COMMISSIONER = "commissioner"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class GrantSide(StrEnum):
    """The side or sides of a grant; ``none`` for roles that touch no case."""

    PERPETRATOR = "perpetrator"
    SURVIVOR = "survivor"
    BOTH = "both"
    NONE = "none"

    def sides(self) -> tuple[Side | None, ...]:
        """Answer the sides that the grant opens; ``(None,)`` for what has no side."""
        if self is GrantSide.BOTH:
            return tuple(Side)
        if self is GrantSide.NONE:
            return (None,)
        return (Side(self.value),)


CASE_WORKERS = frozenset({Role.FACILITATOR, Role.PROGRAMME_MANAGER})
"""Roles that change cases; nobody holds them on both sides."""

ALLOWED_SIDES: Mapping[Role, frozenset[GrantSide]] = {
    Role.FACILITATOR: frozenset({GrantSide.PERPETRATOR, GrantSide.SURVIVOR}),
    Role.PROGRAMME_MANAGER: frozenset({GrantSide.PERPETRATOR, GrantSide.SURVIVOR}),
    Role.PARTNER_LINK_WORKER: frozenset({GrantSide.BOTH}),
    Role.SAFETY_LEAD: frozenset({GrantSide.BOTH}),
    Role.WORKFORCE_LEAD: frozenset({GrantSide.NONE}),
    Role.TRAINING_ADMIN: frozenset({GrantSide.NONE}),
    Role.COMMISSIONER: frozenset({GrantSide.PERPETRATOR, GrantSide.SURVIVOR, GrantSide.BOTH}),
    Role.AUDITOR: frozenset({GrantSide.NONE}),
    Role.ADMINISTRATOR: frozenset({GrantSide.NONE}),
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.FACILITATOR: frozenset(
        {
            Permission.VIEW_CASES,
            Permission.MANAGE_COHORTS,
            Permission.MANAGE_PEOPLE,
            Permission.MARK_REGISTERS,
            Permission.CHECK_WELFARE,
            Permission.VIEW_PROGRAMME_REPORTS,
            Permission.VIEW_MESSAGES,
            Permission.DECIDE_MESSAGES,
        }
    ),
    Role.PROGRAMME_MANAGER: frozenset(
        {
            Permission.VIEW_CASES,
            Permission.MANAGE_PROGRAMMES,
            Permission.MANAGE_COHORTS,
            Permission.MANAGE_PEOPLE,
            Permission.MARK_REGISTERS,
            Permission.CORRECT_LATE,
            Permission.CHECK_WELFARE,
            Permission.IMPORT_CASES,
            Permission.EXPORT_PEOPLE,
            Permission.MANAGE_FUNDING,
            Permission.VIEW_PROGRAMME_REPORTS,
            Permission.PUBLISH_REPORTS,
            Permission.VIEW_MESSAGES,
            Permission.DECIDE_MESSAGES,
        }
    ),
    Role.PARTNER_LINK_WORKER: frozenset(
        {Permission.VIEW_CASES, Permission.CHECK_WELFARE, Permission.MANAGE_LINKS}
    ),
    Role.SAFETY_LEAD: frozenset(
        {
            Permission.VIEW_CASES,
            Permission.CHECK_WELFARE,
            Permission.EXPORT_PEOPLE,
            Permission.MANAGE_LINKS,
            Permission.KEEP_APART,
            Permission.VIEW_PROGRAMME_REPORTS,
            Permission.VIEW_MESSAGES,
            Permission.DECIDE_MESSAGES,
        }
    ),
    Role.WORKFORCE_LEAD: frozenset(
        {
            Permission.VIEW_STAFF,
            Permission.MANAGE_STAFF,
            Permission.MANAGE_REQUIREMENTS,
            Permission.MANAGE_COURSES,
            Permission.RECORD_TRAINING,
            Permission.PUBLISH_REPORTS,
        }
    ),
    Role.TRAINING_ADMIN: frozenset(
        {Permission.VIEW_STAFF, Permission.MANAGE_COURSES, Permission.RECORD_TRAINING}
    ),
    Role.COMMISSIONER: frozenset({Permission.VIEW_PUBLISHED_REPORTS}),
    Role.AUDITOR: frozenset({Permission.VIEW_AUDIT}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_ACCOUNTS,
            Permission.VIEW_AUDIT,
            Permission.PAUSE_MESSAGES,
            Permission.MANAGE_TEMPLATES,
        }
    ),
}


_OF_OWN_SURVIVORS = frozenset({Permission.VIEW_CASES, Permission.CHECK_WELFARE})
"""What a partner link worker may do for the survivors whose worker they are, and nobody else."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, on a side, in one organisation or, with ``None``, in all."""

    role: Role
    side: GrantSide
    organisation_id: UUID | None


def works_on(grants: Iterable[Grant]) -> frozenset[Side]:
    """Answer the sides whose cases somebody with these grants changes."""
    return frozenset(
        Side(grant.side.value)
        for grant in grants
        if grant.role in CASE_WORKERS and grant.side in ALLOWED_SIDES[Role.FACILITATOR]
    )


def scope_of(account_id: UUID, grants: Iterable[Grant]) -> Scope:
    """Answer the scope that the grants add up to."""
    return Scope(
        account_id=account_id,
        areas=frozenset(
            Area(
                permission=permission,
                side=side,
                organisation_id=grant.organisation_id,
                own_only=grant.role is Role.FACILITATOR,
                caseload_only=(
                    grant.role is Role.PARTNER_LINK_WORKER and permission in _OF_OWN_SURVIVORS
                ),
            )
            for grant in grants
            for permission in PERMISSIONS[grant.role]
            for side in grant.side.sides()
            if _opens(grant.role, permission, side)
        ),
    )


def _opens(role: Role, permission: Permission, side: Side | None) -> bool:
    """Tell whether a role's permission holds on a side: link workers see survivors' cases only."""
    if role is not Role.PARTNER_LINK_WORKER or permission not in _OF_OWN_SURVIVORS:
        return True
    return side is Side.SURVIVOR
