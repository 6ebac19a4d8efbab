"""Sets when absences of people under one mandate are reviewed in an organisation (2.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from core import audit, database
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission
from programmes.domain.absences import ReviewRule
from programmes.domain.terms import Mandate
from programmes.queries.reviews import RuleView, absence_rules
from programmes.services.fields import range_fault, refuse, stale_version
from programmes.tables import AbsenceRule


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to set, with the version that was read; 0 while the default holds."""

    organisation_id: UUID
    mandate: Mandate
    rule: ReviewRule
    version: int


async def save(new: NewRule, *, by: Actor) -> int:
    """Set the rule of one mandate and answer its new version; reviews that are open stay.

    Raises:
        InvalidInputError: a number is out of range.
        NotFoundError: the organisation is not one whose programmes this person manages.
        StaleVersionError: somebody else changed it in the meantime.
    """
    before = await _stored(new, by)
    refuse(_faults(new.rule))
    async with database.transaction():
        rule_id = await (_insert(new) if new.version == 0 else _update(new))
        if rule_id is None:
            raise await stale_version(await _id_of(new), by=by)
        await audit.record(
            "absence_rule_saved", by=by, subject_type=audit.Subject.ABSENCE_RULE,
            subject=rule_id, organisation_id=new.organisation_id,
            before=_shape(before.rule), after={"mandate": new.mandate, **_shape(new.rule)},
        )  # fmt: skip
    return new.version + 1


async def _stored(new: NewRule, by: Actor) -> RuleView:
    if not by.scope.has(Permission.MANAGE_PROGRAMMES):
        by.require(Permission.MANAGE_PROGRAMMES)
    for view in await absence_rules(scope=by.scope):
        if (view.organisation_id, view.mandate) == (new.organisation_id, new.mandate):
            return view
    raise NotFoundError


def _faults(rule: ReviewRule) -> Iterable[FieldError | None]:
    yield range_fault("after_unacceptable", rule.after_unacceptable, 1, 50)
    yield range_fault("after_consecutive", rule.after_consecutive, 1, 50)
    yield range_fault("act_within_working_days", rule.act_within_working_days, 1, 60)


async def _insert(new: NewRule) -> UUID | None:
    """Insert the first rule of a mandate; ``None`` where somebody was faster."""
    rows = await database.run(
        "INSERT INTO absence_rules (id, organisation, mandate, after_unacceptable,"
        " after_consecutive, act_within_working_days, version) VALUES {}"
        " ON CONFLICT (organisation, mandate) DO NOTHING RETURNING id",
        database.values_list(
            [(new_id(), new.organisation_id, new.mandate.value, *_numbers(new.rule), 1)]
        ),
    )
    return _id(rows)


async def _update(new: NewRule) -> UUID | None:
    unacceptable, consecutive, days = _numbers(new.rule)
    rows = await (
        AbsenceRule.update(
            {
                AbsenceRule.after_unacceptable: unacceptable,
                AbsenceRule.after_consecutive: consecutive,
                AbsenceRule.act_within_working_days: days,
                AbsenceRule.version: new.version + 1,
            }
        )
        .where(
            AbsenceRule.organisation == new.organisation_id,
            AbsenceRule.mandate == new.mandate,
            AbsenceRule.version == new.version,
        )
        .returning(AbsenceRule.id)
    )
    return _id(rows)


async def _id_of(new: NewRule) -> UUID:
    """Answer the stored rule's id; one that nobody has if there is none."""
    rows = await AbsenceRule.select(AbsenceRule.id).where(
        AbsenceRule.organisation == new.organisation_id, AbsenceRule.mandate == new.mandate
    )
    return _id(rows) or new_id()


def _id(rows: list[database.Row]) -> UUID | None:
    found: UUID | None = rows[0]["id"] if rows else None
    return found


def _numbers(rule: ReviewRule) -> tuple[int | None, int | None, int]:
    return rule.after_unacceptable, rule.after_consecutive, rule.act_within_working_days


def _shape(rule: ReviewRule) -> dict[str, int | None]:
    return {
        "after_unacceptable": rule.after_unacceptable,
        "after_consecutive": rule.after_consecutive,
        "act_within_working_days": rule.act_within_working_days,
    }
