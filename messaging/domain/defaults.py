"""The wordings that an installation begins with, for each kind of text, in English and Welsh (M5).

All of them are GSM-7: the Welsh ones do without the letters that it lacks (G13).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from messaging.domain.terms import RuleKind


@dataclass(frozen=True, slots=True)
class Default:
    """One wording that every installation has, per language."""

    name: str
    kind: RuleKind
    bodies: Mapping[str, str]


DEFAULTS = (
    Default(
        "Session reminder",
        RuleKind.SESSION_REMINDER,
        {
            "en": "Reminder: your appointment is on {{ day }} at {{ time }}. To change it call us.",
            "cy": "Nodyn atgoffa: mae eich apwyntiad ar {{ day }} am {{ time }}."
            " I'w newid, ffoniwch ni.",
        },
    ),
    Default(
        "Session reminder that asks for an answer",
        RuleKind.SESSION_REMINDER,
        {
            "en": "Reminder: your appointment is on {{ day }} at {{ time }}."
            " Reply 1 if you are coming, 2 if you cannot.",
            "cy": "Nodyn atgoffa: mae eich apwyntiad ar {{ day }} am {{ time }}."
            " Atebwch 1 os ydych yn dod, 2 os na allwch.",
        },
    ),
    Default(
        "Changed appointment",
        RuleKind.CHANGE,
        {
            "en": "Your appointment has changed. It is now on {{ day }} at {{ time }}."
            " If you cannot come, call us.",
            "cy": "Mae eich apwyntiad wedi newid. Mae nawr ar {{ day }} am {{ time }}."
            " Os na allwch ddod, ffoniwch ni.",
        },
    ),
    Default(
        "Cancelled appointment",
        RuleKind.CANCELLATION,
        {
            "en": "Your appointment on {{ day }} at {{ time }} will not take place."
            " We will be in touch.",
            "cy": "Ni fydd eich apwyntiad ar {{ day }} am {{ time }} yn cael ei gynnal."
            " Byddwn mewn cysylltiad.",
        },
    ),
    Default(
        "Training that runs out",
        RuleKind.TRAINING_EXPIRY,
        {
            "en": "Reminder: one of your training certificates runs out on {{ day }}."
            " Please book a new date.",
            "cy": "Nodyn atgoffa: mae un o'ch tystysgrifau hyfforddi yn dod i ben ar {{ day }}."
            " Trefnwch ddyddiad newydd.",
        },
    ),
)


def default_name(kind: RuleKind) -> str:
    """Answer the name of the wording that a rule of this kind has where none was chosen."""
    return next(default.name for default in DEFAULTS if default.kind is kind)
