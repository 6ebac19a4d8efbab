"""What is paused in the demonstration service: the texts to one person of each side."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from core import clock
from core.demonstration import Ids, Rows
from core.scope import Side
from messaging.demo import Expected
from messaging.domain.terms import PauseOf
from messaging.tables import MessagingPause

_AGO = timedelta(days=3, hours=2)
_REASON = "New phone: wait until we have met"


async def load(expected: Sequence[Expected], *, managers: Mapping[Side, UUID], ids: Ids) -> None:
    """Insert the pauses, inside the current transaction."""
    rows = Rows(MessagingPause)
    for side, manager in managers.items():
        one = next((one for one in expected if one.side is side and one.number is None), None)
        if one is not None:
            rows.add(
                MessagingPause, id=ids.new(), paused=True, reason=_REASON, at=clock.now() - _AGO,
                actor=manager, pause_of=PauseOf.PERSON, subject=one.recipient_id,
                organisation=one.organisation_id, side=side,
            )  # fmt: skip
    await rows.insert()
