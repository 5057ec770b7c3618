"""What the clock does: letters that wait, changes to be told, people who come and go, reminders."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from network.attendance.models import Attendance
from network.changes import CLOCK, Change, Refused
from network.directory.models import Network
from network.extensions import db
from network.invitations import actions, invitees
from network.jobs import every
from network.meetings.models import AgendaItem, Meeting, MeetingState
from network.people import departures
from network.people.models import Person
from network.things import Thing, now

# However long somebody keeps changing an agenda: after so many times the waiting time it is told.
PATIENCE = 4
# A reminder that could not leave in time still leaves so much later, and not after that.
LATEST = timedelta(hours=12)


@every(minutes=1)
def write_waiting_letters() -> None:
    """Go on with the invitations and news of large meetings, portion by portion."""
    behind = _with_rows(
        lambda row, meeting: or_(row.told_number.is_(None), row.told_number < meeting.told_number)
    )
    for meeting_id in _ids(
        _to_come(MeetingState.ANNOUNCED, MeetingState.CANCELLED).where(Meeting.id.in_(behind))
    ):
        while (meeting := _meeting(meeting_id)) is not None:
            if not _unless_begun(actions.write_letters, meeting):
                break


@every(minutes=1)
def tell_changes() -> None:
    """Tell of changes once nobody has changed anything for a while, in one letter."""
    wait = timedelta(minutes=current_app.config["TELL_CHANGES_AFTER_MINUTES"])
    query = _to_come(MeetingState.ANNOUNCED).where(Meeting.untold_since <= now() - wait)
    for meeting_id in _ids(query):
        meeting = _meeting(meeting_id)
        if meeting is None or meeting.untold_since is None:
            continue
        still_at_it = last_change(meeting) > now() - wait
        if not still_at_it or meeting.untold_since <= now() - PATIENCE * wait:
            _unless_begun(actions.tell, meeting)


def last_change(meeting: Meeting) -> datetime:
    """When the meeting or its agenda was changed last; answers to the invitation do not count."""
    found: datetime | None = db.session.scalar(
        select(func.max(Change.made_at))
        .join(Thing, Thing.id == Change.thing_id)
        .where(
            Change.room_id == meeting.room_id,
            Change.number > meeting.told_number,
            Thing.type.in_([model.__mapper__.polymorphic_identity for model in (Meeting, AgendaItem)]),
        )
    )
    return found or meeting.untold_since or now()


@every(minutes=5)
def follow_groups() -> None:
    """Invite new members of groups to what has been announced, and take off those who have left."""
    for meeting_id in _ids(_to_come(MeetingState.ANNOUNCED)):
        _follow(meeting_id)


@every(minutes=5)
def remind_of_meetings() -> None:
    """Remind those who come or have not answered, at the hours before the start that the network has set."""
    network = Network.the()
    hours = sorted(network.reminder_hours) if network else []
    if not hours:
        return
    for meeting_id in _ids(_to_come(MeetingState.ANNOUNCED, within=timedelta(hours=hours[-1]))):
        while (meeting := _meeting(meeting_id)) is not None:
            due = due_reminder(meeting, hours)
            if due is None or not _unless_begun(actions.remind, meeting, hours=due):
                break


def due_reminder(meeting: Meeting, hours: Iterable[int]) -> int | None:
    """The reminder that is due now and has not gone out: how many hours before the start it belongs to.

    Of several that were missed while nothing ran, the latest; none that would come more than half a day
    late, or that was due before the meeting was announced.
    """
    moment = now()
    passed = [hour for hour in sorted(hours) if meeting.starts_at - timedelta(hours=hour) <= moment]
    if not passed or (meeting.reminded and meeting.reminded <= passed[0]):
        return None
    due_at = meeting.starts_at - timedelta(hours=passed[0])
    announced_at = meeting.announced_at or meeting.created_at
    if moment - due_at > LATEST or announced_at > due_at:
        return None
    return passed[0]


# When somebody leaves the network


def take_off_invitations(person: Person) -> None:
    """Whoever has left the network is not invited any more."""
    query = _to_come(MeetingState.ANNOUNCED).where(
        Meeting.id.in_(_with_rows(lambda row, _meeting: row.person_id == person.id))
    )
    for meeting_id in _ids(query):
        _follow(meeting_id)


departures.add(take_off_invitations)


def _with_rows(which: Callable[[Any, Any], ColumnElement[bool]]) -> Select[int]:
    """Ids of meetings to which somebody is invited for whom this holds of their row and the meeting.

    Meetings and attendances are both things: in one statement each needs its own name for that table.
    """
    row, meeting = aliased(Attendance, flat=True), aliased(Meeting, flat=True)
    return (
        select(meeting.id)
        .join(row, row.meeting_id == meeting.id)
        .where(row.invited, row.removed_at.is_(None), which(row, meeting))
    )


def _follow(meeting_id: int) -> None:
    meeting = _meeting(meeting_id)
    if meeting is not None and invitees.out_of_step(meeting):
        _unless_begun(actions.follow_group, meeting)


def _to_come(*states: MeetingState, within: timedelta | None = None) -> Select[int]:
    """Ids of meetings in these states that are still to be held, or were to be held a moment ago."""
    query = select(Meeting.id).where(
        Meeting.state.in_(states),
        Meeting.removed_at.is_(None),
        Meeting.starts_at > now() - timedelta(days=1),
    )
    return query if within is None else query.where(Meeting.starts_at <= now() + within)


def _ids(query: Select[int]) -> list[int]:
    return list(db.session.scalars(query.order_by(Meeting.starts_at)))


def _meeting(meeting_id: int) -> Meeting | None:
    """The meeting with what letters about it read."""
    options = [joinedload(Meeting.room), *Meeting.look()]
    found: Meeting | None = db.session.get(Meeting, meeting_id, options=options, populate_existing=True)
    return found


def _unless_begun(deed: Callable[..., Any], meeting: Meeting, **facts: Any) -> Any:
    """Do it; a meeting that has begun meanwhile needs no letters any more."""
    try:
        return deed(CLOCK, meeting, **facts)
    except Refused:
        return None
