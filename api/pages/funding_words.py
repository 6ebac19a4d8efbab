"""Says in words what pays for programmes, and reads amounts that people type."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from api.pages import case_words
from api.pages.case_words import SIDES, day
from api.pages.forms import Form
from core.scope import Side
from programmes.domain.funding import FundingStatus, Paid, StatedFor
from programmes.queries.claims import ClaimView
from programmes.queries.funding import AgreementView, LineView, StatementView
from programmes.reports.claims import SAID

PAID: Mapping[Paid, str] = {Paid.PER_YEAR: "Every year", Paid.ONCE: "Once"}
STATUSES: Mapping[FundingStatus, str] = {
    FundingStatus.IN_PRINCIPLE: "Agreed in principle",
    FundingStatus.CONFIRMED: "Confirmed",
    FundingStatus.ENDED: "Ended",
}
STATED_FOR: Mapping[StatedFor, str] = {
    StatedFor.ONE_YEAR: "One year",
    StatedFor.WHOLE_TIME: "The whole time, from first to last day",
}
ENDS_SOON = "Ends within six months"
_MONEY = re.compile(r"£?(\d{1,3}(?:,\d{3}){0,3}|\d{1,11})(?:\.(\d{2}))?")


class Whose(StrEnum):
    """Whose service is paid for: one side's, or both."""

    SURVIVOR = "survivor"
    PERPETRATOR = "perpetrator"
    BOTH = "both"

    @property
    def side(self) -> Side | None:
        """Answer the side; ``None`` for both."""
        return None if self is Whose.BOTH else Side(self.value)


def whose(sides: Iterable[Side]) -> list[tuple[str, str]]:
    """Answer whose service somebody who manages these sides may choose."""
    return [
        *((side.value, f"The {SIDES[side].lower()}s' side") for side in sides),
        (Whose.BOTH.value, "The whole service: managers of both sides see it"),
    ]


def pence(form: Form, field: str, label: str) -> int:
    """Answer an amount typed in pounds as pence; 0 where it is wrong, and noted."""
    typed = form.typed.get(field, "")
    found = _MONEY.fullmatch(typed)
    if found is None:
        form.fail(field, f"Enter {label} in pounds, like 7,000 or 97.22")
        return 0
    return int(found[1].replace(",", "")) * 100 + int(found[2] or 0)


def pounds(amount: int) -> str:
    """Answer money as people type it, without a sign: ``941,511`` or ``97.22``."""
    return case_words.pounds(amount).removeprefix("£")


def given(line: LineView) -> str:
    """Answer what a line gives, such as ``£6,000 a year``."""
    amount = case_words.pounds(line.gives.amount_pence)
    return f"{amount} a year" if line.gives.paid is Paid.PER_YEAR else f"{amount} once"


def days(line: LineView) -> str:
    """Answer when a line is given."""
    gives = line.gives
    if gives.paid is Paid.ONCE:
        return day(gives.from_on)
    return (
        f"{day(gives.from_on)} to {day(gives.to_on)}"
        if gives.to_on
        else (f"From {day(gives.from_on)}, no end known")
    )


def agreement_row(view: AgreementView, *, today: date) -> dict[str, Any]:
    """Answer an agreement for the list of them."""
    return {
        "id": view.id,
        "service": view.service,
        "whose": SIDES[view.side] if view.side else "Whole service",
        "provider": view.provider,
        "gives": _altogether(view.lines),
        "ends": day(view.ends_on) if view.ends_on else "No end known",
        "ends_soon": _ends_soon(view, today=today),
    }


def _ends_soon(view: AgreementView, *, today: date) -> str:
    """Answer that an agreement, or else something that is given to it, ends within six months."""
    if view.ends_soon(today=today):
        return ENDS_SOON
    one_does = any(line.ends_soon(today=today) for line in view.lines)
    return "A contribution ends within six months" if one_does else ""


def _altogether(lines: Sequence[LineView]) -> str:
    """Answer what several contributions come to, as they are: a year, and once."""
    sums = {
        paid: sum(line.gives.amount_pence for line in lines if line.gives.paid is paid)
        for paid in Paid
    }
    said = [
        case_words.pounds(amount) + (" a year" if paid is Paid.PER_YEAR else " once")
        for paid, amount in sums.items()
        if amount
    ]
    count = f"{len(lines)} contribution" + ("" if len(lines) == 1 else "s")
    return f"{' and '.join(said)}, {count}" if said else count


def line_rows(lines: Sequence[LineView], *, today: date) -> list[dict[str, Any]]:
    """Answer an agreement's lines for its page."""
    return [
        {
            "id": line.id,
            "contributor": line.contributor,
            "source": line.source,
            "gives": given(line),
            "days": days(line),
            "status": STATUSES[line.gives.status],
            "ends_soon": ENDS_SOON if line.to_on and line.ends_soon(today=today) else "",
        }
        for line in lines
    ]


def statement_row(view: StatementView) -> dict[str, Any]:
    """Answer a stated total beside what its lines add up to."""
    added = view.summed_pence
    return {
        "id": view.id,
        "says": view.says,
        "document": f"{view.document}, {day(view.as_at_on)}",
        "of": ", ".join(line.source or line.contributor for line in view.lines),
        "for": STATED_FOR[view.stated_for],
        "total": case_words.pounds(view.total_pence),
        "sum": "No end known" if added is None else case_words.pounds(added),
        "difference": "" if view.difference_pence is None else signed(view.difference_pence),
    }


def signed(amount: int) -> str:
    """Answer a difference such as ``-£5`` or ``+£18,591``; ``None`` for none."""
    if amount == 0:
        return "None"
    return ("-" if amount < 0 else "+") + case_words.pounds(abs(amount))


def claim_row(view: ClaimView) -> dict[str, Any]:
    """Answer a claim beside what its own counts make."""
    said = view.claim
    floor = "at least " if said.is_floor else ""
    return {
        "id": view.id,
        "what": SAID[view.what],
        "of": view.programme_name or f"All programmes, {SIDES[view.side].lower()}s' side",
        "document": f"{view.document}, {day(view.as_at_on)}",
        "counts": f"{said.numerator:,} of {floor}{said.denominator:,}",
        "claimed": "Not stated" if said.percent is None else f"{said.percent}%",
        "recomputed": ("at most " if said.is_floor else "") + f"{said.recomputed}%",
        "difference": "" if said.difference is None else f"{said.difference:+} points",
    }
