"""What a text says: rendering, and the check that it gives nothing away (M4, M5, G11 to G13)."""

import functools
import re
import unicodedata
from datetime import datetime

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from core.clock import london
from messaging.domain.reasons import Reason

DEFAULT_NAME = "Session reminder"
DEFAULT_BODIES = {
    "en": "Reminder: your appointment is on {{ day }} at {{ time }}. To change it call us.",
}
"""The wording that an installation begins with, per language (M5); texts are one-way (M6)."""

DENIED = (
    "domestic", "abuse", "abusive", "violen", "victim", "survivor", "perpetrator", "refuge",
    "marac", "idva", "court", "probation", "police", "freedom", "womensaid", "offence", "offender",
    "programme", "reply",
)  # fmt: skip
"""Never in a text, whatever the case, the accents or the spacing (M4; "reply" by M6)."""

_ADDRESS = re.compile(
    r"https?:|www\.|\b[\w-]+\.(?:com|org|net|info|uk|co|gov|nhs|io|me|ly|eu|wales|cymru|scot)\b",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_UNFILLED = re.compile(r"[{}]|\bNone\b|\bundefined\b")

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Characters of GSM 03.38's extension table: each takes two places."""

# A text is no HTML: escaping would put "&amp;" on somebody's phone.
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


def variables(starts_at: datetime) -> dict[str, str]:
    """Answer all that a text may name: the day (``Tue 14 Apr``) and the time in London."""
    local = london(starts_at)
    return {"day": f"{local:%a} {local.day} {local:%b}", "time": f"{local:%H:%M}"}


def compose(body: str, starts_at: datetime) -> str | None:
    """Answer the text of a template, ``None`` where it names what there is not (G12)."""
    known = variables(starts_at)
    return _rendered(body, known["day"], known["time"])


@functools.lru_cache(maxsize=4096)
def _rendered(body: str, day: str, time: str) -> str | None:
    try:
        return _ENVIRONMENT.from_string(body).render(day=day, time=time)
    except (TemplateError, TypeError, ValueError, ArithmeticError):
        return None


def fault(text: str | None, *, longest: int) -> Reason | None:
    """Answer what is wrong with a text that is about to be sent, ``None`` where nothing is."""
    if text is None or not text.strip() or _tells(text):
        return Reason.WORDING
    length = gsm_length(text)
    if length is None:
        return Reason.WORDING
    return Reason.TOO_LONG if length > longest else None


def _tells(text: str) -> bool:
    folded = fold(text)
    return any(word in folded for word in DENIED) or any(
        pattern.search(text) for pattern in (_ADDRESS, _POSTCODE, _UNFILLED)
    )


def fold(text: str) -> str:
    """Answer the letters and digits alone: no accents, no case, no spacing."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in plain if character.isalnum())


def gsm_length(text: str) -> int | None:
    """Answer how many GSM-7 places the text takes, ``None`` where a character has none (G13)."""
    if not all(character in _BASIC or character in _EXTENDED for character in text):
        return None
    return sum(2 if character in _EXTENDED else 1 for character in text)
