"""What a text says: its words, its variables and what is wrong with it (M4, M5, G11 to G13)."""

import functools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from jinja2 import StrictUndefined, TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment

from core.clock import instant_of, london
from messaging.domain import lint
from messaging.domain.defaults import DEFAULTS
from messaging.domain.languages import ENGLISH, day_in
from messaging.domain.lint import Finding, FindingKind
from messaging.domain.reasons import Reason
from messaging.domain.segments import outside_gsm, pack
from messaging.domain.terms import RuleKind

DEFAULT_NAME = DEFAULTS[0].name
DEFAULT_BODIES = DEFAULTS[0].bodies
MOST_SEGMENTS = 1
LONGEST_BODY = 600

VARIABLES: Mapping[RuleKind, tuple[str, ...]] = {
    RuleKind.SESSION_REMINDER: ("day", "time"),
    RuleKind.CHANGE: ("day", "time"),
    RuleKind.CANCELLATION: ("day", "time"),
    RuleKind.TRAINING_EXPIRY: ("day",),
}
"""All that a text of each kind may name: no name, address or reference is among them (M5, G11)."""

_UNFILLED = re.compile(r"[{}]|\bNone\b|\bundefined\b")
_PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
    "\u2026": "...", "\u00a0": "a space",
}  # fmt: skip
"""What to write in place of a character that word processors put in."""

# A text is no HTML: escaping would put "&amp;" on somebody's phone.
_ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_ALLOWED_NODES = (nodes.Output, nodes.TemplateData, nodes.Name)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text in one language may say: findings that somebody allowed, and a question (M6)."""

    language: str = ENGLISH
    allowed: frozenset[str] = frozenset()
    may_ask: bool = False


STRICT = Terms()


def variables(starts_at: datetime, language: str = ENGLISH) -> dict[str, str]:
    """Answer all that a text may name: the day (``Tue 14 Apr``) and the time in London."""
    local = london(starts_at)
    return {"day": day_in(language, local.date()), "time": f"{local:%H:%M}"}


def compose(body: str | None, starts_at: datetime, language: str = ENGLISH) -> str | None:
    """Answer the text of a template, ``None`` where it names what there is not (G12)."""
    if body is None:
        return None
    known = variables(starts_at, language)
    return _rendered(body, known["day"], known["time"])


@functools.lru_cache(maxsize=4096)
def _rendered(body: str, day: str, time: str) -> str | None:
    named = named_in(body)
    if named is None or not named <= {"day", "time"}:
        return None
    return _ENVIRONMENT.from_string(body).render(day=day, time=time)


@functools.lru_cache(maxsize=1024)
def named_in(body: str) -> frozenset[str] | None:
    """Answer the variables that a template names, ``None`` where it does anything but name them.

    It is read, never run, to find out: ``{{ 9 ** 9 ** 9 }}`` would take all day.
    """
    if len(body) > LONGEST_BODY:
        return None
    try:
        tree = _ENVIRONMENT.parse(body)
    except (TemplateError, RecursionError, ValueError):
        return None
    inside = list(tree.find_all(nodes.Node))
    if not all(isinstance(node, _ALLOWED_NODES) for node in inside):
        return None
    return frozenset(node.name for node in inside if isinstance(node, nodes.Name))


@functools.lru_cache(maxsize=4096)
def fault(text: str | None, terms: Terms = STRICT) -> Reason | None:
    """Answer what is wrong with a text that is about to be sent, ``None`` where nothing is."""
    if text is None or not text.strip() or _UNFILLED.search(text):
        return Reason.WORDING
    if terms.language == ENGLISH and outside_gsm(text):
        return Reason.WORDING
    if objections(lint.findings(text), terms):
        return Reason.WORDING
    return Reason.TOO_LONG if pack(text).segments > MOST_SEGMENTS else None


def objections(found: Collection[Finding], terms: Terms) -> tuple[Finding, ...]:
    """Answer the findings that nobody has allowed, and a question where it may not ask."""
    return tuple(
        one
        for one in found
        if one.key not in terms.allowed and not (one.kind is FindingKind.REPLY and terms.may_ask)
    )


@functools.lru_cache(maxsize=256)
def samples(body: str, language: str) -> tuple[str, ...]:
    """Answer how a template comes out on each day of the week in each month."""
    texts = (compose(body, instant_of(day, "20:30"), language) for day in _days())
    return tuple(dict.fromkeys(text for text in texts if text is not None))


def longest_sample(body: str, language: str) -> str | None:
    """Answer how a template comes out when it is longest, ``None`` where it cannot."""
    return max(samples(body, language), key=lambda text: pack(text).fullness, default=None)


def _days() -> Iterator[date]:
    for month in range(1, 13):
        for day in range(20, 27):
            yield date(2026, month, day)


def findings(body: str, language: str, *, names: Collection[str] = ()) -> tuple[Finding, ...]:
    """Answer what the discreet check objects to in a template and in all its samples (G11)."""
    return _findings(body, language, frozenset(names))


@functools.lru_cache(maxsize=256)
def _findings(body: str, language: str, names: frozenset[str]) -> tuple[Finding, ...]:
    found: dict[str, Finding] = {}
    for text in (body, *samples(body, language)):
        for one in lint.findings(text, names=names):
            found.setdefault(one.key, one)
    return tuple(found.values())


@functools.lru_cache(maxsize=256)
def mistakes(body: str, language: str, kind: RuleKind) -> tuple[str, ...]:
    """Answer why a template cannot be kept, in sentences that say what to do."""
    if not body.strip():
        return ("Enter what the text says",)
    if len(body) > LONGEST_BODY:
        return (f"The text must be {LONGEST_BODY} characters or fewer",)
    named = named_in(body)
    known = VARIABLES[kind]
    offered = " and ".join(f"{{{{ {name} }}}}" for name in known)
    if named is None or not named <= set(known):
        wrong = ", ".join(sorted((named or frozenset()) - set(known)))
        says = f"cannot name {wrong}" if wrong else "has brackets that cannot be read"
        return (f"The text {says}; it can name {offered}",)
    if not all(text.strip() for text in samples(body, language)):
        return ("Enter what the text says",)
    return (*_letters(body, language), *_length(body, language))


def _letters(body: str, language: str) -> Iterator[str]:
    if language != ENGLISH:
        return
    for character in outside_gsm("".join((body, *samples(body, language)))):
        yield f"Not every phone gets \u201c{character}\u201d right: {_advice(character)}"


def _advice(character: str) -> str:
    plain = _PLAIN.get(character) or unicodedata.normalize("NFKD", character)[:1]
    return "leave it out" if outside_gsm(plain) else f"write {plain} instead"


def _length(body: str, language: str) -> Iterator[str]:
    packed = max(map(pack, samples(body, language)), key=lambda one: one.fullness)
    if packed.segments > MOST_SEGMENTS:
        yield (
            f"This is {packed.units} characters long on some days and would go out as"
            f" {packed.segments} texts; shorten it to one text of {packed.alone}"
        )
    if any(_UNFILLED.search(text) for text in samples(body, language)):
        yield "The text must hold no { or }, \u201cNone\u201d or \u201cundefined\u201d"
