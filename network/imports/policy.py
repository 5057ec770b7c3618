"""Who takes over old minutes."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.groups import policy as groups
from network.groups.models import Group
from network.imports.models import OldMinutes
from network.meetings import policy as meetings
from network.meetings.models import Meeting, MeetingState
from network.minutes.models import MinutesState
from network.things import now


@because(_l("Old minutes are taken over by those who lead the group, and by the Coordination Office."))
def may_take_over(user: Any, group: Group) -> bool:
    """Who plans meetings and writes in their minutes: this does both at once."""
    return meetings.may_plan(user, group) and groups.may_write(user, group)


@because(_l("This is done by the program when it is due."))
def may_forget(user: Any, group: Group) -> bool:
    """The clock, a day after the upload."""
    return bool(user.is_clock)


def may_go_on(user: Any, found: OldMinutes) -> bool:
    """Whoever uploaded the document, as long as they may take over minutes there."""
    return bool(user.is_authenticated and found.person_id == user.id) and may_take_over(user, found.group)


def was_not_opened(meeting: Meeting) -> bool:
    """Whether the time of a meeting has come and nobody has opened it here."""
    return meeting.coming and not meeting.is_template and meeting.starts_at <= now()


def is_without_minutes(meeting: Meeting) -> bool:
    """Whether a meeting has been, by its time, and nobody has written anything about it."""
    if meeting.removed_at is not None or meeting.state != MeetingState.CLOSED:
        return meeting.removed_at is None and was_not_opened(meeting)
    is_open = meeting.minutes is None or meeting.minutes.state == MinutesState.WRITING
    return is_open and not any(
        (item.minutes and item.minutes.text) or item.decisions or item.actions for item in meeting.agenda
    )
