"""What messaging asks of a way to send texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.scope import Side
from messaging.domain.failures import Verdict


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text to send; ``token`` correlates whatever the provider reports later."""

    to: str
    sender: str
    body: str
    token: str
    valid_for_seconds: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said at once.

    ``sid`` is its id of the text, where it accepted; ``http_status`` is 0 where there was no
    answer; ``retry_after_seconds`` is what it asked for, else ``None``.
    """

    verdict: Verdict
    sid: str | None = None
    status: str = ""
    error_code: int = 0
    http_status: int = 0
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One text as the provider's own records have it; ``body`` is empty once it is redacted."""

    sid: str
    to: str
    sender: str
    body: str
    status: str
    error_code: int
    created_at: datetime


class SmsGateway(Protocol):
    """Sends one text, once; never retries by itself."""

    def sender_for(self, side: Side | None) -> str:
        """Answer the number, name or service that texts to a side, or to staff, come from."""
        ...

    async def send(self, message: Outgoing) -> Answer:
        """Try to send, and answer what is known; raises nothing."""
        ...

    async def sent_to(self, number: str, *, since: datetime) -> Sequence[Sent]:
        """Answer the texts to a number that the provider's records hold, newest first.

        Raises:
            GatewayError: the provider did not answer.
        """
        ...

    async def fetch(self, sid: str) -> Sent | None:
        """Answer one text by its id; ``None`` where the provider knows none.

        Raises:
            GatewayError: the provider did not answer.
        """
        ...

    async def redact(self, sid: str) -> None:
        """Empty the provider's copy of the words (M15).

        Raises:
            GatewayError: the provider did not do it.
        """
        ...

    async def close(self) -> None:
        """Let go of connections; called once, at the end."""
        ...


class GatewayError(Exception):
    """The provider could not be asked; nothing was sent by asking."""
