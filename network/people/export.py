"""A person's own data to take along: one ZIP with a file for people and one for programs.

Features below add their part: `export.add("groups", function, _l("My groups"))`.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import Change
from network.dates import local
from network.extensions import db
from network.people import photos
from network.people.models import EmailChange, Person, SignIn
from network.things import Thing, now

MOST_CHANGES = 20_000  # lines of the record that come along, the newest


@dataclass(frozen=True)
class Part:
    """A piece of the data: its name in the file for programs, its title, and the words for its columns."""

    name: str
    function: Callable[[Person], Any]
    title: Any
    words: Mapping[str, Any]


_PARTS: dict[str, Part] = {}


def add(
    name: str,
    function: Callable[[Person], Any],
    title: Any = None,
    words: Mapping[str, Any] | None = None,
) -> None:
    """Add what `function(person)` gives: a dict, or a list of dicts, of texts, numbers, moments and lists.

    `title` and `words` (column: translated name) are for the file that people read.
    """
    _PARTS[name] = Part(name, function, title or name.replace("_", " "), words or {})


def gather(person: Person) -> dict[str, Any]:
    """Everything that the network holds about the person, by part."""
    return {part.name: part.function(person) for part in _PARTS.values()}


def pack(person: Person) -> bytes:
    """The ZIP: data.json, data.html and the picture."""
    data = gather(person)
    parts = [(part, _rows(data[part.name])) for part in _PARTS.values()]
    page = render_template("people/data.html", person=person, parts=parts, made_at=now(), plain=_plain)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2, default=_for_programs))
        archive.writestr("data.html", page)
        photo = photos.read(person.photo) if person.photo else None
        if photo:
            archive.writestr("photo.webp", photo)
    return packed.getvalue()


def _rows(data: Any) -> list[dict[str, Any]]:
    return [data] if isinstance(data, dict) else list(data)


def _for_programs(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _plain(value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple | set):
        return ", ".join(_plain(one) for one in value) or "–"
    return str(value)


# What this feature itself holds


def _account(person: Person) -> dict[str, Any]:
    return {
        "name": person.recorded_name,
        "address": person.address,
        "email": person.email,
        "role": person.role,
        "administers": person.administers,
        "organisations": [a.organisation.name for a in person.affiliations],
        "engaged_citizen": person.engaged_citizen,
        "wished_organisation": person.applied_organisation,
        "spoken_languages": person.spoken,
        "language": person.language,
        "theme": person.theme,
        "named_in_minutes": person.named_in_minutes,
        "email_shown": person.email_shown,
        "unwanted_letters": person.unwanted_letters,
        "application": person.applied_text,
        "answer_to_application": person.answer,
        "created_at": person.created_at,
        "last_seen_at": person.last_seen_at,
    }


def _sign_ins(person: Person) -> list[dict[str, Any]]:
    query = select(SignIn).where(SignIn.person_id == person.id).order_by(SignIn.id)
    return [
        {"device": s.device, "made_at": s.made_at, "seen_at": s.seen_at, "ended_at": s.ended_at}
        for s in db.session.scalars(query)
    ]


def _addresses(person: Person) -> list[dict[str, Any]]:
    query = select(EmailChange).where(EmailChange.person_id == person.id).order_by(EmailChange.id)
    return [
        {"old": c.old_email, "new": c.new_email, "asked_at": c.asked_at, "confirmed_at": c.confirmed_at}
        for c in db.session.scalars(query)
    ]


def _record(person: Person) -> list[dict[str, Any]]:
    query = (
        select(Change.made_at, Change.verb, Thing.type, Change.thing_id)
        .join(Thing, Thing.id == Change.thing_id)
        .where(Change.actor_id == person.id)
        .order_by(Change.id.desc())
        .limit(MOST_CHANGES)
    )
    return [
        {"made_at": at, "verb": verb, "thing": kind, "number": number}
        for at, verb, kind, number in db.session.execute(query)
    ]


add(
    "account",
    _account,
    _l("Account and profile"),
    {
        "name": _l("Name"),
        "address": _l("How you are addressed"),
        "email": _l("E-mail address"),
        "role": _l("Role"),
        "administers": _l("Administrator"),
        "organisations": _l("Organisations"),
        "engaged_citizen": _l("Engaged citizen"),
        "wished_organisation": _l("Organisation that you asked for"),
        "spoken_languages": _l("Languages"),
        "language": _l("Language of pages and letters"),
        "theme": _l("Appearance"),
        "named_in_minutes": _l("Published minutes may name me"),
        "email_shown": _l("Members of the network may see my e-mail address"),
        "unwanted_letters": _l("Letters that you do not want"),
        "application": _l("Your application"),
        "answer_to_application": _l("Answer to your application"),
        "created_at": _l("Known since"),
        "last_seen_at": _l("Last seen"),
    },
)
add(
    "sign_ins",
    _sign_ins,
    _l("Sign-ins"),
    {
        "device": _l("Device"),
        "made_at": _l("Signed in"),
        "seen_at": _l("Last seen"),
        "ended_at": _l("Signed out"),
    },
)
add(
    "email_addresses",
    _addresses,
    _l("Changes of the e-mail address"),
    {
        "old": _l("Old address"),
        "new": _l("New address"),
        "asked_at": _l("Asked for"),
        "confirmed_at": _l("Confirmed"),
    },
)
add(
    "record",
    _record,
    _l("What you did"),
    {"made_at": _l("When"), "verb": _l("What"), "thing": _l("Kind"), "number": _l("Number")},
)
