"""Who sees a group, who belongs to it, and who leads it. The table of product.md, in functions."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.directory.models import Network
from network.groups.models import (
    Group,
    GroupDesk,
    GroupKind,
    Joining,
    JoinRequest,
    Membership,
    Place,
    Visibility,
)
from network.things import rules


def membership(user: Any, group: Group) -> Membership | None:
    """The user's place in the group, if it gives rights now."""
    if not user.is_authenticated or user.is_clock:
        return None
    return next((m for m in user.memberships if m.group_id == group.id and m.active), None)


def role(user: Any, group: Group) -> str | None:
    """The user's role in the group. The plenary is everybody: each member of the network is its member."""
    place = membership(user, group)
    if place is None and group.kind == GroupKind.PLENARY and user.is_authenticated and not user.is_clock:
        return Place.MEMBER
    return place.role if place else None


def may_see(user: Any, group: Group) -> bool:
    """Name and purpose: of public groups everybody, of all others the members of the network."""
    return group.visibility == Visibility.PUBLIC or bool(user.is_authenticated)


def may_read(user: Any, group: Group) -> bool:
    """All of it: members of the network, unless the group is closed; then its own people and the Office."""
    if not user.is_authenticated or user.is_clock:
        return False
    if group.visibility != Visibility.CLOSED or user.works_in_office:
        return True
    return role(user, group) is not None


def may_write(user: Any, group: Group) -> bool:
    """Write in minutes and drafts, propose, report: members and leads, unless they are silenced."""
    if user.is_silenced:
        return False
    return not group.archived and (user.works_in_office or role(user, group) in (Place.MEMBER, Place.LEAD))


def may_speak(user: Any, group: Group) -> bool:
    """Post and react: also guests, but nobody who is silenced."""
    return not user.is_silenced and may_take_part(user, group)


def may_take_part(user: Any, group: Group) -> bool:
    """Whoever has a place in the group, and the Office: comes to its meetings, is counted."""
    return not group.archived and (user.works_in_office or role(user, group) is not None)


@because(_l("This is for those who lead the group, and for the Coordination Office."))
def may_steer(user: Any, group: Group) -> bool:
    """Leads of the group, and the Office everywhere; not in an archived group."""
    return not group.archived and bool(user.works_in_office or role(user, group) == Place.LEAD)


@because(_l("Groups are created by the Coordination Office."))
def may_create(user: Any, network: Network) -> bool:
    """The Office creates groups."""
    return bool(user.works_in_office)


@because(_l("Groups are archived and re-opened by the Coordination Office and their leads."))
def may_archive(user: Any, group: Group) -> bool:
    """Leads and the Office, also when it is archived already: to re-open it."""
    return bool(user.works_in_office or role(user, group) == Place.LEAD)


@because(_l("You cannot join this group by yourself at the moment."))
def may_join(user: Any, group: Group) -> bool:
    """Members of the network where the group is open to them, and who are not in it."""
    return bool(
        user.is_authenticated
        and not user.is_clock
        and not group.archived
        and group.joining == Joining.FREE
        and role(user, group) in (None, Place.GUEST)
    )


@because(_l("You cannot ask to join this group at the moment."))
def may_ask_to_join(user: Any, desk: GroupDesk) -> bool:
    """Members of the network and guests, where the group answers requests."""
    group = desk.parent
    return bool(
        user.is_authenticated
        and not user.is_clock
        and not user.is_silenced
        and not group.archived
        and group.joining == Joining.REQUEST
        and role(user, group) in (None, Place.GUEST)
    )


@because(_l("People are invited to the group by those who lead it."))
def may_invite(user: Any, desk: GroupDesk) -> bool:
    """Leads and the Office."""
    return may_steer(user, desk.parent)


def may_see_desk(user: Any, desk: GroupDesk) -> bool:
    """Leads and the Office, also of an archived group."""
    return may_archive(user, desk.parent)


