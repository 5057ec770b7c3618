"""Steps of the actions by which people come into a group and go."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import Invalid, Refused, record, revoke_below
from network.extensions import db
from network.groups.models import Group, Membership, Place
from network.people.models import Person, PersonState
from network.things import now

ONLY_LEAD = _l("This is the only person who leads the group. Please name another lead first.")


def take_in(group: Group, person: Person, role: str, until: datetime | None = None) -> tuple[Membership, str]:
    """The person's place in the group, new or as it was before; a role is never made smaller by this."""
    place = db.session.scalars(
        select(Membership).where(Membership.group_id == group.id, Membership.person_id == person.id)
    ).one_or_none()
    if place is None:
        return come(group, person, role, until), "added"
    was_in = place.active
    place.removed_at = None
    order = list(Place)
    if not was_in or order.index(Place(role)) < order.index(Place(place.role)):
        place.role, place.until = role, until if role == Place.GUEST else None
    return place, "made role" if was_in else "restored"


def come(group: Group, person: Person, role: str, until: datetime | None = None) -> Membership:
    """A first place in the group."""
    place = Membership(
        parent=group,
        room_id=group.room_id,
        created_by_id=person.id,
        group_id=group.id,
        person=person,
        role=role,
        until=until if role == Place.GUEST else None,
    )
    db.session.add(place)
    return place


def end(membership: Membership, verb: str, *, by: Any) -> None:
    """Somebody is in the group no longer, nor in anything below it."""
    membership.removed_at = now()
    record(verb, membership, by=by, also=[membership.person.room])
    revoke_below(membership.parent)


def is_only_lead(membership: Membership) -> bool:
    """Whether nobody else leads the group."""
    leads = [place for place in membership.parent.memberships if place.active and place.role == Place.LEAD]
    return leads == [membership]


def keep_a_lead(membership: Membership) -> None:
    """Raises Refused if nobody would lead the group."""
    if is_only_lead(membership):
        raise Refused(ONLY_LEAD)


def admitted(ids: Iterable[int], *, field: str) -> list[Person]:
    """The admitted persons of these ids. Raises Invalid if one of them is nobody's."""
    wanted = list(dict.fromkeys(ids))
    found = db.session.scalars(
        select(Person).where(Person.id.in_(wanted), Person.state == PersonState.ADMITTED)
    ).all()
    if len(found) != len(wanted):
        raise Invalid(**{field: _l("Please choose from the entries.")})
    return sorted(found, key=lambda person: wanted.index(person.id))
