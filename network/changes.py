"""The journal: every change of shared state is allowed, whole, numbered and announced.

An action takes the room of its thing, asks the rule on what is then true, does its deed, records it
under the room's next number and commits. Only then do letters and jobs leave, and the open pages
hear of it. See the laws in the README's architecture section.
"""

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape
from socketio import PubSubManager
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, insert, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship
from werkzeug.exceptions import Conflict, Forbidden, UnprocessableEntity

from network import quotes
from network.cores import in_turns
from network.extensions import db, socketio
from network.fragments import neutral, streams
from network.things import Room, Thing, UTCDateTime, now
from network.transactions import begin_writing

log = logging.getLogger(__name__)

AT_ONCE = 5  # lines of the journal, from which on they are written by a statement of their own
TOO_FAR = 200  # changes; a page further behind is loaded again


class Refused(Forbidden):
    """The rule says no, or the thing is not in a state for this. `description` tells the person why."""


class Stale(Conflict):
    """What the command believed is no longer so. `description` tells what happened instead."""


class Invalid(UnprocessableEntity):
    """Facts that a form let pass and that do not fit the thing: {field: sentence}."""

    def __init__(self, **errors: Any) -> None:
        super().__init__(next(iter(errors.values()), None))
        self.errors = {name: [error] for name, error in errors.items()}


class Change(db.Model):
    """One line of a room's journal: who did what to which thing. Ids and verbs, no texts.

    `actor_id` is empty for the clock and for visitors.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    number: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))
    verb: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    thing: Mapped[Thing] = relationship(foreign_keys=[thing_id], viewonly=True)
    actor: Mapped[Thing | None] = relationship(foreign_keys=[actor_id], viewonly=True)

    __table_args__ = (UniqueConstraint("room_id", "number"),)


class DeedKey(db.Model):
    """That a deed was done under a key, and what came of it, so that a repeat happens once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("thing.id"))
    deed: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(64))
    facts: Mapped[str] = mapped_column(String(64))
    result_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)

    __table_args__ = (UniqueConstraint("actor_id", "deed", "key"),)


class Clock:
    """The actor of jobs: what is due happens by it, under rules of its own."""

    id = None
    is_authenticated = False
    is_clock = True
    is_silenced = False
    works_in_office = False
    administers = False

    def __repr__(self) -> str:
        return "<Clock>"


CLOCK = Clock()

# Whose turn it is in a room, in this process: the row's lock decides between processes. A hundred deeds that
# wait for one row with a connection each would leave none to those who only read.
_TURNS = [threading.RLock() for _turn in range(256)]


@dataclass
class Journal:
    """What the running action has taken, written and still has to tell."""

    rooms: dict[int, Room] = field(default_factory=dict)
    epochs: dict[int, int] = field(default_factory=dict)  # as they were when the room was taken
    revoked: set[int] = field(default_factory=set)  # rooms whose epoch has moved on since
    lines: list[tuple[int, int]] = field(default_factory=list)  # (room, number)
    echoes: list[tuple[int, str, int, int | None, dict[str, Any]]] = field(default_factory=list)
    recorded: dict[Thing, None] = field(default_factory=dict)  # of which `recorded_at_once` has not heard yet
    afterwards: list[Callable[[], Any]] = field(default_factory=list)
    together: list["Line"] | None = None  # what is recorded waits here; see `together`


@dataclass(frozen=True)
class Line:
    """What is to be recorded: the arguments of `record`."""

    verb: str
    thing: Thing
    by_id: int | None
    also: tuple[Room, ...]
    details: dict[str, Any]


def because(reason: Any) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
    """Give a rule the sentence that somebody reads whom it refuses."""

    def mark(rule: Callable[..., bool]) -> Callable[..., bool]:
        rule.because = reason  # type: ignore[attr-defined]  # a rule bears its sentence
        return rule

    return mark


def reason(may: Callable[..., bool], user: Any) -> Any:
    """What somebody reads whom a rule refuses.

    Who is silenced reads until when, and that alone: the rule's sentence tells who may at other times, and
    they are often among those.
    """
    return getattr(user, "hindrance", None) or getattr(may, "because", None)


