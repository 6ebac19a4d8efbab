"""The discreet check: what in a text could tell a stranger what it is about (M4, M6, M11, G11).

Case, accents and spacing do not hide a word. A word in pieces counts where the pieces together
are the word and nothing else, so that "Tamara calls" is no find.
"""

import functools
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from messaging.domain.denied import HARMLESS, MARKETING, REPLYING, TELLING

_LINK = re.compile(
    r"https?:\S*|www\.\S*|"
    r"\b[\w-]+\.(?:com|org|net|info|uk|co|gov|nhs|io|me|ly|eu|wales|cymru|scot)\b\S*|"
    r"\b[\w-]+\.[a-z]{2,}/\S*",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_SHORTEST_NAME = 4
_LATIN = {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "\u0131": "i"}
_CYRILLIC = zip("авекмнорстухіѕјԁԛԝ", "abekmhopctyxisjdqw", strict=True)
_GREEK = zip("αεικνορτυχ", "aeikvoptux", strict=True)
_LOOK_LIKE = str.maketrans({**_LATIN, **dict(_CYRILLIC), **dict(_GREEK)})
"""Letters that look like others, in small ones and in capitals: not every language is in GSM."""


class FindingKind(StrEnum):
    """What kind of thing the check objects to."""

    WORD = "word"
    NAME = "name"
    LINK = "link"
    POSTCODE = "postcode"
    REPLY = "reply"
    MARKETING = "marketing"


_KINDS = (
    (TELLING, FindingKind.WORD),
    (REPLYING, FindingKind.REPLY),
    (MARKETING, FindingKind.MARKETING),
)
_IN_PIECES = {word: kind for words, kind in _KINDS for word in words.in_pieces}
_LONGEST_IN_PIECES = max(map(len, _IN_PIECES))


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a text had better not say; ``words`` stand at ``starts`` to ``ends`` of it."""

    kind: FindingKind
    words: str
    starts: int
    ends: int

    @property
    def key(self) -> str:
        """Answer what makes it the same finding in another rendering of the same template."""
        return f"{self.kind}:{fold(self.words)}"


@dataclass(frozen=True, slots=True)
class _Token:
    """A run of letters and digits, folded, and where it stands."""

    folded: str
    starts: int
    ends: int


def findings(text: str, *, names: Collection[str] = ()) -> tuple[Finding, ...]:
    """Answer all that the check objects to, in the order of the text.

    ``names`` are those of organisations, programmes and places: they tell as much as a word does.
    """
    found = [*_always(text), *_names(text, _tokens(text), names)]
    unique = {(one.key, one.starts): one for one in found}
    return tuple(sorted(unique.values(), key=lambda one: (one.starts, one.ends)))


@functools.lru_cache(maxsize=4096)
def _always(text: str) -> tuple[Finding, ...]:
    """Answer what tells in every installation; the same few texts are asked about all day."""
    return (*_links(text), *_words(text, _tokens(text)))


@functools.lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Answer the letters and digits alone: no accents, no case, no spacing."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LOOK_LIKE)
    return "".join(character for character in plain if character.isalnum())


@functools.lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    run, starts = "", 0
    for at, character in enumerate(text):
        folded = fold(character)
        if folded:
            starts = starts if run else at
            run += folded
        elif run and not unicodedata.category(character).startswith(("M", "Cf")):
            tokens.append(_Token(run, starts, at))
            run = ""
    if run:
        tokens.append(_Token(run, starts, len(text)))
    return tuple(tokens)


def _links(text: str) -> Iterator[Finding]:
    for kind, pattern in ((FindingKind.LINK, _LINK), (FindingKind.POSTCODE, _POSTCODE)):
        for match in pattern.finditer(text):
            yield Finding(kind, match.group(), match.start(), match.end())


def _words(text: str, tokens: Sequence[_Token]) -> Iterator[Finding]:
    for first, token in enumerate(tokens):
        kind = _kind_of(token.folded)
        if kind is not None:
            yield _finding(kind, text, token, token)
        for last, joined in _joined(tokens, first, longest=_LONGEST_IN_PIECES):
            kind = _IN_PIECES.get(joined)
            if kind is not None:
                yield _finding(kind, text, token, last)


def _names(text: str, tokens: Sequence[_Token], names: Collection[str]) -> Iterator[Finding]:
    wanted = {folded for name in names if len(folded := fold(name)) >= _SHORTEST_NAME}
    if not wanted:
        return
    longest = max(map(len, wanted))
    for first, token in enumerate(tokens):
        if token.folded in wanted:
            yield _finding(FindingKind.NAME, text, token, token)
        for last, joined in _joined(tokens, first, longest=longest):
            if joined in wanted:
                yield _finding(FindingKind.NAME, text, token, last)


def _kind_of(folded: str) -> FindingKind | None:
    """Answer what kind of word a token is, ``None`` for one that tells nothing."""
    plain = folded
    for harmless in HARMLESS:
        plain = plain.replace(harmless, "")
    for words, kind in _KINDS:
        if folded in words.whole or any(stem in plain for stem in words.stems):
            return kind
    return None


def _joined(tokens: Sequence[_Token], first: int, *, longest: int) -> Iterator[tuple[_Token, str]]:
    """Answer each following token with all from the first to it in one, as long as a word is."""
    joined = tokens[first].folded
    for last in tokens[first + 1 :]:
        joined += last.folded
        if len(joined) > longest:
            return
        yield last, joined


def _finding(kind: FindingKind, text: str, first: _Token, last: _Token) -> Finding:
    return Finding(kind, text[first.starts : last.ends], first.starts, last.ends)
