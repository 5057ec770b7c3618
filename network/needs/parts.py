"""What search finds of needs, what pages of groups show of them, and what they know of a person."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from network import search
from network.extensions import db
from network.groups.models import Group
from network.groups.parts import add_list
from network.groups.policy import may_read
from network.needs import lists
from network.needs.models import Need, NeedState, NeedSupport
from network.people import export
from network.people.models import Person

search.index(
    Need,
    _l("Needs"),
    title=lambda need: need.title,
    text=lambda need: f"{need.place}\n\n{need.text}",
    found=lambda need: need.state != NeedState.MERGED,
    icon="eye",
)


def needs_of_group(user: Any, group: Group) -> Select[int] | None:
    """For a group's page: what came up there and is still missing."""
    if not may_read(user, group):
        return None
    return select(Need.id).where(lists.of_group(group))


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
        .where(NeedSupport.person_id == person.id)
        .order_by(NeedSupport.id)
        .options(joinedload(NeedSupport.organisation))
    )
    return [
        {
            "on": support.at,
            "title": need.title,
            "organisation": support.organisation.name if support.organisation else "",
            "words": support.words,
        }
        for support, need in found
    ]


def add_to_pages() -> None:
    """Show all of this where it belongs."""
    add_list(
        "needs",
        Need,
        needs_of_group,
        keep=lambda need: need.is_open and need.removed_at is None,
        order=lambda need: -need.id,
    )
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