def action(
    may: Callable[[Any, Any], bool], *, rooms: Callable[[Any], Iterable[int]] = lambda thing: ()
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Turn a function into the one way to change something, open to those who `may`.

    The function is called as `deed(actor, thing, **facts)`. `key=` (a client's own id for this deed)
    makes a repeat return what the first call returned; the same key with other facts is refused.
    Raises Refused, Stale or Invalid, and then nothing has changed.
    An action called inside another one of the same room is a step of it. `rooms(thing)` names the ids of
    further rooms that it must hold from the beginning; ids never change, so they are asked for before.
    """

    def decorate(deed: Callable[..., Any]) -> Callable[..., Any]:
        name = f"{deed.__module__.split('.')[-2]}.{deed.__name__}"

        def allowed(actor: Any, thing: Any, facts: dict[str, Any]) -> Any:
            if not may(actor, thing):
                raise Refused(reason(may, actor))
            return deed(actor, thing, **facts)

        @wraps(deed)
        def act(actor: Any, thing: Any, /, *, key: str | None = None, **facts: Any) -> Any:
            actor = getattr(actor, "_get_current_object", lambda: actor)()
            journal: Journal | None = db.session.info.get("journal")
            if journal is not None:
                if thing.room_id not in journal.rooms:
                    raise RuntimeError(f"{name}: what is heard in another room is a second action")
                return allowed(actor, thing, facts)
            room_ids = {thing.room_id, *rooms(thing)}
            journal = Journal()
            db.session.rollback()  # whoever waits for their turn holds no connection meanwhile
            with _TURNS[min(room_ids) % len(_TURNS)]:
                begin_writing()
                db.session.info["journal"] = journal
                try:
                    take_all(room_ids)
                    result = _once(actor, name, key, thing, facts) if key else None
                    if result is None:
                        result = allowed(actor, thing, facts)
                        if key:
                            _remember(actor, name, key, thing, facts, result)
                    bring_level()
                    db.session.commit()
                except BaseException:
                    db.session.rollback()
                    raise
                finally:
                    del db.session.info["journal"]
            settle(journal)
            return result

        act.may = may  # type: ignore[attr-defined]
        return act

    return decorate


def take(room_id: int) -> Room:
    """Lock the room's row until the transaction ends, so that actions in it happen one after another."""
    return take_all([room_id])[0]


def take_all(room_ids: Iterable[int]) -> list[Room]:
    """Lock several rooms. In ascending order, so that two actions never wait for each other in a circle:
    the room of a thing is older than those of the things below it, and is taken first.
    """
    found: list[Room] = list(
        db.session.scalars(
            select(Room)
            .where(Room.id.in_(sorted(room_ids)))
            .order_by(Room.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    journal: Journal = db.session.info["journal"]
    for room in found:
        journal.rooms[room.id] = room
        journal.epochs[room.id] = room.epoch
    return found


def open_room() -> Room:
    """A new room for a thing that is being made; nobody else can have heard of it yet."""
    room = Room(number=0, epoch=0)
    db.session.add(room)
    db.session.flush()
    journal: Journal = db.session.info["journal"]
    journal.rooms[room.id] = room
    journal.epochs[room.id] = 0
    return room


# What keeps something level with things, in the transaction of each action: called with what was recorded.
recorded: list[Callable[[Thing], None]] = []
# The same for what hears of many at once, at the end of the action, and of each thing once.
recorded_at_once: list[Callable[..., None]] = []


def bring_level() -> None:
    """Let `recorded_at_once` hear of what has been recorded so far: for a step that builds on it."""
    journal: Journal = db.session.info["journal"]
    things, journal.recorded = list(journal.recorded), {}
    if things:
        for keep_level in recorded_at_once:
            keep_level(*things)


def record(verb: str, thing: Thing, /, *, by: Any, also: Iterable[Room] = (), **details: Any) -> None:
    """Write a line into the journal of the thing's room, as part of the running action.

    `also` names further rooms that shall hear of it: those that the action holds at once, others
    after the commit. `details` are ids, numbers and words of the program, never what people wrote.
    """
    journal: Journal = db.session.info["journal"]
    thing.version = (thing.version or 0) + 1
    said = Line(verb, thing, by.id, tuple(also), details)
    if journal.together is None:
        _record(journal, [said])
    else:
        journal.together.append(said)


@contextmanager
def together() -> Iterator[list[Line]]:
    """Inside it what is recorded waits, and is written at the end, in the order of the list that it gives.

    For a step that makes hundreds of things: they and their lines are written in few statements. What it
    stores and tells is the same.
    """
    journal: Journal = db.session.info["journal"]
    waiting: list[Line] = []
    journal.together = waiting
    try:
        yield waiting
    finally:
        journal.together = None
    _record(journal, waiting)


def _record(journal: Journal, lines: Sequence[Line]) -> None:
    things = list(dict.fromkeys(line.thing for line in lines))
    if any(thing.id is None for thing in things):  # what is there already is written with everything else
        db.session.flush()
    journal.recorded.update(dict.fromkeys(things))
    for keep_level in recorded:
        for thing in things:
            keep_level(thing)
    here = []
    for line in lines:
        said = line.verb, line.thing.id, line.by_id, line.details
        for room_id in dict.fromkeys([line.thing.room_id, *(room.id for room in line.also)]):
            if room_id in journal.rooms:
                here.append((journal.rooms[room_id], *said))
            else:
                journal.echoes.append((room_id, *said))
    _write(journal, here)


def _write(journal: Journal, lines: Sequence[tuple[Room, str, int, int | None, dict[str, Any]]]) -> None:
    written = []
    for room, verb, thing_id, actor_id, details in lines:
        room.number += 1
        journal.lines.append((room.id, room.number))
        written.append(
            {
                "room_id": room.id,
                "number": room.number,
                "actor_id": actor_id,
                "verb": verb,
                "thing_id": thing_id,
                "details": details or None,
            }
        )
    if len(written) > AT_ONCE:
        db.session.execute(insert(Change), written)
    else:  # with everything else
        db.session.add_all([Change(**one) for one in written])


def revoke(room: Room) -> None:
    """Move the room's epoch on: somebody has just lost a right here, so everybody enters again."""
    journal: Journal = db.session.info["journal"]
    journal.rooms[room.id].epoch += 1
    journal.revoked.add(room.id)


def revoke_below(thing: Thing) -> None:
    """As `revoke`, for the thing's room and for every room below it, in this transaction.

    Who loses a right in a group may lose it in its meetings too: from the commit on nothing more
    reaches them there. New rooms below are opened under the lock of this one, so none is missed.
    """
    rooms = db.session.info["journal"].rooms
    owners = (
        select(Thing.id, Thing.room_id)
        .where(Thing.parent_id == thing.id, Thing.owns_room)
        .cte("owners", recursive=True)
    )
    child = aliased(Thing, flat=True)
    owners = owners.union_all(
        select(child.id, child.room_id).join(owners, child.parent_id == owners.c.id).where(child.owns_room)
    )
    below = set(db.session.scalars(select(owners.c.room_id)))
    take_all(below - set(rooms))
    for room_id in {thing.room_id, *below}:
        revoke(rooms[room_id])


def afterwards(function: Callable[[], Any]) -> None:
    """Call it when the running action has been committed; never if it has not."""
    db.session.info["journal"].afterwards.append(function)


def settle(journal: Journal) -> None:
    """After the commit: other rooms hear their echo, pages hear the changes, letters leave.

    Nothing here can fail the request: a lost publication costs time, never data.
    """
    heard: dict[int, list[tuple[str, int, int | None, dict[str, Any]]]] = {}
    for room_id, verb, thing_id, actor_id, details in journal.echoes:
        heard.setdefault(room_id, []).append((verb, thing_id, actor_id, details))
    for room_id, lines in in_turns(heard.items()):
        try:
            echo = Journal()
            begin_writing()
            db.session.info["journal"] = echo
            try:
                room = take(room_id)
                _write(echo, [(room, *said) for said in lines])
                db.session.commit()
            finally:
                del db.session.info["journal"]
            _publish(echo)
        except Exception:  # told in the log; the change itself stands
            db.session.rollback()
            log.exception("echo lost", extra={"room": room_id, "things": [said[1] for said in lines]})
    try:
        _publish(journal)
    except Exception:  # as above
        db.session.rollback()
        log.exception("publication lost")
    for function in journal.afterwards:
        try:
            function()
        except Exception:  # as above
            db.session.rollback()
            log.exception("afterwards failed")


def _once(actor: Any, name: str, key: str, thing: Any, facts: dict[str, Any]) -> Any:
    """What came of this deed the first time, or None."""
    seen = db.session.scalars(
        select(DeedKey).where(DeedKey.actor_id == actor.id, DeedKey.deed == name, DeedKey.key == key)
    ).one_or_none()
    if seen is None:
        return None
    if seen.facts != _digest(thing, facts):
        raise Invalid(key=_l("This was already sent with other content."))
    return db.session.get(Thing, seen.result_id) if seen.result_id else thing


def _remember(actor: Any, name: str, key: str, thing: Any, facts: dict[str, Any], result: Any) -> None:
    db.session.add(
        DeedKey(
            actor_id=actor.id,
            deed=name,
            key=key[:64],
            facts=_digest(thing, facts),
            result_id=result.id if isinstance(result, Thing) else None,
            number=db.session.info["journal"].rooms[thing.room_id].number,
        )
    )


def _digest(thing: Any, facts: dict[str, Any]) -> str:
    written = json.dumps([thing.id, facts], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


# What pages hear


def _publish(journal: Journal) -> None:
    """Tell the open pages: each line once for each language; after a loss of rights only `again`."""
    languages = current_app.config["LANGUAGES"]
    for room_id, epoch in journal.epochs.items():
        numbers = [number for where, number in journal.lines if where == room_id]
        if not numbers and room_id not in journal.revoked:
            continue
        names = {language: f"room:{room_id}:{epoch}:{language}" for language in languages}
        if room_id in journal.revoked:
            for name in names.values():
                socketio.emit("again", {"room": room_id}, to=name)
            continue
        heard = {language: name for language, name in names.items() if _may_be_heard(name)}
        if not heard:
            continue
        with neutral():
            # As things are now, perhaps newer than the number: whoever hears the first line of this
            # action has all of it, so its other lines leave empty, and later ones may come twice.
            news = since(room_id, numbers[0] - 1)
            for language, name in heard.items():
                html = news.html(language) if news else '<turbo-stream action="refresh"></turbo-stream>'
                for number in numbers:
                    socketio.emit("change", [room_id, number, html], to=name)
                    html = ""


def _may_be_heard(name: str) -> bool:
    """Whether somebody may be listening: known for sure only where there is no other process."""
    manager = getattr(socketio.server, "manager", None)
    if manager is None:
        return False
    if isinstance(manager, PubSubManager):
        return True
    return bool(manager.rooms.get("/", {}).get(name))


@dataclass
class News:
    """What is new in a room: its number now, and the things touched, each once, as they are now."""

    number: int
    epoch: int
    room: Room
    lines: list[Change]

    def html(self, language: str) -> str:
        """Turbo Stream elements that bring a page up to date; asking twice does no harm."""
        verbs: dict[int, set[str]] = {}
        for line in self.lines:
            verbs.setdefault(line.thing_id, set()).add(line.verb)
        with force_locale(language):
            return Markup("").join(streams(verbs, self.room))


def since(room_id: int, number: int) -> News | None:
    """The journal of a room after a number, in one snapshot; None for more than 200 lines."""
    room: Room = db.session.scalars(
        select(Room).where(Room.id == room_id).execution_options(populate_existing=True)
    ).one()
    lines = db.session.scalars(
        select(Change)
        .where(Change.room_id == room_id, Change.number > number)
        .order_by(Change.number)
        .limit(TOO_FAR + 1)
    ).all()
    if len(lines) > TOO_FAR:
        return None
    return News(room.number, room.epoch, room, list(lines))


def owner_of(room_id: int) -> Thing | None:
    """The thing that owns the room: whoever may see it may be in the room."""
    found = db.session.execute(
        select(Thing.id, Thing.type).where(
            Thing.room_id == room_id, Thing.owns_room, Thing.removed_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        return None
    model = Thing.__mapper__.polymorphic_map[found.type].class_
    return db.session.get(model, found.id, populate_existing=True)


def sentence(change: Change, who: str, what: str | None = None) -> str:
    """A journal line in the current language; names come from the caller, who knows the reader."""
    text = type(change.thing).sentences.get(change.verb)
    if text is None:
        return escape(change.verb)
    names = {"who": who, "what": what if what is not None else change.thing.label}
    return str(text) % quotes.put(str(text), names)
