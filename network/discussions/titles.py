"""What addresses of our own pages are called, for one reader.

A message is the same for everybody, and so shows the bare address of what it links to; each reader's page
asks for the titles of what that reader may see.
"""

import re
from functools import cache
from html import unescape
from typing import Any

from flask import current_app, request
from flask_login import current_user
from markupsafe import Markup, escape
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from network.doors import parts_of
from network.extensions import db
from network.things import Thing, of_types, whole

MOST = 20  # addresses at once
PUBLISHED = "approval.published"  # a page of a feature above
_BARE = re.compile(r'<a href="([^"]*)"([^>]*)>\1</a>')


@cache
def _pages() -> dict[str, str]:
    """The types of things by the endpoints of their pages."""
    return {
        mapper.class_.page: mapper.polymorphic_identity
        for mapper in Thing.__mapper__.self_and_descendants
        if mapper.class_.page
    }


def titles(addresses: list[str]) -> dict[str, str]:
    """The titles of those of these addresses that name a thing which the current user may see."""
    wanted: dict[str, tuple[int, str]] = {}
    for address in addresses[:MOST]:
        named = thing_at(address)
        if named is not None:
            wanted[address] = named
    anything = of_types()
    ids = {id for id, _type in wanted.values()}
    found = db.session.scalars(select(anything).where(anything.id.in_(ids), anything.removed_at.is_(None)))
    things = {thing.id: thing for thing in found.unique()}
    above = {thing.parent_id for thing in things.values()}
    held = list(db.session.scalars(select(anything).where(anything.id.in_(above))).unique())
    user: Any = current_user._get_current_object()
    shown = {}
    for address, (id, type_) in wanted.items():
        thing = things.get(id)
        if thing is None or (type_ and thing.type != type_) or not thing.label:
            continue
        if type(thing).rules["see"](user, thing):
            shown[address] = stays(thing).label  # who may see it is asked above
    del held
    return shown


def titled(html: Markup) -> Markup:
    """A text as HTML in which bare addresses of ours are called what they lead to, for the current user."""
    bare = [unescape(found[1]) for found in _BARE.finditer(html)]
    called = titles(list(dict.fromkeys(bare))) if bare else {}

    def call(found: re.Match[str]) -> str:
        title = called.get(unescape(found[1]))
        return f'<a href="{found[1]}"{found[2]}><bdi>{escape(title)}</bdi></a>' if title else found[0]

    return Markup(_BARE.sub(call, html))


def meant(user: Any, thing: Any) -> Any:
    """What somebody means who names a thing: what it was merged into, else itself.

    None if there is no such thing or they may not see it, so that no title is told by naming ids.
    """
    if thing is None or thing.removed_at is not None or not type(thing).rules["see"](user, thing):
        return None
    found = stays(thing)
    return found if type(found).rules["see"](user, found) else None


def stays(thing: Any) -> Any:
    """What stands in the place of a thing: of one that was merged into another one, that one.

    Asks no rule; see `meant`. Whoever may see a thing may see what it was merged into.
    """
    while getattr(thing, "merged_into", None) is not None:
        thing = thing.merged_into
    return thing


def thing_at(address: str) -> tuple[int, str] | None:
    """The id and the type that an address of ours names; no type for everybody's permalink.

    Everybody's address of published minutes holds their own id, where their page holds that of the meeting.
    """
    parts = parts_of(address)
    site = parts_of(current_app.config["SITE_URL"] or request.host_url)
    if parts.netloc and parts.netloc not in (site.netloc, request.host):
        return None
    try:
        endpoint, values = current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr]  # there is a request
    except (HTTPException, RequestRedirect):
        return None
    id = whole(values.get("id"))
    if id is not None and endpoint == PUBLISHED:
        return id, "minutes"
    if id is None or not (endpoint == "rooms.permalink" or endpoint in _pages()):
        return None
    return id, _pages().get(endpoint, "")
