"""Pictures of reports: what they draw, what they leave out, and that they are plain SVG."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from api.charts import Picture, Point, Series, Shape, draw
from api.pages.report_pictures import picture
from core.reports import Column, Kind, Marker, Question, Rate, Report, Row, Section

SVG = "{http://www.w3.org/2000/svg}"
QUARTER = Column("quarter", "Quarter", Kind.TEXT)
PROGRAMME = Column("programme", "Programme", Kind.TEXT)
R1 = Column("r1", "R1 completed of referred", Kind.RATE, "completed", "referred")
R2 = Column("r2", "R2 completed of started", Kind.RATE, "completed", "started")
HIDDEN = Marker.SUPPRESSED


def report(
    slug: str,
    columns: tuple[Column, ...],
    *rows: Row,
    by: tuple[str, ...],
    totals: Row | None = None,
) -> Report:
    return Report(
        slug=slug,
        title="Title",
        counting_unit="referrals",
        question=Question(),
        basis="cohort",
        period="the year 2026/27",
        as_of=date(2026, 6, 10),
        run_at=datetime(2026, 6, 10, 12, 0, tzinfo=UTC),
        definitions=(),
        columns=columns,
        sections=(Section("Survivors: Freedom Programme", rows, totals),),
        group_by=by,
    )


def drawn(one: Report) -> Picture:
    found = picture(one, 0)
    assert found is not None
    return found


def by_quarter(*rows: Row) -> Report:
    return report("completion", (QUARTER, R1, R2), *rows, by=("quarter",))


GOLDEN = by_quarter(
    ("Q1 2026/27", Rate(15, 60), Rate(15, 27)), ("Q2 2026/27", Rate(0, 40), Rate(0, 0))
)


def test_a_picture_is_an_svg_with_title_and_description_and_nothing_that_acts() -> None:
    text = draw(drawn(GOLDEN))
    root = ET.fromstring(text)  # noqa: S314 - our own text

    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == "Survivors: Freedom Programme. Completion by quarter, the year 2026/27"
    assert "Q1 2026/27: R1 completed of referred 25.0% (15 of 60)" in str(description.text)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert {"script", "a", "image", "foreignObject"}.isdisjoint(
        node.tag.removeprefix(SVG) for node in root.iter()
    )
    assert not [node for node in root.iter() if node.get("style") or node.get("href")]
    assert set(re.findall(r"https?://[^\"' ]*", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\((?!#)|<!--|<\?|xlink:", text)


def test_the_same_figures_are_the_same_picture() -> None:
    assert draw(drawn(GOLDEN)) == draw(drawn(GOLDEN))


def test_names_are_text_in_a_picture_and_never_its_markup() -> None:
    text = draw(drawn(by_quarter(('<script>&"', Rate(1, 2), Rate(1, 2)))))

    assert "<script" not in text
    assert "&lt;script&gt;&amp;" in text


def test_each_rate_has_its_bar_counts_and_interval_and_series_differ_without_colour() -> None:
    found = drawn(GOLDEN)
    text = draw(found)

    assert found.series[0].points[0] == Point(25.0, "25.0% (15 of 60)", (15.8, 37.2))
    assert found.series[1].points[1] is None
    assert (found.labels, found.highest) == (("Q1 2026/27", "Q2 2026/27"), 100.0)
    assert text.count('class="ci"') == 3
    assert "url(#hatch-1)" in text
    assert re.findall(r'class="value">([^<]*)<', text).count("0.0% (0 of 40)") == 1


def test_what_is_hidden_is_absent_from_the_picture() -> None:
    """C9: a marker, and a rate whose counts alone may be read, leave a gap."""
    found = drawn(
        by_quarter(
            ("Q1 2026/27", HIDDEN, Rate(14, 23)),
            ("Q2 2026/27", Rate(3, 11, hidden=True), Marker.UNAVAILABLE),
        )
    )
    text = draw(found)

    assert [[bool(point) for point in one.points] for one in found.series] == [
        [False, False], [True, False]
    ]  # fmt: skip
    assert "14 of 23" in text
    assert not re.search(r"27\.3|3 of 11|\[c\]|\[x\]", text)


def test_the_funnel_draws_the_stages_of_all_together() -> None:
    columns = (
        PROGRAMME,
        Column("referred", "Referred", Kind.COUNT),
        Column("started", "Started", Kind.COUNT),
        Column("completed", "Completed", Kind.COUNT),
    )
    rows = (("A", 40, 20, 11), ("B", 20, 7, 4))
    whole = report("funnel", columns, *rows, by=("programme",), totals=("All", 60, HIDDEN, 15))
    alone = report("funnel", columns, rows[0], by=("programme",))

    found = drawn(whole)

    assert found.labels == ("Referred", "Started", "Completed")
    assert found.series[0].points == (Point(60.0, "60"), None, Point(15.0, "15"))
    assert "by programme" not in found.title
    assert drawn(alone).series[0].points[1] == Point(20.0, "20")
    assert picture(report("funnel", columns, *rows, by=("programme",)), 0) is None


WEEK = Column("week", "Week beginning", Kind.DAY)
RATE = Column("attendance_rate", "Attendance", Kind.RATE, "attended", "marked")
WEEKS = tuple(date(2026, 4, day) for day in (6, 13, 20, 27))


def test_attendance_by_week_is_a_line_that_breaks_where_there_is_no_figure() -> None:
    rates = (Rate(8, 10), Rate(7, 10), Rate(0, 0), Rate(9, 10))
    rows = [("Freedom", week, rate) for week, rate in zip(WEEKS, rates, strict=True)]
    columns = (PROGRAMME, WEEK, RATE)

    found = drawn(report("attendance", columns, *rows, by=("programme", "week")))
    text = draw(found)

    assert (found.shape, found.labels[0]) == (Shape.LINE, "Mon 6 Apr 2026")
    assert [bool(point) for point in found.series[0].points] == [True, True, False, True]
    assert found.series[0].name == "Attendance"
    assert text.count('class="ci"') == 3


def test_lines_of_several_programmes_differ_in_their_dashes_and_have_no_intervals() -> None:
    rows = [(name, week, Rate(8, 10)) for name in ("North", "South") for week in WEEKS]
    columns = (PROGRAMME, WEEK, RATE)
    found = drawn(report("attendance", columns, *rows, by=("programme", "week")))
    text = draw(found)

    assert [one.name for one in found.series] == ["North", "South"]
    assert "South (long dashes)" in text
    assert "stroke-dasharray:10,4" in text
    assert 'class="ci"' not in text


def test_attendance_of_programmes_is_bars() -> None:
    one = report("attendance", (PROGRAMME, RATE), ("A", Rate(33, 38)), by=("programme",))

    assert drawn(one).shape is Shape.BARS


def test_waits_have_their_quartiles_and_how_many_they_are_of() -> None:
    columns = (
        PROGRAMME,
        Column("starts", "Started", Kind.COUNT),
        *(
            Column(f"starts_{end}", f"Days to the start, {end}", Kind.NUMBER, base="starts")
            for end in ("lower", "median", "upper")
        ),
    )
    rows = (
        ("A", 27, Decimal("20.0"), Decimal("34.5"), Decimal("51.0")),
        ("B", 8, HIDDEN, Decimal("9.0"), HIDDEN),
        ("C", 3, HIDDEN, HIDDEN, HIDDEN),
    )
    found = drawn(report("waiting-time", columns, *rows, by=("programme",)))

    assert found.series[0].points == (
        Point(34.5, "34.5 (of 27)", (20.0, 51.0)), Point(9.0, "9.0 (of 8)"), None
    )  # fmt: skip
    assert found.highest == 51.0


def test_a_ratio_in_flow_above_100_is_shown_where_it_lies() -> None:
    found = drawn(by_quarter(("Q1 2026/27", Rate(5, 4), Rate(5, 5))))

    assert found.highest == 125.0
    assert "125.0% (5 of 4)" in draw(found)


def test_what_names_all_rows_alike_is_left_out_and_long_names_are_shortened() -> None:
    """Both ends of a long name stay: many begin alike."""
    rows = [("Freedom", "x" * 50 + end, Rate(1, 2)) for end in ("y", "z")]
    columns = (PROGRAMME, Column("text", "Text", Kind.TEXT), replace(RATE, key="dna_rate"))
    found = drawn(report("reminder-effect", columns, *rows, by=("programme", "text")))

    assert found.labels == tuple("x" * 18 + "…" + "x" * 17 + end for end in ("y", "z"))


def test_who_referred_is_named_in_words_beside_the_bars_and_in_the_title() -> None:
    columns = (Column("source", "Referred by", Kind.CODE), replace(RATE, key="r1"))
    rows = [("specialist_da_service", Rate(1, 2)), ("self", Rate(1, 2))]
    found = drawn(report("completion", columns, *rows, by=("source",)))

    assert found.labels == ("Specialist domestic abuse service", "Self")
    assert "by who referred, " in found.title


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (replace(GOLDEN, slug="unheard-of"), 0),
        (GOLDEN, 1),
        (GOLDEN, -1),
        (by_quarter(), 0),
        (by_quarter(("Q1 2026/27", HIDDEN, HIDDEN)), 0),
        (by_quarter(*(("Q1 2026/27", Rate(1, 2), Rate(1, 2)) for _ in range(31))), 0),
        (
            report(
                "attendance", (PROGRAMME, WEEK, RATE),
                *((str(number), WEEKS[0], Rate(1, 2)) for number in range(5)),
                by=("programme", "week"),
            ),
            0,
        ),
    ],
)  # fmt: skip
def test_there_is_no_picture_of_nothing_nor_of_too_much(one: Report, place: int) -> None:
    assert picture(one, place) is None


def test_a_long_line_names_every_few_of_its_places() -> None:
    points = tuple(Point(50.0, "", None) for _ in range(60))
    labels = tuple(f"week {number}" for number in range(60))
    text = draw(Picture("T", "D", Shape.LINE, "per cent", labels, (Series("A", points),), 100.0))

    shown = re.findall(r">(week \d+)<", text)
    assert (len(shown), shown[1]) == (12, "week 5")


def test_the_title_names_only_what_the_rows_of_the_section_are_parted_by() -> None:
    columns = (Column("sex", "Sex", Kind.CODE), Column("age_band", "Age", Kind.CODE), R1)
    rows = (("", "18_24", Rate(9, 30)), ("", "25_34", Rate(9, 40)))

    found = drawn(report("equality", columns, *rows, by=("sex", "age_band")))

    assert "Completion by age, " in found.title
    assert found.labels == ("18 24", "25 34")
