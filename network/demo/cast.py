"""Who is in the demo network: its organisations, people and groups, brought in as anybody would be."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from network.demo.content import read
from network.demo.scenes import at_once
from network.directory.actions import add_organisation, change_settings, set_municipalities
from network.directory.models import Network, Organisation, Topic, municipalities
from network.extensions import db
from network.groups import actions as groups
from network.groups import requests
from network.groups.models import Group, GroupDesk, Joining, JoinRequest, Place
from network.people import actions as people
from network.people.models import OfficeDesk, Person, Visitor
from network.people.passwords import hashed
from network.people.profiles import change_profile
from network.setup import set_up
from network.things import at

PASSWORD = "demo-network"
ACCOUNTS = ("office", "lead", "member", "guest")
GUESTS_STAY = timedelta(days=120)  # from the present on


@dataclass
class Cast:
    """Everybody and every place, by the keys of data/."""

    network: Network
    present: datetime
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    leads: dict[str, Person] = field(default_factory=dict)

    @property
    def office(self) -> Person:
        """The Office's first person, who also administers."""
        return self.people["office"]

    def desk(self, group: Group) -> GroupDesk:
        """Where requests to join the group are answered."""
        found: GroupDesk = db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group.id)).one()
        return found


def gather(since: datetime, present: datetime) -> Cast:
    """Set the network up at a moment of the past; everybody has come in by the day after."""
    told = read("people")
    password_hash = hashed(PASSWORD)
    first, *others = told["people"]
    with at(since):
        network, office = set_up(
            network=told["network"]["name"],
            district=told["network"]["district"],
            state=told["network"]["state"],
            email=_email(first),
            name=first["name"],
            password_hash=password_hash,
        )
        cast = Cast(network, present)
        cast.people["office"] = office
        change_settings(office, network, **told["network"]["pages"])
        at_once(network, _add_organisations, cast, told["organisations"])
        _tell_of_oneself(office, first, further=cast.organisations[first["organisation"]].name)
    at_once(network, _bring_in_all, cast, others, since, password_hash)
    with at(since + timedelta(days=1)):
        for group in read("groups")["groups"]:
            cast.groups[group["key"]] = at_once(network, _found, cast, group)
    return cast


def _add_organisations(cast: Cast, told: list[list[str]]) -> None:
    district = read("needs")
    names = district["municipalities"]
    set_municipalities(
        cast.office, cast.network, municipalities=[{"id": None, "name": name} for name in names]
    )
    places = {one.name: one.id for one in municipalities()}
    for key, name, kind in told:
        where = places.get(district["organisations"].get(key))
        cast.organisations[key] = add_organisation(
            cast.office, cast.network, name=name, kind=kind, municipality_id=where
        )


def _bring_in_all(cast: Cast, told: list[dict[str, Any]], since: datetime, password_hash: str) -> None:
    for number, person in enumerate(told):
        with at(since + timedelta(minutes=10 * number)):
            cast.people[person["key"]] = _bring_in(cast, person, password_hash)


def _bring_in(cast: Cast, told: dict[str, Any], password_hash: str) -> Person:
    """Invited by the Office, and accepted."""
    organisation = cast.organisations[told["organisation"]] if "organisation" in told else None
    person: Person = people.invite(
        cast.office,
        OfficeDesk.the(),
        email=_email(told),
        name=told["name"],
        organisation_id=organisation.id if organisation else None,
        role=told.get("role", "member"),
        language=told.get("language"),
    )
    people.accept(
        person,
        person,
        epoch=person.links_epoch,
        name=told["name"],
        address=told["address"],
        language=told.get("language"),
        password_hash=password_hash,
    )
    _tell_of_oneself(person, told)
    return person


def _tell_of_oneself(person: Person, told: dict[str, Any], further: str = "") -> None:
    """Fill in the profile; `further` is an organisation of the directory that one belongs to."""
    kept = sorted(person.organisation_ids)
    change_profile(
        person,
        person,
        kept=kept,
        main_organisation=kept[0] if kept else None,
        further=further,
        further_kind="",
        name=told["name"],
        address=told["address"],
        engaged_citizen=told.get("citizen", False),
        spoken=told["spoken"],
        named_in_minutes=told["named"],
        email_shown=told.get("email_shown", False),
    )


def _email(told: dict[str, Any]) -> str:
    return str(told.get("email") or f"{told['key']}@demo.example")


def _found(cast: Cast, told: dict[str, Any]) -> Group:
    """Create a group, and bring its people in: by themselves where it is free, else invited."""
    slugs = told["topics"]
    topics = db.session.scalars(select(Topic.id).where(Topic.slug.in_(slugs))).all()
    lead = cast.people[told["lead"][0]]
    group: Group = groups.create(
        cast.office,
        cast.network,
        name=told["name"],
        short_name=told["short"],
        purpose=told["purpose"],
        mode=told["mode"],
        kind=told["kind"],
        visibility=told["visibility"],
        joining=told["joining"],
        leads=[lead.id],
        topics=topics,
    )
    cast.leads[told["key"]] = lead
    if group.joining == Joining.FREE:
        for key in told["members"]:
            groups.join(cast.people[key], group)
    else:
        _invite(cast, group, lead, told["members"])
    _invite(cast, group, lead, told["guests"], role=Place.GUEST)
    return group


def _invite(cast: Cast, group: Group, lead: Person, keys: list[str], role: str = Place.MEMBER) -> None:
    if not keys:
        return
    invited = [cast.people[key].id for key in keys]
    until = cast.present + GUESTS_STAY if role == Place.GUEST else None
    requests.invite(lead, cast.desk(group), people=invited, role=role, until=until)
    waiting = select(JoinRequest).where(
        JoinRequest.group_id == group.id, JoinRequest.person_id.in_(invited), JoinRequest.state == "open"
    )
    for request in db.session.scalars(waiting).all():
        requests.accept(request.person, request)


def apply(told: dict[str, Any]) -> None:
    """Somebody who is not in the network yet applies for an account."""
    people.apply(
        Visitor(),
        OfficeDesk.the(),
        email=told["email"],
        name=told["name"],
        organisation=told["organisation"],
        organisation_kind=told["kind"],
        engaged_citizen=not told["organisation"],
        spoken=told["spoken"],
        text=told["text"],
        language="de",
    )
