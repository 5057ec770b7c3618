"""Fragments: how things look, the same for every reader of a room in one language.

Whatever a fragment shows is recorded in its room. So (fragment, thing, number of the room, language) names
one text, for as long as nobody who is named in it changes their name, which is heard elsewhere:
therefore it is kept for half a minute only.
"""

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cachetools import TTLCache
from flask import Flask, current_app
from flask_babel import get_locale
from flask_login import AnonymousUserMixin
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.extensions import db
from network.things import Room, Thing

SECONDS = 30
MOST = 4000  # fragments of some kilobytes each
# A face without an element: the page hangs on its reader, and is drawn anew where it stands.
REFRESH = Markup('<turbo-stream action="refresh"></turbo-stream>')

_lock = threading.Lock()


class _Nobody(AnonymousUserMixin):
    """Stands in for whoever reads: a fragment does not know."""

    id = None


def _no_token() -> str:
    raise RuntimeError("a fragment is the same for all readers and holds no token of one")


class neutral:
    """A request of nobody, in which fragments are the same for every reader and read a fresh snapshot."""

    def __enter__(self) -> None:
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # of the proxy
        # An application context of its own brings a session of its own and forgets who is signed in.
        self.contexts = [app.app_context(), app.test_request_context("/", base_url=app.config["SITE_URL"])]
        for context in self.contexts:
            context.push()

    def __exit__(self, *error: object) -> None:
        for context in reversed(self.contexts):
            context.pop()


def render_fragment(thing: Thing, path: str | None = None, **more: Any) -> Markup:
    """A thing's fragment in the current language. It cannot know who reads, nor hold a token."""
    page = current_app.jinja_env.get_template(path or thing.faces(thing.room)[0][1])
    context: dict[str, Any] = {}
    current_app.update_template_context(context)
    context.update(more, current_user=_Nobody(), csrf_token=_no_token)
    context[thing.type] = thing
    return Markup(page.render(context))


def kept(path: str, thing: Thing, **more: Any) -> Markup:
    """The fragment of a thing, as kept or rendered now; `more` are words and numbers that it depends on."""
    held: TTLCache[Any, Markup] = current_app.extensions["kept fragments"]
    key = (path, thing.id, thing.room_id, thing.room.number, str(get_locale()), *sorted(more.items()))
    with _lock:
        found = held.get(key)
    if found is None:
        thing.prepare()
        found = render_fragment(thing, path, **more)
        with _lock:
            held[key] = found
    return found


def streams(verbs: Mapping[int, set[str]], room: Room) -> Iterator[Markup]:
    """Turbo Stream elements that show in a room the things of these ids as they are now, each once.

    `verbs` are what happened to them: some put a thing into its place, the others replace it there.
    """
    things = _load(verbs)
    for thing in sorted(things, key=lambda thing: (thing.type, thing.position)):
        is_placed = bool(verbs[thing.id] & thing.placing)
        for dom_id, template in thing.faces(room):
            if not dom_id:
                yield REFRESH
                continue
            if thing.removed_at is not None or not thing.is_in(room):
                yield _stream("remove", dom_id)
                continue
            html = render_fragment(thing, template)
            if is_placed and dom_id == thing.dom_id:
                how, target = thing.placed()
                yield _stream("remove", dom_id)
                yield _stream(how, target, html)
            else:
                yield _stream("replace", dom_id, html)


def _load(ids: Iterable[int]) -> list[Thing]:
    """The things of these ids with all that their fragments read: a few statements for each type."""
    found: list[Thing] = []
    types = dict(db.session.execute(select(Thing.id, Thing.type).where(Thing.id.in_(list(ids)))).all())
    models = {mapper.polymorphic_identity: mapper.class_ for mapper in Thing.__mapper__.self_and_descendants}
    for kind in sorted(set(types.values())):
        model = models[kind]
        query = select(model).where(model.id.in_([i for i, t in types.items() if t == kind]))
        found += db.session.scalars(query.options(joinedload(model.room), *model.look())).unique()
    return found


def _stream(how: str, target: str, html: str | None = None) -> Markup:
    """A Turbo Stream element for an id, or for all elements of a selector in brackets."""
    aim = "targets" if target.startswith("[") else "target"
    method = Markup(' method="morph"') if how == "replace" else ""
    body = Markup("<template>{}</template>").format(Markup(html)) if html is not None else ""
    return Markup('<turbo-stream action="{}" {}="{}"{}>{}</turbo-stream>').format(
        how, aim, target, method, body
    )


def init_app(app: Flask) -> None:
    """Offer `kept` to templates."""
    app.extensions["kept fragments"] = TTLCache(MOST, SECONDS)
    app.jinja_env.globals["kept"] = kept
