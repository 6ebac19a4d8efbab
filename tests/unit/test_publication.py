"""Reports of both sides that are read as one."""

from dataclasses import replace

from core.report_formats import to_csv, to_json
from core.reports import Column, Kind, Marker, Section
from jobs.publication import together
from tests.unit.core.published_reports import by, whole

STARTED = Column("started", "Started", Kind.COUNT)
YES = Column("pre_yes", "Yes before", Kind.COUNT)
RESPONSE = Column("response", "Response", Kind.NUMBER)


def test_a_side_has_a_marker_in_the_columns_that_only_the_other_fills() -> None:
    one = whole((STARTED, RESPONSE), [(20, 9)], None)
    other = whole((STARTED, YES, RESPONSE), [(30, 11, 8)], (30, 11, 8))
    (revised,) = (replace(section, revised=frozenset({(0, 1)})) for section in one.sections)

    found = together([replace(one, sections=(revised,)), other])

    assert [column.key for column in found.columns] == ["started", "pre_yes", "response"]
    assert found.rows == ((20, Marker.NOT_APPLICABLE, 9), (30, 11, 8))
    assert found.sections[0].revised == {(0, 2)}
    assert to_csv(found)
    assert to_json(found)["rows"][1]["pre_yes"] == 11


def test_reports_of_the_same_columns_are_put_side_by_side_as_they_are() -> None:
    report = by("source", {"self": (30, 20)})
    nothing: tuple[Section, ...] = ()

    assert together([replace(report, sections=nothing), report]).sections == report.sections
