"""Tables of the messaging room (messaging.md 1.2 and 1.3).

Participants, staff, sessions and programmes are plain ids here: this room imports no other.
"""

from messaging.tables.outbox import Attempt, Message, MessageEvent
from messaging.tables.provider import CallbackEvent, InboundMessage, NumberBlock
from messaging.tables.rules import MessageTemplate, ReminderRule
from messaging.tables.switches import MessagingAlert, MessagingPause, SendingIdentity

__all__ = [
    "Attempt",
    "CallbackEvent",
    "InboundMessage",
    "Message",
    "MessageEvent",
    "MessageTemplate",
    "MessagingAlert",
    "MessagingPause",
    "NumberBlock",
    "ReminderRule",
    "SendingIdentity",
]
