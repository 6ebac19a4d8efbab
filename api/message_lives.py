"""Composes the life of a text with what the other rooms know of its person and its session."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core import audit
from core.errors import NotFoundError
from core.scope import Actor
from messaging.queries import MessageView, message
from messaging.queries.life import LifeView, life
from messaging.queries.pressing import MOST, PressingView, pressing
from programmes.queries.cohorts import own_cohort_ids
from programmes.reminders import Labels, labels_for
from programmes.services.viewing import viewed


@dataclass(frozen=True, slots=True)
class Pressing:
    """The texts that need a person, with their labels; ``is_cut`` where there may be more."""

    items: tuple[PressingView, ...]
    labels: Labels
    is_cut: bool


async def life_of(message_id: UUID, *, by: Actor) -> tuple[LifeView, Labels]:
    """Answer what happened to one text, and how its person and session are named; audited.

    Raises:
        NotFoundError: it is not there, or not visible, or its person is hidden (D7).
    """
    own = await own_cohort_ids(scope=by.scope)
    found = await life(message_id, scope=by.scope, own_cohorts=own)
    view = found.message
    labels = await labels_for({view.subject_id}, {view.recipient_id}, scope=by.scope)
    if view.recipient_id not in labels.people:
        raise NotFoundError
    await viewed(
        audit.Subject.MESSAGE, view.id, side=view.side, organisation_id=view.organisation_id, by=by
    )
    return found, labels


async def own_for_deciding(message_id: UUID, *, by: Actor) -> frozenset[UUID]:
    """Answer the cohorts that the person facilitates, once it is sure that they see the text.

    Raises:
        NotFoundError: it is not there, or not visible, or its person is hidden (D7).
    """
    own = await own_cohort_ids(scope=by.scope)
    view = await message(message_id, scope=by.scope, own_cohorts=own)
    labels = await labels_for({view.subject_id}, {view.recipient_id}, scope=by.scope)
    if view.recipient_id not in labels.people:
        raise NotFoundError
    return own


async def shown(
    views: Sequence[MessageView], *, by: Actor
) -> tuple[tuple[MessageView, ...], Labels]:
    """Answer the texts of people who are not hidden from the reader (D7), and their labels."""
    labels = await labels_for(
        {view.subject_id for view in views}, {view.recipient_id for view in views}, scope=by.scope
    )
    return tuple(view for view in views if view.recipient_id in labels.people), labels


async def pressing_for(actor: Actor) -> Pressing:
    """Answer the texts that need this person; those of hidden people are left out (D7)."""
    own = await own_cohort_ids(scope=actor.scope)
    found = await pressing(scope=actor.scope, own_cohorts=own)
    labels = await labels_for(
        {one.message.subject_id for one in found},
        {one.message.recipient_id for one in found},
        scope=actor.scope,
    )
    return Pressing(
        tuple(one for one in found if one.message.recipient_id in labels.people),
        labels,
        is_cut=len(found) == MOST,
    )
