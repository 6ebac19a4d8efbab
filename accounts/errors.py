"""Failures of the accounts room."""

from core.errors import AppError, ConflictError, RuleBrokenError


class SignInRefusedError(AppError):
    """Wrong e-mail address or password, or both; it never says which."""

    slug = "sign-in-refused"
    title = "The e-mail address or password is not right"


class TooManyAttemptsError(AppError):
    """Five failures within a quarter of an hour, from one account or one network address."""

    slug = "too-many-attempts"
    title = "Too many attempts; wait 15 minutes and try again"


class NotSignedInError(AppError):
    """No sign-in or token, or one that has ended."""

    slug = "not-signed-in"
    title = "Sign in first"


class LinkNotValidError(AppError):
    """A link to choose a password was used before, has expired or never existed."""

    slug = "link-not-valid"
    title = "This link has been used or has expired"


class AccountExistsError(ConflictError):
    """Another account has this e-mail address."""

    slug = "account-exists"
    title = "An account with this e-mail address exists already"


class OrganisationExistsError(ConflictError):
    """Another organisation has this name."""

    slug = "organisation-exists"
    title = "An organisation with this name exists already"


class GrantExistsError(ConflictError):
    """The account holds this very grant."""

    slug = "grant-exists"
    title = "This account holds that grant already"


class BothSidesError(RuleBrokenError):
    """One account would work with cases of both sides (domain.md 2.7)."""

    slug = "both-sides"
    title = "Nobody works with the cases of both sides"
