"""What the clock does in groups, and what follows when somebody leaves the network."""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from network.changes import CLOCK
from network.extensions import db
from network.groups import actions, requests
from network.groups.models import JoinRequest, Membership, Place
from network.groups.places import is_only_lead
from network.jobs import daily, every
from network.people import departures, erasers, hindrances
from network.people.models import Person
from network.things import now


@every(minutes=5)
def end_guests() -> None:
    """End the places of guests whose time is over."""
    due = select(Membership.id).where(Membership.until <= now(), Membership.removed_at.is_(None))
    for place_id in db.session.scalars(due).all():
        actions.run_out(CLOCK, db.session.get(Membership, place_id))


@daily(hour=3)
def forget_answered_requests() -> None:
    """Delete what people wrote with requests that were answered long ago."""
    kept_since = now() - timedelta(days=current_app.config["KEEP_ANSWERED_REQUESTS_DAYS"])
    old = select(JoinRequest.id).where(
        JoinRequest.state != "open",
        JoinRequest.answered_at < kept_since,
        or_(JoinRequest.text != "", JoinRequest.answer != ""),
    )
    for request_id in db.session.scalars(old).all():
        requests.forget(CLOCK, db.session.get(JoinRequest, request_id))


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
                url_for("groups.members", id=place.group_id),
            )


def erase_requests(person: Person) -> None:
    """Step: delete what was written with the person's requests and invitations."""
    for request in db.session.scalars(select(JoinRequest).where(JoinRequest.person_id == person.id)):
        request.text = request.answer = ""


departures.add(end_places)
hindrances.add(groups_without_another_lead)
erasers.add(erase_requests)
