"""Fragments that pages keep: rendered once for all readers, until something in their room changes.

A fragment is the same for every reader of a room in one language, and whatever it shows is recorded in
that room. So (fragment, thing, number of the room, language) names one text, for as long as nobody who
is named in it changes their name, which is heard elsewhere: therefore it is kept for half a minute only.
"""

import threading
from typing import Any

from cachetools import TTLCache
from flask import Flask, current_app
from flask_babel import get_locale
from flask_login import AnonymousUserMixin
from markupsafe import Markup

from network.things import Thing

SECONDS = 30
MOST = 4000  # fragments of some kilobytes each

_lock = threading.Lock()


class _Nobody(AnonymousUserMixin):
    """Stands in for whoever reads: a kept fragment does not know."""

    id = None


def _no_token() -> str:
    raise RuntimeError("a fragment that is kept for all readers holds no token of one")


def kept(path: str, thing: Thing, **more: Any) -> Markup:
    """The fragment of a thing, as kept or rendered now; `more` are words and numbers that it depends on."""
    held: TTLCache[Any, Markup] = current_app.extensions["kept fragments"]
    key = (path, thing.id, thing.room_id, thing.room.number, str(get_locale()), *sorted(more.items()))
    with _lock:
        found = held.get(key)
    if found is None:
        page = current_app.jinja_env.get_template(path)
        context: dict[str, Any] = {}
        current_app.update_template_context(context)
        context.update(more, current_user=_Nobody(), csrf_token=_no_token)
        context[thing.type] = thing
        found = Markup(page.render(context))
        with _lock:
            held[key] = found
    return found


def init_app(app: Flask) -> None:
    """Offer `kept` to templates."""
    app.extensions["kept fragments"] = TTLCache(MOST, SECONDS)
    app.jinja_env.globals["kept"] = kept