def may_see_request(user: Any, request: JoinRequest) -> bool:
    """Who answers it, and whom it is about."""
    return may_see_desk(user, request.parent) or bool(user.is_authenticated and user.id == request.person_id)


@because(_l("This request is answered by somebody else, or has been answered already."))
def may_answer(user: Any, request: JoinRequest) -> bool:
    """A request is answered by the leads, an invitation by the invited person."""
    if request.state != "open" or request.group.archived:
        return False
    if request.invited:
        return bool(user.is_authenticated and user.id == request.person_id)
    return may_steer(user, request.group)


@because(_l("This can be withdrawn only by those who sent it, while it is open."))
def may_withdraw(user: Any, request: JoinRequest) -> bool:
    """Requests by the person who asked, invitations by the leads."""
    if request.state != "open":
        return False
    if request.invited:
        return may_steer(user, request.group)
    return bool(user.is_authenticated and user.id == request.person_id)


def may_see_membership(user: Any, place: Membership) -> bool:
    """Who may read the group sees who is in it."""
    return may_read(user, place.parent)


@because(_l("Roles in the group are given by those who lead it."))
def may_give_place(user: Any, place: Membership) -> bool:
    """Leads and the Office."""
    return place.removed_at is None and may_steer(user, place.parent)


@because(_l("Whoever leads the group can hand it over to another person who is in it."))
def may_hand_over(user: Any, place: Membership) -> bool:
    """Each lead for themself, to somebody else in the group."""
    group = place.parent
    return (
        place.active and not group.archived and role(user, group) == Place.LEAD and user.id != place.person_id
    )


@because(_l("People are taken out of the group by those who lead it; to go yourself, leave the group."))
def may_remove(user: Any, place: Membership) -> bool:
    """Leads and the Office, others than themselves."""
    return place.removed_at is None and may_steer(user, place.parent) and user.id != place.person_id


@because(_l("You can leave only for yourself."))
def may_leave(user: Any, place: Membership) -> bool:
    """Each for themself; the plenary is everybody and cannot be left."""
    return bool(
        user.is_authenticated
        and user.id == place.person_id
        and place.removed_at is None
        and place.parent.kind != GroupKind.PLENARY
    )


@because(_l("A guest's time ends by itself."))
def may_run_out(user: Any, place: Membership) -> bool:
    """The clock, when the time is over."""
    return bool(user.is_clock) and place.removed_at is None and not place.active


@because(_l("This is done by the program when it is due."))
def may_end_for_departed(user: Any, place: Membership) -> bool:
    """The clock, when the person has left the network."""
    return bool(user.is_clock) and place.removed_at is None and not place.person.is_active


@because(_l("This is done by the program when it is due."))
def may_withdraw_for_departed(user: Any, request: JoinRequest) -> bool:
    """The clock, when the person has left the network."""
    return bool(user.is_clock) and request.state == "open" and not request.person.is_active


@because(_l("This is done by the program when it is due."))
def may_forget(user: Any, request: JoinRequest) -> bool:
    """The clock, once the request is answered."""
    return bool(user.is_clock) and request.state != "open"


def rights(user: Any, group: Group) -> set[str]:
    """Words for `data-needs` on the group's pages."""
    words = set()
    if may_steer(user, group):
        words.add("steer")
    if may_write(user, group):
        words |= {"write", "propose"}
    if user.works_in_office:
        words.add("office")
    return words


def desk_rights(user: Any, desk: GroupDesk) -> set[str]:
    """As in the group."""
    return rights(user, desk.parent)


def until(user: Any, group: Group) -> datetime | None:
    """When a guest's right to a closed group ends."""
    place = membership(user, group)
    return place.until if place else None


rules(Group, see=may_see, enter=may_read, rights=rights, until=until, attach=may_steer)
rules(GroupDesk, see=may_see_desk, rights=desk_rights)
rules(JoinRequest, see=may_see_request)
rules(Membership, see=may_see_membership)
