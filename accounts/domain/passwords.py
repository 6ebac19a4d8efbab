"""What a password must be."""

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 128
_GUESSABLE_SCORE = 2
"""zxcvbn's 0 to 4: up to 2 a password falls to fewer than 10^8 guesses."""


_JUDGED_LENGTH = 32
"""How much of a password is judged: zxcvbn takes seconds over longer ones, and none over 72."""
_SHORTEST_NAME = 4
"""Shorter names stand inside ordinary words; zxcvbn still counts them as easy guesses."""


def password_fault(password: str, *, about: tuple[str, ...] = ()) -> str | None:
    """Answer what is wrong with a new password, or ``None``.

    ``about`` holds words that an attacker would try first, such as the person's own name.
    """
    if len(password) < MINIMUM_LENGTH:
        return f"Your password must have at least {MINIMUM_LENGTH} characters"
    if len(password) > MAXIMUM_LENGTH:
        return f"Your password must have at most {MAXIMUM_LENGTH} characters"
    if any(len(word) >= _SHORTEST_NAME and word.lower() in password.lower() for word in about):
        return "Your password must not contain your name or your e-mail address"
    from zxcvbn import zxcvbn  # noqa: PLC0415 - 12 MB of words, for new passwords alone

    if zxcvbn(password[:_JUDGED_LENGTH], user_inputs=about)["score"] <= _GUESSABLE_SCORE:
        return "This password is too common or too easy to guess; three unusual words work well"
    return None
