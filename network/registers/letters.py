"""The reminder of an action, and the signed link in it by which it is ticked off."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from network import links
from network.extensions import db
from network.groups.models import Membership, Place
from network.minutes import policy
from network.minutes.models import Action
from network.people.letters import KINDS, site_url, write_if_wanted
from network.people.models import Affiliation, Person

PURPOSE = "done"

KINDS.setdefault("actions", _l("Reminders of what I have to do"))


def concerned(action: Action) -> list[Person]:
    """Whom an action is given to. If only an organisation is: its people in the group who may tick it off;
    where it has none, those who lead the group, who can ask it.
    """
    if action.person is not None:
        return [action.person]
    if action.organisation_id is None:
        return []
    places = db.session.scalars(
        select(Membership)
        .where(Membership.group_id == action.group_id, Membership.removed_at.is_(None))
        .order_by(Membership.id)
        .options(selectinload(Membership.person).selectinload(Person.affiliations))
    ).all()
    active = [one for one in places if one.active and one.person.is_active]
    of_it = [one.person for one in active if _belongs(one.person, action.organisation_id)]
    found = [person for person in of_it if policy.may_end(person, action)]
    return found or [one.person for one in active if one.role == Place.LEAD]


def _belongs(person: Person, organisation_id: int) -> bool:
    mine: list[Affiliation] = person.affiliations
    return any(one.organisation_id == organisation_id for one in mine)


def done_url(action: Action, person: Person) -> str:
    """The address in the letter: for this action and this reader, and nothing else."""
    return site_url(f"/done/{links.make(PURPOSE, action=action.id, person=person.id)}")


def remind(action: Action, *, today: date) -> None:
    """Step of an action: tell those whom it is given to when it is due, unless they want no such letters."""
    subject: Any = _l("Reminder: %(action)s", action=action.label)
    if action.due_on == today:
        subject = _l("Due today: %(action)s", action=action.label)
    elif action.due_on is not None and action.due_on < today:
        subject = _l("Overdue: %(action)s", action=action.label)
    for person in concerned(action):
        write_if_wanted(
            person,
            "actions",
            "action_reminder",
            subject,
            about=action,
            action=action,
            today=today,
            is_own=action.person is not None,
            is_theirs=action.organisation_id is not None and _belongs(person, action.organisation_id),
            done_url=done_url(action, person),
        )
