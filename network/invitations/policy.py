"""Who announces a meeting, invites further people, and tells of changes."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.attendance.models import Attendance
from network.changes import because
from network.groups import policy as groups
from network.meetings import policy as meetings
from network.meetings.models import Meeting, MeetingState
from network.people.models import Person
from network.things import now


@because(_l("Only a draft can be announced, by those who plan the meeting."))
def may_announce(user: Any, meeting: Meeting) -> bool:
    """Who plans, once. A template is no meeting."""
    return (
        meeting.state == MeetingState.DRAFT
        and not meeting.is_template
        and meeting.removed_at is None
        and meetings.may_change(user, meeting)
    )


@because(_l("Further people are invited by those who plan the meeting, until it begins."))
def may_invite_also(user: Any, meeting: Meeting) -> bool:
    """Who plans, between announcing and the start."""
    return meetings.may_change(user, meeting) and may_still_be_told(meeting)


@because(
    _l("Only invitations of people from outside of the group can be taken back, until the meeting begins.")
)
def may_uninvite(user: Any, attendance: Attendance) -> bool:
    """Who invites; those in the group are invited with it."""
    return attendance.invited and attendance.extra and may_invite_also(user, attendance.parent)


@because(
    _l("Changes are told by those who plan the meeting, until it begins; else by the program when it is due.")
)
def may_tell(user: Any, meeting: Meeting) -> bool:
    """The clock, or who plans, at once."""
    return meetings.may_tell(user, meeting) and may_still_be_told(meeting)


@because(_l("This is done by the program when it is due."))
def may_write_letters(user: Any, meeting: Meeting) -> bool:
    """The clock, to whoever has not been told yet; a cancellation is told as well."""
    return bool(user.is_clock) and (may_still_be_told(meeting) or meeting.state == MeetingState.CANCELLED)


@because(_l("This is done by the program when it is due."))
def may_follow_group(user: Any, meeting: Meeting) -> bool:
    """The clock invites who has come into the group, and takes off who has left it."""
    return bool(user.is_clock) and may_still_be_told(meeting)


@because(_l("This is done by the program when it is due."))
def may_remind(user: Any, meeting: Meeting) -> bool:
    """The clock, until the start."""
    return bool(user.is_clock) and may_still_be_told(meeting)


def may_still_be_told(meeting: Meeting) -> bool:
    """Whether letters about it make sense: it has been announced and not begun."""
    return meeting.state == MeetingState.ANNOUNCED and now() < meeting.starts_at


def may_be_extra(person: Person, meeting: Meeting) -> bool:
    """Somebody from outside of the group who can be invited: who may read what is written there.

    To a closed group people come as its guests, and are invited with it.
    """
    return person.is_active and groups.may_read(person, meeting.parent)
