"""Failures that a person can act on. Rooms subclass these; only ``api.problems`` knows statuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, in words that say what to do."""

    field: str
    message: str


class AppError(Exception):
    """A refusal with a fixed slug and title, and a detail for this occurrence."""

    slug: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str = "", *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.extensions: dict[str, object] = {}
        """Further members of the problem document, such as what is stored now."""


class NotFoundError(AppError):
    """Nothing with that id is visible to this person; the other side looks the same."""

    slug = "not-found"
    title = "Not found"


class ForbiddenError(AppError):
    """The person lacks the permission in their own area."""

    slug = "forbidden"
    title = "You do not have permission to do this"


class InvalidInputError(AppError):
    """One or more fields cannot be accepted as they are."""

    slug = "invalid-input"
    title = "Some of the details need correcting"

    @classmethod
    def of(cls, field: str, message: str) -> Self:
        """Make the error of a single field."""
        return cls(message, errors=[FieldError(field, message)])


class TooLargeError(InvalidInputError):
    """What was sent is larger than is taken."""

    slug = "too-large"
    title = "What was sent is too large"


class RuleBrokenError(AppError):
    """The request is well formed but a rule of the domain forbids it."""

    slug = "rule-broken"
    title = "A rule does not allow this"


class ConflictError(AppError):
    """The request does not fit what is stored now."""

    slug = "conflict"
    title = "This does not fit what is recorded now"


class StaleVersionError(ConflictError):
    """Somebody else saved the same thing in the meantime."""

    slug = "stale-version"
    title = "Somebody else saved this in the meantime"


class ReleaseRefusedError(ConflictError):
    """Figures cannot be published: single people could be recognised in them.

    ``extensions["cells"]`` names the figures that would reveal them beside earlier releases.
    """

    slug = "release-refused"
    title = "These figures cannot be published"


class SettingsError(ValueError):
    """A setting is missing or wrong; the message is one line that names it."""


class DatabaseError(RuntimeError):
    """The database cannot be used as it is; the message says why."""
