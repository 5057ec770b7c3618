"""What the demo network is made of: texts from data/, with days that are counted from today."""

import json
import re
from calendar import monthcalendar
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from babel.dates import get_month_names

from network.forms import zone
from network.meetings.warnings import holiday_on

DATA = Path(__file__).parent / "data"
GROUPS = ("sprache", "wohnen", "arbeit", "gesundheit", "koordinierung")
# Days that lie between a group's last meeting and today at least.
REST = 9
GAP = re.compile(r"\{([a-z0-9:]+)\}")


def read(name: str) -> dict[str, Any]:
    """A file of data/."""
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def held_on(rhythm: Mapping[str, int], ago: int, today: date) -> date:
    """The day of the meeting that was held so many before today, by the group's rhythm.

    `rhythm` has the `nth` (-1: the last) `weekday` (0: Monday) of every so many `months`, and how many
    months the last one is back at least (`offset`). On holidays a group meets a week earlier.
    """
    months = today.year * 12 + today.month - 1
    while _in_month(rhythm, months) > today - timedelta(days=REST):
        months -= 1
    day = _in_month(rhythm, months - rhythm.get("offset", 0) - (ago - 1) * rhythm["months"])
    while _nobody_meets(day):
        day -= timedelta(weeks=1)
    return day


def next_day(weekday: int, since: date) -> date:
    """The first such weekday from a day on that is no holiday."""
    day = since + timedelta(days=(weekday - since.weekday()) % 7)
    while _nobody_meets(day):
        day += timedelta(weeks=1)
    return day


def moment(day: date, clock: str) -> datetime:
    """That day at "17:00" on the network's clock."""
    hour, minute = map(int, clock.split(":"))
    return datetime.combine(day, time(hour, minute), zone())


def month_name(day: date) -> str:
    """Oktober"""
    return str(get_month_names("wide", "stand-alone", "de")[day.month])


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with its {gaps} filled. Raises KeyError for a gap that nothing fills."""
    return GAP.sub(lambda gap: words[gap.group(1)], text)


def items_of(script: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The agenda of a script. The first and the last item are on every one: only their minutes are told."""
    found = []
    for item in script["items"]:
        if "begin" in item:
            found.append({**WELCOME, **item, "minutes": item["begin"]})
        elif "end" in item:
            found.append({**FAREWELL, **item, "minutes": item["end"]})
        else:
            found.append(item)
    return found


WELCOME = {
    "title": "Begrüßung und Protokoll des letzten Treffens",
    "kind": "formality",
    "plan": 5,
    "standing": True,
}
FAREWELL = {
    "title": "Verschiedenes und nächstes Treffen",
    "kind": "other_business",
    "plan": 10,
    "standing": True,
}


def _in_month(rhythm: Mapping[str, int], months: int) -> date:
    year, month = months // 12, months % 12 + 1
    days = [week[rhythm["weekday"]] for week in monthcalendar(year, month) if week[rhythm["weekday"]]]
    nth = rhythm["nth"]
    return date(year, month, days[nth if nth < 0 else nth - 1])


def _nobody_meets(day: date) -> bool:
    """Public holidays, and the days around Christmas and New Year."""
    return bool(holiday_on(day)) or (day.month, day.day) > (12, 19) or (day.month, day.day) < (1, 7)
