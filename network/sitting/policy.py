"""Who runs a meeting. Whether it is in a state for it is said by the action, with what happened instead."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.groups import policy as groups
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting, MeetingState
from network.people.models import Person


@because(_l("Only the chair, those who lead the group and the Coordination Office can run the meeting."))
def may_run(user: Any, meeting: Meeting) -> bool:
    """The chair, leads, the Office; also just after the end, so that a late command hears of the end."""
    if not user.is_authenticated or user.is_clock or meeting.state == MeetingState.DRAFT:
        return False
    return user.id == meeting.chair_id or meetings.may_plan(user, meeting.parent)


def may_run_item(user: Any, item: AgendaItem) -> bool:
    """As the meeting."""
    return may_run(user, item.parent)


may_run_item.because = may_run.because  # type: ignore[attr-defined]  # a rule bears its sentence


@because(_l("The chair and the minutes are handed over by whoever holds them or runs the meeting."))
def may_hand_over(user: Any, meeting: Meeting) -> bool:
    """Who runs it, and the minute-taker; until it is over."""
    if meeting.over or meeting.state == MeetingState.DRAFT or not user.is_authenticated or user.is_clock:
        return False
    return may_run(user, meeting) or user.id == meeting.minute_taker_id


def may_hold_office(person: Person, meeting: Meeting) -> bool:
    """Whether the chair or the minutes can be given to the person: a signed-in participant."""
    return person.is_active and (
        groups.may_speak(person, meeting.parent)
        or any(a.person_id == person.id and a.removed_at is None for a in meeting.attendances)
    )
