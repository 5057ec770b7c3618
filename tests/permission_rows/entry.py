"""Rows for what belongs to a person, to the network and to the Office."""

import io
import secrets
from typing import Any

from sqlalchemy import select

from network.directory.models import Topic
from network.extensions import db
from tests.permission_rows.goals import goal
from tests.permission_rows.stage import (
    PASSWORD,
    address_change,
    archived,
    failed_job,
    file,
    group,
    item,
    meeting,
    organisation,
    other_sign_in,
    person,
    picture,
    portrayed,
    recorded_error,
    token,
)
from tests.permission_rows.words import (
    ADMINISTRATOR,
    CHAIR,
    EVERYBODY,
    FEW,
    GROUP_MEMBER,
    IN_GROUP,
    MEMBER,
    NOBODY,
    OFFICE,
    OFFICERS,
    SIGNED_IN,
    STEERING,
    VISITOR,
    WRITING,
    Table,
    hidden,
    only,
    row,
)

OFFICE_ALONE = only(OFFICE)


def new_password() -> dict[str, str]:
    return {"password": "a green kettle on the roof"}


def portrait(*_scene: Any) -> dict[str, Any]:
    return {"photo": (io.BytesIO(picture()), "me.png")}


def own_name(_stage: Any, _thing: Any, who: Any) -> dict[str, Any]:
    return {"name": who.name if who else "Nobody"}


def upload(*_scene: Any) -> dict[str, Any]:
    return {"file": (io.BytesIO(b"Minutes of 2025"), "minutes.txt")}


def unknown_address() -> str:
    return f"{secrets.token_hex(6)}@example.org"


def application(*_scene: Any) -> dict[str, Any]:
    return {"name": "Ali Neu", "email": unknown_address(), "belongs": "citizen", "text": "To help."}


PUBLIC: Table = {
    # Whoever is signed in goes on to their own area.
    "GET /": [row(EVERYBODY, yes=302, but={VISITOR: 200})],
    "GET /apply": [row(EVERYBODY, yes=303, but={VISITOR: 200})],
    "POST /apply": [row(EVERYBODY, facts=application, asked=FEW)],
    "GET /apply/sent": [row(EVERYBODY)],
    "GET /health/live": [row(EVERYBODY)],
    "GET /health/ready": [row(EVERYBODY)],
    "GET /metrics": [hidden(NOBODY, door=False)],  # for whoever has the token, and none is set
    "GET /left": [row(EVERYBODY)],
    "GET /legal/<page>": [row(EVERYBODY, address=lambda *_: {"page": "imprint"})],
    "GET /legal/licences": [row(EVERYBODY)],
    "POST /language": [row(EVERYBODY, facts={"language": "en"})],
    "POST /theme": [row(EVERYBODY, facts={"theme": "light"})],
    "GET /reset": [row(EVERYBODY)],
    "POST /reset": [row(EVERYBODY, facts={"email": "nobody@example.org"}, asked=FEW)],
    "GET /reset/sent": [row(EVERYBODY)],
    "GET /search": [row(EVERYBODY)],
    "GET /sign-in": [row(EVERYBODY, yes=303, but={VISITOR: 200})],
    "POST /sign-in": [row(EVERYBODY, facts={"email": "olena@example.org", "password": PASSWORD}, asked=FEW)],
    "POST /sign-out": [row(EVERYBODY, newcomer=True, asked=FEW)],
    "GET /static/<path:filename>": [row(EVERYBODY, address=lambda *_: {"filename": "manifest.json"})],
    "GET /t/<id>": [
        row(SIGNED_IN, group("network"), yes=302, door=False, sees=NOBODY),
        row(EVERYBODY, group("public"), yes=302),
        row(SIGNED_IN, group("closed"), yes=302, door=False, sees=NOBODY),
        row(IN_GROUP | OFFICERS, item("announced", "closed"), yes=302, door=False, sees=NOBODY),
        row(STEERING | OFFICERS, item("draft"), yes=302, door=False, sees=NOBODY),
        row(SIGNED_IN, item("announced", "public"), yes=302, door=False, sees=NOBODY),
    ],
}

