"""Telephone numbers: E.164, mobiles only (gate G3)."""

import hashlib
import hmac
import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

_REGIONS = frozenset({"GB", "JE", "GG", "IM"})
_ALLOWED = re.compile(r"\+?[0-9 ()\-]+")
_DRAMA = re.compile(r"\+447700900\d{3}")
"""Ofcom's numbers for drama, 07700 900000 to 900999: never anybody's."""

_REFUSALS = {
    PhoneNumberType.FIXED_LINE: "This is a landline; some carriers read a text aloud to it",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "This number could be a landline",
    PhoneNumberType.PERSONAL_NUMBER: "This is a personal (070) number, not a mobile",
}


class PhoneError(ValueError):
    """The text is not a mobile number that we may send to."""


@dataclass(frozen=True, slots=True)
class MobileNumber:
    """A mobile number in E.164, such as ``+447700900123``."""

    e164: str

    def masked(self) -> str:
        """Answer the number with all but its last two digits hidden."""
        return f"…{self.e164[-2:]}"

    def keyed_hash(self, key: bytes) -> str:
        """Answer a hash that equals for equal numbers and tells nothing without ``key``."""
        return hmac.new(key, self.e164.encode(), hashlib.sha256).hexdigest()


def parse_mobile(text: str, *, allow_drama: bool) -> MobileNumber:
    """Read a UK mobile number; never repair one.

    ``allow_drama`` admits Ofcom's drama numbers, which must only be set where nothing can be sent.

    Raises:
        PhoneError: with a sentence for the person who typed it.

    Source: messaging.md G3.
    """
    stripped = text.strip()
    if not stripped.isascii() or not _ALLOWED.fullmatch(stripped):
        raise PhoneError("Enter a mobile number with digits only, like 07700 900123")
    if not stripped.startswith(("+", "0")):
        raise PhoneError("Enter a mobile number that begins with 0 or +44")
    try:
        number = phonenumbers.parse(stripped, "GB")
    except phonenumbers.NumberParseException:
        raise PhoneError("Enter a mobile number, like 07700 900123") from None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _DRAMA.fullmatch(e164):
        if allow_drama:
            return MobileNumber(e164)
        raise PhoneError("Numbers 07700 900000 to 900999 are not real telephones")
    _refuse_unless_mobile(number)
    return MobileNumber(e164)


def _refuse_unless_mobile(number: phonenumbers.PhoneNumber) -> None:
    if not phonenumbers.is_valid_number(number):
        raise PhoneError("This is not a number in use; check it digit by digit")
    kind = phonenumbers.number_type(number)
    if kind != PhoneNumberType.MOBILE:
        raise PhoneError(_REFUSALS.get(kind, "This is not a mobile number"))
    if phonenumbers.region_code_for_number(number) not in _REGIONS:
        raise PhoneError("Only mobile numbers of the United Kingdom and its islands can be texted")
