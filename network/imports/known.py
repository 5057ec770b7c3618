"""Whom the names in old minutes may mean, and which meetings have none."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from network.directory.models import Organisation
from network.extensions import db
from network.groups.models import Group, Membership
from network.imports.building import Known
from network.imports.policy import is_without_minutes
from network.meetings.models import AgendaItem, Meeting, MeetingState
from network.people.models import Affiliation, Person, PersonState
from network.things import now

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
    """Past meetings of a group about which nobody has written anything, the latest first."""
    items = selectinload(Meeting.agenda)
    found = db.session.scalars(
        select(Meeting)
        .where(
            Meeting.parent_id == group.id,
            Meeting.removed_at.is_(None),
            Meeting.is_template.is_(False),
            Meeting.starts_at <= now(),
            Meeting.state.in_((MeetingState.DRAFT, MeetingState.ANNOUNCED, MeetingState.CLOSED)),
        )
        .order_by(Meeting.starts_at.desc())
        .limit(MOST_MEETINGS)
        .options(
            joinedload(Meeting.minutes),
            items.joinedload(AgendaItem.minutes),
            items.selectinload(AgendaItem.decisions),
            items.selectinload(AgendaItem.actions),
        )
    ).unique()
    return [meeting for meeting in found if is_without_minutes(meeting)]