# Whoever holds a link may do the one thing that it is for, signed in or not.
LINKS: Table = {
    "GET /invitation/<token>": [
        row(EVERYBODY, person("invited"), address=token("invitation", "person", "epoch"))
    ],
    "POST /invitation/<token>": [
        row(
            EVERYBODY,
            person("invited"),
            address=token("invitation", "person", "epoch"),
            facts={"name": "Nele Neu", "language": "en", **new_password()},
            asked=only(VISITOR),
        )
    ],
    "GET /reset/<token>": [row(EVERYBODY, person(), address=token("reset", "person", "epoch"))],
    "POST /reset/<token>": [
        row(
            EVERYBODY,
            person(),
            address=token("reset", "person", "epoch"),
            facts=new_password(),
            asked=only(VISITOR),
        )
    ],
    "GET /email/confirm/<token>": [
        row(EVERYBODY, address_change(confirmed=False), address=token("email-confirm", "change"))
    ],
    "POST /email/confirm/<token>": [
        row(EVERYBODY, address_change(confirmed=False), address=token("email-confirm", "change"))
    ],
    "GET /email/object/<token>": [
        row(EVERYBODY, address_change(confirmed=True), address=token("email-object", "change"))
    ],
    "POST /email/object/<token>": [
        row(
            EVERYBODY,
            address_change(confirmed=True),
            address=token("email-object", "change"),
            newcomer=True,
            asked=FEW,
        )
    ],
    "GET /unsubscribe/<token>": [
        row(EVERYBODY, person(), address=token("unsubscribe", "person", kind="meetings"))
    ],
    "POST /unsubscribe/<token>": [
        row(EVERYBODY, person(), address=token("unsubscribe", "person", kind="meetings"))
    ],
    "GET /calendar/<token>.ics": [
        row(
            EVERYBODY,
            person(calendar_token="kept-secret"),
            address=lambda _stage, thing: {"token": thing.calendar_token},
            asked=FEW,
        )
    ],
}

OWN: Table = {
    "GET /my": [row(SIGNED_IN)],
    "GET /my/calendar": [row(SIGNED_IN)],
    "POST /my/calendar/renew": [row(SIGNED_IN)],
    "GET /profile": [row(SIGNED_IN)],
    "POST /profile": [row(SIGNED_IN, facts=own_name)],
    "GET /profile/data": [row(SIGNED_IN)],
    "GET /profile/data.zip": [row(SIGNED_IN)],
    "GET /profile/email": [row(SIGNED_IN)],
    "POST /profile/email": [
        row(
            SIGNED_IN,
            facts=lambda *_: {"email": unknown_address(), "present": PASSWORD},
            newcomer=True,
            asked=FEW,
        )
    ],
    "POST /profile/interface": [row(SIGNED_IN, facts={"language": "en", "theme": ""})],
    "GET /profile/leave": [row(SIGNED_IN)],
    "POST /profile/leave": [
        row(SIGNED_IN, facts={"present": PASSWORD, "become": "name"}, newcomer=True, asked=FEW)
    ],
    "GET /my/notices": [row(SIGNED_IN)],
    "GET /profile/notices": [row(SIGNED_IN)],
    "POST /profile/notices": [row(SIGNED_IN, facts={"mentions": "hour", "messages": "never"})],
    "GET /notices/end/<token>": [
        row(EVERYBODY, person(), address=token("end notices", "person", kinds=["mentions"], groups=[]))
    ],
    "POST /notices/end/<token>": [
        row(EVERYBODY, person(), address=token("end notices", "person", kinds=["mentions"], groups=[]))
    ],
    "GET /profile/notifications": [row(SIGNED_IN)],
    "POST /profile/notifications": [row(SIGNED_IN, facts={"wanted": ["meetings"]})],
    "GET /profile/password": [row(SIGNED_IN)],
    "POST /profile/password": [
        row(SIGNED_IN, facts={"present": PASSWORD, **new_password()}, newcomer=True, asked=FEW)
    ],
    "GET /profile/photo": [row(SIGNED_IN)],
    "POST /profile/photo": [row(SIGNED_IN, facts=portrait)],
    "POST /profile/photo/remove": [row(SIGNED_IN)],
    "GET /profile/sign-ins": [row(SIGNED_IN)],
    "POST /profile/sign-ins/<id>/end": [
        row(
            only(MEMBER),
            other_sign_in(),
            but=dict.fromkeys(SIGNED_IN - {MEMBER}, 422),  # it is none of theirs
        )
    ],
    "GET /profile/sign-ins/end": [row(SIGNED_IN)],
    "POST /profile/sign-ins/end": [row(SIGNED_IN, newcomer=True, asked=FEW)],
    "POST /profile/wish/take-back": [row(SIGNED_IN)],
}

