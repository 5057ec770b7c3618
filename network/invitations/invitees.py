"""Who is invited to a meeting by itself, and who may be invited besides."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from network.extensions import db
from network.groups.models import GroupKind, Membership
from network.invitations import policy
from network.meetings.models import Meeting
from network.people.models import Person, PersonState


def of(meeting: Meeting) -> list[Person]:
    """Everybody with a place in the group that lasts until the meeting, by name; of the plenary, everybody.

    Chair and minute-taker are invited wherever they come from.
    """
    query = select(Person).where(Person.state == PersonState.ADMITTED, Person.removed_at.is_(None))
    if meeting.parent.kind != GroupKind.PLENARY:
        places = select(Membership.person_id).where(
            Membership.group_id == meeting.parent_id,
            Membership.removed_at.is_(None),
            or_(Membership.until.is_(None), Membership.until >= meeting.ends_at),
        )
        offices = [id for id in (meeting.chair_id, meeting.minute_taker_id) if id]
        query = query.where(or_(Person.id.in_(places), Person.id.in_(offices)))
    return list(
        db.session.scalars(
            query.options(joinedload(Person.room), selectinload(Person.affiliations)).order_by(
                Person.name, Person.id
            )
        ).unique()
    )


def chosen(meeting: Meeting, ids: Collection[int]) -> list[Person]:
    """Of these people, those who can be invited besides."""
    if not ids:
        return []
    query = (
        select(Person)
        .where(Person.id.in_(ids), Person.state == PersonState.ADMITTED, Person.removed_at.is_(None))
        .options(joinedload(Person.room), selectinload(Person.affiliations), selectinload(Person.memberships))
        .order_by(Person.name, Person.id)
    )
    return [person for person in db.session.scalars(query).unique() if policy.may_be_extra(person, meeting)]


def presenting_uninvited(meeting: Meeting, invited: Collection[int]) -> list[Person]:
    """Whoever presents an item and would not be there."""
    people = {by.person.id: by.person for item in meeting.agenda for by in item.presenters if by.person}
    return [person for id, person in people.items() if id not in invited]


def out_of_step(meeting: Meeting) -> bool:
    """Whether somebody has come into the group or left it, and the list of attendance does not know."""
    now_in = {person.id for person in of(meeting)}
    asked = {row.person_id for row in meeting.attendances if row.invited and row.person_id}
    as_group = {row.person_id for row in meeting.attendances if row.invited and not row.extra}
    extra = asked - as_group
    gone = select(Person.id).where(Person.id.in_(extra), Person.state != PersonState.ADMITTED).limit(1)
    return bool(now_in - asked or as_group - now_in or (extra and db.session.scalar(gone)))
