"""Failures of the messaging room."""

from core.errors import ConflictError


class MessageGoneError(ConflictError):
    """The message has left or has ended, so that it can no longer be stopped."""

    slug = "message-gone"
    title = "This text has left or has ended already"


class RuleNameTakenError(ConflictError):
    """Another reminder rule of that side and organisation has this name."""

    slug = "rule-name-taken"
    title = "A reminder rule with this name exists already"
