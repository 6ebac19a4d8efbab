"""Which building a venue is in, said the same way on both sides (D5)."""

import re

from programmes.domain.terms import DeliveryMode

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})")
_MET_THERE = frozenset({DeliveryMode.IN_PERSON, DeliveryMode.HYBRID})


def postcode(text: str) -> str | None:
    """Answer a postcode as it is written, such as ``M1 1AE``, or ``None`` where it is none."""
    found = _POSTCODE.fullmatch(re.sub(r"\s+", "", text.upper()))
    return f"{found[1]} {found[2]}" if found else None


def place(*, name: str, postcode: str) -> str:
    """Answer what two venues in one building have in common: the postcode, or else the name.

    Source: domain.md D5.
    """
    return postcode or " ".join(re.findall(r"[^\W_]+", name.casefold()))


def is_met_there(mode: DeliveryMode) -> bool:
    """Tell whether people come to the venue, rather than meet by video or telephone."""
    return mode in _MET_THERE
