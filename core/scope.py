"""Who may see and do what: every query takes a ``Scope``, every service an ``Actor``."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core.errors import ForbiddenError


class Side(StrEnum):
    """The two kinds of people a programme is for; their records are kept apart (D1)."""

    PERPETRATOR = "perpetrator"
    SURVIVOR = "survivor"


class Permission(StrEnum):
    """One thing that a grant lets somebody do within its area."""

    VIEW_CASES = "view_cases"
    MANAGE_PROGRAMMES = "manage_programmes"
    MANAGE_COHORTS = "manage_cohorts"
    MANAGE_PEOPLE = "manage_people"
    MARK_REGISTERS = "mark_registers"
    CORRECT_LATE = "correct_late"
    CHECK_WELFARE = "check_welfare"
    IMPORT_CASES = "import_cases"
    EXPORT_PEOPLE = "export_people"
    MANAGE_LINKS = "manage_links"
    KEEP_APART = "keep_apart"
    MANAGE_FUNDING = "manage_funding"
    VIEW_PROGRAMME_REPORTS = "view_programme_reports"
    PUBLISH_REPORTS = "publish_reports"
    VIEW_PUBLISHED_REPORTS = "view_published_reports"
    VIEW_MESSAGES = "view_messages"
    DECIDE_MESSAGES = "decide_messages"
    MANAGE_TEMPLATES = "manage_templates"
    PAUSE_MESSAGES = "pause_messages"
    VIEW_STAFF = "view_staff"
    MANAGE_STAFF = "manage_staff"
    MANAGE_REQUIREMENTS = "manage_requirements"
    MANAGE_COURSES = "manage_courses"
    RECORD_TRAINING = "record_training"
    VIEW_AUDIT = "view_audit"
    MANAGE_ACCOUNTS = "manage_accounts"


@dataclass(frozen=True, slots=True)
class Area:
    """Where one permission holds.

    ``side`` is ``None`` for what has no side (staff, accounts); ``organisation_id`` is ``None``
    for all organisations; ``own_only`` narrows it to the cohorts that the person facilitates,
    ``caseload_only`` to the people whose worker they are.
    """

    permission: Permission
    side: Side | None = None
    organisation_id: UUID | None = None
    own_only: bool = False
    caseload_only: bool = False

    def covers(self, *, side: Side | None, organisation_id: UUID | None) -> bool:
        """Tell whether a row of ``side`` in the organisation lies in this area."""
        return self.side == side and self.organisation_id in (None, organisation_id)


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas that one account may see; nothing outside them exists for it."""

    account_id: UUID | None
    areas: frozenset[Area]

    def has(self, permission: Permission) -> bool:
        """Tell whether the permission holds anywhere."""
        return any(area.permission is permission for area in self.areas)

    def within(self, permission: Permission) -> tuple[Area, ...]:
        """Answer the areas in which the permission holds, in a fixed order."""
        return tuple(
            sorted(
                (area for area in self.areas if area.permission is permission),
                key=lambda area: (
                    str(area.side),
                    str(area.organisation_id),
                    area.own_only,
                    area.caseload_only,
                ),
            )
        )

    def covers(
        self, permission: Permission, *, side: Side | None, organisation_id: UUID | None
    ) -> bool:
        """Tell whether the permission holds for a row of ``side`` in the organisation."""
        return any(
            area.covers(side=side, organisation_id=organisation_id)
            for area in self.within(permission)
        )

    def organisation_for(self, permission: Permission, side: Side | None) -> UUID | None:
        """Answer the one organisation where the permission holds; ``None`` if not just one."""
        found = {area.organisation_id for area in self.within(permission) if area.side == side}
        return found.pop() if len(found) == 1 else None

    def covers_side(self, permission: Permission, side: Side | None) -> bool:
        """Tell whether the permission holds for any row of ``side``."""
        return any(area.side == side for area in self.within(permission))

    def sides(self) -> frozenset[Side]:
        """Answer the sides whose cases this scope can see."""
        return frozenset(
            area.side for area in self.within(Permission.VIEW_CASES) if area.side is not None
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person's account, or the system itself (``account_id`` is ``None``)."""

    account_id: UUID | None
    name: str
    scope: Scope

    def require(
        self,
        permission: Permission,
        *,
        side: Side | None = None,
        organisation_id: UUID | None = None,
    ) -> None:
        """Refuse unless the permission holds there.

        Raises:
            ForbiddenError: the person lacks it in this area.
        """
        if not self.scope.covers(permission, side=side, organisation_id=organisation_id):
            raise ForbiddenError


SYSTEM = Actor(
    account_id=None,
    name="the service itself",
    scope=Scope(
        account_id=None,
        areas=frozenset(
            Area(permission=permission, side=side)
            for permission in Permission
            for side in (None, *Side)
        ),
    ),
)
"""The scheduler and the commands: everything, everywhere, written as such in the audit."""
