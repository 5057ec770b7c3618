"""Days as people write them behind the name of a milestone: 31.3.2027, 31 March 2027, March 2027."""

import calendar
import re
import unicodedata
from datetime import date
from functools import cache

from babel import Locale
from babel.dates import get_month_names

from network.goals.numbers import western

LANGUAGES = ("de", "en", "ar")
# What may stand between a name and its day, and belongs to neither.
_BETWEEN = (
    r"(?:[\s,،;:–—(-]|\b(?:bis(?: zum| ende)?|ende|spätestens|am|im|by(?: the end of)?|until|on|in)\b)*"
)
_FORMS = (
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
    r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4}|\d{2})",
    r"(?P<day>\d{1,2})\.?\s*(?P<name>[^\W\d]+)\.?,?\s+(?P<year>\d{4})",
    r"(?P<name>[^\W\d]+)\.?\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})",
    r"(?P<name>[^\W\d]+)\.?\s+(?P<year>\d{4})",
    r"(?P<month>\d{1,2})[./](?P<year>\d{4})",
)
_AT_END = [re.compile(rf"^(?P<title>.*?\S){_BETWEEN}(?<!\w){form}\)?\.?$", re.IGNORECASE) for form in _FORMS]
# What looks like a day and is none of these: digits with points or strokes, or a month alone behind a comma.
_LIKE_A_DAY = re.compile(r"(?:[,،;]\s*\d{1,4}[./-]\d{1,4}|\d{1,4}[./-]\d{1,2}[./-]\d{0,4})\.?$")


# Words of a time that is no day, as they stand behind the last comma of a line.
_TIME_WORDS = """
frühling frühjahr sommer herbst winter ostern weihnachten jahresende jahresanfang quartal halbjahr
irgendwann bald demnächst später spätestens woche wochen monat monate jahr jahre ferien
spring summer autumn fall easter christmas quarter year years month months week weeks soon later sometime
الربيع الصيف الخريف الشتاء الربع السنة العام الشهر الأسبوع قريبا لاحقا رمضان
"""
_TIMES = frozenset(_TIME_WORDS.split())


def tells_no_day(words: str) -> bool:
    """Whether the end of a line without a day speaks of a time all the same: "sometime in spring"."""
    _title, comma, end = words.replace("،", ",").rpartition(",")
    said = re.findall(r"[^\W_]+", western(end).casefold())
    return bool(comma) and any(
        one in _TIMES or one in _months() or re.fullmatch(r"20\d\d", one) for one in said
    )


@cache
def _months() -> dict[str, int]:
    """The months by their names, long and short, in the languages of the network."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context=context, locale=Locale.parse(language))
                found |= {name.casefold().rstrip("."): number for number, name in names.items()}
    return found


def split_day(words: str) -> tuple[str, date | None]:
    """A name and the day at its end, None if it has none; of a month alone it is the last day.

    Raises ValueError for what looks like a day and is none.
    """
    words = "".join(sign for sign in words if unicodedata.category(sign) != "Cf").strip()
    said = western(words)  # sign by sign the same
    for form in _AT_END:
        found = form.match(said)
        parts = found.groupdict() if found else {}
        if found and ("name" not in parts or parts["name"].casefold() in _months()):
            return words[: found.end("title")].rstrip(" ,،;:"), _day(parts)
    if _LIKE_A_DAY.search(said) or said.rpartition(",")[2].strip(" .").casefold() in _months():
        raise ValueError(words)
    return words, None


def _day(parts: dict[str, str]) -> date:
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    month = _months()[parts["name"].casefold()] if "name" in parts else int(parts["month"])
    if not 1900 <= year <= 2200 or not 1 <= month <= 12:
        raise ValueError(parts)
    return date(year, month, int(parts.get("day") or calendar.monthrange(year, month)[1]))
