"""The chart of a goal: its reports against the planned line, drawn on the server as SVG without any style.

The library draws; what it brings of style, script and tooltips is taken out, since our own style sheet
colours the classes, in light, dark and on paper. The page shows the same numbers as a table.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from xml.etree import ElementTree

import pygal
from markupsafe import Markup

from network.goals import measures
from network.goals.numbers import shown

WIDTH, HEIGHT = 720, 300
MOST_DAYS_NAMED = 5
NEEDLESS = {"style", "script", "defs", "title", "desc"}


def draw(line: measures.Line, readings: Sequence[measures.Reading], title_id: str) -> Markup:
    """The planned line and the way that was reported, as an element of the page named by `title_id`."""
    days = [line.baseline_on, line.target_on, *(reading.on for reading in readings)]
    chart = pygal.DateLine(
        width=WIDTH,
        height=HEIGHT,
        explicit_size=True,
        no_prefix=True,
        disable_xml_declaration=True,
        show_legend=False,
        include_x_axis=False,
        margin=12,
        dots_size=5,
        max_scale=6,
        js=(),
        classes=("go-chart",),
        value_formatter=lambda value: shown(_rounded(value)),
        x_value_formatter=_month,
    )
    chart.x_labels = _named_days(min(days), max(days))
    ends = sorted({(line.baseline_on, line.baseline), (line.target_on, line.target)})
    chart.add("planned", [(day, float(value)) for day, value in ends], show_dots=False)
    chart.add("reported", [(reading.on, float(reading.value)) for reading in readings])
    root = ElementTree.fromstring(chart.render(is_unicode=True))
    _strip(root)
    root.attrib.pop("id", None)
    root.attrib |= {"role": "img", "aria-labelledby": title_id, "focusable": "false"}
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _named_days(first: date, last: date) -> list[date]:
    """Days that are written below the chart, at even distances; a chart of one day has one."""
    steps = min(MOST_DAYS_NAMED - 1, max(1, (last - first).days // 28))
    span = (last - first) / steps
    return sorted({first + timedelta(days=round(span.days * step)) for step in range(steps)} | {last})


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
