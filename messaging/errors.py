"""Failures of the messaging room."""

from core.errors import ConflictError, RuleBrokenError


class MessageGoneError(ConflictError):
    """The message has left or has ended, so that it can no longer be stopped."""

    slug = "message-gone"
    title = "This text has left or has ended already"


class NothingToAllowError(ConflictError):
    """The wording has no findings, or somebody allowed them already."""

    slug = "nothing-to-allow"
    title = "There is nothing to allow in this wording"


class OwnWordingError(RuleBrokenError):
    """Whoever saved a wording cannot allow what was found in it."""

    slug = "own-wording"
    title = "Somebody else than its author must allow this wording"


class RuleIsOnError(ConflictError):
    """The time of a rule is to change while its texts are planned."""

    slug = "rule-is-on"
    title = "Switch this rule off before you change when its texts go out"


class RuleNameTakenError(ConflictError):
    """Another reminder rule of that side and organisation has this name."""

    slug = "rule-name-taken"
    title = "A reminder rule with this name exists already"


class TemplateNameTakenError(ConflictError):
    """The installation has a wording of this name in this language."""

    slug = "template-name-taken"
    title = "A wording with this name exists in this language already"


class TextMovedOnError(ConflictError):
    """The message is no longer in the state that somebody decides about."""

    slug = "text-moved-on"
    title = "This text has moved on in the meantime"


class TextNotReleasableError(RuleBrokenError):
    """What holds the message must be put right; no person can let it go as it is."""

    slug = "text-not-releasable"
    title = "What holds this text must be put right first"
