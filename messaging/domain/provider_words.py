"""What the provider says of one try, and what an alert means, in words for people."""

from collections.abc import Mapping

from messaging.domain.failures import LOSSES, REFUSALS
from messaging.domain.reasons import HIDDEN, REASON_WORDS, Reason, Words
from messaging.domain.terms import AlertKind

STATUS_WORDS: Mapping[str, str] = {
    "accepted": "Taken by the network",
    "scheduled": "Taken by the network",
    "queued": "Waiting at the network",
    "sending": "Being passed to the carrier",
    "sent": "Passed to the carrier; not proof that it was read",
    "delivered": "Delivered to the phone; not proof that it was read",
    "undelivered": "Not delivered",
    "failed": "Failed",
    "canceled": "Stopped by the network",
}
"""The provider's own words of status; "delivered" never says received (M12)."""

NO_WORD_YET = "Nothing more has been heard from the network"
NO_ANSWER = "The network did not answer"
REFUSED = "The network did not take it"


def status_words(status: str, *, answered: bool, taken: bool) -> str:
    """Answer what became of one try, by the provider's last status of it."""
    if status in STATUS_WORDS:
        return STATUS_WORDS[status]
    if not answered:
        return NO_ANSWER
    return NO_WORD_YET if taken else REFUSED


def code_words(code: int) -> str:
    """Answer what an error code means; empty for none, and for one that is not known here."""
    reason = _reason_of(code)
    return REASON_WORDS[reason].text if reason else ""


def shown_code(code: int) -> int | None:
    """Answer the code as everybody may see it: ``None`` for none, and where it tells (M9)."""
    return None if code == 0 or _reason_of(code) in HIDDEN else code


def _reason_of(code: int) -> Reason | None:
    known = REFUSALS.get(code) or LOSSES.get(code)
    return known.reason if known else None


ALERT_WORDS: Mapping[AlertKind, Words] = {
    AlertKind.ACCOUNT_REFUSED: Words(
        "The provider refuses our account",
        "Look at the account at the provider: is it suspended, is the token right? Texts wait"
        " meanwhile; nothing is lost.",
    ),
    AlertKind.SENDER_REFUSED: Words(
        "The provider refuses our sender",
        "Check the number or name in the settings (TRACKER_TWILIO_FROM) with the provider."
        " Texts wait meanwhile.",
    ),
    AlertKind.DAILY_LIMIT: Words(
        "The account's limit for today is used up",
        "Texts wait until tomorrow. Have the limit raised, or look why so many went out.",
    ),
    AlertKind.FILTERED: Words(
        "Carriers filter a wording: at least three phones did not get it",
        "Its rules are switched off. Change the wording of the template, then switch them on.",
    ),
    AlertKind.LOOP: Words(
        "A machine answers our texts",
        "Nothing more goes to that number. Find the person and ask for another number.",
    ),
    AlertKind.SENT_TWICE: Words(
        "One text was sent twice",
        "Tell the person's worker. Keep the log of that hour, and report it as a fault.",
    ),
    AlertKind.SID_USED_TWICE: Words(
        "The provider gave one id to two texts",
        "Texts that were affected are with a person. Report it to the provider with the log.",
    ),
    AlertKind.STATUS_CONFLICT: Words(
        "The provider said two different things of one text",
        "The first is kept. If it happens often, report it to the provider.",
    ),
    AlertKind.OUR_FAULT: Words(
        "The provider refused a text because of a fault of this service",
        "Report it as a fault with the error code. Those texts were not sent.",
    ),
    AlertKind.REGION_REFUSED: Words(
        "The account may not text that country",
        "Allow the United Kingdom in the account's settings at the provider.",
    ),
    AlertKind.TEMPLATE_BROKEN: Words(
        "A wording cannot be filled in",
        "Open the template, put it right and look at its preview. Its texts are held.",
    ),
    AlertKind.CLOCKS_APART: Words(
        "The clocks of this host and of the database differ",
        "Nothing is sent meanwhile. Put both clocks right (NTP).",
    ),
    AlertKind.STARTED_PAUSED: Words(
        "Texts are paused: this service started as a new one",
        "Look through the texts that wait. If the address and the account are right, resume texts.",
    ),
}
"""Each alert in plain words, and what to do about it."""
