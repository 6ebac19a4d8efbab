"""A register's lines as its page shows them and sends them back: choices, words, fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from api.pages.forms import Form
from core.scope import Side
from programmes.domain.attendance import ABSENCES
from programmes.domain.register import MOST_MINUTES, Entry
from programmes.domain.terms import AbsenceReason, AttendanceOutcome
from programmes.queries.registers import PlannedView, RegisterRow, RegisterView
from programmes.services.marks import stored_entries

_O = AttendanceOutcome


@dataclass(frozen=True, slots=True)
class Choice:
    """One tap: what it is called, and what it writes down."""

    code: str
    text: str
    outcome: AttendanceOutcome
    acceptable: bool | None = None
    engaged: bool | None = None


_LATE = Choice("late", "Late", _O.LATE)
_LEFT = Choice("left_early", "Left early", _O.LEFT_EARLY)
_SENT_HOME = Choice("sent_home_behaviour", "Sent home: behaviour", _O.SENT_HOME_BEHAVIOUR)
_OUR_REASON = Choice("sent_home_service", "Sent home: our reason", _O.SENT_HOME_SERVICE)
_NOT_EXPECTED = Choice("not_required", "Not expected today", _O.NOT_REQUIRED)

EVERYDAY: Mapping[Side, tuple[Choice, ...]] = {
    Side.SURVIVOR: (
        Choice("attended", "Attended", _O.ATTENDED),
        Choice("absent_notified", "Absent, told us", _O.ABSENT_NOTIFIED),
        Choice("absent_not_notified", "Absent, not told", _O.ABSENT_NOT_NOTIFIED),
    ),
    Side.PERPETRATOR: (
        Choice("attended", "Attended", _O.ATTENDED, engaged=True),
        Choice("attended_not_engaged", "Attended, not engaged", _O.ATTENDED, engaged=False),
        Choice("absent_acceptable", "Absent, acceptable", _O.ABSENT_NOT_NOTIFIED, acceptable=True),
        Choice(
            "absent_unacceptable", "Absent, unacceptable", _O.ABSENT_NOT_NOTIFIED, acceptable=False
        ),
    ),
}
"""The short list of 2.3; nobody judges a survivor's absence."""

_FOLDED: Mapping[Side, tuple[Choice, ...]] = {
    Side.SURVIVOR: (_LATE, _LEFT),
    Side.PERPETRATOR: (
        _LATE, _LEFT, Choice("absent_undecided", "Absent, not decided yet", _O.ABSENT_NOT_NOTIFIED),
    ),
}  # fmt: skip
_LONG: Mapping[Side, tuple[Choice, ...]] = {
    Side.SURVIVOR: (_OUR_REASON, _NOT_EXPECTED),
    Side.PERPETRATOR: (_SENT_HOME, _OUR_REASON, _NOT_EXPECTED),
}
_EVERY: Mapping[Side, tuple[Choice, ...]] = {
    side: (*EVERYDAY[side], *_FOLDED[side], *dict.fromkeys((*_LONG[side], _SENT_HOME)))
    for side in Side
}
"""What a line can hold at all: a stored mark is shown even where nobody offers it."""

FIELDS = ("outcome", "minutes", "late", "told", "reason", "engaged", "note")
_TAKES_PART = {"Yes": True, "No": False}
REASONS = {reason.value.replace("_", " ").capitalize(): reason for reason in AbsenceReason}
"""What a select sends is the text of its option."""

