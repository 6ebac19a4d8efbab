"""What somebody meant who texted the service, as far as a machine may tell (M7, M8, section 3).

Too many texts taken as STOP cost somebody a question; one too few reaches whoever asked for none.
"""

import unicodedata

from messaging.domain.terms import ReplyKind

_STOP = frozenset({"stop", "stopall", "unsubscribe", "optout", "stopiwch", "stopio", "peidiwch"})
"""Words that say it whatever follows."""

_STOP_ALONE = frozenset({"end", "quit", "cancel", "revoke", "diwedd", "canslo"})
"""Words that say it where nothing else is said: "cancel Friday" is for a person to read."""

_START = frozenset({"start", "yes", "unstop", "dechrau", "ie"})

_POLITE = frozenset(
    {
        "please", "pls", "plz", "just", "now", "thanks", "thank", "you", "u", "ok", "okay", "hi",
        "hello", "all", "it", "me", "my", "to", "the", "these", "this", "those", "text", "texts",
        "texting", "message", "messages", "msg", "msgs", "reminder", "reminders", "sending",
        "diolch", "os", "gwelwch", "yn", "dda", "anfon", "tecstio", "negeseuon", "neges",
    }
)  # fmt: skip
"""Words that change nothing about it, before or after."""

_RISKY_WORDS = frozenset(
    {
        "999", "112", "afraid", "ambulance", "attack", "attacked", "attacking", "beat", "beating",
        "bleeding", "choke", "choked", "danger", "dangerous", "dead", "die", "dying", "emergency",
        "escape", "frightened", "gun", "help", "hit", "hitting", "hospital", "hostage", "hurt",
        "hurting", "kill", "killed", "killing", "knife", "police", "rape", "raped", "scared",
        "stalking", "strangle", "strangled", "suicide", "terrified", "threat", "threaten",
        "threatened", "threatening", "threats", "trapped", "unsafe", "weapon",
        "anafu", "brifo", "brys", "bygwth", "cyllell", "heddlu", "heddwas", "lladd", "marw", "ofn",
        "ofnus", "perygl", "beryglus",
    }
)  # fmt: skip

_RISKY_PHRASES = (
    "he is here", "hes here", "he s here", "she is here", "shes here", "she s here",
    "they are here", "he is back", "hes back", "he s back", "outside my house", "at my door",
    "not safe", "found my phone", "has my phone", "took my phone", "reads my", "reading my",
    "who is this", "whos this", "who s this", "wrong number",
    "mae o yma", "mae e yma", "mae hi yma", "ddim yn saff", "ddim yn ddiogel", "pwy yw hwn",
    "pwy ydy hwn", "pwy sy na",
)  # fmt: skip
"""Danger, and signs that somebody else has the phone; in English and Welsh."""

_ANSWERS = {"1": ReplyKind.COMING, "2": ReplyKind.CANNOT}


def kind_of(body: str) -> ReplyKind:
    """Answer what a text means; whether ``1`` or ``2`` answers anything is known elsewhere (M7)."""
    if answer := _ANSWERS.get(body.strip()):
        return answer
    words = _words(body)
    said = [word for word in words if word not in _POLITE]
    joined = "".join(words)
    if joined in _STOP | _STOP_ALONE:
        return ReplyKind.STOP
    if said and (said[0] in _STOP or said[:2] == ["opt", "out"] or set(said) <= _STOP_ALONE):
        return ReplyKind.STOP
    if joined in _START or (said and set(said) <= _START):
        return ReplyKind.START
    return ReplyKind.OTHER


def is_risky(body: str) -> bool:
    """Tell whether a text holds a word that somebody should read before all others."""
    words = _words(body)
    spaced = f" {' '.join(words)} "
    return not _RISKY_WORDS.isdisjoint(words) or any(
        f" {phrase} " in spaced for phrase in _RISKY_PHRASES
    )


def _words(body: str) -> list[str]:
    """Answer the words in plain small letters: accents, signs, emoji and spacing are folded."""
    folded = unicodedata.normalize("NFKD", body).casefold()
    kept = (sign for sign in folded if not _is_mark(sign))
    return "".join(sign if sign.isalnum() else " " for sign in kept).split()


def _is_mark(sign: str) -> bool:
    """Tell whether a sign belongs to the one before it, or is not there to be seen."""
    return unicodedata.category(sign) in {"Mn", "Me", "Cf"}
