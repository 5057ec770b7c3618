"""Who plans a series; the clock prepares its meetings."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.groups import policy as groups
from network.meetings import policy as meetings
from network.series.models import Series
from network.things import rules


def may_see(user: Any, series: Series) -> bool:
    """A series is read with the group."""
    return groups.may_read(user, series.parent)


@because(_l("Meetings are planned by those who lead the group, and by the Coordination Office."))
def may_prepare_by_itself(user: Any, series: Series) -> bool:
    """The clock prepares the next meeting of a series; so may who plans, earlier."""
    return bool(user.is_clock) and not series.parent.archived or may_plan_series(user, series)


@because(_l("Meetings are planned by those who lead the group, and by the Coordination Office."))
def may_plan_series(user: Any, series: Series) -> bool:
    """As for single meetings."""
    return not user.is_clock and meetings.may_plan(user, series.parent)


rules(Series, see=may_see)
