"""Unread messages as numbers that pages show, for one thread, one group and altogether."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, func, inspect, or_, select
from sqlalchemy.orm import aliased

from network.discussions.models import Message, ReadMark, Thread
from network.extensions import db
from network.groups.models import Group, Membership, Visibility
from network.people.models import Person, Role
from network.things import Thing, now

FOLLOW, MUTE = "follow", "mute"


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
            or_(memberships.c.until.is_(None), memberships.c.until > now()),
        )
        .exists()
    )


def unread(person_ids: Iterable[int]) -> dict[int, dict[int, int]]:
    """Unread messages: {person: {thread: how many}}, of threads that they follow; without those at zero."""
    query = (
        select(ReadMark.person_id, ReadMark.thread_id, func.count())
        .join(threads, threads.c.id == ReadMark.thread_id)
        .join(groups, groups.c.id == threads.c.group_id)
        .join(persons, persons.c.id == ReadMark.person_id)
        .join(messages, counts_as_unread())
        .where(
            ReadMark.person_id.in_(list(person_ids)),
            ReadMark.following == FOLLOW,
            threads.c.last_ordinal > ReadMark.ordinal,
            # Not even a number is told of a closed group to those who have left it.
            or_(
                groups.c.visibility != Visibility.CLOSED,
                persons.c.role == Role.OFFICE,
                has_place(persons.c.id, groups.c.id),
            ),
        )
        .group_by(ReadMark.person_id, ReadMark.thread_id)
    )
    found: dict[int, dict[int, int]] = {}
    for person_id, thread_id, number in db.session.execute(query):
        found.setdefault(person_id, {})[thread_id] = number
    return found


def of_people(person_ids: list[int], thread_id: int) -> dict[int, Unread]:
    """For each of these people what they have not read, beside this thread, its group and altogether."""
    group_of = dict(db.session.execute(select(threads.c.id, threads.c.group_id)).all())
    found = unread(person_ids)
    group_id = group_of[thread_id]
    return {
        id: Unread(
            thread_id=thread_id,
            group_id=group_id,
            thread=mine.get(thread_id, 0),
            group=sum(number for thread, number in mine.items() if group_of.get(thread) == group_id),
            all=sum(mine.values()),
        )
        for id in person_ids
        for mine in [found.get(id, {})]
    }


def streams(unread: Unread) -> Markup:
    """Turbo Stream elements that bring the numbers on a person's pages up to date, where they stand."""
    numbers = [
        (f"unread_thread_{unread.thread_id}", unread.thread),
        (f"unread_group_{unread.group_id}", unread.group),
        ("unread_all", unread.all),
    ]
    return Markup("").join(
        Markup('<turbo-stream action="update" target="{}"><template>{}</template></turbo-stream>').format(
            target, label(number)
        )
        for target, number in numbers
    )


def label(number: int) -> Markup:
    """What stands in the place of a number: nothing for none."""
    if not number:
        return Markup("")
    return Markup('{}<span class="nw-visually-hidden"> {}</span>').format(number, _("new"))
