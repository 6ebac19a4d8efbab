"""Reads of the messaging room: each takes a scope; never a number or a body, but where it says."""

from messaging.queries.outbox import (
    MessageView,
    TextView,
    counts,
    message,
    messages,
    texts_to,
)
from messaging.queries.pauses import PauseView, pause

__all__ = [
    "MessageView",
    "PauseView",
    "TextView",
    "counts",
    "message",
    "messages",
    "pause",
    "texts_to",
]
