"""Whom a programme is for: its fields on forms, and what of it holds of a person, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.pages.forms import Form
from api.pages.rendering import words
from programmes.domain.eligibility import Criteria, Finding
from programmes.domain.terms import Mandate
from programmes.services.curricula import HIGHEST_AGE, LONGEST_AREA, MOST_AREAS

_LONGEST = MOST_AREAS * (LONGEST_AREA + 2)

_MET: Mapping[bool | None, tuple[str, str]] = {
    True: ("Met", "govuk-tag--green"),
    False: ("Not met", "govuk-tag--orange"),
    None: ("Not known", "govuk-tag--grey"),
}


def criteria(form: Form) -> Criteria:
    """Answer the criteria that were typed."""
    text = form.text("areas", "the areas", longest=_LONGEST, optional=True)
    known = {item.value: item for item in Mandate}
    ticked = form.many("mandates")
    if not set(ticked) <= known.keys():
        form.fail("mandates", "Select from the list")
    return Criteria(
        min_age=form.optional_whole("min_age", "the age", lowest=1, highest=HIGHEST_AGE),
        areas=tuple(line.strip() for line in text.splitlines() if line.strip()),
        mandates=tuple(item for code, item in known.items() if code in ticked),
    )


def typed_criteria(value: Criteria) -> dict[str, str]:
    """Answer criteria as the text fields of a form hold them."""
    age = {} if value.min_age is None else {"min_age": str(value.min_age)}
    return {**age, "areas": "\n".join(value.areas)}


def mandate_items(ticked: Iterable[str]) -> list[dict[str, Any]]:
    """Answer the checkboxes of why people may attend, as GOV.UK's macro takes them."""
    chosen = set(ticked)
    return [
        {"value": item.value, "text": words(item), "checked": item.value in chosen}
        for item in Mandate
    ]


def said(value: Criteria) -> str:
    """Answer whom a programme is for in words."""
    parts = []
    if value.min_age is not None:
        parts.append(f"From {value.min_age} years")
    if value.areas:
        parts.append(f"Areas: {', '.join(value.areas)}")
    if value.mandates:
        parts.append(f"Attending by: {', '.join(words(item).lower() for item in value.mandates)}")
    return "; ".join(parts)


def shown(found: Sequence[Finding]) -> list[dict[str, str]]:
    """Answer each criterion as a page shows it: the word and its tag, and what holds."""
    return [
        {"word": _MET[item.met][0], "classes": _MET[item.met][1], "text": item.text}
        for item in found
    ]


def has_unmet(found: Iterable[Finding]) -> bool:
    """Tell whether any criterion is known not to be met."""
    return any(item.met is False for item in found)
