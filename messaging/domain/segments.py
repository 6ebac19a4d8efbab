"""How many parts the network makes of a text: GSM-7 or UCS-2, packed as 3GPP 23.038 does (G13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Characters of the extension table: an escape and a code, which one part must hold together."""

_LAST_OF_ONE_UNIT = 0xFFFF
"""Characters beyond it are a surrogate pair in UCS-2, which one part must hold together too."""


class Encoding(StrEnum):
    """How the network writes a text."""

    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"


@dataclass(frozen=True, slots=True)
class Packed:
    """What a text takes: ``units`` are septets in GSM-7 and 16-bit units in UCS-2."""

    encoding: Encoding
    units: int
    segments: int

    @property
    def alone(self) -> int:
        """Answer how many units one text of this encoding may have."""
        return _ALONE[self.encoding]

    @property
    def fullness(self) -> Fraction:
        """Answer how much of one text it takes, above 1 where it does not fit."""
        return Fraction(self.units, self.alone)


_ALONE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
"""Units of a text that is one part."""

_AMONG_OTHERS = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}
"""Units of a part of several: its header takes the rest."""


def pack(text: str) -> Packed:
    """Answer how the network packs a text; an empty one has no part."""
    encoding = Encoding.UCS_2 if outside_gsm(text) else Encoding.GSM_7
    widths = [_width(character, encoding) for character in text]
    return Packed(encoding, sum(widths), _parts(widths, encoding))


def outside_gsm(text: str) -> str:
    """Answer the characters that GSM-7 does not have, each once, in the order they come."""
    return "".join(
        character
        for character in dict.fromkeys(text)
        if character not in _BASIC and character not in _EXTENDED
    )


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if character in _EXTENDED else 1
    return 2 if ord(character) > _LAST_OF_ONE_UNIT else 1


def _parts(widths: Sequence[int], encoding: Encoding) -> int:
    """Answer how many parts hold units of these widths, none of them cut in two."""
    if sum(widths) <= _ALONE[encoding]:
        return 1 if widths else 0
    parts, room = 1, _AMONG_OTHERS[encoding]
    for width in widths:
        if width > room:
            parts, room = parts + 1, _AMONG_OTHERS[encoding]
        room -= width
    return parts
