"""What needs know of a person: what they observed and see too, for their data and for erasing it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import joinedload

from network import search
from network.extensions import db
from network.needs.models import Need, NeedSupport
from network.people import erasers, export
from network.people.models import Person


def own_needs(person: Person) -> list[dict[str, Any]]:
    """For the person's data: what they observed."""
    found = db.session.scalars(
        select(Need).where(Need.person_id == person.id, Need.removed_at.is_(None)).order_by(Need.id)
    )
    return [
        {"on": need.created_at, "title": need.title, "text": need.text, "state": str(need.state_label)}
        for need in found
    ]


def own_supports(person: Person) -> list[dict[str, Any]]:
    """For the person's data: what they said that they see too."""
    found = db.session.execute(
        select(NeedSupport, Need)
        .join(Need, Need.id == NeedSupport.need_id)
        .where(_said_by(person))
        .order_by(NeedSupport.id)
        .options(joinedload(NeedSupport.organisation))
    )
    return [
        {
            "on": support.at,
            "title": need.title,
            "organisation": support.organisation.name if support.organisation else "",
            "words": words,
        }
        for support, need in found
        for id, words in [[support.person_id, support.words], *support.merged]
        if id == person.id
    ]


def _said_by(person: Person) -> ColumnElement[bool]:
    """What somebody said, and whatever may hold something that they said of a need that was merged."""
    return or_(NeedSupport.person_id == person.id, cast(NeedSupport.merged, String) != "[]")


def erase_words(person: Person) -> None:
    """Step: what the person wrote about needs goes, from search too; titles and numbers are on the record."""
    for support in db.session.scalars(select(NeedSupport).where(_said_by(person))):
        support.words = "" if support.person_id == person.id else support.words
        support.merged = [one for one in support.merged if one[0] != person.id]
    observed = db.session.scalars(select(Need).where(Need.person_id == person.id)).all()
    for need in observed:
        need.text = need.place = ""
    search.note(*observed)


def tell_people() -> None:
    """Add all of this to what people's data and erasing hold."""
    erasers.add(erase_words)
    words = {"on": _l("Day"), "title": _l("Need")}
    export.add(
        "needs",
        own_needs,
        _l("Needs that I observed"),
        {**words, "text": _l("What did you see?"), "state": _l("State")},
    )
    export.add(
        "need_supports",
        own_supports,
        _l("Needs that I see too"),
        {**words, "organisation": _l("Organisation"), "words": _l("What do you see?")},
    )
