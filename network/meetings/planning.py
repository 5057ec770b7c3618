"""Making meetings: what a new one needs, who may hold an office in it, and what it begins with."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from network.changes import Invalid, open_room
from network.extensions import db
from network.groups.models import Group, GroupKind, Membership, Visibility
from network.meetings.models import (
    AgendaItem,
    ItemKind,
    Meeting,
    MeetingKind,
    MeetingState,
    Presenter,
)
from network.people.models import Person, PersonState, Role
from network.things import now

LONGEST = timedelta(hours=24)
# What is on every agenda of a group by itself; the rest of an agenda is of one meeting.
STRUCTURE = (ItemKind.OPEN_ACTIONS, ItemKind.OTHER_BUSINESS)  # what every meeting deals with by its kind


def make_meeting(actor: Any, group: Group, **facts: Any) -> Meeting:
    """Step of an action: a new draft in a room of its own. Raises Invalid for what does not fit.

    Nothing is told in the group's room: a draft is known to those who plan.
    """
    check(group, **facts)
    meeting = Meeting(
        parent_id=group.id,
        room_id=open_room().id,
        owns_room=True,
        created_by_id=actor.id,
        state=MeetingState.DRAFT,
        calendar_uid=new_uid(),
        **facts,
    )
    db.session.add(meeting)
    db.session.flush()
    return meeting


def new_uid() -> str:
    """A UID for calendar files (RFC 5545, 3.8.4.7): the same for the whole life of a meeting."""
    return f"{uuid.uuid4()}@{urlsplit(current_app.config['SITE_URL']).hostname or 'localhost'}"


def check(
    group: Group,
    *,
    starts_at: datetime,
    ends_at: datetime,
    chair_id: int | None = None,
    minute_taker_id: int | None = None,
    public: bool = False,
    online_url: str = "",
    **_rest: Any,
) -> None:
    """What a form alone cannot know. Raises Invalid and names the field."""
    if ends_at <= starts_at:
        raise Invalid(end=_l("The end must come after the start."))
    if ends_at - starts_at >= LONGEST:
        raise Invalid(end=_l("A meeting lasts less than a day. Please plan several for several days."))
    if public and group.visibility != Visibility.PUBLIC:
        raise Invalid(public=_l("Only meetings of public groups can be public."))
    if online_url and urlsplit(online_url).scheme not in ("http", "https"):
        raise Invalid(online_url=_l("Please give an address that begins with https://"))
    offices = {"chair_id": chair_id, "minute_taker_id": minute_taker_id}
    wanted = {person_id for person_id in offices.values() if person_id}
    if wanted:
        able = {person.id for person in people_for_offices(group, wanted)}
        for name, person_id in offices.items():
            if person_id and person_id not in able:
                raise Invalid(**{name: _l("Please choose somebody who has a place in the group.")})


def people_for_offices(group: Group, only: Iterable[int] | None = None) -> list[Person]:
    """Who can be chair or minute-taker, by name: everybody with a place in the group, and the Office.

    In the plenary, which is everybody, also the coordination group. `only` asks about some ids.
    """
    roles = [Role.OFFICE, Role.COORDINATION] if group.kind == GroupKind.PLENARY else [Role.OFFICE]
    members = select(Membership.person_id).where(
        Membership.group_id == group.id,
        Membership.removed_at.is_(None),
        or_(Membership.until.is_(None), Membership.until > now()),
    )
    query = select(Person).where(
        Person.state == PersonState.ADMITTED, or_(Person.id.in_(members), Person.role.in_(roles))
    )
    if only is not None:
        query = query.where(Person.id.in_(list(only)))
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def last_meeting(group: Group, before: datetime | None = None) -> Meeting | None:
    """The group's last meeting that was held, before a moment if one is given."""
    query = (
        select(Meeting)
        .where(
            Meeting.parent_id == group.id,
            Meeting.state == MeetingState.CLOSED,
            Meeting.removed_at.is_(None),
        )
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(Meeting.starts_at < before)
    return db.session.scalars(query).one_or_none()


def templates_of(group: Group) -> list[Meeting]:
    """The group's templates, by name."""
    return list(
        db.session.scalars(
            select(Meeting)
            .where(Meeting.parent_id == group.id, Meeting.is_template, Meeting.removed_at.is_(None))
            .order_by(Meeting.title, Meeting.id)
        )
    )


def put_first_agenda(actor: Any, meeting: Meeting) -> list[AgendaItem]:
    """Step of an action: what a meeting of a group without any pattern begins with."""
    rows = (
        (_("Welcome and minutes of the last meeting"), ItemKind.FORMALITY, 5),
        (_("Any other business and next meeting"), ItemKind.OTHER_BUSINESS, 10),
    )
    items = [
        AgendaItem(
            parent_id=meeting.id,
            room_id=meeting.room_id,
            created_by_id=actor.id,
            title=title,
            kind=kind,
            planned_minutes=minutes,
            standing=True,
            place=place,
        )
        for place, (title, kind, minutes) in enumerate(rows, 1)
    ]
    db.session.add_all(items)
    db.session.flush()
    return items


def copy_agenda(
    actor: Any, source: Meeting, target: Meeting, *, everything: bool = False
) -> list[AgendaItem]:
    """Step of an action: put the items of one agenda on another, empty one.

    Of a meeting the standing items and the structure with their sub-items; of a template `everything`.
    What is there to approve the minutes of one day says nothing on another agenda: carrying over offers
    those that wait.
    """
    kept = [
        item
        for item in source.items
        if (everything or item.standing or item.kind in STRUCTURE) and item.approves_minutes_of is None
    ]
    copies: list[AgendaItem] = []
    for place, item in enumerate(kept, 1):
        # So that carrying over later does not bring what a copy has brought already.
        carried = {} if everything else {"carried_from_id": item.id, "carried_as": f"item:{item.id}"}
        copy = _copy(actor, item, target, place=place, **carried)
        copies.append(copy)
        for sub_place, sub in enumerate(item.subs, 1):
            copies.append(_copy(actor, sub, target, place=place, sub_place=sub_place, under_id=copy.id))
    db.session.expire(target, ["agenda"])
    return copies


def _copy(actor: Any, item: AgendaItem, target: Meeting, **where: Any) -> AgendaItem:
    copy = AgendaItem(
        parent_id=target.id,
        room_id=target.room_id,
        created_by_id=actor.id,
        title=item.title,
        kind=item.kind,
        text=item.text,
        planned_minutes=item.planned_minutes,
        internal=item.internal,
        standing=item.standing,
        copied_from_id=item.id,
        presenters=[Presenter(person_id=by.person_id, name=by.name) for by in item.presenters],
        **where,
    )
    db.session.add(copy)
    db.session.flush()
    return copy


def default_kind(group: Group) -> MeetingKind:
    """What a meeting of this group is unless said otherwise."""
    return MeetingKind.PLENARY if group.kind == GroupKind.PLENARY else MeetingKind.ORDINARY
