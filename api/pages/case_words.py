"""Says in words what the programmes room keeps as codes and figures."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from core.figures import percent, percent_or_marker
from core.scope import Side
from programmes.domain.completion import CompletionRule
from programmes.domain.contact import Window
from programmes.domain.exits import ExitGroup
from programmes.domain.terms import EnrolmentStatus, ProgrammeType, SmsSafety
from programmes.queries.participants import SafeContactView
from programmes.queries.pauses import PauseView
from programmes.queries.progress import MemberView

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

SIDES: Mapping[Side, str] = {Side.SURVIVOR: "Survivor", Side.PERPETRATOR: "Perpetrator"}

_TYPES: Mapping[ProgrammeType, str] = {
    ProgrammeType.FREEDOM: "Freedom Programme",
    ProgrammeType.SURVIVOR_GROUP_OTHER: "Other group for survivors",
    ProgrammeType.INTENSIVE_CASE_MANAGEMENT: "Intensive case management",
    ProgrammeType.IDAP: "Integrated Domestic Abuse Programme (IDAP)",
    ProgrammeType.BBR: "Building Better Relationships (BBR)",
    ProgrammeType.BUILDING_CHOICES: "Building Choices",
    ProgrammeType.CALEDONIAN: "Caledonian System",
    ProgrammeType.CARING_DADS: "Caring Dads",
}


def day(value: date) -> str:
    """Answer a day such as ``3 June 2026``."""
    return f"{value.day} {value:%B %Y}"


def programme_type(value: ProgrammeType) -> str:
    """Answer what kind of programme it is."""
    return _TYPES.get(value) or value.value.replace("_", " ").capitalize()


def rate(numerator: int, denominator: int, *, of: str = "") -> str:
    """Answer a share with what it counts: ``5 of 6 (83.3%)``, or ``0 of 0 [z]`` (C3)."""
    counts = f"{numerator} of {denominator}" + (f" {of}" if of else "")
    shown = percent_or_marker(numerator, denominator)
    return f"{counts} ({shown}%)" if denominator else f"{counts} {shown}"


def share(ratio: Fraction) -> str:
    """Answer a share such as ``41.7%``."""
    return f"{percent(ratio)}%"


def pounds(pence: int) -> str:
    """Answer money such as ``£7,000`` or ``£97.22``."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}" + (f".{rest:02}" if rest else "")


def telephone(e164: str) -> str:
    """Answer a UK mobile number as people write it, others as they are kept."""
    if e164.startswith("+447") and len(e164) == len("+447700900123"):
        return f"0{e164[3:7]} {e164[7:]}"
    return e164


def rule(value: CompletionRule, *, unit_count: int, mandatory: Sequence[int]) -> list[str]:
    """Answer each gate of a completion rule (C4)."""
    required = value.units_required(unit_count)
    gates = [f"{required} of {unit_count} units"]
    if value.min_percent is not None:
        gates = [f"{value.min_percent}% of units, which is {required} of {unit_count}"]
    if mandatory:
        gates.append("unit " + ", ".join(str(number) for number in mandatory) + " among them")
    if value.min_hours is not None:
        gates.append(f"at least {value.min_hours} hours")
    if value.needs_end_review:
        gates.append("an end review")
    if value.needs_report_sent:
        gates.append("a report sent to the referrer")
    return gates


def texting(contact: SafeContactView, *, today: date, lasting_days: int) -> str:
    """Answer whether a person is texted, and why not (M1, M2)."""
    if contact.sms is SmsSafety.NOT_SAFE:
        return "Texts: not safe, so none are sent"
    if contact.sms is not SmsSafety.SAFE or contact.confirmed_on is None:
        return "Texts: not confirmed safe, so none are sent"
    confirmed = f"confirmed on {day(contact.confirmed_on)} with {contact.confirmed_with}"
    if today - contact.confirmed_on > timedelta(days=lasting_days):
        return (
            f"Needs confirming again: {confirmed}, more than {lasting_days} days ago, so no texts "
            "are sent until then"
        )
    return f"Safe to text, {confirmed}"


def windows(values: Sequence[Window]) -> list[str]:
    """Answer the hours in which a text is safe, days with the same hours together."""
    by_hours: dict[tuple[str, str], list[str]] = {}
    for window in values:
        by_hours.setdefault((window.opens, window.closes), []).append(WEEKDAYS[window.weekday])
    return [f"{', '.join(days)}: {opens} to {closes}" for (opens, closes), days in by_hours.items()]


EXIT_GROUPS: Mapping[ExitGroup, str] = {
    ExitGroup.MOTIVATION: "Motivation and behaviour",
    ExitGroup.PERSONAL: "Personal and health",
    ExitGroup.JUSTICE: "Courts and probation",
    ExitGroup.OPERATIONAL: "The programme",
    ExitGroup.SAFETY: "Safety",
    ExitGroup.OTHER: "Other",
}


def pause(view: PauseView) -> str:
    """Answer from when to when somebody is away."""
    begins = f"Paused from {day(view.days.from_on)}"
    return begins + (f" to {day(view.days.to_on)}" if view.days.to_on else " until they come back")


def outcome(member: MemberView) -> str:
    """Answer how it ended, as a referrer may read it: never why (D9)."""
    if member.ended_on is None:
        return "Started, and still attending" if member.started_on else "Has a place, not started"
    said = {
        EnrolmentStatus.COMPLETED: "Completed the programme",
        EnrolmentStatus.COMPLETED_PARTIAL: "Attended in part, and did not complete",
        EnrolmentStatus.TRANSFERRED: "Moved to another group",
    }.get(member.status, "Left before completing")
    return f"{said} on {day(member.ended_on)}"


def ending(member: MemberView) -> str:
    """Answer when and how somebody left a group; empty while they are in it."""
    if member.ended_on is None:
        return ""
    ended = day(member.ended_on)
    if member.status is EnrolmentStatus.TRANSFERRED:
        return f"Moved to another group on {ended}"
    if member.status in (EnrolmentStatus.COMPLETED, EnrolmentStatus.COMPLETED_PARTIAL):
        part = " in part" if member.status is EnrolmentStatus.COMPLETED_PARTIAL else ""
        return f"Completed{part} on {ended}"
    reason = member.exit_reason.value.replace("_", " ") if member.exit_reason else ""
    return f"Left on {ended}" + (f": {reason}" if reason else "")
