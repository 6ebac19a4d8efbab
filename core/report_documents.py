"""A report as a document that is kept as JSON, and read back exactly as it was."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from core.reports import (
    Basis,
    ClaimedFigure,
    Column,
    Kind,
    Marker,
    Question,
    Rate,
    Report,
    Section,
    Sum,
)

_PARTS: Mapping[str, type] = {
    part.__name__: part for part in (Report, Question, Section, Column, Sum, Rate, ClaimedFigure)
}
_IS = "is"
_VALUES: Mapping[str, tuple[type, Callable[[Any], object], Callable[[Any], object]]] = {
    "Basis": (Basis, str, Basis),
    "Kind": (Kind, str, Kind),
    "Marker": (Marker, str, Marker),
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "Decimal": (Decimal, str, Decimal),
    "UUID": (UUID, str, UUID),
    "frozenset": (
        frozenset,
        lambda value: [_kept(item) for item in sorted(value)],
        lambda value: frozenset(_read(item) for item in value),
    ),
}
"""What JSON has no form for: its type, how it is written and how it is read; the first fits."""


def to_document(report: Report) -> dict[str, Any]:
    """Answer a report as JSON has it: each object says what it is, without what goes unsaid."""
    return _part(report)


def from_document(document: Mapping[str, Any]) -> Report:
    """Answer the report of a document; what it says that reports no longer have is left out."""
    report = _read(document)
    if not isinstance(report, Report):
        message = "The document is of no report"
        raise TypeError(message)
    return report


def _kept(value: object) -> object:
    if type(value).__name__ in _PARTS:
        return _part(value)
    for name, (kind, write, _) in _VALUES.items():
        if isinstance(value, kind):
            return {_IS: name, "value": write(value)}
    if isinstance(value, tuple):
        return [_kept(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int)):
        return value
    message = f"A report holds no {type(value).__name__}"
    raise TypeError(message)


def _part(value: Any) -> dict[str, Any]:
    said = {field.name: getattr(value, field.name) for field in fields(value)}
    unsaid = {field.name for field in fields(value) if said[field.name] == _default(field)}
    kept = {name: _kept(part) for name, part in said.items() if name not in unsaid}
    return {_IS: type(value).__name__, **kept}


def _default(field: Field[Any]) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _read(value: object) -> object:
    if isinstance(value, list):
        return tuple(_read(item) for item in value)
    if not isinstance(value, Mapping):
        return value
    name = value[_IS]
    if name in _VALUES:
        return _VALUES[name][2](value["value"])
    part = _PARTS[name]
    had = {field.name for field in fields(part)} & value.keys()
    return part(**{field: _read(value[field]) for field in had})
