"""What waits for a person: what is to be answered or judged, actions, minutes, mentions."""

import time
from datetime import timedelta
from functools import cache
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import CompoundSelect, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, selectinload

from network import dates
from network.agenda.models import AgendaProposal
from network.approval.models import Correction, CorrectionState
from network.attendance.models import Answer, Attendance, Presence
from network.discussions import counts, told
from network.discussions.models import Message
from network.extensions import db
from network.goals import lists as goals
from network.groups.asking import Asking, anybody, asking, parameters
from network.groups.models import Group, GroupDesk, JoinRequest
from network.meetings.models import Meeting, MeetingState
from network.minutes import registers
from network.minutes.models import Action, ActionState, Minutes, MinutesState
from network.moderation import queue as cases
from network.moderation.models import ModerationCase
from network.notices.counts import unread_ids
from network.notices.models import Notice
from network.people.models import Person
from network.things import Thing, moment

COUNT_SECONDS = 30  # how long a process may show a count as it was; the person's own deeds end it at once
MOST_RUNG = 20  # bells that one message rings at once
BELL = "waiting"  # what the number in it is called on open pages
# What the bell counts: the kinds of `ids` in their order, and then what one answers and what speaks to one.
COUNTED = (
    "requests",
    "proposals",
    "minutes",
    "corrections",
    "actions",
    "goals",
    "plans",
    "cases",
    "messages",
    "answers",
    "mentions",
)
SOON = timedelta(days=7)  # an action that is due within this time counts as waiting


def _working(who: Asking) -> Select[int]:
    """Ids of the groups that they lead, without archived ones."""
    return select(Group.id).where(Group.id.in_(who.led), Group.archived_at.is_(None))


def ids(who: Asking, *, all_actions: bool = True) -> list[Select[int]]:
    """Statements for the ids of all that waits for them, each of one kind, in the order of COUNTED."""
    working = _working(who)
    meeting = aliased(Meeting, flat=True)  # it is a thing as well, beside that which is asked for
    keeps = or_(
        meeting.minute_taker_id == who.id,
        and_(meeting.minute_taker_id.is_(None), meeting.parent_id.in_(working)),
    )
    mine = Action.person_id == who.id
    soon = Action.due_on <= dates.moment_day(-SOON)
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
                and_(JoinRequest.invited, JoinRequest.person_id == who.id),
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
            keeps,
        ),
        to_answer(who),
        actions,
        goals.waiting_for(who),
        goals.plans_waiting_for(who),
        select(ModerationCase.id).where(
            *cases.can_be_decided_by(who.id, in_office=False),
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


def to_answer(who: Asking) -> Select[int]:
    """Ids of open corrections that they are asked to settle: as minute-taker, or where they lead."""
    corrections, minutes, meeting = Correction.__table__, Minutes.__table__, Meeting.__table__
    held = Thing.__table__.alias()  # the meeting as a thing, which knows its group
    return (
        select(corrections.c.id)
        .join(minutes, minutes.c.id == corrections.c.minutes_id)
        .join(meeting, meeting.c.id == minutes.c.meeting_id)
        .join(held, held.c.id == meeting.c.id)
        .where(
            corrections.c.state == CorrectionState.OPEN,
            minutes.c.state == MinutesState.CIRCULATED,
            or_(meeting.c.minute_taker_id == who.id, held.c.parent_id.in_(_working(who))),
        )
    )


def circulated(user: Any) -> list[Select[int]]:
    """Statements for what my area says of minutes that were sent: those with corrections that the user is
    asked to settle, and those of meetings where the user was, with that attendance, until their day is over.
    """
    minutes, attendance = Minutes.__table__, Attendance.__table__
    corrections = Correction.__table__
    open_ones = select(corrections.c.minutes_id).where(corrections.c.id.in_(to_answer(asking(user))))
    was_there = (
        select(attendance.c.id.label("attended"), minutes.c.id.label("sent"))
        .join(minutes, minutes.c.meeting_id == attendance.c.meeting_id)
        .where(
            attendance.c.person_id == user.id,
            attendance.c.presence.in_((Presence.ROOM, Presence.ONLINE)),
            minutes.c.state == MinutesState.CIRCULATED,
            minutes.c.corrections_until >= dates.today(),
        )
        .subquery()
    )
    return [open_ones, select(was_there.c.attended), select(was_there.c.sent)]


def owed_answers(who: Asking) -> Select[int]:
    """Ids of their attendances that lack an answer while one can be given."""
    meeting = aliased(Meeting, flat=True)
    return (
        select(Attendance.id)
        .join(meeting, meeting.id == Attendance.meeting_id)
        .where(
            Attendance.person_id == who.id,
            Attendance.removed_at.is_(None),
            Attendance.answer == Answer.NONE,
            meeting.state == MeetingState.ANNOUNCED,
            meeting.starts_at > moment(),
            meeting.removed_at.is_(None),
        )
    )


def waiting(user: Any) -> int:
    """How many things wait for the user, for the bell of every page."""
    return sum(waiting_by_kind(user).values())


def waiting_by_kind(user: Any) -> dict[str, int]:
    """Of what the bell's number is the sum, by the words of COUNTED: one statement, kept for some seconds."""
    if not user.is_authenticated:
        return {}
    kept: dict[int, tuple[float, dict[str, int]]] = current_app.extensions.setdefault("waiting", {})
    found = kept.get(user.id)
    if found and time.monotonic() - found[0] < COUNT_SECONDS:
        return found[1]
    counts_of_kinds = _counts(user.works_in_office, user.in_coordination)
    counted = {
        kind: number for kind, number in db.session.execute(counts_of_kinds, parameters(user)) if number
    }
    kept[user.id] = (time.monotonic(), counted)
    return counted


@cache
def _counts(works_in_office: bool, in_coordination: bool) -> CompoundSelect[str, int]:
    """The statement for how many of each kind wait for anybody."""
    who = anybody(works_in_office, in_coordination)
    waits = (*ids(who, all_actions=False), owed_answers(who), unread_ids(who))
    return union_all(
        *(
            select(literal(kind), func.count()).select_from(things.subquery())
            for kind, things in zip(COUNTED, waits, strict=True)
        )
    )


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
