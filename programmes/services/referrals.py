"""Records referrals, what changes of them by hand, and what their referrers are told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import audit, clock, database
from core.errors import FieldError, NotFoundError
from core.ids import new_id
from core.scope import Actor
from programmes.domain.amendments import Change, changes, needs_reason
from programmes.domain.case_terms import Consent, ToldReferrer
from programmes.domain.terms import Mandate, ReferralSource, ReferralStatus
from programmes.errors import ReferralOpenError
from programmes.queries.programmes import programme
from programmes.queries.referrals import ReferralView, referral
from programmes.services import reach
from programmes.services.fields import (
    past_fault,
    reference_taken,
    refuse,
    stale_version,
    text_fault,
)
from programmes.tables import Referral, ReferralAmendment, ReferralMove, ReferrerUpdate

LONGEST: dict[str, int] = {
    "reference": 40, "referrer_name": 120, "referrer_agency": 120, "referrer_contact": 200,
    "reason": 4000,
}  # fmt: skip
"""How many characters each text of a referral may have."""


@dataclass(frozen=True, slots=True)
class ReferralDetails:
    """What is written down of a referral, whoever it is about."""

    source: ReferralSource
    mandate: Mandate
    received_on: date
    mandate_ends_on: date | None = None
    reference: str = ""
    referrer_name: str = ""
    referrer_agency: str = ""
    referrer_contact: str = ""
    consent: Consent = Consent.NOT_RECORDED
    consent_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the referrer was told, by whomever it was who answered."""

    told: ToldReferrer
    on: date
    whom: str = ""


async def add_referral(
    participant_id: UUID, programme_id: UUID, details: ReferralDetails, *, by: Actor
) -> UUID:
    """Record a referral of a person to a programme of their side and answer its id.

    Raises:
        ReferralOpenError: the person has an open one to this programme.
        ReferenceTakenError: another referral to this programme has the reference.
    """
    person = await reach.person_to_change(participant_id, by=by)
    wanted = await programme(programme_id, scope=by.scope)
    if (wanted.side, wanted.organisation_id) != (person.side, person.organisation_id):
        raise NotFoundError
    refuse(_faults(details))
    row = Referral(
        id=new_id(), participant=participant_id, programme=programme_id,
        status=ReferralStatus.RECEIVED, created_at=clock.now(), **_columns(details),
    )  # fmt: skip
    async with database.transaction():
        with database.refusing(
            Referral,
            one_open_referral_per_programme=ReferralOpenError(),
            one_referral_per_reference=reference_taken(),
        ):
            await row.save()
        await ReferralMove(
            referral=row.id, to_status=ReferralStatus.RECEIVED, moved_on=details.received_on,
            moved_by=by.account_id, moved_at=clock.now(),
        ).save()  # fmt: skip
        await audit.record(
            "referral_added", by=by, subject_type=audit.Subject.REFERRAL, subject=row.id,
            side=person.side, organisation_id=person.organisation_id,
        )  # fmt: skip
    return row.id


async def amend(
    referral_id: UUID, details: ReferralDetails, *, version: int, why: str = "", by: Actor
) -> None:
    """Change what is written down of a referral; where it stands is moved, not amended.

    Each field is kept as it was, with ``why``, which only what was not recorded goes without.

    Raises:
        InvalidInputError: a field is not valid, or something recorded changes and nobody says why.
        ReferenceTakenError: another referral to this programme has the reference.
        StaleVersionError: somebody else changed it in the meantime.
    """
    view = await referral_to_change(referral_id, by=by)
    columns = _columns(details)
    found = changes(_columns(details_of(view)), columns)
    if view.version != version:
        raise await stale_version(referral_id, by=by)
    refuse([*_faults(details), _why_fault(why, found)])
    async with database.transaction():
        with database.refusing(Referral, one_referral_per_reference=reference_taken()):
            touched = await (
                Referral.update(database.assignments({**columns, "version": version + 1}))
                .where(Referral.id == referral_id, Referral.version == version)
                .returning(Referral.id)
            )
        if not touched:
            raise await stale_version(referral_id, by=by)
        await _keep(referral_id, found, why, by=by)
        await audit.record(
            "referral_changed", by=by, subject_type=audit.Subject.REFERRAL, subject=referral_id,
            side=view.side, organisation_id=view.organisation_id,
            after={"changed": sorted(change.field for change in found)},
        )  # fmt: skip


