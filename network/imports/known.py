"""Whom the names in old minutes may mean, and which meetings have none."""

from sqlalchemy import select

from network.directory.models import Organisation
from network.extensions import db
from network.groups.models import Group, Membership
from network.imports.names import Known
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
    persons, places, names = Person.__table__, Affiliation.__table__, Organisation.__table__
    rows = db.session.execute(
        select(persons.c.id, persons.c.name, names.c.id, names.c.name)
        .outerjoin(places, places.c.person_id == persons.c.id)
        .outerjoin(names, names.c.id == places.c.organisation_id)
        .where(persons.c.id.in_(members), persons.c.state == PersonState.ADMITTED)
        .order_by(persons.c.id, places.c.main.desc(), places.c.id)
    )
    people: dict[int, str] = {}
    organisations: dict[int, str] = {}
    belong: dict[int, list[int]] = {}
    for person_id, name, id, organisation in rows:
        people[person_id] = name
        if id is not None:
            organisations[id] = organisation
            belong.setdefault(person_id, []).append(id)
    return Known(list(people.items()), sorted(organisations.items()), belong)


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
