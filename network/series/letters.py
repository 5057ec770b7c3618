"""The letter that a series writes: a draft is ready to be looked at."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.extensions import db
from network.groups.models import Membership, Place
from network.meetings.models import Meeting
from network.people.letters import KINDS, site_url, write_if_wanted
from network.people.models import Person

KINDS.setdefault("planning", _l("Drafts of meetings that wait for me to announce them"))


def draft_prepared(meeting: Meeting) -> None:
    """Step: those who lead the group hear that the next meeting waits to be announced."""
    leads = select(Membership.person_id).where(
        Membership.group_id == meeting.parent_id,
        Membership.role == Place.LEAD,
        Membership.removed_at.is_(None),
    )
    for person in db.session.scalars(select(Person).where(Person.id.in_(leads)).order_by(Person.id)).all():
        write_if_wanted(
            person,
            "planning",
            "draft_prepared",
            _l("The draft of “%(meeting)s” is ready", meeting=meeting.title),
            about=meeting,
            meeting=meeting,
            group=meeting.parent,
            url=site_url(f"/meetings/{meeting.id}"),
        )