def _why_fault(why: str, found: Sequence[Change]) -> FieldError | None:
    if needs_reason(found) and not why.strip():
        return FieldError("amendment_reason", "Enter why what was recorded changes")
    return text_fault("amendment_reason", why, longest=200, required=False)


async def _keep(referral_id: UUID, found: Iterable[Change], why: str, *, by: Actor) -> None:
    for change in found:
        await ReferralAmendment(
            referral=referral_id, field=change.field, old_value=change.before,
            new_value=change.after, reason=why.strip(), amended_by=by.account_id,
            amended_at=clock.now(),
        ).save()  # fmt: skip


async def tell_referrer(referral_id: UUID, told: Told, *, by: Actor) -> UUID:
    """Record what the referrer was told (S16, standards 27 and 28) and answer the line's id."""
    view = await referral_to_change(referral_id, by=by)
    refuse(
        [
            past_fault("told_on", told.on),
            early_fault("told_on", told.on, view),
            text_fault("told_whom", told.whom, longest=120, required=False),
        ]
    )
    row = ReferrerUpdate(
        id=new_id(), referral=referral_id, told=told.told, told_on=told.on,
        told_whom=told.whom.strip(), recorded_by=by.account_id, recorded_at=clock.now(),
    )  # fmt: skip
    async with database.transaction():
        await row.save()
        await audit.record(
            "referrer_told", by=by, subject_type=audit.Subject.REFERRAL, subject=referral_id,
            side=view.side, organisation_id=view.organisation_id,
            after={"told": told.told, "told_on": told.on},
        )  # fmt: skip
    return row.id


async def referral_to_change(referral_id: UUID, *, by: Actor) -> ReferralView:
    """Answer a referral of a person whom ``by`` may change.

    Raises:
        NotFoundError: it is not there, or not visible.
        ForbiddenError: it may only be looked at.
    """
    view = await referral(referral_id, scope=by.scope)
    await reach.person_to_change(view.participant_id, by=by)
    return view


def early_fault(field: str, day: date, view: ReferralView) -> FieldError | None:
    """Answer that a day lies before the referral came in, or ``None``."""
    if day >= view.received_on:
        return None
    return FieldError(field, f"The referral was received on {view.received_on:%d %B %Y}")


def details_of(view: ReferralView) -> ReferralDetails:
    """Answer what is written down of a referral now."""
    return ReferralDetails(
        **{field: getattr(view, field) for field in ReferralDetails.__dataclass_fields__}
    )


def _faults(details: ReferralDetails) -> Iterator[FieldError | None]:
    yield past_fault("received_on", details.received_on)
    yield past_fault("consent_on", details.consent_on)
    for field, longest in LONGEST.items():
        yield text_fault(
            field, getattr(details, field), longest=longest, required=False, lines=field == "reason"
        )
    if details.consent is Consent.NOT_RECORDED and details.consent_on:
        yield FieldError("consent", "Select whether the person agreed")
    if details.mandate_ends_on and details.mandate is Mandate.VOLUNTARY:
        yield FieldError("mandate_ends_on", "Leave this out where the person comes voluntarily")
    if details.mandate_ends_on and details.mandate_ends_on < details.received_on:
        yield FieldError("mandate_ends_on", "Enter a day after the referral was received")


def _columns(details: ReferralDetails) -> dict[str, Any]:
    texts = {field: getattr(details, field).strip() for field in LONGEST}
    codes = {field: getattr(details, field).value for field in ("source", "mandate", "consent")}
    return {**asdict(details), **texts, **codes}
