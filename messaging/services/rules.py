"""The active rules, with the wordings that texts may go out with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import clock, database
from core.scope import Side
from messaging.domain import wording
from messaging.domain.schedule import Offset
from messaging.domain.terms import AlertKind, RuleKind
from messaging.domain.wording import STRICT, Terms
from messaging.queries.templates import TemplateView, view_of
from messaging.services import alerts
from messaging.tables import MessageTemplate, MessagingAlert, ReminderRule


@dataclass(frozen=True, slots=True)
class Rule:
    """An active rule as the planner needs it.

    ``wordings`` holds those that may be used, per language, of which the rule's own is the one in
    ``language``. ``active_since`` is when it was switched on: what fell due before is never sent.
    """

    id: UUID
    organisation_id: UUID
    side: Side | None
    programme_id: UUID | None
    offset: Offset
    kind: RuleKind
    active_since: datetime
    language: str
    wordings: Mapping[str, TemplateView]
    asks: bool = False

    def words(self, language: str, starts_at: datetime) -> str | None:
        """Answer what it says in a language, in its own where it has no other.

        ``None`` where no wording may be used, or it names what there is not (G11, G12).
        """
        found = self._wording(language)
        return wording.compose(found.body, starts_at, found.language) if found else None

    def terms(self, language: str) -> Terms:
        """Answer what ``words`` may say in a language."""
        found = self._wording(language)
        return found.terms(may_ask=self.asks) if found else STRICT

    def _wording(self, language: str) -> TemplateView | None:
        return self.wordings.get(language) or self.wordings.get(self.language)


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule to try; its id is a new one where it is not kept yet."""

    id: UUID
    organisation_id: UUID
    side: Side | None
    programme_id: UUID | None
    kind: RuleKind
    offset: Offset
    template_id: UUID
    asks: bool


async def active_rules() -> tuple[Rule, ...]:
    """Answer the active rules with their wording in every language it is kept in."""
    rows = await ReminderRule.select(
        *ReminderRule.all_columns(),
        ReminderRule.template.name.as_alias("template_name"),
        ReminderRule.template.language.as_alias("language"),
    ).where(ReminderRule.active == True)  # noqa: E712 - SQL
    if not rows:
        return ()
    known = [view_of(row) for row in await MessageTemplate.select()]
    return tuple(_rule(row, known) for row in rows)


async def tried(trial: Trial) -> Rule:
    """Answer a rule as it would be if it were switched on now, whether or not it is kept."""
    own = await MessageTemplate.select().where(MessageTemplate.id == trial.template_id)
    row = {
        "id": trial.id, "organisation": trial.organisation_id, "side": trial.side,
        "programme": trial.programme_id, "kind": trial.kind, "asks": trial.asks,
        "days_before": trial.offset.days_before, "at": trial.offset.at,
        "hours_before": trial.offset.hours_before, "active_since": clock.now(),
        "template_name": own[0]["name"], "language": own[0]["language"],
    }  # fmt: skip
    named = MessageTemplate.select().where(MessageTemplate.name == own[0]["name"])
    return _rule(row, [view_of(one) for one in await named])


def _rule(row: database.Row, known: Sequence[TemplateView]) -> Rule:
    return Rule(
        id=row["id"],
        organisation_id=row["organisation"],
        side=Side(row["side"]) if row["side"] else None,
        programme_id=row["programme"],
        offset=Offset(row["days_before"], row["at"], row["hours_before"]),
        kind=RuleKind(row["kind"]),
        active_since=row["active_since"],
        language=row["language"],
        wordings={
            one.language: one for one in known if one.name == row["template_name"] and one.is_usable
        },
        asks=bool(row["asks"]),
    )


async def report_broken() -> int:
    """Alert once to each wording of an active rule that no text can go out with; count them.

    The texts of such a rule are held; those of all others go on.
    """
    names = {
        row["template.name"]
        for row in await ReminderRule.select(ReminderRule.template.name).where(
            ReminderRule.active == True  # noqa: E712 - SQL
        )
    }
    broken = [
        view.id
        for view in map(view_of, await MessageTemplate.select())
        if view.name in names and not _can_be_sent(view)
    ]
    if not broken:
        return 0
    open_alerts = {
        row["subject"]
        for row in await MessagingAlert.select(MessagingAlert.subject).where(
            MessagingAlert.kind == AlertKind.TEMPLATE_BROKEN, MessagingAlert.settled_at.is_null()
        )
    }
    for template_id in broken:
        if str(template_id) not in open_alerts:
            await alerts.raise_alert(AlertKind.TEMPLATE_BROKEN, template_id)
    return len(broken)


def _can_be_sent(view: TemplateView) -> bool:
    return view.is_usable and not wording.mistakes(view.body, view.language, view.kind)
