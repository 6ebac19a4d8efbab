"""Records the services that are paid for, and whose they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor, Permission, Side
from programmes.queries.funding import AgreementView, agreement
from programmes.queries.programmes import programmes
from programmes.services.fields import organisation_fault, refuse, stale_version, text_fault
from programmes.tables import FundingAgreement

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)
_FREE_TEXT = frozenset({"note"})
"""What somebody may be named in, who could then never be taken out of the audit log."""


@dataclass(frozen=True, slots=True)
class AgreementDetails:
    """What is recorded of a service that is paid for."""

    service: str
    provider: str = ""
    programme_id: UUID | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    note: str = ""


async def add_agreement(
    organisation_id: UUID, side: Side | None, details: AgreementDetails, *, by: Actor
) -> UUID:
    """Add an agreement, of a side or, with ``None``, of the whole service; answer its id.

    Raises:
        InvalidInputError: a field is not valid.
        NotFoundError: the person manages no funding there.
    """
    require_managed(by, side, organisation_id)
    refuse(
        [
            await organisation_fault(organisation_id, by=by),
            await programme_fault(details.programme_id, side, organisation_id, by=by),
            *_agreement_faults(details),
        ]
    )
    added_id = new_id()
    async with database.transaction():
        await FundingAgreement(
            id=added_id, organisation=organisation_id, side=side.value if side else None,
            created_at=clock.now(), **_columns(details),
        ).save()  # fmt: skip
        await audit.record(
            "funding_added", by=by, subject_type=audit.Subject.FUNDING, subject=added_id,
            side=side, organisation_id=organisation_id, after={"service": details.service.strip()},
        )  # fmt: skip
    return added_id


async def change_agreement(
    agreement_id: UUID, details: AgreementDetails, *, version: int, by: Actor
) -> None:
    """Change what is recorded of an agreement; whose it is stays.

    Raises:
        InvalidInputError: a field is not valid.
        NotFoundError: it is not visible.
        StaleVersionError: somebody else changed it in the meantime.
    """
    found = await agreement(agreement_id, scope=by.scope)
    refuse(
        [
            await programme_fault(details.programme_id, found.side, found.organisation_id, by=by),
            *_agreement_faults(details),
        ]
    )
    columns = _columns(details)
    was = {
        "service": found.service, "provider": found.provider, "programme": found.programme_id,
        "starts_on": found.starts_on, "ends_on": found.ends_on, "note": found.note,
    }  # fmt: skip
    async with database.transaction():
        touched = await (
            FundingAgreement.update(database.assignments({**columns, "version": version + 1}))
            .where(FundingAgreement.id == agreement_id, FundingAgreement.version == version)
            .returning(FundingAgreement.id)
        )
        if not touched:
            raise await stale_version(agreement_id, by=by)
        before, after = audit.changed(was, columns, personal=_FREE_TEXT)
        await record_change("funding_changed", found, agreement_id, by, before=before, after=after)


def require_managed(by: Actor, side: Side | None, organisation_id: UUID) -> None:
    """Refuse whoever manages no funding there; what serves both sides is for managers of either.

    Raises:
        NotFoundError: somebody of the other side, or elsewhere, learns nothing of what is there.
    """
    if not any(
        by.scope.covers(Permission.MANAGE_FUNDING, side=one, organisation_id=organisation_id)
        for one in ([side] if side else Side)
    ):
        raise NotFoundError


def day_fault(field: str, day: date | None) -> FieldError | None:
    """Answer what is wrong with a day of a contract or a document, or ``None``."""
    if day is None or EARLIEST <= day <= LATEST:
        return None
    return FieldError(field, f"Enter a day from {EARLIEST.year} to {LATEST.year}")


async def programme_fault(
    programme_id: UUID | None, side: Side | None, organisation_id: UUID, *, by: Actor
) -> FieldError | None:
    """Answer that there is no such programme on this side, or ``None``."""
    known = {
        item.id
        for item in await programmes(scope=by.scope)
        if (item.side, item.organisation_id) == (side, organisation_id)
    }
    if programme_id is None or programme_id in known:
        return None
    return FieldError("programme_id", "Choose a programme of this side and organisation")


def _agreement_faults(details: AgreementDetails) -> Iterator[FieldError | None]:
    yield text_fault("service", details.service, longest=120)
    yield text_fault("provider", details.provider, longest=120, required=False)
    yield text_fault("note", details.note, longest=1000, required=False, lines=True)
    yield day_fault("starts_on", details.starts_on)
    yield day_fault("ends_on", details.ends_on)
    if details.starts_on and details.ends_on and details.ends_on < details.starts_on:
        yield FieldError("ends_on", "End on or after the first day")


def _columns(details: AgreementDetails) -> dict[str, Any]:
    return {
        "service": details.service.strip(), "provider": details.provider.strip(),
        "programme": details.programme_id, "starts_on": details.starts_on,
        "ends_on": details.ends_on, "note": details.note,
    }  # fmt: skip


async def record_change(
    action: str, of: AgreementView, subject: UUID, by: Actor, **values: dict[str, Any]
) -> None:
    """Write down a change of an agreement or of something in it; inside its transaction."""
    await audit.record(
        action, by=by, subject_type=audit.Subject.FUNDING, subject=subject, side=of.side,
        organisation_id=of.organisation_id, before=values.get("before"),
        after={**values.get("after", {}), "agreement": of.id},
    )  # fmt: skip
