"""Which threads and messages a page shows: in few statements, whatever there is."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import and_, case, func, inspect, literal, or_, select, union
from sqlalchemy.orm import joinedload

from network import search
from network.discussions.counts import (
    FOLLOW,
    MUTE,
    groups,
    has_place,
    its_matter_is_gone,
    messages,
    number_unread,
    threads,
)
from network.discussions.models import Message, ReadMark, Thread, with_about
from network.extensions import db
from network.groups.models import Group, Visibility
from network.things import Thing, of_types

WINDOW = 50  # messages on a page
PER_PAGE = 25  # threads in a list


@dataclass(frozen=True)
class Listed:
    """A thread in somebody's list: how many messages they have not read, and whether they follow it."""

    thread: Thread
    unread: int
    following: str


def threads_of(user: Any, group: Group | None = None, *, only: str = "", ids: list[int] | None = None) -> Any:
    """A statement for the threads of a group, or of all the user's groups, with what is unread.

    Pinned ones first, then what has unread messages, then by the last message; settled ones are left out
    unless asked for. `only`: unread, mine, resolved.
    """
    mark = ReadMark
    unread = case(
        (and_(Thread.last_ordinal > mark.ordinal, mark.following == FOLLOW), number_unread()), else_=0
    )
    wrote = (
        select(messages.c.id)
        .where(messages.c.thread_id == Thread.id, messages.c.person_id == user.id)
        .correlate(inspect(Thread).local_table)
        .exists()
    )
    query = (
        select(Thread, unread, func.coalesce(mark.following, ""))
        .outerjoin(mark, and_(mark.thread_id == Thread.id, mark.person_id == user.id))
        .where(Thread.removed_at.is_(None), ~its_matter_is_gone(Thread.about_id))
        .options(joinedload(Thread.group), with_about())
    )
    if group is not None:
        query = query.where(Thread.group_id == group.id)
    else:
        # Elsewhere one may have written too: there it is listed as long as one may read there.
        open_groups = select(groups.c.id).where(groups.c.visibility != Visibility.CLOSED)
        elsewhere = and_(mark.following == FOLLOW, wrote)
        if not user.works_in_office:
            elsewhere = and_(elsewhere, Thread.group_id.in_(open_groups))
        query = query.where(or_(has_place(user.id, Thread.group_id), elsewhere))
    if ids is not None:
        query = query.where(Thread.id.in_(ids))
    if only == "resolved":
        query = query.where(Thread.resolved_at.is_not(None))
    elif ids is None:
        query = query.where(or_(Thread.resolved_at.is_(None), unread > 0))
    if only == "mine":
        query = query.where(or_(Thread.created_by_id == user.id, wrote))
    if only == "unread":
        query = query.where(unread > 0)
    pinned = [case((Thread.pinned_at.is_not(None), 0), else_=1)] if group is not None else []
    return query.order_by(
        *pinned,
        case((unread > 0, 0), else_=1),
        case((mark.following == MUTE, 1), else_=0),
        Thread.last_at.desc(),
        Thread.id.desc(),
    )


@dataclass(frozen=True)
class Hits:
    """Where words were found in a thread: in how many messages, the newest of them, and its words marked."""

    number: int
    message: Message
    snippet: Markup


class Sought:
    """The threads of a group, or of all, in which words are found: in their title or in a message."""

    def __init__(self, user: Any, wanted: str, group: Group | None = None) -> None:
        found = search.find(user, wanted, inside=group)
        ids = found.entries.order_by(None)
        said = (
            select(messages.c.thread_id, func.max(messages.c.id), func.count())
            .where(messages.c.id.in_(ids))
            .group_by(messages.c.thread_id)
        )
        titled = select(threads.c.id, literal(0), literal(0)).where(threads.c.id.in_(ids))
        self.words = found.words
        self.newest: dict[int, tuple[int, int]] = {}
        for thread_id, message_id, number in db.session.execute(said.union_all(titled)):
            if number or thread_id not in self.newest:
                self.newest[thread_id] = (message_id, number)

    def hits(self, listed: list[Listed]) -> dict[int, Hits]:
        """For these threads, by their ids; not for those in whose title alone the words stand."""
        wanted = [self.newest[line.thread.id] for line in listed if line.thread.id in self.newest]
        numbers = {message_id: number for message_id, number in wanted if number}
        shown = db.session.scalars(
            select(Message)
            .where(Message.id.in_(numbers))
            .options(joinedload(Message.person), joinedload(Message.parent))
        )
        return {
            message.thread_id: Hits(numbers[message.id], message, search.snippet([message.text], self.words))
            for message in shown.unique()
            if message.is_open
        }


def listed(query: Any, page: int, most: int = PER_PAGE) -> tuple[list[Listed], bool]:
    """A page of such a statement, and whether more follow."""
    rows = db.session.execute(query.limit(most + 1).offset((page - 1) * most)).unique().all()
    found = [Listed(thread, unread, following) for thread, unread, following in rows[:most]]
    return found, len(rows) > most


def surroundings(thread_id: int) -> list[Thing]:
    """The parent of a thread and what it is about, loaded together; to be held while the thread is used."""
    anything = of_types()
    ids = union(
        select(Thread.parent_id).where(Thread.id == thread_id),
        select(Thread.about_id).where(Thread.id == thread_id),
    )
    return list(db.session.scalars(select(anything).where(anything.id.in_(ids))).unique())


@dataclass(frozen=True)
class Window:
    """Some messages in a row, in their order, and whether there are older and newer ones."""

    messages: list[Message]
    older: bool
    newer: bool


def window(thread: Thread, *, before: int | None = None, at: int | None = None) -> Window:
    """The newest messages of a thread; or those before a message; or those around one, by ordinals.

    A message that was moved away leaves a gap, so the ends are told by the numbers themselves.
    """
    query = select(Message).where(Message.thread_id == thread.id).options(*Message.look())
    if at is not None:
        before = at + WINDOW // 2
    if before is not None:
        query = query.where(Message.ordinal < before)
    found = list(db.session.scalars(query.order_by(Message.ordinal.desc()).limit(WINDOW + 1)).unique())
    messages = found[:WINDOW][::-1]
    last = messages[-1].ordinal if messages else 0
    return Window(messages, older=len(found) > WINDOW, newer=last < thread.last_ordinal)
