"""How people ask to come into a group, or are asked, and what is answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import Invalid, Refused, action, record
from network.extensions import db
from network.groups import letters, policy
from network.groups.models import GroupDesk, JoinRequest, Place
from network.groups.places import admitted, take_in
from network.people.models import Person
from network.things import now


def _with_group(asked: GroupDesk | JoinRequest) -> list[int]:
    """Whoever is taken in gets a place in the group, in the same transaction."""
    group = asked.parent if isinstance(asked, GroupDesk) else asked.group
    return [group.room_id]


@action(policy.may_ask_to_join)
def ask_to_join(actor: Person, desk: GroupDesk, *, text: str = "") -> JoinRequest:
    """Ask the leads to be taken in. Who was invited already finds the invitation instead."""
    waiting = _open_request(desk, actor)
    if waiting is not None:
        return waiting
    request = JoinRequest(
        parent=desk,
        room_id=desk.room_id,
        created_by_id=actor.id,
        group_id=desk.parent_id,
        person_id=actor.id,
        text=text,
    )
    db.session.add(request)
    record("asked", request, by=actor, also=[actor.room])
    letters.asked(
        request, [place.person for place in desk.parent.active_memberships if place.role == Place.LEAD]
    )
    return request


@action(policy.may_invite, rooms=_with_group)
def invite(
    actor: Person,
    desk: GroupDesk,
    *,
    people: Sequence[int],
    role: str = Place.MEMBER,
    until: datetime | None = None,
    text: str = "",
) -> GroupDesk:
    """Ask persons (by id) into the group; who is in it or has been asked already is passed over.

    Raises Invalid for an id that is nobody's, or a guest without a day to come.
    """
    if role == Place.GUEST and (until is None or until <= now()):
        raise Invalid(until=_l("Please give a day to come, until which the guest takes part."))
    inside = {place.person_id for place in desk.parent.active_memberships}
    for person in admitted(people, field="people"):
        if person.id in inside:
            continue
        waiting = _open_request(desk, person)
        if waiting is not None and waiting.invited:
            continue
        if waiting is not None:  # who asks and is wanted is in
            _accept(waiting, by=actor)
            continue
        request = JoinRequest(
            parent=desk,
            room_id=desk.room_id,
            created_by_id=actor.id,
            group_id=desk.parent_id,
            person_id=person.id,
            invited=True,
            role=role,
            until=until if role == Place.GUEST else None,
            text=text,
        )
        db.session.add(request)
        record("invited", request, by=actor, also=[person.room])
        letters.invited(request, actor)
    return desk


@action(policy.may_answer, rooms=_with_group)
def accept(actor: Person, request: JoinRequest) -> JoinRequest:
    """Take somebody in who asked, or come in where one was invited."""
    if request.invited and request.role == Place.GUEST and request.until and request.until <= now():
        raise Refused(_l("The time for which you were invited is over."))
    _accept(request, by=actor)
    return request


@action(policy.may_answer)
def decline(actor: Person, request: JoinRequest, *, answer: str = "") -> JoinRequest:
    """Say no, with a sentence."""
    request.state, request.answer, request.answered_at = "declined", answer, now()
    record("declined", request, by=actor, also=[request.person.room])
    if not request.invited:
        letters.answered(request)
    return request


@action(policy.may_withdraw)
def withdraw(actor: Person, request: JoinRequest) -> JoinRequest:
    """Take back a request, or an invitation."""
    request.state, request.answered_at = "withdrawn", now()
    record("withdrawn", request, by=actor, also=[request.person.room])
    return request


@action(policy.may_withdraw_for_departed)
def withdraw_for_departed(actor: Any, request: JoinRequest) -> JoinRequest:
    """Nobody answers a request of somebody who has left the network."""
    request.state, request.answered_at = "withdrawn", now()
    record("withdrawn", request, by=actor)
    return request


@action(policy.may_forget)
def forget(actor: Any, request: JoinRequest) -> JoinRequest:
    """Delete what was written, some time after it was answered."""
    request.text = request.answer = ""
    record("forgotten", request, by=actor)
    return request


# Steps


def _accept(request: JoinRequest, *, by: Person) -> None:
    request.state, request.answered_at = "accepted", now()
    record("accepted", request, by=by, also=[request.person.room])
    place, verb = take_in(request.group, request.person, request.role, request.until)
    record(verb, place, by=by)
    if not request.invited:
        letters.answered(request)


def _open_request(desk: GroupDesk, person: Person) -> JoinRequest | None:
    return db.session.scalars(
        select(JoinRequest).where(
            JoinRequest.group_id == desk.parent_id,
            JoinRequest.person_id == person.id,
            JoinRequest.state == "open",
        )
    ).first()
