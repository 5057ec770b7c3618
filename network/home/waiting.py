"""What waits for a person: what is to be answered or judged, actions, minutes, mentions."""

import time
from datetime import timedelta
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Select, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased, selectinload

from network import dates
from network.agenda.models import AgendaProposal
from network.attendance.models import Answer, Attendance
from network.discussions import counts, told
from network.discussions.models import Message
from network.extensions import db
from network.goals import lists as goals
from network.groups.models import Group, GroupDesk, JoinRequest, Place
from network.meetings.models import Meeting, MeetingState
from network.minutes import registers
from network.minutes.models import Action, ActionState, Minutes, MinutesState
from network.moderation.models import CaseState, ModerationCase
from network.notices.counts import unread_ids
from network.notices.models import Notice
from network.people.models import Person
from network.things import now

COUNT_SECONDS = 30  # how long a process may show a count as it was; the person's own deeds end it at once
MOST_RUNG = 20  # bells that one message rings at once
BELL = "waiting"  # what the number in it is called on open pages
SOON = timedelta(days=7)  # an action that is due within this time counts as waiting


def led(user: Any) -> set[int]:
    """The ids of the groups that the user leads."""
    return {place.group_id for place in user.memberships if place.active and place.role == Place.LEAD}


def ids(user: Any, *, all_actions: bool = True) -> list[Select[int]]:
    """Statements for the ids of all that waits for the user, each of one type of thing."""
    working = select(Group.id).where(Group.id.in_(led(user)), Group.archived_at.is_(None))
    meeting = aliased(Meeting, flat=True)  # it is a thing as well, beside that which is asked for
    mine = Action.person_id == user.id
    soon = Action.due_on <= dates.local(now() + SOON).date()
    late = and_(Action.group_id.in_(working), *registers.overdue())  # what others have in groups one leads
    actions = select(Action.id).where(
        or_(mine, late) if all_actions else and_(mine, soon),
        Action.state == ActionState.OPEN,
        Action.removed_at.is_(None),
    )
    return [
        select(JoinRequest.id).where(
            JoinRequest.state == "open",
            or_(
                and_(JoinRequest.invited, JoinRequest.person_id == user.id),
                and_(~JoinRequest.invited, JoinRequest.group_id.in_(working)),
            ),
        ),
        select(AgendaProposal.id).where(
            AgendaProposal.state == "open",
            AgendaProposal.parent_id.in_(working),
            AgendaProposal.removed_at.is_(None),
        ),
        select(Minutes.id)
        .join(meeting, meeting.id == Minutes.meeting_id)
        .where(
            Minutes.state == MinutesState.WRITING,
            meeting.state == MeetingState.CLOSED,
            meeting.removed_at.is_(None),
            or_(
                meeting.minute_taker_id == user.id,
                and_(meeting.minute_taker_id.is_(None), meeting.parent_id.in_(working)),
            ),
        ),
        actions,
        goals.waiting_for(user, led(user)),
        select(ModerationCase.id).where(
            ModerationCase.state == CaseState.OPEN,
            ModerationCase.parent_id.in_(select(GroupDesk.id).where(GroupDesk.parent_id.in_(working))),
        ),
        select(Message.id)
        .join(counts.threads, counts.threads.c.id == Message.thread_id)
        .where(
            Message.state == "waiting",
            Message.withdrawn_at.is_(None),
            counts.threads.c.group_id.in_(working),
        ),
    ]


def owed_answers(user: Any) -> Select[int]:
    """Ids of the user's attendances that lack an answer while one can be given."""
    meeting = aliased(Meeting, flat=True)
    return (
        select(Attendance.id)
        .join(meeting, meeting.id == Attendance.meeting_id)
        .where(
            Attendance.person_id == user.id,
            Attendance.removed_at.is_(None),
            Attendance.answer == Answer.NONE,
            meeting.state == MeetingState.ANNOUNCED,
            meeting.starts_at > now(),
            meeting.removed_at.is_(None),
        )
    )


def waiting(user: Any) -> int:
    """How many things wait for the user, for the bell of every page: one statement, kept for some seconds."""
    if not user.is_authenticated:
        return 0
    kept: dict[int, tuple[float, int]] = current_app.extensions.setdefault("waiting", {})
    found = kept.get(user.id)
    if found and time.monotonic() - found[0] < COUNT_SECONDS:
        return found[1]
    everything = union_all(*ids(user, all_actions=False), owed_answers(user), unread_ids(user)).subquery()
    count = int(db.session.scalar(select(func.count()).select_from(everything)) or 0)
    kept[user.id] = (time.monotonic(), count)
    return count


def forget_count(user_id: int) -> None:
    """Count anew at the next page: the user has just done something, or was spoken to."""
    current_app.extensions.get("waiting", {}).pop(user_id, None)


def ring(person_ids: list[int], thread_id: int) -> dict[int, Markup]:
    """The bell of those whom the newest message of a thread speaks to; or of the one who has read it.

    Of many who are spoken to at once some see it at their next page: each is counted by a statement.
    """
    called = person_ids
    if len(person_ids) > 1:
        newest = select(Message.id).where(Message.thread_id == thread_id).order_by(Message.ordinal.desc())
        spoken_to = select(Notice.person_id).where(
            Notice.message_id == newest.limit(1).scalar_subquery(), Notice.person_id.in_(person_ids)
        )
        called = list(db.session.scalars(spoken_to))
    for id in called:
        forget_count(id)
    people = db.session.scalars(
        select(Person).where(Person.id.in_(called[:MOST_RUNG])).options(selectinload(Person.memberships))
    )
    return {person.id: counts.STREAM.format(BELL, waiting(person) or "") for person in people}


told.beside.append(ring)
