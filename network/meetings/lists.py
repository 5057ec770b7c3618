"""Meetings in lists: which ones somebody sees, as conditions of a statement."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from network import dates
from network.extensions import db
from network.groups.models import Group, GroupKind, Place, Visibility
from network.meetings.models import AgendaItem, Meeting, MeetingState, Presenter
from network.things import now

GROUP = Group.__table__  # the group's own columns; a second `thing` in the statement is not needed


def meetings_seen_by(user: Any) -> Select[tuple[Meeting]]:
    """A statement for all meetings that the user may see (as policy.may_see says), with their groups."""
    return (
        select(Meeting)
        .join(GROUP, GROUP.c.id == Meeting.parent_id)
        .where(Meeting.removed_at.is_(None), ~Meeting.is_template, _seen_by(user))
        .options(joinedload(Meeting.parent))
    )


def _seen_by(user: Any) -> ColumnElement[bool]:
    if user.is_clock:
        return false()
    public = and_(
        Meeting.public, GROUP.c.visibility == Visibility.PUBLIC, Meeting.state != MeetingState.DRAFT
    )
    if not user.is_authenticated:
        return public
    places = [place for place in user.memberships if place.active]
    leads = [place.group_id for place in places if place.role == Place.LEAD]
    office = true() if user.works_in_office else false()
    plans = and_(
        GROUP.c.archived_at.is_(None),
        or_(
            office,
            Meeting.parent_id.in_(leads),
            GROUP.c.kind == GroupKind.PLENARY if user.in_coordination else false(),
        ),
    )
    reads = or_(
        office,
        GROUP.c.visibility != Visibility.CLOSED,
        GROUP.c.kind == GroupKind.PLENARY,  # which is everybody
        Meeting.parent_id.in_([place.group_id for place in places]),
    )
    holds = or_(Meeting.chair_id == user.id, Meeting.minute_taker_id == user.id)
    return or_(public, holds, and_(Meeting.state == MeetingState.DRAFT, plans), and_(known(), reads))


def known() -> ColumnElement[bool]:
    """Meetings that have been announced, whatever became of them."""
    return Meeting.state != MeetingState.DRAFT


def coming() -> ColumnElement[bool]:
    """Meetings that are on, or still to be held: from today on, also if their hour has just passed."""
    today = dates.local(now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return or_(
        Meeting.state.in_((MeetingState.RUNNING, MeetingState.PAUSED)),
        and_(
            Meeting.state.in_((MeetingState.DRAFT, MeetingState.ANNOUNCED)),
            Meeting.ends_at > today,
        ),
    )


def next_meeting_of(user: Any, group: Group) -> Meeting | None:
    """The one that is on or comes next, with all that its card and its agenda show; drafts are left out."""
    query = (
        meetings_seen_by(user)
        .where(Meeting.parent_id == group.id, coming(), known())
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )
    items = joinedload(Meeting.agenda)  # not a statement for each list: a group's page has many parts
    query = query.options(
        joinedload(Meeting.room),
        joinedload(Meeting.chair),
        joinedload(Meeting.minute_taker),
        items.joinedload(AgendaItem.presenters).joinedload(Presenter.person),
        items.joinedload(AgendaItem.files),
        selectinload(Meeting.attendances),
    )
    return db.session.scalars(query).unique().one_or_none()
