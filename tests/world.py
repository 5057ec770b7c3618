"""A small network with everybody that the rules tell apart. Made directly, quickly, in one transaction.

    Anke    lead of Language            Ben      member of Language
    Gül     guest of Language           Olena    member of the network, in no group
    Olaf    Coordination Office         Ada      administrator, in no group
    Kira    coordination group          Lev      lead of Housing
    Mo      member of Closed circle     Nina     lead of Closed circle

Language is visible to the network, Housing is public, Closed circle is closed.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from network.directory.models import Network, Organisation
from network.extensions import db
from network.groups.models import Group, GroupDesk, Joining, Membership, Place, Visibility
from network.meetings.models import AgendaItem, ItemKind, Meeting, MeetingState, PublicSide
from network.people.models import Affiliation, OfficeDesk, Person, PersonState, Role
from network.things import Room, now

PASSWORD = "a calm river in spring"  # nobody has it until a test sets it


@dataclass
class World:
    """The cast and the places, by name."""

    network: Network = field(init=False)
    desk: OfficeDesk = field(init=False)
    anke: Person = field(init=False)
    ben: Person = field(init=False)
    guel: Person = field(init=False)
    olena: Person = field(init=False)
    olaf: Person = field(init=False)
    ada: Person = field(init=False)
    kira: Person = field(init=False)
    lev: Person = field(init=False)
    mo: Person = field(init=False)
    nina: Person = field(init=False)
    language: Group = field(init=False)
    housing: Group = field(init=False)
    closed: Group = field(init=False)
    school: Organisation = field(init=False)
    parish: Organisation = field(init=False)


def make_world() -> World:
    """The cast, three groups and two organisations."""
    world = World()
    world.network = Network(name="Netzwerk Auental", district="Landkreis Auental", state="ST", **own())
    db.session.add(world.network)
    db.session.flush()
    world.desk = OfficeDesk(parent_id=world.network.id, **own())
    db.session.add(world.desk)
    world.school = make_organisation(world, "Volkshochschule Auental", "school-or-provider")
    world.parish = make_organisation(world, "Kirchengemeinde Auenstadt", "religious-community")
    for who, name, role in (
        ("anke", "Anke Krämer", Role.MEMBER),
        ("ben", "Ben Berger", Role.MEMBER),
        ("guel", "Gül Yıldız", Role.MEMBER),
        ("olena", "Olena Koval", Role.MEMBER),
        ("olaf", "Olaf Amt", Role.OFFICE),
        ("ada", "Ada Admin", Role.MEMBER),
        ("kira", "Kira Rat", Role.COORDINATION),
        ("lev", "Lev Haus", Role.MEMBER),
        ("mo", "Mo Haddad", Role.MEMBER),
        ("nina", "Nina Still", Role.MEMBER),
    ):
        setattr(world, who, make_person(world, name, f"{who}@example.org", role=role))
    world.ada.administers = True
    db.session.add(Affiliation(person_id=world.anke.id, organisation_id=world.school.id))
    db.session.add(Affiliation(person_id=world.ben.id, organisation_id=world.parish.id))
    world.language = make_group(world, "Language", visibility=Visibility.NETWORK)
    world.housing = make_group(world, "Housing", visibility=Visibility.PUBLIC, joining=Joining.FREE)
    world.closed = make_group(world, "Closed circle", visibility=Visibility.CLOSED)
    for group, person, place in (
        (world.language, world.anke, Place.LEAD),
        (world.language, world.ben, Place.MEMBER),
        (world.language, world.guel, Place.GUEST),
        (world.housing, world.lev, Place.LEAD),
        (world.closed, world.nina, Place.LEAD),
        (world.closed, world.mo, Place.MEMBER),
    ):
        join(group, person, place)
    db.session.commit()
    return world


def own() -> dict[str, Any]:
    """A room of its own."""
    room = Room(number=0, epoch=0)
    db.session.add(room)
    db.session.flush()
    return {"room_id": room.id, "owns_room": True}


def make_person(world: World, name: str, email: str, **more: Any) -> Person:
    """Somebody with an account, reading English."""
    facts = {"state": PersonState.ADMITTED, "language": "en", **more}
    person = Person(parent_id=world.network.id, name=name, email=email, **facts, **own())
    db.session.add(person)
    db.session.flush()
    return person


def make_organisation(world: World, name: str, kind: str) -> Organisation:
    """An organisation in the network's room."""
    organisation = Organisation(
        parent_id=world.network.id,
        room_id=world.network.room_id,
        name=name,
        folded_name=name.casefold(),
        kind=kind,
    )
    db.session.add(organisation)
    db.session.flush()
    return organisation


def make_group(world: World, name: str, **more: Any) -> Group:
    """A group with its desk."""
    group = Group(parent_id=world.network.id, name=name, purpose=f"What {name} is for.", **more, **own())
    db.session.add(group)
    db.session.flush()
    db.session.add(GroupDesk(parent_id=group.id, **own()))
    db.session.flush()
    return group


def join(
    group: Group, person: Person, place: str = Place.MEMBER, until: datetime | None = None
) -> Membership:
    """A place in a group; guests stay a month unless said otherwise."""
    if place == Place.GUEST and until is None:
        until = now() + timedelta(days=30)
    membership = Membership(
        parent_id=group.id,
        room_id=group.room_id,
        group_id=group.id,
        person_id=person.id,
        role=place,
        until=until,
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def make_meeting(
    group: Group, title: str = "November meeting", state: str = MeetingState.ANNOUNCED, **more: Any
) -> Meeting:
    """A meeting in four days, of 90 minutes; with a public side if it is public."""
    starts = more.pop("starts_at", now() + timedelta(days=4))
    facts: dict[str, Any] = {
        "starts_at": starts,
        "ends_at": more.pop("ends_at", starts + timedelta(minutes=90)),
        "calendar_uid": more.pop("calendar_uid", f"{title}-{group.id}-{starts.timestamp()}@example.org"),
        "place": "Town library",
        **more,
    }
    meeting = Meeting(parent_id=group.id, title=title, state=state, **facts, **own())
    db.session.add(meeting)
    db.session.flush()
    if meeting.public:
        db.session.add(PublicSide(parent_id=meeting.id, meeting_id=meeting.id, **own()))
    db.session.commit()
    return meeting


def make_item(meeting: Meeting, title: str, place: int, **more: Any) -> AgendaItem:
    """An item at a place on the agenda."""
    facts = {"kind": ItemKind.EXCHANGE, "planned_minutes": 10, **more}
    item = AgendaItem(parent_id=meeting.id, room_id=meeting.room_id, title=title, place=place, **facts)
    db.session.add(item)
    db.session.commit()
    return item
