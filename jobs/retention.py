"""Looks which records are past the time for which they are kept, and closes them out (D13).

Of this only texts are emptied by themselves (``jobs.provider``): for the rest whoever keeps the
service looks at the dry run and then says so.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from core import clock
from core.phone import MobileNumber
from core.scope import SYSTEM, Permission, Scope
from core.settings import Settings
from core.tables import Upload
from messaging.services import forgetting, purging
from programmes.domain.retention import RecordClass, programme_cases
from programmes.queries.numbers import numbers_held_alone
from programmes.queries.retention import due_cases, people_on_hold
from programmes.services import retention

UPLOADS_KEPT_FOR = timedelta(days=1)
Progress = Callable[[int, int], None]
"""Is told how many are done, of how many."""


async def dry_run(settings: Settings, *, scope: Scope) -> tuple[RecordClass, ...]:
    """Answer each class of records with how many are past their time; nothing is changed.

    Texts and uploads are not counted by organisation, so only whoever runs them all is told of
    those.
    """
    years = settings.retention_case_years
    cases = programme_cases(await due_cases(scope=scope, years=years), years=years)
    if scope.covers(Permission.MANAGE_ACCOUNTS, side=None, organisation_id=None):
        return (cases, await _texts(), await _uploads())
    return (cases,)


async def apply(settings: Settings, *, progress: Progress) -> int:
    """Close out everybody whose time is over, and remove old texts and uploads.

    Answers how many people were closed out. One transaction a person, so that it can be stopped
    and begun again at any moment.
    """
    years = settings.retention_case_years
    cases = [case for case in await due_cases(scope=SYSTEM.scope, years=years) if not case.on_hold]
    closed = 0
    for done, case in enumerate(cases, 1):
        hashes = await _hashes(case.participant_id, settings)
        closed += await retention.close_out(
            case.participant_id, years=years, also=partial(forgetting.forget, hashes=hashes),
            by=SYSTEM,
        )  # fmt: skip
        progress(done, len(cases))
    await purging.purge(on_hold=await people_on_hold(scope=SYSTEM.scope))
    await Upload.delete().where(Upload.uploaded_at < clock.now() - UPLOADS_KEPT_FOR)
    return closed


async def _hashes(participant_id: UUID, settings: Settings) -> list[str]:
    numbers = await numbers_held_alone(participant_id, scope=SYSTEM.scope)
    return [MobileNumber(number).keyed_hash(settings.key_bytes) for number in numbers]


async def _texts() -> RecordClass:
    """Answer the texts that the service is about to empty; it does so by itself every hour."""
    past = await purging.past(on_hold=await people_on_hold(scope=SYSTEM.scope))
    return RecordClass(
        name="Numbers and words of texts", kept_for=f"{purging.KEPT_DAYS} days", due=past.due,
        on_hold=past.on_hold,
        oldest_on=clock.london(past.oldest_at).date() if past.oldest_at else None,
    )  # fmt: skip


async def _uploads() -> RecordClass:
    rows = await Upload.select(Upload.uploaded_at).where(
        Upload.uploaded_at < clock.now() - UPLOADS_KEPT_FOR
    )
    days = [clock.london(row["uploaded_at"]).date() for row in rows]
    return RecordClass(
        name="Uploaded spreadsheets", kept_for="1 day", due=len(days), on_hold=0,
        oldest_on=min(days, default=None),
    )  # fmt: skip
