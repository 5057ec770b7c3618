"""Patterns by which the next meeting of a group prepares itself."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import String
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from network.groups.models import Group
from network.things import Labelled, Thing, UTCDateTime, child_of, thing_id


class Rhythm(Labelled):
    """Counted in weeks, or by the weekdays of a month."""

    WEEKS = "weeks", _l("Every so many weeks")
    MONTH = "month", _l("On a weekday of the month")


# Which of a month's weekdays, as it stands before the name of the day.
NTH = {1: _l("first"), 2: _l("second"), 3: _l("third"), 4: _l("fourth"), -1: _l("last")}
WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)


class Series(Thing):
    """A pattern by which the next meeting of a group prepares itself."""

    id: Mapped[int] = thing_id()
    title: Mapped[str] = mapped_column(String(200))
    # Weeks: every `every` weeks; month: the `nth` `weekday` of every `every` months (nth -1: the last).
    rhythm: Mapped[str] = mapped_column(String(10))
    every: Mapped[int] = mapped_column(default=1)
    weekday: Mapped[int]  # 0 is Monday
    nth: Mapped[int | None]
    first_on: Mapped[str] = mapped_column(String(10))  # ISO date of the first meeting
    last_on: Mapped[str | None] = mapped_column(String(10))
    start_time: Mapped[str] = mapped_column(String(5))  # local, "17:00"
    minutes: Mapped[int] = mapped_column(default=90)
    place: Mapped[str] = mapped_column(String(200), default="")
    online_url: Mapped[str] = mapped_column(String(500), default="")
    days_ahead: Mapped[int] = mapped_column(default=28)  # when the next draft is prepared
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    parent: Mapped[Group] = child_of("Group")
    page = "series.show"
    sentences = {
        "added": _l("%(who)s planned the series “%(what)s”"),
        "changed": _l("%(who)s changed the series “%(what)s”"),
        "ended": _l("%(who)s ended the series “%(what)s”"),
    }
    placing = frozenset()

    @property
    def first_day(self) -> date:
        """The day of its first meeting."""
        return date.fromisoformat(self.first_on)

    @property
    def last_day(self) -> date | None:
        """The day after which there is none."""
        return date.fromisoformat(self.last_on) if self.last_on else None

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent)]
