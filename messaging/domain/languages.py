"""Days as people write them in their own language."""

import functools
from datetime import date

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from core.languages import LANGUAGES

ENGLISH = "en"
_LOCALES = {ENGLISH: "en_GB"}
_DAY = "E d MMM"
_SHORTEST, _LONGEST = 2, 3


def is_language(code: str) -> bool:
    """Tell whether days can be written in a language; its code is ISO 639, such as ``cy``."""
    if not (_SHORTEST <= len(code) <= _LONGEST and code.isascii() and code.islower()):
        return False
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def language_name(code: str) -> str:
    """Answer the English name of a language, its code where it has none."""
    if not is_language(code):
        return code
    return Locale.parse(code).get_language_name(ENGLISH) or code


@functools.lru_cache(maxsize=4096)
def day_in(language: str, day: date) -> str:
    """Answer a day (``Tue 14 Apr``, ``Maw 14 Ebr``); in English where the language is unknown."""
    known = language if is_language(language) else ENGLISH
    return str(format_date(day, _DAY, locale=_LOCALES.get(known, known)))


CHOICES = sorted(((code, language_name(code)) for code in LANGUAGES), key=lambda one: one[1])
"""Languages to choose from, by their English names."""
