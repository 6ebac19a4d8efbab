"""A provider that nothing is sent through: it has records of texts, and may be out of reach."""

from collections.abc import Sequence
from datetime import datetime

from core.scope import Side
from messaging.domain.failures import Verdict
from messaging.gateways.base import Answer, GatewayError, Outgoing, Sent

SENDER = "+447700900999"


class RecordsGateway:
    """Answers from ``records``; ``asked`` counts the calls, and ``down`` makes each of them fail.

    ``missing`` are ids that its list does not show yet, ``stubborn`` ids and numbers that it fails
    for whenever it is asked about them.
    """

    def __init__(self, *records: Sent) -> None:
        self.records = list(records)
        self.asked = 0
        self.down = False
        self.missing: set[str] = set()
        self.stubborn: set[str] = set()

    def sender_for(self, side: Side | None) -> str:
        return SENDER

    async def send(self, message: Outgoing) -> Answer:
        return Answer(Verdict.NOT_SENT)

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Sent]:
        self._ask(number)
        return [
            one
            for one in self.records
            if one.to == number and one.created_at >= since and one.sid not in self.missing
        ]

    async def fetch(self, sid: str) -> Sent | None:
        self._ask(sid)
        return next((one for one in self.records if one.sid == sid), None)

    async def redact(self, sid: str) -> None:
        self._ask(sid)
        self.records = [
            Sent(one.sid, one.to, one.sender, "", one.status, one.error_code, one.created_at)
            if one.sid == sid
            else one
            for one in self.records
        ]

    async def close(self) -> None:
        pass

    def _ask(self, about: str) -> None:
        self.asked += 1
        if self.down or about in self.stubborn:
            raise GatewayError("out of reach")
