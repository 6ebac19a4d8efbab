"""What the dispatcher asks of a way to send texts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What is known after one try (messaging.md 2)."""

    ACCEPTED = "accepted"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One text to send; ``token`` correlates whatever the provider reports later."""

    to: str
    body: str
    token: str
    valid_for_seconds: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider said; ``sid`` is its id of the text, where it accepted."""

    verdict: Verdict
    sid: str | None = None
    error_code: int = 0


class SmsGateway(Protocol):
    """Sends one text, once; never retries by itself."""

    async def send(self, message: Outgoing) -> Answer:
        """Try to send, and answer what is known; raises nothing."""
        ...
