"""Days, times, counts and lists as the language of the reader writes them, in the network's time zone."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_decimal
from dateutil.relativedelta import relativedelta
from flask import Flask
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import BindParameter, Date, bindparam

from network.forms import zone
from network.things import now

# Arabic text is written here with Latin digits, as in the network's letters and forms.
NUMBERS = "latn"


# A day without its year, which Babel's ready patterns always have; the comma is the script's own.
DAYS = {"de": "EEEE, d. MMMM", "ar": "EEEE، d MMMM"}


def local(value: datetime) -> datetime:
    """A moment on the network's clock."""
    return value.astimezone(zone())


def today() -> date:
    """The day on the network's clock."""
    return local(now()).date()


def moment_day(ago: timedelta | relativedelta = timedelta()) -> BindParameter[date]:
    """The day of `now() - ago` on the network's clock in a statement; see `things.moment`."""
    return bindparam("day", callable_=lambda: (local(now()) - ago).date(), type_=Date(), unique=True)


def _day_of(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime) -> str:
    """Thursday, 26 November; with the year if it is not this one."""
    pattern = DAYS.get(get_locale().language, "EEEE, d MMMM")
    if _day_of(value).year != local(now()).year:
        pattern += " y"
    return _latin(format_date(_day_of(value), pattern, locale=get_locale()))


def day_long(value: date | datetime) -> str:
    """Thursday, 26 November 2026"""
    return _latin(format_date(_day_of(value), "full", locale=get_locale()))


def day_written(value: date | datetime) -> str:
    """26 November 2026, as letters and citations say it"""
    return _latin(format_date(_day_of(value), "long", locale=get_locale()))


def day_short(value: date | datetime) -> str:
    """26 Nov 2026"""
    return _latin(format_date(_day_of(value), "medium", locale=get_locale()))


def month(value: date | datetime) -> str:
    """Nov"""
    if isinstance(value, datetime):
        value = local(value)
    return _latin(format_skeleton("MMM", value, locale=get_locale())).rstrip(".")


def clock(value: datetime) -> str:
    """17:00"""
    return _latin(format_time(local(value), "HH:mm", locale=get_locale()))


def span(start: datetime, end: datetime | None) -> str:
    """Thursday, 26 November, 17:00 to 18:15; with both days if it goes over midnight."""
    if end is None:
        return _("%(day)s, %(start)s", day=day(start), start=clock(start))
    if _day_of(start) == _day_of(end):
        return _("%(day)s, %(start)s to %(end)s", day=day(start), start=clock(start), end=clock(end))
    return _(
        "%(day)s, %(start)s to %(last_day)s, %(end)s",
        day=day(start),
        start=clock(start),
        last_day=day(end),
        end=clock(end),
    )


def when(value: datetime) -> str:
    """Thursday, 26 November, 17:00"""
    return _("%(day)s, %(start)s", day=day(value), start=clock(value))


def until(value: datetime) -> str:
    """Until Thursday, 26 November, 17:00; where it is midnight, up to and including the day that is over."""
    if local(value).time() == time():
        return _("up to and including %(day)s", day=day(local(value).date() - timedelta(days=1)))
    return _("until %(moment)s", moment=when(value))


def ago(value: datetime) -> str:
    """3 hours ago, in 4 days"""
    return _latin(format_timedelta(value - now(), add_direction=True, locale=get_locale()))


def days_until(value: datetime) -> str:
    """Today, tomorrow, in 4 days, 2 days ago: by the calendar, not by hours."""
    days = (_day_of(value) - _day_of(now())).days
    if days == 0:
        return _("Today")
    if days == 1:
        return _("Tomorrow")
    if days == -1:
        return _("Yesterday")
    return _latin(
        format_timedelta(timedelta(days=days), "day", add_direction=True, threshold=100, locale=get_locale())
    )


def number(value: Any) -> str:
    """1,234 as the language groups it."""
    return format_decimal(value, locale=get_locale(), numbering_system=NUMBERS)


def minutes(value: int) -> str:
    """20 min."""
    return ngettext("%(num)s min.", "%(num)s min.", value)


def comma() -> str:
    """What stands between the parts of a line, with the blank after it."""
    return _(", ")


def joined(parts: Iterable[Any]) -> Markup:
    """Names, titles and the like in a line, each in its own direction; empty ones are left out."""
    return Markup(comma()).join(Markup("<bdi>{}</bdi>").format(part) for part in parts if part)


def iso(value: datetime) -> str:
    """For the `datetime` attribute and for scripts."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _latin(text: str) -> str:
    """With Latin digits, whichever digits the locale's patterns bring."""
    return text.translate(_DIGITS)


_DIGITS = {ord(digit): str(i % 10) for i, digit in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}


def init_app(app: Flask) -> None:
    """Offer them as filters, and the comma to templates and their macros."""
    app.jinja_env.filters.update(
        day=day,
        day_long=day_long,
        day_short=day_short,
        month=month,
        time=clock,
        span=span,
        when=when,
        until=until,
        ago=ago,
        days_until=days_until,
        number=number,
        minutes=minutes,
        joined=joined,
        iso=iso,
        local=local,
    )
    app.jinja_env.globals["comma"] = comma
