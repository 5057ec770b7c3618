"""What groups have to say about a person: on the page, in their data, and when they leave the network."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.changes import CLOCK
from network.extensions import db
from network.groups import actions, policy, requests
from network.groups.models import JoinRequest, Membership, Place
from network.groups.places import is_only_lead
from network.people import departures, erasers, export, hindrances, sections
from network.people.models import Person


def places_of(person: Person) -> list[Membership]:
    """The person's places in groups, ended ones too."""
    query = select(Membership).where(Membership.person_id == person.id).order_by(Membership.id)
    return list(db.session.scalars(query.options(joinedload(Membership.parent))))


def groups_to_show(user: Any, person: Person) -> dict[str, Any] | None:
    """For the person's page: the groups in which the user may see them."""
    places = [place for place in places_of(person) if place.active and policy.may_read(user, place.parent)]
    return {"places": places} if places else None


def own_data(person: Person) -> list[dict[str, Any]]:
    """For the person's data: places in groups, and what was written with requests and invitations."""
    asked = (
        select(JoinRequest).where(JoinRequest.person_id == person.id).options(joinedload(JoinRequest.group))
    )
    return [
        {
            "group": place.parent.name,
            "role": place.role,
            "since": place.created_at,
            "until": place.removed_at or place.until,
        }
        for place in places_of(person)
    ] + [
        {
            "group": one.group.name,
            "role": "invitation" if one.invited else "request",
            "since": one.created_at,
            "until": one.answered_at,
            "text": one.text,
            "answer": one.answer,
        }
        for one in db.session.scalars(asked)
    ]


def end_places(person: Person) -> None:
    """End all places and open requests of somebody who has left the network."""
    places = select(Membership.id).where(Membership.person_id == person.id, Membership.removed_at.is_(None))
    waiting = select(JoinRequest.id).where(JoinRequest.person_id == person.id, JoinRequest.state == "open")
    ends, withdrawn = db.session.scalars(places).all(), db.session.scalars(waiting).all()
    for place_id in ends:
        actions.end_for_departed(CLOCK, db.session.get(Membership, place_id))
    for request_id in withdrawn:
        requests.withdraw_for_departed(CLOCK, db.session.get(JoinRequest, request_id))


def groups_without_another_lead(person: Person) -> Iterator[hindrances.Hindrance]:
    """Whoever alone leads a group hands it over before leaving the network."""
    led = select(Membership).where(
        Membership.person_id == person.id, Membership.role == Place.LEAD, Membership.removed_at.is_(None)
    )
    for place in db.session.scalars(led):
        if is_only_lead(place) and not place.parent.archived:
            yield hindrances.Hindrance(
                _l("You are the only person who leads the group “%(name)s”.", name=place.parent.name),
                f"/groups/{place.group_id}/members",
            )


def erase_requests(person: Person) -> None:
    """Step: delete what was written with the person's requests and invitations."""
    for request in db.session.scalars(select(JoinRequest).where(JoinRequest.person_id == person.id)):
        request.text = request.answer = ""


def tell_people() -> None:
    """Add all of this to what people's pages, data and leaving show and do."""
    sections.add(20, "groups/_of_person.html", groups_to_show)
    export.add(
        "groups",
        own_data,
        _l("My groups"),
        {
            "group": _l("Group"),
            "role": _l("Role"),
            "since": _l("Since"),
            "until": _l("Until"),
            "text": _l("Text"),
            "answer": _l("Answer"),
        },
    )
    departures.add(end_places)
    hindrances.add(groups_without_another_lead)
    erasers.add(erase_requests)
