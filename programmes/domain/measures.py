"""The outcome measures that the product ships, as data, and what a measure may be (2.4).

Left out are those that a licence protects: SWEMWBS, CORE-10, PHQ-9, the abusive behaviour
inventories and the Respect outcome tool. An organisation that holds one adds its total itself.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import FieldError
from core.scope import Side
from programmes.domain.case_terms import Direction, MeasureScale, OutcomeSource, Timepoint

_P, _S = Side.PERPETRATOR, Side.SURVIVOR
_SELF, _PARTNER = OutcomeSource.SELF, OutcomeSource.PARTNER
_WORKER, _AGENCY = OutcomeSource.PRACTITIONER, OutcomeSource.AGENCY
_T = Timepoint
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
WIDEST = 1000


@dataclass(frozen=True, slots=True)
class Terms:
    """What a measure asks: its scale, when it is taken and who reports it.

    A yes is kept as 1 and a no as 0.
    """

    code: str
    name: str
    scale: MeasureScale
    lowest: int
    highest: int
    direction: Direction
    timepoints: tuple[Timepoint, ...]
    sources: tuple[OutcomeSource, ...]


@dataclass(frozen=True, slots=True)
class Shipped:
    """A ready-made measure, with its sources on each side that it is for.

    ``labels`` say each point of a short scale in words. ``unconfirmed`` marks a scale that no
    source we read confirms ([K] in 2.4): check it with whoever publishes the measure.
    """

    code: str
    name: str
    direction: Direction
    timepoints: tuple[Timepoint, ...]
    sources: Mapping[Side, tuple[OutcomeSource, ...]]
    scale: MeasureScale = MeasureScale.NUMBER
    lowest: int = 0
    highest: int = 1
    labels: tuple[str, ...] = ()
    unconfirmed: bool = False

    def terms(self, side: Side) -> Terms:
        """Answer what it asks on one of its sides."""
        return Terms(
            self.code, self.name, self.scale, self.lowest, self.highest, self.direction,
            self.timepoints, self.sources[side],
        )  # fmt: skip


_UP, _DOWN = Direction.HIGHER_IS_BETTER, Direction.LOWER_IS_BETTER
_LADDER_DAYS = (_T.START, _T.MIDDLE, _T.END)
_YEAR = (_T.START, _T.TWELVE_MONTHS_AFTER)
_OF_HERSELF = {_S: (_SELF,)}
_OF_HIM = {_P: (_SELF, _PARTNER, _AGENCY), _S: (_SELF,)}
_AGREEMENT = (
    "Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree",
)  # fmt: skip
_SEVERITY = ("None", "Standard", "Moderate", "High")


def _ladder(code: str, name: str) -> Shipped:
    return Shipped(code, name, _UP, _LADDER_DAYS, _OF_HERSELF, lowest=1, highest=10)


def _yes_no(code: str, name: str, direction: Direction, days: tuple[Timepoint, ...]) -> Shipped:
    return Shipped(code, name, direction, days, _OF_HERSELF, scale=MeasureScale.YES_NO)


def _agreement(code: str, name: str) -> Shipped:
    return Shipped(
        code, name, _UP, _YEAR, _OF_HIM, lowest=1, highest=5, labels=_AGREEMENT, unconfirmed=True
    )


def _severity(code: str, name: str) -> Shipped:
    return Shipped(
        code, name, _DOWN, (_T.START, _T.END), {_P: (_WORKER, _AGENCY)}, highest=3,
        labels=_SEVERITY, unconfirmed=True,
    )  # fmt: skip


_ALL = (
    _ladder("confidence", "Confidence"),
    _ladder("safety", "Feeling safe"),
    _yes_no("feels_safer", "Feels safer", _UP, _LADDER_DAYS),
    _yes_no("better_informed", "Better informed", _UP, _LADDER_DAYS),
    _yes_no("child_in_care", "A child is in care", _DOWN, (_T.START, _T.END)),
    _yes_no(
        "child_protection_plan", "A child is on a protection plan", _DOWN, (_T.START, _T.END)
    ),
    _yes_no("depression", "Depression", _DOWN, (_T.START, _T.END)),
    _yes_no("antidepressants", "Takes antidepressants", _DOWN, (_T.START, _T.END)),
    Shipped(
        "dash_yes_count", "Risk checklist, number of yes answers", _DOWN, _LADDER_DAYS,
        {_S: (_WORKER,)}, highest=24, unconfirmed=True,
    ),
    _agreement("respectful_communication", "Respectful communication"),
    _agreement("space_for_action", "Space for action"),
    _agreement("safety_and_freedom", "Safety and freedom from violence"),
    _agreement("shared_parenting", "Safe, positive, shared parenting"),
    _agreement("awareness", "Awareness of self and others"),
    _agreement("safer_childhoods", "Safer, healthier childhoods"),
    Shipped(
        "partner_feels_safe", "Partner feels safe", _UP, _YEAR, {_P: (_PARTNER,)},
        scale=MeasureScale.YES_NO,
    ),
    Shipped(
        "impact_total", "IMPACT questionnaire, total", _DOWN,
        (*_LADDER_DAYS, _T.SIX_MONTHS_AFTER), {_P: (_SELF, _PARTNER)}, highest=100,
        unconfirmed=True,
    ),
    _severity("severity_physical", "Severity: physical"),
    _severity("severity_sexual", "Severity: sexual"),
    _severity("severity_harassment", "Severity: harassment and stalking"),
    _severity("severity_controlling", "Severity: jealous and controlling"),
    Shipped(
        "goal", "Goal reached", _UP, (_T.END,), {_P: (_WORKER,), _S: (_WORKER,)}, highest=2,
        labels=("Not achieved", "Partially achieved", "Achieved"),
    ),
)  # fmt: skip
SHIPPED: Mapping[str, Shipped] = {measure.code: measure for measure in _ALL}


@dataclass(frozen=True, slots=True)
class Points:
    """The points of a scale in words, where each has its own; otherwise none."""

    words: Mapping[int, str] = field(default_factory=dict)

    def of(self, value: int) -> str:
        """Answer a point in words, or as its number."""
        return self.words.get(value, str(value))


def points_of(terms: Terms) -> Points:
    """Answer how the points of a measure are said."""
    if terms.scale is MeasureScale.YES_NO:
        return Points({1: "Yes", 0: "No"})
    shipped = SHIPPED.get(terms.code)
    labels = shipped.labels if shipped else ()
    return Points(dict(enumerate(labels, start=terms.lowest)))


def faults(terms: Terms, side: Side) -> Iterator[FieldError]:
    """Answer what is wrong with a measure of one's own.

    A survivor's partner is never asked about her: nobody may learn there that she is in a group.
    """
    if not _CODE.fullmatch(terms.code):
        yield FieldError("code", "Use small letters, digits and _, and begin with a letter")
    if terms.code in SHIPPED:
        yield FieldError("code", "This is the code of a ready-made measure; choose another")
    if terms.scale is MeasureScale.YES_NO and (terms.lowest, terms.highest) != (0, 1):
        yield FieldError("highest", "A yes or no goes from 0 to 1")
    if not -WIDEST <= terms.lowest <= WIDEST:
        yield FieldError("lowest", f"Enter a number from -{WIDEST} to {WIDEST}")
    if not terms.lowest < terms.highest <= WIDEST:
        yield FieldError("highest", f"Enter a number above the lowest, up to {WIDEST}")
    yield from _list_faults("timepoints", terms.timepoints)
    yield from _list_faults("sources", terms.sources)
    if side is Side.SURVIVOR and OutcomeSource.PARTNER in terms.sources:
        yield FieldError("sources", "A survivor's partner is never asked")


def _list_faults(name: str, chosen: Sequence[str]) -> Iterator[FieldError]:
    if not chosen:
        yield FieldError(name, "Choose at least one")
    if len(set(chosen)) != len(chosen):
        yield FieldError(name, "Name each only once")
