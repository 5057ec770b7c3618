"""Who writes minutes, who circulates them, and who keeps decisions and actions."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.groups import policy as groups
from network.groups.models import Group
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting, MeetingState
from network.minutes.models import Action, ActionState, Decision, ItemMinutes, Minutes, MinutesState
from network.people.models import Person
from network.things import rules


def may_see(user: Any, minutes: Minutes) -> bool:
    """Who may read the meeting, once it has begun. Visitors read published minutes, when they exist."""
    return minutes.parent.state != MeetingState.DRAFT and meetings.may_read(user, minutes.parent)


def may_see_part(user: Any, part: ItemMinutes | Decision | Action) -> bool:
    """With the meeting; an action also by whoever has to do it."""
    if isinstance(part, Action) and user.is_authenticated and part.person_id == user.id:
        return True
    return meetings.may_read(user, part.parent.parent)


@because(
    _l(
        "The minutes can be written by members of the group,"
        " from the start of the meeting until they are sent for correction."
    )
)
def may_write(user: Any, item: AgendaItem) -> bool:
    """Who may write in the meeting's minutes, until they are circulated."""
    return may_write_now(user, item.parent)


def may_write_now(user: Any, meeting: Meeting) -> bool:
    """The same, for all items of a meeting."""
    begun = meeting.running or meeting.state == MeetingState.CLOSED
    return minutes_are_open(meeting.minutes) and begun and meetings.may_write_minutes(user, meeting)


def minutes_are_open(minutes: Minutes | None) -> bool:
    """Whether anybody can write in them: not once they are circulated, and never again once approved."""
    return minutes is None or minutes.state == MinutesState.WRITING


def may_change_part(user: Any, part: Decision | Action) -> bool:
    """As the minutes that it stands in."""
    return may_write(user, part.parent)


def is_for_good(part: ItemMinutes) -> bool:
    """Whether what the text says was approved and stands in the minutes' versions."""
    minutes = part.parent.parent.minutes
    return minutes is not None and minutes.frozen


def may_write_part(user: Any, part: ItemMinutes) -> bool:
    """The text of an item: as its minutes."""
    return may_write(user, part.parent)


may_change_part.because = may_write.because  # type: ignore[attr-defined]  # a rule bears its sentence


@because(_l("A decision that has its number stays in the register. It can be lifted instead."))
def may_remove_decision(user: Any, decision: Decision) -> bool:
    """Numbers have no gaps, so only before the number is given."""
    return decision.number is None and may_write(user, decision.parent)


@because(_l("What became of a decision is recorded by those who lead the group."))
def may_settle(user: Any, decision: Decision) -> bool:
    """Leads and Office, once it has its number."""
    return decision.number is not None and groups.may_steer(user, decision.group)


@because(
    _l(
        "Minutes are sent for correction by the minute-taker, those who lead the group,"
        " and the Coordination Office, after the meeting."
    )
)
def may_circulate(user: Any, minutes: Minutes) -> bool:
    """Leads and Office; the minute-taker holds this office in the meeting."""
    meeting = minutes.parent
    if meeting.state != MeetingState.CLOSED or minutes.state != MinutesState.WRITING:
        return False
    return keeps(user, minutes)


@because(_l("Only those who lead the group can take minutes back."))
def may_take_back(user: Any, minutes: Minutes) -> bool:
    """Leads and Office, while corrections are asked for."""
    return minutes.state == MinutesState.CIRCULATED and groups.may_steer(user, minutes.parent.parent)


@because(
    _l(
        "Corrections are proposed by those who took part in the meeting and those who lead the group,"
        " until the last day for them is over."
    )
)
def may_correct(user: Any, minutes: Minutes) -> bool:
    """Who was there, chair and minute-taker, leads and the Office; not after the last day."""
    asked = minutes.state == MinutesState.CIRCULATED and not minutes.corrections_over
    meeting = minutes.parent
    if not asked or not user.is_authenticated or user.is_clock or user.is_silenced or meeting.parent.archived:
        return False
    if groups.may_steer(user, meeting.parent) or meetings.holds_office(user, meeting):
        return True
    was_there = any(row.person_id == user.id and row.was_present for row in meeting.attendances)
    return was_there and meetings.may_read(user, meeting)


@because(_l("Corrections are settled by the minute-taker and those who lead the group, until the approval."))
def may_settle_corrections(user: Any, minutes: Minutes) -> bool:
    """Minute-taker, leads and the Office, as long as the minutes are circulated."""
    return minutes.state == MinutesState.CIRCULATED and keeps(user, minutes)


def keeps(user: Any, minutes: Minutes) -> bool:
    """Whether somebody looks after these minutes: minute-taker, leads, Office; not in an archived group."""
    group = minutes.parent.parent
    return groups.may_steer(user, group) or bool(
        user.is_authenticated and user.id == minutes.parent.minute_taker_id and not group.archived
    )


@because(_l("Actions are ticked off by whoever has to do them, or by members of the group."))
def may_end(user: Any, action: Action) -> bool:
    """Whoever has it to do, and those who may write in the group."""
    if not user.is_authenticated or user.is_clock or action.group.archived:
        return False
    return action.person_id == user.id or groups.may_write(user, action.group)


def may_discuss_part(user: Any, part: Decision | Action) -> bool:
    """As its item, by those who read the meeting."""
    return bool(user.is_authenticated and meetings.may_discuss_item(user, part.parent))


@because(_l("This is done by the program when it is due."))
def may_remind(user: Any, action: Action) -> bool:
    """The clock, of what is open in a group that still works."""
    return bool(user.is_clock) and action.state == ActionState.OPEN and not action.group.archived


@because(_l("Decisions and actions of a group are read with the group."))
def may_read_register(user: Any, group: Group) -> bool:
    """Register, minutes and open actions: who may read the group."""
    return groups.may_read(user, group)


def may_be_asked(person: Person, meeting: Meeting) -> bool:
    """Whether an action can be given to the person, who belongs to the group or was asked to the meeting."""
    return any(m.group_id == meeting.parent_id and m.active for m in person.memberships) or any(
        a.person_id == person.id for a in meeting.attendances
    )


def rights(user: Any, meeting: Meeting) -> set[str]:
    """As on the meeting's page; `minutes` while they are written, `correct` and `settle` once circulated."""
    words = meetings.rights(user, meeting)
    if may_write_now(user, meeting):
        words.add("minutes")
    if meeting.minutes is not None:
        words |= {"correct"} if may_correct(user, meeting.minutes) else set()
        words |= {"settle"} if may_settle_corrections(user, meeting.minutes) else set()
    return words


rules(Meeting, rights=rights)
rules(Minutes, see=may_see)
rules(ItemMinutes, see=may_see_part, write_draft=may_write_part, text_for_good=is_for_good)
rules(Decision, see=may_see_part, discuss=may_discuss_part)
rules(Action, see=may_see_part, discuss=may_discuss_part)
