"""The chart of a goal: its reports against the planned line, drawn on the server as SVG without any style.

The library draws; what it brings of style, script and tooltips is taken out, since our own style sheet
colours the classes, in light, dark and on paper. The page shows the same numbers as a table.
"""

import math
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from xml.etree import ElementTree

import pygal
from markupsafe import Markup
from pygal.style import Style

from network.dates import day_short
from network.goals import measures
from network.goals.numbers import shown

WIDTH, HEIGHT = 720, 300
MOST_TICKS = 6  # distances between the round values of the axis
FEWEST_MONTHS = 3  # that begin within a chart, for months to be written below it
LABEL_SIZE = 18  # pixels for which room is kept: on small screens labels are as large, compared to the chart
NEEDLESS = {"style", "script", "defs", "title", "desc"}


def draw(line: measures.Line, readings: Sequence[measures.Reading], title_id: str) -> Markup:
    """The planned line and the way that was reported, as an element of the page named by `title_id`."""
    days = [line.baseline_on, line.target_on, *(reading.on for reading in readings)]
    named = _named_days(min(days), max(days))
    chart = pygal.DateLine(
        width=WIDTH,
        height=HEIGHT,
        explicit_size=True,
        no_prefix=True,
        disable_xml_declaration=True,
        show_legend=False,
        include_x_axis=False,
        margin=12,
        margin_right=48,  # half a label
        dots_size=5,
        js=(),
        classes=("go-chart",),
        style=Style(label_font_size=LABEL_SIZE),
        value_formatter=lambda value: shown(_rounded(value)),
        x_value_formatter=_month if _is_long(named) else day_short,
    )
    chart.x_labels = named
    chart.y_labels = [float(tick) for tick in ticks([line.baseline, line.target, *_values(readings)])]
    ends = sorted({(line.baseline_on, line.baseline), (line.target_on, line.target)})
    chart.add("planned", [(day, float(value)) for day, value in ends], show_dots=False)
    chart.add("reported", [(reading.on, float(reading.value)) for reading in readings])
    root = ElementTree.fromstring(chart.render(is_unicode=True))
    _strip(root)
    root.attrib.pop("id", None)
    root.attrib |= {"role": "img", "aria-labelledby": title_id, "focusable": "false"}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def ticks(values: Sequence[measures.Number]) -> list[Fraction]:
    """Round values for the axis, at even distances, around all that is drawn; whole ones for whole values."""
    low, high = Fraction(min(values)), Fraction(max(values))
    if low == high:
        low, high = low - 1, high + 1
    whole = all(Fraction(value).denominator == 1 for value in values)
    magnitude = Fraction(10) ** (math.floor(math.log10((high - low) / MOST_TICKS)) - 1)
    steps = (magnitude * factor for factor in (10, 20, 25, 50, 100, 200, 250, 500))
    step = next(one for one in steps if _fits(one, low, high) and (one.denominator == 1 or not whole))
    return [step * number for number in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _fits(step: Fraction, low: Fraction, high: Fraction) -> bool:
    return math.ceil(high / step) - math.floor(low / step) <= MOST_TICKS


def _values(readings: Sequence[measures.Reading]) -> list[measures.Number]:
    return [reading.value for reading in readings]


def _named_days(first: date, last: date) -> list[date]:
    """Days that are written below the chart: the first of months at even distances, else both ends."""
    months = [
        date(year, month, 1)
        for year in range(first.year, last.year + 1)
        for month in range(1, 13)
        if first <= date(year, month, 1) <= last
    ]
    if len(months) < FEWEST_MONTHS:
        return sorted({first, last})
    distance = next(step for step in (1, 2, 3, 4, 6, 12, *range(24, 12 * 400, 12)) if len(months) / step <= 6)
    return months[::distance]


def _is_long(named: list[date]) -> bool:
    return len(named) > 1 and all(day.day == 1 for day in named)


def _month(day: date) -> str:
    """11/2026, which every language reads."""
    return f"{day.month}/{day.year}"


def _rounded(value: float) -> measures.Number:
    """What the library computed for an axis, without the tail of its binary digits."""
    return Fraction(round(value, 4)).limit_denominator(10_000)


def _strip(element: ElementTree.Element) -> None:
    """Take out what is not drawn, and the name space that HTML knows by itself."""
    element.tag = element.tag.rpartition("}")[2]
    element.attrib.pop("style", None)
    for child in list(element):
        name = str(child.tag).rpartition("}")[2]
        if name in NEEDLESS or "tooltip-overlay" in child.get("class", ""):
            element.remove(child)
        else:
            _strip(child)
