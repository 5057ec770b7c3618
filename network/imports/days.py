"""Days and times of day in a text, as people in Germany and elsewhere write them."""

import re
from collections.abc import Iterator
from datetime import date, time

_MONTHS = {
    "januar": 1, "jänner": 1, "january": 1, "jan": 1,
    "februar": 2, "february": 2, "feb": 2,
    "märz": 3, "maerz": 3, "march": 3, "mar": 3, "mär": 3, "mrz": 3,
    "april": 4, "apr": 4,
    "mai": 5, "may": 5,
    "juni": 6, "june": 6, "jun": 6,
    "juli": 7, "july": 7, "jul": 7,
    "august": 8, "aug": 8,
    "september": 9, "sept": 9, "sep": 9,
    "oktober": 10, "october": 10, "okt": 10, "oct": 10,
    "november": 11, "nov": 11,
    "dezember": 12, "december": 12, "dez": 12, "dec": 12,
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = re.compile(
    rf"\b(?P<y1>\d{{4}})-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})\b"
    rf"|\b(?P<d2>\d{{1,2}})\.\s?(?P<m2>\d{{1,2}})\.(?:\s?(?P<y2>\d{{4}}|\d{{2}})\b)?"
    rf"|\b(?P<d3>\d{{1,2}})(?:\.|st|nd|rd|th)?\s(?:of\s)?(?P<m3>{_MONTH})\b\.?,?(?:\s(?P<y3>\d{{4}})\b)?"
    rf"|\b(?P<m4>{_MONTH})\.?\s(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<y4>\d{{4}})\b)?"
    rf"|\b(?P<d5>\d{{1,2}})/(?P<m5>\d{{1,2}})/(?P<y5>\d{{4}})\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<sign>Uhr|h\b|a\.?m\.?|p\.?m\.?)?",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r"\b(\d{1,2})\s?(?:bis|to|-|–)\s?(?=\d{1,2}(?:[:.]\d\d)?\s?Uhr\b)", re.IGNORECASE)


def days(text: str, near: date | None = None) -> Iterator[tuple[int, date]]:
    """The days that a text names, each with the place at which it begins.

    A day without its year is the next one after `near`, or left out without that.
    """
    for found in _DAY.finditer(text):
        parts = {name[0]: value for name, value in found.groupdict().items() if value}
        month = _MONTHS.get(parts["m"].lower()) or int(parts["m"])
        year = int(parts["y"]) if "y" in parts else None
        if year is not None and year < 100:
            year += 2000
        for one in (year,) if year is not None else (near.year, near.year + 1) if near else ():
            try:
                day = date(one, month, int(parts["d"]))
            except ValueError:
                continue
            if year is not None or (near is not None and day >= near):
                if 1900 <= day.year <= 2200:
                    yield found.start(), day
                break


def times(text: str) -> list[time]:
    """The times of day that a text names: 17:00, 17.30 Uhr, 5 pm; a number alone is none."""
    bare = _FROM_TO.sub(r"\1 Uhr bis ", _DAY.sub(" ", text))
    found = []
    for one in _TIME.finditer(bare):
        hour, minute, sign = int(one["hour"]), int(one["minute"] or 0), (one["sign"] or "").lower()
        if not sign and one["minute"] is None:
            continue
        if sign.startswith("p") and hour < 12:
            hour += 12
        found.append(time(hour % 24, minute))
    return found


def without(text: str) -> str:
    """A text without the days and times of day that it names; a number alone stays."""
    bare = _FROM_TO.sub(r"\1 Uhr bis ", _DAY.sub(" ", text))
    return _TIME.sub(lambda found: " " if found["sign"] or found["minute"] else found[0], bare)
