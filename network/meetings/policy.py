"""Who sees a meeting, who plans it, who runs it, and who takes part."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.groups import policy as groups
from network.groups.models import Group, GroupKind, Visibility
from network.meetings.models import AgendaItem, Meeting, MeetingState, PublicSide
from network.things import now, rules

CHECK_IN_BEFORE = timedelta(minutes=30)


def holds_office(user: Any, meeting: Meeting) -> bool:
    """Chair or minute-taker of this meeting."""
    return bool(user.is_authenticated and user.id in (meeting.chair_id, meeting.minute_taker_id))


def may_read(user: Any, meeting: Meeting) -> bool:
    """All of it: who may read the group; a draft only those who plan it."""
    if not user.is_authenticated or user.is_clock:
        return False
    if meeting.state == MeetingState.DRAFT:
        return may_plan(user, meeting.parent) or (holds_office(user, meeting) and not meeting.is_template)
    return groups.may_read(user, meeting.parent) or holds_office(user, meeting)


def may_see_public_side(user: Any, meeting: Meeting) -> bool:
    """Everybody, when a public group holds a public meeting that has been announced."""
    return bool(
        meeting.public
        and meeting.parent.visibility == Visibility.PUBLIC
        and meeting.state != MeetingState.DRAFT
    )


def may_see(user: Any, meeting: Meeting) -> bool:
    """The meeting's page: all of it or its public side."""
    return may_read(user, meeting) or may_see_public_side(user, meeting)


def may_hear_public_side(user: Any, side: PublicSide) -> bool:
    """Its room is open to everybody while it has one."""
    return may_see_public_side(user, side.parent)


def may_see_item(user: Any, item: AgendaItem) -> bool:
    """Items are read with the meeting."""
    return may_read(user, item.parent)


@because(_l("Meetings are planned by those who lead the group, and by the Coordination Office."))
def may_plan(user: Any, group: Group) -> bool:
    """Leads and the Office; the coordination group plans plenaries in the plenary group."""
    if group.archived or user.is_clock:
        return False
    return groups.may_steer(user, group) or (group.kind == GroupKind.PLENARY and bool(user.in_coordination))


@because(_l("Only those who plan the meeting can change it, and only until it is closed."))
def may_change(user: Any, meeting: Meeting) -> bool:
    """Time, place, offices: who plans, until the meeting is over."""
    return not user.is_clock and may_plan(user, meeting.parent) and not meeting.over


@because(_l("Only a draft can be removed, by those who plan the meeting. Announced meetings are cancelled."))
def may_remove(user: Any, meeting: Meeting) -> bool:
    """A draft or template, by who plans: nobody else has heard of it. It can be brought back."""
    return meeting.state == MeetingState.DRAFT and may_plan(user, meeting.parent)


@because(_l("Only an announced meeting that has not begun can be cancelled, by those who plan it."))
def may_cancel(user: Any, meeting: Meeting) -> bool:
    """Who plans, while people expect it to take place."""
    return meeting.state == MeetingState.ANNOUNCED and may_plan(user, meeting.parent)


@because(_l("This is done by the program when it is due."))
def may_vacate(user: Any, meeting: Meeting) -> bool:
    """The clock, when whoever holds an office has left the network."""
    return bool(user.is_clock) and not meeting.over


@because(_l("Meetings are planned by those who lead the group, and by the Coordination Office."))
def may_save_as_template(user: Any, meeting: Meeting) -> bool:
    """Who plans, from a meeting in any state."""
    return may_plan(user, meeting.parent)


@because(_l("The agenda is set by those who lead the group and by the chair, until the meeting is closed."))
def may_set_agenda(user: Any, meeting: Meeting) -> bool:
    """Who plans; while it runs also the chair."""
    if meeting.over or meeting.parent.archived or user.is_clock:
        return False
    return may_plan(user, meeting.parent) or (meeting.running and may_run(user, meeting))


def may_edit_item(user: Any, item: AgendaItem) -> bool:
    """As the agenda."""
    return may_set_agenda(user, item.parent)


may_edit_item.because = may_set_agenda.because  # type: ignore[attr-defined]  # a rule bears its sentence


@because(_l("Only the chair, those who lead the group and the Coordination Office can run the meeting."))
def may_run(user: Any, meeting: Meeting) -> bool:
    """Start, move on, clock, attendance of others: the chair, leads, the Office."""
    if meeting.state == MeetingState.DRAFT or meeting.over or not user.is_authenticated or user.is_clock:
        return False
    return user.id == meeting.chair_id or may_plan(user, meeting.parent)


