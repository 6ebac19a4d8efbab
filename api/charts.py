"""Draws pictures of figures as SVG: no script, no address, nothing that the figures do not say."""

import sys
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pygal
from pygal.style import Style

# It looks for maps, of which there are none, in a way that Python warns of at every later import.
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""What a browser may do with a picture opened by itself: nothing but use its own styles."""

WHOLE = 100.0
_FIFTHS = (0, 20, 40, 60, 80, 100)
_WIDTH = 800
_BAR, _BETWEEN, _AROUND, _LEGEND_LINE, _TITLE_LINE = 26, 18, 90, 24, 22
_TITLE_LETTERS = 80
_LINE_HEIGHT = 460
_VALUES_WIDTH = 180
_LABELS_SHOWN = 12
_INK = "#0b0c0c"
_PAPER = "#ffffff"
_COLOURS = ("#5694ca", "#b35900", "#00703c", "#4c2c92")
_DASHES = {
    "unbroken line": "1,0",
    "long dashes": "10,4",
    "dots": "3,3",
    "dashes and dots": "12,4,3,4",
}
_HATCHES = (
    '<pattern id="hatch-{0}" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate({2})"><rect width="8" height="8" fill="{1}"/>'
    '<rect width="3" height="8" fill="#ffffff"/></pattern>'
)
_ANGLES = (0, 45, 0, 135)
_NOT_SHOWN = frozenset({"script", "desc"})


class Shape(StrEnum):
    """How figures are drawn."""

    BARS = "bars"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Point:
    """One figure: what is drawn, the text beside it, and its 95 % interval where it has one."""

    value: float
    text: str
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one kind, one for each label; ``None`` where there is none to show."""

    name: str
    points: tuple[Point | None, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, and what it says to those who cannot see it.

    ``highest`` is the end of the scale where it is known, such as 100 for shares.
    """

    title: str
    description: str
    shape: Shape
    axis: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    highest: float | None = None


MOST_SERIES = len(_COLOURS)


def draw(picture: Picture) -> str:
    """Answer a picture as an SVG document; the same picture is always the same text."""
    chart = _line(picture) if picture.shape is Shape.LINE else _bars(picture)
    chart.add_xml_filter(lambda root: _made_plain(root, picture))
    return str(chart.render(is_unicode=True, disable_xml_declaration=True))


def _bars(picture: Picture) -> Any:
    """Answer bars that lie, so that names and figures fit beside them; the first is on top."""
    many = len(picture.series)
    rows = len(picture.labels) * (many * _BAR + _BETWEEN)
    chart = pygal.HorizontalBar(
        **_look(picture, height=rows + _AROUND + _legend_height(picture)),
        x_labels=picture.labels[::-1],
        x_title=picture.axis,
        print_values=True,
        margin_right=_VALUES_WIDTH,
        defs=[
            _HATCHES.format(place, colour, angle)
            for place, (colour, angle) in enumerate(zip(_COLOURS, _ANGLES, strict=True))
        ],
    )
    for series in picture.series:
        chart.add(series.name, [_drawn(point) for point in series.points[::-1]])
    return chart


def _line(picture: Picture) -> Any:
    """Answer lines along the labels, broken where there is no figure."""
    every = -(-len(picture.labels) // _LABELS_SHOWN) or 1
    chart = pygal.Line(
        **_look(picture, height=_LINE_HEIGHT + _legend_height(picture)),
        x_labels=picture.labels,
        x_labels_major_every=every,
        show_minor_x_labels=every == 1,
        y_title=picture.axis,
        x_label_rotation=35,
        allow_interruptions=True,
        dots_size=4,
    )
    alone = len(picture.series) == 1  # the intervals of several lines could not be told apart
    for series, (words, dashes) in zip(picture.series, _DASHES.items(), strict=False):
        points = [
            point and (point if alone else replace(point, interval=None)) for point in series.points
        ]
        chart.add(
            f"{series.name} ({words})",
            [_drawn(point) for point in points],
            stroke_style={"dasharray": dashes},
        )
    return chart


def _look(picture: Picture, *, height: int) -> dict[str, Any]:
    titled = -(-len(picture.title) // _TITLE_LETTERS) * _TITLE_LINE
    return {
        "style": _style(),
        "css": ["file://style.css", "file://graph.css", f"inline:{_patterns(picture)}"],
        "js": [],
        "no_prefix": True,
        "explicit_size": True,
        "title": picture.title,
        "width": _WIDTH,
        "height": height + titled,
        "range": (0, picture.highest) if picture.highest else None,
        "y_labels": _FIFTHS if picture.highest == WHOLE else None,
        "include_x_axis": True,
        "show_legend": len(picture.series) > 1,
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 1,
        "truncate_legend": -1,
        "truncate_label": -1,
    }


def _style() -> Any:
    return Style(
        background=_PAPER,
        plot_background=_PAPER,
        foreground=_INK,
        foreground_strong=_INK,
        foreground_subtle=_INK,
        guide_stroke_color="#b1b4b6",
        major_guide_stroke_color="#b1b4b6",
        font_family="Arial, Helvetica, sans-serif",
        title_font_size=18,
        label_font_size=14,
        major_label_font_size=14,
        value_font_size=14,
        legend_font_size=14,
        colors=_COLOURS,
        value_colors=(_INK,) * len(_COLOURS),
        opacity="1",
        stroke_opacity="1",
        transition="none",
    )


def _patterns(picture: Picture) -> str:
    """Answer styles by which the series differ without their colours: each has its hatching."""
    rules = [".series .line, .ci path { stroke-width: 2 }"]
    for place in range(1, len(picture.series)):
        where = f".color-{place} .rect, .legend rect.color-{place}"
        if picture.shape is Shape.BARS:
            rules.append(f"{where} {{ fill: url(#hatch-{place}) }}")
    return " ".join(rules)


def _legend_height(picture: Picture) -> int:
    return _LEGEND_LINE * len(picture.series) if len(picture.series) > 1 else 0


def _drawn(point: Point | None) -> dict[str, Any] | None:
    if point is None:
        return None
    found: dict[str, Any] = {"value": point.value, "formatter": lambda _: point.text}
    if point.interval:
        low, high = point.interval
        found["ci"] = {"low": low, "high": high}
    return found


def _made_plain(root: Any, picture: Picture) -> Any:
    """Leave out what only scripts use; say what it is; put the figures at the end of their bars."""
    _leave_out(root)
    root.attrib.pop("id", None)
    root.set("role", "img")
    root.set("aria-labelledby", "picture-title picture-description")
    title = next(child for child in root if child.tag == "title")
    title.set("id", "picture-title")
    description = root.makeelement("desc", {"id": "picture-description"})
    description.text = picture.description
    root.insert(list(root).index(title) + 1, description)
    if picture.shape is Shape.BARS:
        _put_values_aside(root)
    return root


def _leave_out(node: Any) -> None:
    for child in list(node):
        if _is_for_scripts(child) or (child.tag == "title" and node.tag != "svg"):
            node.remove(child)
        else:
            _leave_out(child)


def _is_for_scripts(node: Any) -> bool:
    """Tell whether only scripts would use it; a comment's tag is no text."""
    return (
        not isinstance(node.tag, str)
        or node.tag in _NOT_SHOWN
        or "tooltip" in node.get("class", "").split()
    )


def _put_values_aside(root: Any) -> None:
    """Put each bar's text right of the plot, where no interval runs through it."""
    plot = next(node for node in root.iter("g") if node.get("class") == "plot")
    width = next(node for node in plot.iter("rect") if node.get("class") == "background")
    for text in root.iter("text"):
        if text.get("class") == "value":
            text.set("x", str(float(width.get("width")) + 8))
            text.set("text-anchor", "start")
