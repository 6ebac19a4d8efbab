"""Sends nothing: says on the console that a text would have gone out."""

from collections.abc import Sequence
from datetime import datetime

from core import log
from core.ids import new_id
from core.scope import Side
from messaging.domain.failures import Verdict
from messaging.gateways.base import Answer, Outgoing, Sent

_LOG = log.get(__name__)


class ConsoleGateway:
    """Accepts every text; neither number nor wording reaches the log (G17)."""

    def sender_for(self, side: Side | None) -> str:  # noqa: ARG002 - the same for all
        """Answer a name that no provider knows."""
        return "console"

    async def send(self, message: Outgoing) -> Answer:
        """Accept the text."""
        sid = f"CONSOLE{new_id().hex}"
        _LOG.info("text_shown_on_console", sid=sid, characters=len(message.body))
        return Answer(Verdict.ACCEPTED, sid=sid, status="accepted")

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Sent]:  # noqa: ARG002 - keeps nothing
        """Answer nothing: it keeps no records."""
        return ()

    async def fetch(self, sid: str) -> Sent | None:  # noqa: ARG002 - keeps nothing
        """Answer nothing: it keeps no records."""
        return None

    async def redact(self, sid: str) -> None:
        """Do nothing: it keeps no records."""

    async def close(self) -> None:
        """Do nothing: it holds no connection."""
