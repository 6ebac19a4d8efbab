"""Sends nothing: says on the console that a text would have gone out."""

from core import log
from core.ids import new_id
from messaging.gateways.base import Answer, Outgoing, Verdict

_LOG = log.get(__name__)


class ConsoleGateway:
    """Accepts every text; neither number nor wording reaches the log (G17)."""

    async def send(self, message: Outgoing) -> Answer:
        """Accept the text."""
        sid = f"CONSOLE{new_id().hex}"
        _LOG.info("text_shown_on_console", sid=sid, characters=len(message.body))
        return Answer(Verdict.ACCEPTED, sid=sid)
