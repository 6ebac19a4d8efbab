"""Who a text comes from: a number, a name or a service, and whether it can be answered (M6)."""

import re

from messaging.domain import wording

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SERVICE = re.compile(r"MG[0-9a-f]{32}")
_NAME = re.compile(r"[A-Za-z0-9 ]{1,11}")
_LETTER = re.compile(r"[A-Za-z]")


def is_service(sender: str) -> bool:
    """Tell whether the sender is a messaging service of the provider, which owns numbers."""
    return _SERVICE.fullmatch(sender) is not None


def is_two_way(sender: str) -> bool:
    """Tell whether whoever gets the text can answer it: names are one-way (M6)."""
    return is_service(sender) or _NUMBER.fullmatch(sender) is not None


def fault(sender: str) -> str | None:
    """Answer what is wrong with a sender, ``None`` where nothing is.

    A name is what the phone shows, so it gives nothing away either (M4, M6).
    """
    if is_two_way(sender):
        return None
    if not _NAME.fullmatch(sender) or sender != sender.strip():
        return (
            "must be a number like +447700900001, MG and 32 digits or letters a to f, or a name"
            " of at most 11 letters, digits and spaces"
        )
    if not _LETTER.search(sender):
        return "must have a letter in its name, or be a number that begins with +"
    if wording.fault(sender) is not None:
        return "must be a name that gives nothing away"
    return None
