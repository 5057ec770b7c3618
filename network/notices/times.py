"""When a letter is due: at once, at the full hour, in the morning, on Monday; and never in quiet hours."""

from datetime import UTC, datetime, time, timedelta

from flask import current_app

from network import dates
from network.forms import moment
from network.notices.models import HOUR, NEVER, NOW, WEEK

MORNING = 8  # o'clock in the network's time: when what was gathered over a day or a week leaves


def ripe_before(at: datetime) -> datetime:
    """What was said before may be told: by then an edit, or a look at the page, has been waited for."""
    return at - timedelta(seconds=current_app.config["NOTICE_GRACE_SECONDS"])


def gathered_until(often: str, at: datetime) -> datetime | None:
    """What was said until this moment is due at `at`, for those who are told so often; None for never."""
    if often == NEVER:
        return None
    if often == NOW:
        return ripe_before(at)
    here = dates.local(at)
    if often == HOUR:
        return here.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    every = timedelta(days=7 if often == WEEK else 1)
    day = here.date() - timedelta(days=here.weekday() if often == WEEK else 0)
    found = moment(day, time(MORNING))
    return found if found <= at else moment(day - every, time(MORNING))


def is_quiet(since: int | None, until: int | None, at: datetime) -> bool:
    """Whether it is quiet between these minutes of the day; equal ones are no quiet hours."""
    if since is None or until is None or since == until:
        return False
    here = dates.local(at)
    minute = here.hour * 60 + here.minute
    return since <= minute < until if since < until else minute >= since or minute < until
