"""What a text says is shown to those who read it.

Whoever writes stores updates; once a second at most the thing whose text it is says the same, and open pages
hear of it as a state, which is in no journal. So that pages which were away catch up, the journal tells from
time to time, too. A process that ends in between loses nothing: a job shows what was left behind.
"""

import logging
import time
from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy import delete, select

from network.changes import CLOCK, action, record
from network.drafts import html, markdown, policy, tree
from network.drafts.documents import content
from network.drafts.models import Draft, DraftSnapshot
from network.drafts.storing import Desk, desk, when_stored
from network.drafts.tree import Node, Run
from network.extensions import db, socketio
from network.fragments import neutral, streams
from network.people.models import Person
from network.transactions import begin_writing

log = logging.getLogger(__name__)

SHOW_EVERY = 1.0  # seconds, at least; where many write in a long text
UNSEEN_EVERY = 5.0  # the same as long as nobody has the page open: who opens it sees it so
SHARE = 60  # times as long is waited as showing it took, so that those who write do not wait for it
LATEST = 8.0  # seconds: longer waits nobody who reads, also where the machine has much to do
TELL_EVERY = 20.0  # seconds between two lines of the journal about a text that is being written
SNAPSHOT_EVERY = 500  # updates
KEEP_SNAPSHOT_EVERY = 10_000  # updates; of older ones so many are kept, to find versions quickly


def show(draft: Draft, nodes: Sequence[Node], number: int, *, but: int | None = None) -> None:
    """Keep what the text says at a number, and let the thing whose text it is say the same.

    `but` is the id of a person whose name it does not say.
    """
    draft.html = html.render(nodes, _names(nodes, but))
    draft.shown_number = number
    draft.parent.follow_draft(draft, markdown.write(nodes))  # type: ignore[attr-defined]  # owners of drafts have it


def _names(nodes: Sequence[Node], but: int | None) -> dict[int, str]:
    """The names of those who have suggested something here; one who was erased has none."""
    ids: set[Any] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        waiting += node.children
        for run in node.runs:
            if isinstance(run, Run):
                ids |= {run.marks.get("insertion"), run.marks.get("deletion")} - {None, 0}
    if not ids:
        return {}
    people = db.session.scalars(select(Person).where(Person.id.in_(ids)))
    return {one.id: one.recorded_name for one in people if one.recorded_name and one.id != but}


# While somebody writes

_followed: dict[tuple[int, int], bool] = {}  # by desk and draft: whether it has moved on since it was shown


@when_stored
def follow(found: Desk, draft_id: int) -> None:
    """Show a text from now on until nobody writes any more. Tests show it themselves."""
    key = (id(found), draft_id)
    is_followed = key in _followed
    _followed[key] = True
    if not is_followed and not found.app.testing:
        socketio.start_background_task(_follow, found.app, key)


def _follow(app: Flask, key: tuple[int, int]) -> None:
    draft_id, told, is_untold, is_seen = key[1], time.monotonic(), True, True
    try:
        while _followed[key] or is_untold:
            began = time.monotonic()
            with app.app_context(), neutral():
                if _followed[key]:
                    _followed[key], is_untold = False, True
                    is_seen = show_now(draft_id)
                if time.monotonic() - told > TELL_EVERY:
                    tell_now(draft_id)
                    told, is_untold = time.monotonic(), False
            pause = SHOW_EVERY if is_seen else UNSEEN_EVERY
            socketio.sleep(max(pause, min(SHARE * (time.monotonic() - began), LATEST)))
    except Exception:  # the job shows it
        log.exception("a draft was not shown", extra={"draft": draft_id})
    finally:
        del _followed[key]


def show_now(draft_id: int) -> bool:
    """Show a text to its readers as it stands now, if it has moved on since it was last shown.

    Returns whether somebody may have seen it: in this process at least, or in another one.
    """
    with desk().held.opened(draft_id) as document:
        with db.engine.connect() as rows:
            document.read(rows)
        nodes, number = tree.read(content(document.document)), document.number
        whole = document.whole() if number - document.kept_number >= SNAPSHOT_EVERY else None
        document.kept_number = number if whole else document.kept_number
    socketio.sleep(0)  # those who write come first, here and below
    begin_writing()
    draft: Draft | None = db.session.get(Draft, draft_id, with_for_update=True)
    if draft is None or draft.shown_number >= number:
        db.session.rollback()
        return True
    show(draft, nodes, number)
    if whole is not None:
        _keep_snapshot(draft, number, whole)
    owner_id = draft.owner_id
    db.session.commit()
    socketio.sleep(0)
    return _tell_state(draft_id, owner_id)


def _keep_snapshot(draft: Draft, number: int, whole: bytes) -> None:
    """Keep the whole document from time to time, so that to open it takes few rows."""
    db.session.add(DraftSnapshot(draft_id=draft.id, number=number, update=whole))
    since = number // KEEP_SNAPSHOT_EVERY * KEEP_SNAPSHOT_EVERY
    db.session.execute(
        delete(DraftSnapshot).where(
            DraftSnapshot.draft_id == draft.id, DraftSnapshot.number > since, DraftSnapshot.number < number
        )
    )


def _tell_state(draft_id: int, owner_id: int) -> bool:
    """Let open pages show the text anew: unnumbered, the latest wins. Returns whether there may be any."""
    is_seen = False
    with neutral():
        draft = db.session.get(Draft, draft_id)
        if draft is None:
            return False
        room = draft.room
        for language in current_app.config["LANGUAGES"]:
            if not socketio.server.manager.may_be_heard(room.name(language)):
                continue
            is_seen = True
            socketio.sleep(0)
            with force_locale(language):
                shown = Markup("").join(streams({owner_id: {"written"}}, room))
            state = {"room": room.id, "on": owner_id, "version": draft.shown_number, "html": shown}
            socketio.emit("state", state, to=room.name(language))
    return is_seen


@action(policy.may_tell)
def tell(actor: Any, draft: Draft) -> None:
    """Note in the journal that the text has been written on: pages that were away catch up by it."""
    if draft.told_number < draft.shown_number:
        draft.told_number = draft.shown_number
        record("written", draft.parent, by=draft.written_by or actor)


def tell_now(draft_id: int) -> None:
    """The same for a draft by its id."""
    draft = db.session.get(Draft, draft_id)
    if draft is not None and draft.told_number < draft.shown_number:
        tell(CLOCK, draft)


def left_behind() -> None:
    """Show and tell what nobody has shown or told, since a process ended in between."""
    behind = select(Draft.id).where(
        (Draft.shown_number < Draft.number) | (Draft.told_number < Draft.shown_number)
    )
    for draft_id in db.session.scalars(behind).all():
        show_now(draft_id)
        tell_now(draft_id)
