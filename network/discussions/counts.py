"""Unread messages as numbers that pages show, for one thread, one group and altogether."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, inspect, or_, select
from sqlalchemy.orm import aliased

from network.discussions.models import Message, ReadMark, Thread
from network.extensions import db
from network.groups.models import Group, Membership, Visibility
from network.people.models import Person, Role
from network.things import Thing, moment

STREAM = Markup(
    """<turbo-stream action="update" targets='[data-unread="{}"]'><template>{}</template></turbo-stream>"""
)
FOLLOW, MUTE = "follow", "mute"
KEPT_SECONDS = 30  # how long a process may show a number as it was
MOST_COUNTED = 99  # in one thread; nobody needs to know by how many it is more, and counting them takes long


@dataclass(frozen=True)
class Unread:
    """What a person has not read: in a thread, in its group, and in all groups."""

    thread_id: int
    group_id: int
    thread: int
    group: int
    all: int


# The tables themselves: the rows of `thing` above them are not needed here, and would be joined each time.
threads, messages = inspect(Thread).local_table, inspect(Message).local_table
persons, groups = inspect(Person).local_table, inspect(Group).local_table
memberships = inspect(Membership).local_table


def counts_as_unread() -> ColumnElement[bool]:
    """Whether a row of `messages` is unread for the owner of the ReadMark of the statement."""
    return and_(
        messages.c.thread_id == ReadMark.thread_id,
        messages.c.ordinal > ReadMark.ordinal,
        messages.c.person_id != ReadMark.person_id,
        messages.c.state == "posted",
        messages.c.withdrawn_at.is_(None),
    )


def has_place(person_id: Any, group_id: Any) -> ColumnElement[bool]:
    """Whether a person has a place in a group now."""
    place = aliased(Thing)
    return (
        select(memberships.c.id)
        .join(place, place.id == memberships.c.id)
        .where(
            memberships.c.group_id == group_id,
            memberships.c.person_id == person_id,
            place.removed_at.is_(None),
            or_(memberships.c.until.is_(None), memberships.c.until > moment()),
        )
        .exists()
    )


def may_be_told() -> ColumnElement[bool]:
    """Whether a row of `persons` may know what goes on in one of `groups`: not even a number is told of a
    closed group to those who have left it.
    """
    return or_(
        groups.c.visibility != Visibility.CLOSED,
        persons.c.role == Role.OFFICE,
        has_place(persons.c.id, groups.c.id),
    )


def its_matter_is_gone(about_id: Any) -> ColumnElement[bool]:
    """Whether what a thread is about has been removed: nobody reads it then."""
    matter = aliased(Thing)
    return select(matter.id).where(matter.id == about_id, matter.removed_at.is_not(None)).exists()


def number_unread() -> Any:
    """How many messages are unread for the owner of the ReadMark of the statement, up to one beyond
    MOST_COUNTED: a thread with thousands of them costs no more than one with a hundred.
    """
    some = select(messages.c.id).where(counts_as_unread()).correlate(inspect(ReadMark).local_table)
    return select(func.count()).select_from(some.limit(MOST_COUNTED + 1).subquery()).scalar_subquery()


def _unread(person_ids: Iterable[int]) -> Any:
    """Person, thread, group and how many messages are unread there, of threads that these people follow."""
    return db.session.execute(_unread_of_people(), {"person_ids": list(person_ids)})


@cache
def _unread_of_people() -> Select[Any]:
    """The statement, put together once: it stands behind every page."""
    return (
        select(ReadMark.person_id, ReadMark.thread_id, threads.c.group_id, number_unread())
        .join(threads, threads.c.id == ReadMark.thread_id)
        .join(groups, groups.c.id == threads.c.group_id)
        .join(persons, persons.c.id == ReadMark.person_id)
        .where(
            ReadMark.person_id.in_(bindparam("person_ids", expanding=True)),
            ReadMark.following == FOLLOW,
            threads.c.last_ordinal > ReadMark.ordinal,
            ~its_matter_is_gone(threads.c.about_id),
            may_be_told(),
        )
    )


def unread(person_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Unread messages: {person: {thread: how many}}; without those at zero."""
    found: dict[int, dict[int, int]] = {}
    for person_id, thread_id, _group_id, number in _unread(person_ids):
        if number:
            found.setdefault(person_id, {})[thread_id] = number
    return found


def of_people(person_ids: list[int], thread_id: int) -> dict[int, Unread]:
    """For each of these people what they have not read, beside this thread, its group and altogether."""
    group_id = db.session.scalar(select(threads.c.group_id).where(threads.c.id == thread_id))
    in_group = set(db.session.scalars(select(threads.c.id).where(threads.c.group_id == group_id)))
    found = unread(person_ids)
    return {
        id: Unread(
            thread_id=thread_id,
            group_id=group_id,
            thread=mine.get(thread_id, 0),
            group=sum(number for thread, number in mine.items() if thread in in_group),
            all=sum(mine.values()),
        )
        for id in person_ids
        for mine in [found.get(id, {})]
    }


def streams(unread: Unread, made: dict[tuple[str, int], Markup]) -> Markup:
    """Turbo Stream elements that bring the numbers on a person's pages up to date, where they stand.

    `made` keeps them for the next person, in the language of the moment: many have the same numbers.
    """
    numbers = [
        (f"thread-{unread.thread_id}", unread.thread),
        (f"group-{unread.group_id}", unread.group),
        ("all", unread.all),
    ]
    for target, number in numbers:
        if (target, number) not in made:
            made[target, number] = STREAM.format(target, label(number))
    return Markup("").join(made[place] for place in numbers)


def of_user(user: Any) -> dict[int, int]:
    """Unread messages of whoever reads, by groups, for the numbers in menus and tabs.

    One statement, kept for some seconds; what is posted or read in this process ends that at once.
    """
    if not user.is_authenticated:
        return {}
    kept: dict[int, tuple[float, dict[int, int]]] = current_app.extensions.setdefault("unread", {})
    found = kept.get(user.id)
    if found and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    by_group = Counter[int]()
    for _person_id, _thread_id, group_id, number in _unread([user.id]):
        by_group[group_id] += number
    kept[user.id] = (time.monotonic(), by_group)
    return by_group


def forget(person_ids: Iterable[int]) -> None:
    """Count anew for these people at their next page."""
    for id in person_ids:
        current_app.extensions.get("unread", {}).pop(id, None)


def label(number: int) -> Markup:
    """What stands in the place of a number: nothing for none, and for many that they are many."""
    if not number:
        return Markup("")
    shown = str(number) if number <= MOST_COUNTED else f"{MOST_COUNTED}+"
    return Markup('{}<span class="nw-visually-hidden"> {}</span>').format(shown, _("new"))
