"""The status of each kind of failure: nothing else in the product knows one."""

from collections.abc import Mapping

from accounts.errors import (
    LinkNotValidError,
    NotSignedInError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from core.errors import (
    AppError,
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    RuleBrokenError,
    TooLargeError,
)

STATUSES: Mapping[type[AppError], int] = {
    InvalidInputError: 400,
    NotSignedInError: 401,
    SignInRefusedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    LinkNotValidError: 404,
    ConflictError: 409,
    RuleBrokenError: 422,
    TooLargeError: 413,
    TooManyAttemptsError: 429,
}
"""The status of each kind of failure; a subclass has its nearest parent's."""


def status_of(error: AppError) -> int:
    """Answer the status of a failure."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
