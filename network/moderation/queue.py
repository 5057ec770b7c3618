"""Which cases and messages wait for whom: the heaviest case first, the oldest message first."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload, with_polymorphic

from network.discussions.models import Message, Thread
from network.extensions import db
from network.groups.models import Group, GroupDesk, Place
from network.moderation import policy
from network.moderation.models import CaseState, ModerationCase
from network.things import Thing

MOST = 100  # cases on a page
MOST_MESSAGES = 50


def cases(group: Group | None = None) -> list[ModerationCase]:
    """The cases that wait: those on a group's desk, or all. Without the text of anything."""
    query = select(ModerationCase).where(ModerationCase.state != CaseState.DECIDED)
    if group is not None:
        desk = select(GroupDesk.id).where(GroupDesk.parent_id == group.id)
        query = query.where(ModerationCase.parent_id.in_(desk))
    query = query.order_by(ModerationCase.weight.desc(), ModerationCase.opened_at).limit(MOST)
    return list(db.session.scalars(query.options(*ModerationCase.look())).unique())


def unclaimed(most: int) -> list[ModerationCase]:
    """For the Office's page: nobody takes care of them, the oldest first."""
    query = (
        select(ModerationCase)
        .where(ModerationCase.state != CaseState.DECIDED, ModerationCase.claimed_by_id.is_(None))
        .order_by(ModerationCase.opened_at)
        .options(joinedload(ModerationCase.person), joinedload(ModerationCase.group))
    )
    return list(db.session.scalars(query.limit(most)).unique())


def waiting_messages(group: Group | None = None, most: int = MOST_MESSAGES) -> list[Message]:
    """Messages that wait for approval, the oldest first."""
    thread = aliased(Thread, flat=True)
    query = select(Message).join(thread, thread.id == Message.thread_id)
    query = query.where(Message.state == "waiting", Message.withdrawn_at.is_(None))
    if group is not None:
        query = query.where(thread.group_id == group.id)
    query = query.order_by(Message.id).limit(most)
    loaded = joinedload(Message.person), joinedload(Message.parent).joinedload(Thread.group)
    return list(db.session.scalars(query.options(*loaded)).unique())


def numbers(group: Group) -> tuple[int, int]:
    """How many cases and how many messages wait in a group, in one statement."""
    thread, message = Thread.__table__, Message.__table__
    desk = select(GroupDesk.id).where(GroupDesk.parent_id == group.id)
    waiting = (
        select(func.count(ModerationCase.id))
        .where(ModerationCase.state != CaseState.DECIDED, ModerationCase.parent_id.in_(desk))
        .scalar_subquery()
    )
    unread = (
        select(func.count())
        .select_from(message.join(thread, thread.c.id == message.c.thread_id))
        .where(message.c.state == "waiting", message.c.withdrawn_at.is_(None), thread.c.group_id == group.id)
        .scalar_subquery()
    )
    cases_there, messages_there = db.session.execute(select(waiting, unread)).one()
    return cases_there, messages_there


def surroundings(case: ModerationCase) -> tuple[Thing | None, list[Thing]]:
    """What a case is about, and its parent, which must be held meanwhile: in one statement."""
    anything: Any = with_polymorphic(Thing, "*", flat=True)
    above = select(Thing.parent_id).where(Thing.id == case.target_id).scalar_subquery()
    held = list(
        db.session.scalars(
            select(anything).where(anything.id.in_([case.target_id]) | (anything.id == above))
        ).unique()
    )
    return next((thing for thing in held if thing.id == case.target_id), None), held


def groups_to_move_to(user: Any, case: ModerationCase) -> list[Group]:
    """Other groups that the moderator looks after."""
    query = select(Group).where(Group.archived_at.is_(None), Group.removed_at.is_(None))
    if not user.works_in_office:
        led = [place.group_id for place in user.memberships if place.active and place.role == Place.LEAD]
        query = query.where(Group.id.in_(led))
    if case.group_id is not None:
        query = query.where(Group.id != case.group_id)
    return list(db.session.scalars(query.order_by(Group.name)))


def of_group(user: Any, group: Group) -> dict[str, Any]:
    """For a group's page: what waits there, for those who moderate it."""
    if not policy.may_see_queue(user, group):
        return {}
    waiting, messages = numbers(group)
    return {"to_moderate": {"cases": waiting, "messages": messages}}
