"""Telling open pages what is unread: as a state of each person's own room, after the commit."""

from collections.abc import Callable, Iterable

from flask import current_app
from flask_babel import force_locale
from markupsafe import Markup
from sqlalchemy import select

from network.changes import afterwards
from network.discussions import counts
from network.discussions.models import ReadMark, Thread
from network.extensions import db, socketio
from network.fragments import neutral, render_fragment
from network.people.models import Person
from network.things import Room, now

# Asked after the commit about the people who are told of a thread: further streams for the pages of some of
# them, the same in every language. `function(person_ids, thread_id) -> {person_id: streams}`.
beside: list[Callable[[list[int], int], dict[int, Markup]]] = []
MOST = 1000  # people who are told at once; in larger circles pages ask for themselves when they are looked at


def afterwards_to_followers(thread_id: int) -> None:
    """Once the running action is committed, tell everybody who follows the thread, and its group's pages."""

    if not current_app.config["TELL_PAGES"]:
        return

    def tell() -> None:
        followers = (
            select(ReadMark.person_id)
            .join(counts.threads, counts.threads.c.id == ReadMark.thread_id)
            .join(counts.groups, counts.groups.c.id == counts.threads.c.group_id)
            .join(counts.persons, counts.persons.c.id == ReadMark.person_id)
            .where(ReadMark.thread_id == thread_id, ReadMark.following == counts.FOLLOW, counts.may_be_told())
        )
        with neutral():
            ids = list(db.session.scalars(followers.limit(MOST)))
            _tell(ids, thread_id)
            _tell_group(thread_id)

    afterwards(tell)


def afterwards_to(person_ids: Iterable[int], thread_id: int) -> None:
    """Once the running action is committed, tell these people's pages."""
    if not current_app.config["TELL_PAGES"]:
        return
    ids = list(person_ids)

    def tell() -> None:
        with neutral():
            _tell(ids, thread_id)

    afterwards(tell)


def _tell(person_ids: list[int], thread_id: int) -> None:
    if not person_ids:
        return
    counts.forget(person_ids)
    found = counts.of_people(person_ids, thread_id)
    further = [function(person_ids, thread_id) for function in beside]
    rooms = db.session.execute(
        select(Person.id, Room).join(Room, Room.id == Person.room_id).where(Person.id.in_(person_ids))
    ).all()
    version = int(now().timestamp() * 1_000_000)
    for language in current_app.config["LANGUAGES"]:
        made: dict[tuple[str, int], Markup] = {}
        with force_locale(language):
            for person_id, room in rooms:
                html = counts.streams(found[person_id], made)
                html += Markup("").join(streams.get(person_id, "") for streams in further)
                state = {"room": room.id, "on": thread_id, "version": version, "html": html}
                socketio.emit("state", state, to=room.name(language))


def _tell_group(thread_id: int) -> None:
    """The line of a thread in its group's list: the same for all who may read it there."""
    thread = db.session.get(Thread, thread_id, options=Thread.look())
    if thread is None or thread.parent_id != thread.group_id:
        return
    room = thread.group.room
    for language in current_app.config["LANGUAGES"]:
        with force_locale(language):
            html = render_fragment(thread, "discussions/_thread.html")
        stream = Markup(
            '<turbo-stream action="replace" method="morph" target="{}"><template>{}</template></turbo-stream>'
        ).format(thread.dom_id, html)
        state = {"room": room.id, "on": thread.id, "version": thread.last_ordinal, "html": stream}
        socketio.emit("state", state, to=room.name(language))