def may_run_item(user: Any, item: AgendaItem) -> bool:
    """As the meeting."""
    return may_run(user, item.parent)


may_run_item.because = may_run.because  # type: ignore[attr-defined]  # a rule bears its sentence


@because(_l("Attendance is kept by the chair and by those who lead the group."))
def may_keep_attendance(user: Any, meeting: Meeting) -> bool:
    """Who runs it; afterwards leads and minute-taker may still put it right until it is a year old."""
    if not user.is_authenticated or user.is_clock or meeting.state in ("draft", "cancelled"):
        return False
    return user.id in (meeting.chair_id, meeting.minute_taker_id) or may_plan(user, meeting.parent)


@because(_l("You can check in while the meeting is running, or in the half hour before it."))
def may_check_in(user: Any, meeting: Meeting) -> bool:
    """Oneself: who belongs to the group or was invited, while it runs or is about to."""
    if not user.is_authenticated or user.is_clock:
        return False
    if not time_to_check_in(meeting):
        return False
    return (
        groups.may_take_part(user, meeting.parent)
        or holds_office(user, meeting)
        or any(a.person_id == user.id for a in meeting.attendances)
    )


def time_to_check_in(meeting: Meeting) -> bool:
    """While it runs, and in the half hour before its start."""
    return meeting.running or (
        meeting.state == MeetingState.ANNOUNCED and now() >= meeting.starts_at - CHECK_IN_BEFORE
    )


@because(_l("Members of the group can propose items for its agenda."))
def may_propose(user: Any, group: Group) -> bool:
    """Members and leads; not guests."""
    return not user.is_clock and groups.may_write(user, group)


@because(_l("This is done by the program when it is due."))
def may_tell(user: Any, meeting: Meeting) -> bool:
    """Reminders and bundled changes: the clock, or who plans, at once."""
    return meeting.state == MeetingState.ANNOUNCED and (bool(user.is_clock) or may_change(user, meeting))


@because(_l("This is done by the program when it is due."))
def may_show_publicly(user: Any, side: PublicSide) -> bool:
    """The public side follows the meeting by itself, whoever changed it."""
    return True


@because(_l("Text is written by members of the group, the chair and the minute-taker."))
def may_write_minutes(user: Any, meeting: Meeting) -> bool:
    """Members and leads of the group, chair and minute-taker; from the start on (see minutes.policy)."""
    if not user.is_authenticated or user.is_clock or meeting.state in ("draft", "cancelled"):
        return False
    return not (meeting.parent.archived or user.is_silenced) and (
        groups.may_write(user, meeting.parent) or holds_office(user, meeting)
    )


def may_discuss(user: Any, meeting: Meeting) -> bool:
    """Whoever has a place in the group, and who holds an office in the meeting; not yet of a draft.

    A discussion is listed in the group, and what a draft says is not for the group yet.
    """
    if meeting.state == MeetingState.DRAFT or meeting.parent.archived:
        return False
    if not may_read(user, meeting) or user.is_silenced:
        return False
    return groups.may_speak(user, meeting.parent) or holds_office(user, meeting)


def may_discuss_item(user: Any, item: AgendaItem) -> bool:
    """As its meeting."""
    return may_discuss(user, item.parent)


def rights(user: Any, meeting: Meeting) -> set[str]:
    """Words for `data-needs` on the meeting's page."""
    words = set()
    if may_run(user, meeting):
        words.add("chair")
    if may_keep_attendance(user, meeting):
        words.add("attendance")
    if may_set_agenda(user, meeting):
        words.add("agenda")
    if may_change(user, meeting):
        words.add("steer")
    if may_write_minutes(user, meeting):
        words.add("write")
    if may_check_in(user, meeting):
        words.add("attend")
    if not meeting.over and may_propose(user, meeting.parent):
        words.add("propose")
    if may_discuss(user, meeting):
        words.add("speak")
    return words


def until(user: Any, meeting: Meeting) -> datetime | None:
    """When a guest's right to the group ends, unless an office in the meeting outlasts it."""
    return None if holds_office(user, meeting) else groups.until(user, meeting.parent)


rules(
    Meeting,
    see=may_see,
    enter=may_read,
    rights=rights,
    until=until,
    attach=may_set_agenda,
    discuss=may_discuss,
)
rules(AgendaItem, see=may_see_item, attach=may_edit_item, discuss=may_discuss_item)
rules(PublicSide, see=may_hear_public_side)