PEOPLE: Table = {
    "GET /people/<id>": [
        row(SIGNED_IN, person()),
        hidden(OFFICE_ALONE, person("applied")),
        hidden(OFFICE_ALONE, person("invited")),
        hidden(OFFICE_ALONE, person("left")),
    ],
    "GET /people/<id>/photo": [row(SIGNED_IN, portrayed())],
    "GET /organisations": [row(SIGNED_IN)],
    "GET /organisations/<id>": [row(SIGNED_IN, organisation())],
    "GET /organisations/new": [hidden(OFFICE_ALONE)],
    "POST /organisations/new": [
        hidden(
            OFFICE_ALONE,
            facts=lambda *_: {"name": f"{secrets.token_hex(4)} e.V.", "kind": "association"},
        )
    ],
    "GET /organisations/<id>/edit": [hidden(OFFICE_ALONE, organisation())],
    "POST /organisations/<id>/edit": [
        hidden(
            OFFICE_ALONE,
            organisation(),
            facts=lambda *_: {"name": f"{secrets.token_hex(4)} e.V.", "kind": "association"},
        )
    ],
    "POST /organisations/<id>/archive": [row(OFFICE_ALONE, organisation())],
    "POST /organisations/<id>/restore": [row(OFFICE_ALONE, organisation(archived=True))],
}


def one_more_topic(*_scene: Any) -> dict[str, Any]:
    """Those that there are stay, since something may carry them."""
    facts = {"place-0": "1", "name-0-en": "Housing", "name-0-de": "Wohnen"}
    for number, topic in enumerate(db.session.scalars(select(Topic)), 1):
        facts |= {f"id-{number}": str(topic.id), f"place-{number}": "2"}
        facts |= {f"name-{number}-{code}": name for code, name in topic.names.items()}
    return facts


SETTINGS = only(OFFICE, ADMINISTRATOR)
NETWORK = {
    "name": "Netzwerk Auental",
    "district": "",
    "state": "ST",
    "reminders": "168, 24",
    "applications_open": "y",  # a later row applies for an account
}

OFFICE_PAGES: Table = {
    "GET /settings/network": [hidden(SETTINGS)],
    "POST /settings/network": [hidden(SETTINGS, facts=NETWORK)],
    "GET /settings/topics": [hidden(SETTINGS)],
    "POST /settings/topics": [hidden(SETTINGS, facts=one_more_topic)],
    "GET /office/": [hidden(OFFICE_ALONE)],
    "GET /office/people": [hidden(OFFICE_ALONE)],
    "GET /office/people/<id>": [hidden(OFFICE_ALONE, person())],
    "POST /office/people/<id>": [
        hidden(OFFICE_ALONE, person(), facts={"deed": "role", "role": "coordination"})
    ],
    "GET /office/people/<id>/admit": [hidden(OFFICE_ALONE, person("applied"))],
    "POST /office/people/<id>/admit": [hidden(OFFICE_ALONE, person("applied"))],
    "GET /office/people/<id>/decline": [hidden(OFFICE_ALONE, person("applied"))],
    "POST /office/people/<id>/decline": [
        hidden(OFFICE_ALONE, person("applied"), facts={"answer": "You live elsewhere."})
    ],
    "GET /office/people/<id>/place": [
        hidden(OFFICE_ALONE, person(applied_organisation="Café International"))
    ],
    "POST /office/people/<id>/place": [
        hidden(OFFICE_ALONE, person(applied_organisation="Café International"))
    ],
    "GET /office/people/<id>/erase": [hidden(OFFICE_ALONE, person())],
    "POST /office/people/<id>/erase": [
        hidden(OFFICE_ALONE, person(), facts={"reason": "Wished for in a letter.", "sure": "y"})
    ],
    "POST /office/people/<id>/invite-again": [hidden(OFFICE_ALONE, person("invited"))],
    "POST /office/people/<id>/take-back": [hidden(OFFICE_ALONE, person("invited"))],
    "GET /office/invite": [hidden(OFFICE_ALONE)],
    "POST /office/invite": [
        hidden(
            OFFICE_ALONE,
            facts=lambda *_: {
                "name": "Nele Neu",
                "email": unknown_address(),
                "role": "member",
                "language": "en",
            },
        )
    ],
    "GET /office/invite/list": [hidden(OFFICE_ALONE)],
    "POST /office/invite/list": [
        hidden(
            OFFICE_ALONE,
            facts=lambda *_: {"people": f"Nele Neu; {unknown_address()}", "language": "en", "step": "send"},
        )
    ],
}

