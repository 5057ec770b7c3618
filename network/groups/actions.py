"""What can be done to a group, and how people change their place in it and leave."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import Invalid, Refused, Stale, action, open_room, record, revoke_below
from network.directory.models import Network, Topic
from network.extensions import db
from network.groups import letters, policy
from network.groups.models import Group, GroupDesk, GroupKind, Membership, Place
from network.groups.places import admitted, come, end, is_only_lead, keep_a_lead, take_in
from network.people.models import Person
from network.things import now

# The group itself


@action(policy.may_create)
def create(
    actor: Person,
    network: Network,
    *,
    name: str,
    leads: Sequence[int],
    topics: Sequence[int] = (),
    kind: str = GroupKind.WORKING,
    **facts: Any,
) -> Group:
    """A group with its desk and its leads (ids of persons). `facts` are those of `change`.

    Raises Invalid for a name or a short name that another group has.
    """
    _check_names(network, name=name, short_name=facts.get("short_name") or "")
    room_id = open_room().id  # before the desk's: rooms are taken from the oldest
    group = Group(
        parent=network, room_id=room_id, owns_room=True, created_by_id=actor.id, name=name, kind=kind, **facts
    )
    group.topics = _topics(topics)
    db.session.add(group)
    record("created", group, by=actor)
    desk = GroupDesk(parent=group, room_id=open_room().id, owns_room=True, created_by_id=actor.id)
    db.session.add(desk)
    record("set up", desk, by=actor)
    for person in admitted(leads, field="leads"):
        place = come(group, person, Place.LEAD)
        record("added", place, by=actor)
        if person.id != actor.id:
            letters.given_place(place, actor)
    return group


def _of_the_network(group: Group) -> list[int]:
    """Names are compared with those of all groups, one change after another."""
    return [group.parent.room_id]


@action(policy.may_steer, rooms=_of_the_network)
def change(
    actor: Person,
    group: Group,
    *,
    name: str,
    topics: Sequence[int] = (),
    kind: str | None = None,
    visibility: str | None = None,
    version: int | None = None,
    **facts: Any,
) -> Group:
    """Change what a group says of itself, who sees it and how one joins. Its kind is the Office's matter.

    Raises Invalid for a name or a short name that another group has, and Stale if the group is not the one of
    this `version` any more.
    """
    if version is not None and version != group.version:
        raise Stale(
            _l(
                "Somebody else has changed the group meanwhile. Nothing of yours is saved yet, and nothing is"
                " lost: compare, and save again."
            )
        )
    _check_names(group.parent, group, name=name, short_name=facts.get("short_name") or "")
    if kind and kind != group.kind:
        if not actor.works_in_office:
            raise Refused(_l("The kind of a group is set by the Coordination Office."))
        group.kind = kind
    before = group.visibility
    group.name, group.visibility = name, visibility or before
    for fact, value in facts.items():
        setattr(group, fact, value)
    group.topics = _topics(topics)
    record("changed", group, by=actor)
    if before != group.visibility:  # also wider: pages learn what else their readers may do now
        revoke_below(group)
    return group


@action(policy.may_archive)
def archive(actor: Person, group: Group) -> Group:
    """Close the group: it can be read as before, and nothing in it changes any more."""
    if not group.archived:
        group.archived_at = now()
        record("archived", group, by=actor)
        revoke_below(group)
    return group


@action(policy.may_archive)
def reopen(actor: Person, group: Group) -> Group:
    """Take up work again."""
    if group.archived:
        group.archived_at = None
        record("reopened", group, by=actor)
        revoke_below(group)
    return group


# Places in it


@action(policy.may_join)
def join(actor: Person, group: Group) -> Membership:
    """Become a member by oneself."""
    place, verb = take_in(group, actor, Place.MEMBER)
    record(verb, place, by=actor, also=[actor.room])
    return place


@action(policy.may_give_place)
def give_place(
    actor: Person, membership: Membership, *, role: str, until: datetime | None = None
) -> Membership:
    """Give somebody another role in the group; guests until a moment."""
    if role != Place.LEAD:
        keep_a_lead(membership)
    if role == Place.GUEST and (until is None or until <= now()):
        raise Invalid(until=_l("Please give a day to come, until which the guest takes part."))
    before = membership.role
    membership.role = role
    membership.until = until if role == Place.GUEST else None
    record("made role", membership, by=actor, also=[membership.person.room])
    if before != role:
        revoke_below(membership.parent)
        if membership.person_id != actor.id:
            letters.given_place(membership, actor)
    return membership


@action(policy.may_hand_over)
def hand_over(actor: Person, membership: Membership) -> Membership:
    """Let somebody else lead the group from now on, and be a member oneself."""
    own = policy.membership(actor, membership.parent)
    if own is None:  # a lead has a place: the rule has just found it
        raise Refused()
    membership.role, membership.until = Place.LEAD, None
    own.role = Place.MEMBER
    record("made role", membership, by=actor, also=[membership.person.room])
    record("made role", own, by=actor)
    revoke_below(membership.parent)
    letters.given_place(membership, actor)
    return membership


@action(policy.may_remove)
def remove(actor: Person, membership: Membership, *, reason: str) -> Membership:
    """Take somebody out of the group, who is told why."""
    keep_a_lead(membership)
    end(membership, "removed", by=actor)
    letters.removed(membership, actor, reason)
    return membership


@action(policy.may_leave)
def leave(actor: Person, membership: Membership, *, successor: int | None = None) -> Membership:
    """Leave the group. The only lead names a `successor` (the id of another place in the group).

    Raises Invalid if the group would be without a lead.
    """
    if successor is not None:
        heir = next(
            (
                place
                for place in membership.parent.memberships
                if place.id == successor and place.active and place.id != membership.id
            ),
            None,
        )
        if heir is None:
            raise Invalid(successor=_l("Please choose one of the entries."))
        if membership.role == Place.LEAD and heir.role != Place.LEAD:
            heir.role, heir.until = Place.LEAD, None
            record("made role", heir, by=actor, also=[heir.person.room])
            letters.given_place(heir, actor)
    if is_only_lead(membership):
        raise Invalid(successor=_l("You are the only person who leads the group. Please name another lead."))
    end(membership, "left", by=actor)
    return membership


@action(policy.may_run_out)
def run_out(actor: Any, membership: Membership) -> Membership:
    """End a guest's place whose time is over."""
    end(membership, "ran out", by=actor)
    return membership


@action(policy.may_end_for_departed)
def end_for_departed(actor: Any, membership: Membership) -> Membership:
    """End the place of somebody who has left the network."""
    end(membership, "left", by=actor)
    return membership


# Steps


def _topics(ids: Iterable[int]) -> list[Topic]:
    wanted = set(ids)
    found = db.session.scalars(select(Topic).where(Topic.id.in_(wanted)).order_by(Topic.place)).all()
    if len(found) != len(wanted):
        raise Invalid(topics=_l("Please choose from the entries."))
    return list(found)


def _check_names(network: Network, group: Group | None = None, *, name: str, short_name: str) -> None:
    """Raises Invalid if another group has the name, or the short name by which decisions are cited."""
    others = select(Group.name, Group.short_name).where(
        Group.parent_id == network.id, Group.removed_at.is_(None)
    )
    if group is not None:
        others = others.where(Group.id != group.id)
    for their_name, their_short_name in db.session.execute(others):
        if their_name.casefold() == name.casefold():
            raise Invalid(name=_l("There is a group with this name already."))
        if short_name and (their_short_name or their_name).casefold() == short_name.casefold():
            raise Invalid(short_name=_l("Another group cites its decisions with this name."))
