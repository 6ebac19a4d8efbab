"""The wordings of texts, with what the discreet check says of each."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from core import database
from core.errors import ForbiddenError, NotFoundError
from core.pagination import Cursor, Page
from core.scope import Permission, Scope
from messaging.domain.lint import FindingKind
from messaging.domain.terms import RuleKind
from messaging.domain.wording import Terms

_TEMPLATE = (
    "SELECT t.id, t.name, t.language, t.kind, t.body, t.version, t.findings, t.saved_by,"
    " t.saved_at, t.allowed_by, t.allowed_at, t.allowed_reason,"
    " (SELECT COUNT(*) FROM reminder_rules r JOIN message_templates own ON own.id = r.template"
    " WHERE own.name = t.name AND r.active) AS used_by"
    " FROM message_templates t"
)
_SEES = (Permission.MANAGE_TEMPLATES, Permission.VIEW_MESSAGES, Permission.MANAGE_REQUIREMENTS)


@dataclass(frozen=True, slots=True)
class Noted:
    """What the check found when a wording was saved; ``key`` is the same in any rendering."""

    kind: FindingKind
    words: str
    key: str


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A wording in one language; ``used_by`` counts the active rules that have its name."""

    id: UUID
    name: str
    language: str
    kind: RuleKind
    body: str
    version: int
    findings: tuple[Noted, ...]
    saved_by: UUID | None
    saved_at: datetime
    allowed_by: UUID | None
    allowed_at: datetime | None
    allowed_reason: str
    used_by: int

    @property
    def is_usable(self) -> bool:
        """Tell whether texts may go out with it: nothing was found, or somebody else allowed it."""
        return not self.findings or self.allowed_by is not None

    def terms(self, *, may_ask: bool) -> Terms:
        """Answer what a text with this wording may say."""
        allowed = frozenset(one.key for one in self.findings if self.allowed_by is not None)
        return Terms(self.language, allowed, may_ask)


async def templates(*, scope: Scope, cursor: Cursor) -> Page[TemplateView]:
    """Answer the wordings of the installation, oldest first.

    Raises:
        ForbiddenError: the person has nothing to do with texts.
    """
    _require_to_see(scope)
    after = cursor.after_id()
    condition = QueryString("t.id > {}", after) if after else QueryString("(1 = 1)")
    rows = await database.run(
        _TEMPLATE + " WHERE {} ORDER BY t.id LIMIT {}", condition, cursor.limit + 1
    )
    return cursor.page([view_of(row) for row in rows], lambda view: (view.id,))


async def template(template_id: UUID, *, scope: Scope) -> TemplateView:
    """Answer one wording.

    Raises:
        ForbiddenError: the person has nothing to do with texts.
        NotFoundError: there is none with this id.
    """
    _require_to_see(scope)
    rows = await database.run(_TEMPLATE + " WHERE t.id = {}", template_id)
    if not rows:
        raise NotFoundError
    return view_of(rows[0])


async def templates_for(kind: RuleKind | None, *, scope: Scope) -> tuple[TemplateView, ...]:
    """Answer the wordings that a rule may have, of one kind or all, by name and language.

    Raises:
        ForbiddenError: the person has nothing to do with texts.
    """
    _require_to_see(scope)
    condition = QueryString("t.kind = {}", kind.value) if kind else QueryString("(1 = 1)")
    rows = await database.run(_TEMPLATE + " WHERE {} ORDER BY t.name, t.language", condition)
    return tuple(view_of(row) for row in rows)


def _require_to_see(scope: Scope) -> None:
    if not any(scope.has(permission) for permission in _SEES):
        raise ForbiddenError


def noted(stored: Any) -> tuple[Noted, ...]:
    """Answer the findings of a stored wording."""
    rows: Sequence[dict[str, str]] = json.loads(stored) if isinstance(stored, str) else stored
    return tuple(Noted(FindingKind(row["kind"]), row["words"], row["key"]) for row in rows)


def view_of(row: database.Row) -> TemplateView:
    """Answer a wording from its row."""
    return TemplateView(
        id=row["id"], name=row["name"], language=row["language"], kind=RuleKind(row["kind"]),
        body=row["body"], version=row["version"], findings=noted(row["findings"]),
        saved_by=row["saved_by"], saved_at=row["saved_at"], allowed_by=row["allowed_by"],
        allowed_at=row["allowed_at"], allowed_reason=row["allowed_reason"],
        used_by=int(row.get("used_by") or 0),
    )  # fmt: skip