ADMINISTRATORS = only(ADMINISTRATOR)

ADMINISTRATION: Table = {
    "GET /administration/accounts": [hidden(ADMINISTRATORS)],
    "GET /administration/accounts/<id>": [
        hidden(ADMINISTRATORS, person()),
        hidden(ADMINISTRATORS, person("applied")),
        hidden(ADMINISTRATORS, person("left")),
    ],
    "POST /administration/accounts/<id>/sign-out": [hidden(ADMINISTRATORS, person())],
    "POST /administration/accounts/<id>/reset": [hidden(ADMINISTRATORS, person())],
    "POST /administration/accounts/<id>/invite-again": [hidden(ADMINISTRATORS, person("invited"))],
    "POST /administration/accounts/<id>/administrator": [hidden(ADMINISTRATORS, person())],
    "POST /administration/accounts/<id>/administrator/take-back": [
        hidden(ADMINISTRATORS, person(administers=True))
    ],
    "GET /administration/errors": [hidden(ADMINISTRATORS)],
    "POST /administration/errors/<id>/settle": [hidden(ADMINISTRATORS, recorded_error())],
    "GET /administration/jobs": [hidden(ADMINISTRATORS)],
    "POST /administration/jobs/<id>/retry": [hidden(ADMINISTRATORS, failed_job())],
    "POST /administration/jobs/<id>/dismiss": [hidden(ADMINISTRATORS, failed_job())],
}

FILE = {"address": lambda _stage, thing: {"id": thing.id, "name": thing.name}, "door": False, "sees": NOBODY}

FILES: Table = {
    "GET /files/<id>/<path:name>": [
        row(SIGNED_IN, file(), **FILE),
        row(SIGNED_IN, file("announced", "public", public=True), **FILE),  # no file on the public side
        row(IN_GROUP | OFFICERS, file("announced", "closed"), **FILE),
        row(STEERING | OFFICERS, file("draft"), **FILE),
        row(NOBODY, file(removed=True), **FILE),
    ],
    "GET /things/<id>/files/new": [
        row(STEERING, item(), door=False, but={VISITOR: 404}),
        row(STEERING | {CHAIR}, item("running"), door=False, but={VISITOR: 404}),
        row(STEERING, group("network"), door=False, but={VISITOR: 404}),
        row(NOBODY, item("closed"), door=False, but={VISITOR: 404}),
        row(WRITING, goal(), door=False, but={VISITOR: 404}),
    ],
    "POST /things/<id>/files": [
        row(STEERING, item(), facts=upload, door=False, but={VISITOR: 404}),
        row(STEERING, group("public"), facts=upload, sees=EVERYBODY, door=False),
        row(NOBODY, archived(), facts=upload, door=False, but={VISITOR: 404}),
        row(
            STEERING,
            item("announced", "closed"),
            facts=upload,
            sees=only(GROUP_MEMBER, "group guest") | OFFICERS,
            door=False,
        ),
    ],
    "POST /files/<id>/remove": [row(STEERING, file(), door=False, but={VISITOR: 404})],
    "POST /files/<id>/restore": [row(STEERING, file(removed=True), door=False, but={VISITOR: 404})],
}

LIVE: Table = {
    # The rooms themselves are in deeds.py; this is how pages without a socket hear of them.
    "GET /rooms/<id>/changes": [
        row(
            may,
            where,
            sees=NOBODY,
            door=False,
            address=lambda _stage, thing: {"id": thing.room_id},
        )
        for may, where in (
            (SIGNED_IN, group("network")),
            (SIGNED_IN, group("public")),
            (IN_GROUP, group("closed")),
            (SIGNED_IN, meeting()),
            (STEERING | OFFICERS, meeting("draft")),
            (IN_GROUP | OFFICERS, meeting("running", "closed")),
        )
    ],
}

ROUTES: Table = {**PUBLIC, **LINKS, **OWN, **PEOPLE, **OFFICE_PAGES, **ADMINISTRATION, **FILES, **LIVE}
