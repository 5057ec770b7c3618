"""The days of a series: every so many weeks, or the nth weekday of every so many months."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday
from flask_babel import gettext as _
from flask_babel import ngettext

from network.forms import zone
from network.series.models import NTH, WEEKDAYS, Rhythm, Series

LATEST = date(2200, 12, 31)


def days(series: Series, since: date) -> Iterator[date]:
    """The days of the pattern from a day on, up to its last one.

    RFC 5545 (RRULE) with the first meeting's day as its beginning: months are counted from its month on,
    and a month that has no fifth Wednesday has no meeting.
    """
    by_month = series.rhythm == Rhythm.MONTH
    rule = rrule(
        MONTHLY if by_month else WEEKLY,
        dtstart=datetime.combine(series.first_day, time()),
        interval=series.every,
        byweekday=weekday(series.weekday, series.nth) if by_month else weekday(series.weekday),
        until=datetime.combine(series.last_day or LATEST, time()),
    )
    for moment in rule.xafter(datetime.combine(since, time()), inc=True):
        yield moment.date()


def times(series: Series, day: date) -> tuple[datetime, datetime]:
    """When a meeting on that day begins and ends. The clock on the wall says the same all year.

    If clocks go forward over its hour, it begins when they have.
    """
    hour, minute = map(int, series.start_time.split(":"))
    begins = datetime.combine(day, time(hour, minute), zone())
    starts_at = datetime.fromtimestamp(begins.timestamp(), zone())
    return starts_at, starts_at + timedelta(minutes=series.minutes)


def in_words(series: Series) -> str:
    """Every third Wednesday of the month, 17:00."""
    day = WEEKDAYS[series.weekday]
    if series.rhythm == Rhythm.WEEKS:
        said = ngettext("Every week on %(day)s", "Every %(num)s weeks on %(day)s", series.every, day=day)
    elif series.every == 1:
        said = _("Every month: %(nth)s %(day)s", nth=NTH[series.nth or 1], day=day)
    else:
        said = _("Every %(num)s months: %(nth)s %(day)s", num=series.every, nth=NTH[series.nth or 1], day=day)
    return _("%(pattern)s, %(time)s", pattern=said, time=series.start_time)
