"""Whom the names in old minutes may mean, and which meetings have none."""

from sqlalchemy import select

from network.directory.models import Organisation
from network.extensions import db
from network.groups.models import Group, Membership
from network.imports.building import Known
from network.meetings.models import Meeting, MeetingState
from network.minutes.models import Action, Decision, ItemMinutes, Minutes, MinutesState
from network.people.models import Affiliation, Person, PersonState
from network.things import Thing, now

MOST_MEETINGS = 50  # that are offered, the latest


def known_in(group: Group) -> Known:
    """Those who have a place in the group now, and their organisations: an action can be given to them."""
    members = select(Membership.person_id).where(
        Membership.group_id == group.id,
        Membership.removed_at.is_(None),
        Membership.until.is_(None) | (Membership.until > now()),
    )
    people = db.session.execute(
        select(Person.id, Person.name)
        .where(Person.id.in_(members), Person.state == PersonState.ADMITTED)
        .order_by(Person.id)
    )
    organisations = db.session.execute(
        select(Organisation.id, Organisation.name)
        .where(
            Organisation.id.in_(select(Affiliation.organisation_id).where(Affiliation.person_id.in_(members)))
        )
        .order_by(Organisation.id)
    )
    return Known([(id, name) for id, name in people], [(id, name) for id, name in organisations])


def meetings_without_minutes(group: Group) -> list[Meeting]:
    """Past meetings of a group about which nobody has written anything, the latest first: one statement."""
    item, line, written = Thing.__table__.alias(), Thing.__table__.alias(), ItemMinutes.__table__
    with_lines = (
        select(item.c.parent_id)
        .join(line, line.c.parent_id == item.c.id)
        .where(
            line.c.type.in_([one.__tablename__ for one in (Decision, Action)]),
            line.c.removed_at.is_(None),
            item.c.parent_id == Meeting.id,
        )
    )
    with_text = (
        select(item.c.parent_id)
        .join(written, written.c.item_id == item.c.id)
        .where(written.c.text != "", item.c.parent_id == Meeting.id)
    )
    sent = select(Minutes.__table__.c.id).where(
        Minutes.__table__.c.meeting_id == Meeting.id, Minutes.__table__.c.state != MinutesState.WRITING
    )
    return list(
        db.session.scalars(
            select(Meeting)
            .where(
                Meeting.parent_id == group.id,
                Meeting.removed_at.is_(None),
                Meeting.is_template.is_(False),
                Meeting.starts_at <= now(),
                Meeting.state.in_((MeetingState.DRAFT, MeetingState.ANNOUNCED, MeetingState.CLOSED)),
                ~with_lines.exists(),
                ~with_text.exists(),
                ~sent.exists(),
            )
            .order_by(Meeting.starts_at.desc())
            .limit(MOST_MEETINGS)
        )
    )