_FIELD_NAMES = {
    "minutes_attended": "minutes", "minutes_late": "late", "absence_reason": "reason",
    "enrolment_id": "outcome", "acceptable": "outcome",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line of the page: what is chosen, and what somebody else saved meanwhile."""

    place: int
    id: UUID
    name: str
    outcome: str
    minutes: str
    late: str
    told: str
    reason: str
    engaged: str
    note: str
    meanwhile: str
    planned: str
    history: str


def folded(side: Side, lines: Iterable[Line], *, long: bool) -> tuple[Choice, ...]:
    """Answer the choices that fold away: the short list's, or all; and what a line holds."""
    offered = (*_FOLDED[side], *(_LONG[side] if long else ()))
    held = {line.outcome for line in lines}
    shown = {choice.code for choice in (*EVERYDAY[side], *offered)}
    return (*offered, *(one for one in _EVERY[side] if one.code in held - shown))


def words_of(entry: Entry, side: Side) -> str:
    """Answer what a mark is called on this side."""
    return _choice_of(entry, side).text


def _choice_of(entry: Entry, side: Side) -> Choice:
    """Answer the choice that says most of a mark."""
    judged = side is Side.PERPETRATOR
    for choice in _EVERY[side]:
        if judged and entry.outcome in ABSENCES and choice.outcome in ABSENCES:
            if choice.acceptable == entry.acceptable:
                return choice
        elif choice.outcome is entry.outcome and (
            choice.engaged is None or choice.engaged is (entry.engaged is not False)
        ):
            return choice
    raise ValueError(entry.outcome)


def fields_of(entry: Entry, side: Side) -> dict[str, str]:
    """Answer a mark as the fields of its line."""
    choice = _choice_of(entry, side)
    told = side is Side.PERPETRATOR and entry.outcome is AttendanceOutcome.ABSENT_NOTIFIED
    return {
        "outcome": choice.code,
        "minutes": _text(entry.minutes_attended),
        "late": _text(entry.minutes_late),
        "told": "yes" if told else "",
        "reason": _text_of(REASONS, entry.absence_reason),
        "engaged": "" if choice.engaged is not None else _text_of(_TAKES_PART, entry.engaged),
        "note": entry.note,
    }


def typed_of(stored: RegisterView) -> dict[str, str]:
    """Answer the stored marks as the form's fields, and planned absences where nothing is."""
    side = stored.session.side
    entries = stored_entries(stored)
    for row in stored.rows:
        if row.planned and row.enrolment_id not in entries:
            entries[row.enrolment_id] = _planned(row.enrolment_id, row.planned)
    return {
        f"{field}-{enrolment_id}": value
        for enrolment_id, entry in entries.items()
        for field, value in fields_of(entry, side).items()
    }


def _planned(enrolment_id: UUID, planned: PlannedView) -> Entry:
    return Entry(
        enrolment_id, AttendanceOutcome.ABSENT_NOTIFIED, absence_reason=planned.reason,
        acceptable=planned.acceptable, note=planned.note,
    )  # fmt: skip


def entry_of(form: Form, enrolment_id: UUID, stored: Entry | None, side: Side) -> Entry:
    """Answer what a line says; a line that nobody touched is the mark as it is stored."""
    if stored and _typed(form, enrolment_id) == fields_of(stored, side):
        return stored
    choice = _chosen(form, enrolment_id, side)
    typed = _typed(form, enrolment_id)
    absent = choice.outcome in ABSENCES
    outcome = choice.outcome
    if absent and typed["told"]:
        outcome = AttendanceOutcome.ABSENT_NOTIFIED
    minutes = _minutes(form, f"minutes-{enrolment_id}", "minutes attended")
    late = _minutes(form, f"late-{enrolment_id}", "minutes late")
    timed = outcome in (AttendanceOutcome.LATE, AttendanceOutcome.LEFT_EARLY)
    return Entry(
        enrolment_id=enrolment_id,
        outcome=outcome,
        minutes_attended=minutes if timed else None,
        absence_reason=REASONS.get(typed["reason"]) if absent else None,
        acceptable=choice.acceptable,
        engaged=None if absent else _engaged(choice, typed),
        note=typed["note"],
        minutes_late=late if outcome is AttendanceOutcome.LATE else None,
    )


def _typed(form: Form, enrolment_id: UUID) -> dict[str, str]:
    found = {field: form.typed.get(f"{field}-{enrolment_id}", "") for field in FIELDS}
    return found | {"note": found["note"].replace("\r\n", "\n")}


def _chosen(form: Form, enrolment_id: UUID, side: Side) -> Choice:
    code = form.typed.get(f"outcome-{enrolment_id}", "")
    for choice in _EVERY[side]:
        if choice.code == code:
            return choice
    form.fail(f"outcome-{enrolment_id}", "Select what happened")
    return _EVERY[side][0]


def _minutes(form: Form, field: str, label: str) -> int | None:
    return form.optional_whole(field, label, lowest=0, highest=MOST_MINUTES)


def _engaged(choice: Choice, typed: Mapping[str, str]) -> bool | None:
    return _TAKES_PART.get(typed["engaged"]) if choice.engaged is None else choice.engaged


def line_of(
    place: int, row: RegisterRow, typed: Mapping[str, str], meanwhile: Entry | None, side: Side
) -> Line:
    """Answer one person's line; ``meanwhile`` is what somebody else saved, if they did."""
    chosen = {field: typed.get(f"{field}-{row.enrolment_id}", "") for field in FIELDS}
    differs = meanwhile is not None and _choice_of(meanwhile, side).code != chosen["outcome"]
    return Line(
        place=place,
        id=row.enrolment_id,
        name=row.name,
        **chosen,
        meanwhile=words_of(meanwhile, side) if meanwhile and differs else "",
        planned=_text_of(REASONS, row.planned.reason) if row.planned and not row.mark else "",
        history=f"/attendances/{row.mark.id}/history" if row.mark and row.mark.is_corrected else "",
    )


def field_name(field: str) -> str:
    """Answer the page's name of a mark's field."""
    return _FIELD_NAMES.get(field, field)


def _text(value: int | None) -> str:
    return "" if value is None else str(value)


def _text_of(texts: Mapping[str, object], value: object) -> str:
    return next((text for text, meaning in texts.items() if meaning == value), "")
