"""What waits for a person: invitations, requests and proposals to answer, actions, minutes, mentions."""

import time
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Select, and_, func, or_, select, union_all
from sqlalchemy.orm import aliased

from network import dates
from network.agenda.models import AgendaProposal
from network.attendance.models import Answer, Attendance
from network.extensions import db
from network.groups.models import Group, JoinRequest, Place
from network.meetings.models import Meeting, MeetingState
from network.minutes.models import Action, ActionState, Minutes, MinutesState
from network.notices.counts import unread_ids
from network.things import now

COUNT_SECONDS = 30  # how long a process may show a count as it was; the person's own deeds end it at once
SOON = timedelta(days=7)  # an action that is due within this time counts as waiting


def led(user: Any) -> set[int]:
    """The ids of the groups that the user leads."""
    return {place.group_id for place in user.memberships if place.active and place.role == Place.LEAD}


def ids(user: Any, *, all_actions: bool = True) -> list[Select[int]]:
    """Statements for the ids of all that waits for the user, each of one type of thing."""
    working = select(Group.id).where(Group.id.in_(led(user)), Group.archived_at.is_(None))
    meeting = aliased(Meeting, flat=True)  # it is a thing as well, beside that which is asked for
    actions = select(Action.id).where(
        Action.person_id == user.id, Action.state == ActionState.OPEN, Action.removed_at.is_(None)
    )
    if not all_actions:
        actions = actions.where(Action.due_on <= dates.local(now() + SOON).date())
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


def forget_count(user: Any) -> None:
    """Count anew at the next page: the user has just done something."""
    current_app.extensions.get("waiting", {}).pop(user.id, None)
