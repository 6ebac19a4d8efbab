"""Who learns of a changed session by text, and whom somebody has to ring (G8)."""

from dataclasses import dataclass
from datetime import timedelta

from core.scope import Actor
from messaging.queries.about import Notice, TextsAbout, texts_about
from programmes import reminders
from programmes.queries.cohorts import SessionView, own_cohort_ids
from programmes.services.session_plans import ChangePlan

_AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Told:
    """One person who is or was expected; without a ``notice`` somebody has to ring."""

    name: str
    had_a_text: bool
    notice: Notice | None


async def texts_of(plan: ChangePlan, *, by: Actor) -> TextsAbout:
    """Answer the texts about the sessions that a plan moves, before it is saved or after."""
    after = {move.session_id: move.revision + 1 for move in plan.moves if move.session_id}
    own = await own_cohort_ids(scope=by.scope)
    return await texts_about(after, scope=by.scope, own_cohorts=own)


async def names_of_had(plan: ChangePlan, texts: TextsAbout, *, by: Actor) -> list[str]:
    """Answer who may have had a text with the time as it was, first name and initial (D10)."""
    sessions = [move.session_id for move in plan.moves if move.session_id]
    labels = await reminders.labels_for(sessions, texts.had, scope=by.scope)
    return sorted(labels.people.values())


async def who_is_told(session: SessionView, *, by: Actor) -> list[Told]:
    """Answer who is or was expected at a session, those to ring first."""
    facts = await reminders.due_of(
        sessions=[session.id], people=(), starts_from=session.starts_at,
        starts_until=session.starts_at + _AT_ONCE, scope=by.scope,
    )  # fmt: skip
    texts = await texts_about(
        {session.id: session.revision},
        scope=by.scope,
        own_cohorts=await own_cohort_ids(scope=by.scope),
    )
    people = {fact.participant_id for fact in facts} | texts.had
    labels = await reminders.labels_for([session.id], people, scope=by.scope)
    told = [
        Told(name, person in texts.had, texts.notices.get(person))
        for person, name in labels.people.items()
    ]
    return sorted(told, key=lambda one: (one.notice is not None, not one.had_a_text, one.name))
