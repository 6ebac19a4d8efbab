"""Failures of the messaging room."""

from core.errors import ConflictError, RuleBrokenError


class MessageGoneError(ConflictError):
    """The message has left or has ended, so that it can no longer be stopped."""

    slug = "message-gone"
    title = "This text has left or has ended already"


class RuleNameTakenError(ConflictError):
    """Another reminder rule of that side and organisation has this name."""

    slug = "rule-name-taken"
    title = "A reminder rule with this name exists already"


class TextMovedOnError(ConflictError):
    """The message is no longer in the state that somebody decides about."""

    slug = "text-moved-on"
    title = "This text has moved on in the meantime"


class TextNotReleasableError(RuleBrokenError):
    """What holds the message must be put right; no person can let it go as it is."""

    slug = "text-not-releasable"
    title = "What holds this text must be put right first"
