"""Composes a person's safe contact with what stops texts to its number, which is another room's."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from core import clock
from core.errors import InvalidInputError
from core.phone import MobileNumber, PhoneError, parse_mobile
from core.scope import SYSTEM, Actor
from core.settings import Settings
from messaging.domain.facts import Policy
from messaging.domain.terms import OPT_OUTS, BlockCause
from messaging.services import blocks, opt_outs
from messaging.services.opt_outs import Recipient
from programmes.queries.numbers import holders, rests
from programmes.queries.participants import safe_contact
from programmes.services import reach
from programmes.services import safe_contacts as services
from programmes.services.safe_contacts import ContactDetails
from training.queries.numbers import staff_with_number


@dataclass(frozen=True, slots=True)
class NumberStands:
    """Whether texts go to a person's number.

    ``is_off`` never tells why: an opt-out, a number of two people, one that is new or is no mobile
    look the same (M9). ``is_bad`` is what the network said of the number itself.
    """

    is_off: bool = False
    is_bad: bool = False


async def save(
    participant_id: UUID, details: ContactDetails, *, version: int, settings: Settings, by: Actor
) -> None:
    """Record a safe contact; a number that is confirmed anew may be tried again (M12)."""
    await services.save_safe_contact(
        participant_id, details, version=version, drama_numbers=settings.drama_numbers, by=by,
        confirmed=partial(_lift, causes=[BlockCause.BAD_NUMBER], settings=settings, by=by),
    )  # fmt: skip


async def texts_again(
    participant_id: UUID, confirmed_with: str, *, version: int, settings: Settings, by: Actor
) -> None:
    """Record that the person asked for texts again, which ends an opt-out of their number (M7)."""
    await services.confirm_again(
        participant_id, confirmed_with, version=version, by=by,
        confirmed=partial(_lift, causes=OPT_OUTS, settings=settings, by=by),
    )  # fmt: skip


async def stop_texts(participant_id: UUID, *, settings: Settings, by: Actor) -> None:
    """Stop all texts to a person's number at once, on every programme (M7).

    Raises:
        InvalidInputError: no number is recorded.
    """
    person = await reach.person_to_change(participant_id, by=by)
    number = (await safe_contact(participant_id, scope=by.scope)).number
    if not number:
        raise InvalidInputError.of("number", "There is no number to stop texts to")
    found = [one.participant_id for one in await holders(number, scope=SYSTEM.scope)]
    staff = await staff_with_number(number, scope=SYSTEM.scope)
    await opt_outs.stop(
        _hash(number, settings), Recipient(person.id, person.side, person.organisation_id),
        holders=[*found, *staff], by=by,
    )  # fmt: skip


async def number_stands(participant_id: UUID, *, settings: Settings, by: Actor) -> NumberStands:
    """Answer whether texts go to the number that is recorded of a visible person."""
    number = (await safe_contact(participant_id, scope=by.scope)).number
    if not number:
        return NumberStands()
    rested_since = clock.now() - timedelta(hours=Policy().number_rest_hours)
    hashed = _hash(number, settings)
    causes = (await blocks.causes_of([hashed])).get(hashed, frozenset())
    off = (
        not causes.isdisjoint(OPT_OUTS)
        or await rests(participant_id, changed_since=rested_since, scope=by.scope)
        or bool(await staff_with_number(number, scope=SYSTEM.scope))
        or not _is_mobile(number, settings)
    )
    return NumberStands(is_off=off, is_bad=not off and BlockCause.BAD_NUMBER in causes)


async def _lift(
    number: str, *, causes: Collection[BlockCause], settings: Settings, by: Actor
) -> None:
    await blocks.lift(_hash(number, settings), causes, by=by)


def _hash(number: str, settings: Settings) -> str:
    return MobileNumber(number).keyed_hash(settings.key_bytes)


def _is_mobile(number: str, settings: Settings) -> bool:
    try:
        parse_mobile(number, allow_drama=settings.drama_numbers)
    except PhoneError:
        return False
    return True
