"""Reads of the messaging room: each takes a scope; never a number or a body, but where it says."""

from messaging.queries.outbox import (
    MessageView,
    PauseView,
    RuleView,
    TextView,
    counts,
    message,
    messages,
    pause,
    rules,
    texts_to,
)

__all__ = [
    "MessageView",
    "PauseView",
    "RuleView",
    "TextView",
    "counts",
    "message",
    "messages",
    "pause",
    "rules",
    "texts_to",
]
