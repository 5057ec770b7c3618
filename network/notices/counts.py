"""What speaks to a person and has not been read, for the bell and for their page of notices."""

from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload

from network.discussions import policy
from network.discussions.counts import groups, its_matter_is_gone, may_be_told, messages, persons, threads
from network.discussions.models import Message, ReadMark
from network.extensions import db
from network.notices.composing import Threads, load_threads
from network.notices.due import is_new
from network.notices.models import LATE, Notice

LISTED = 60  # notices on a person's page


def unread_ids(user: Any) -> Select[tuple[int]]:
    """A statement for the ids of the messages that speak to the user and are unread."""
    return (
        select(messages.c.id)
        .join(Notice, Notice.message_id == messages.c.id)
        .join(threads, threads.c.id == messages.c.thread_id)
        .join(groups, groups.c.id == threads.c.group_id)
        .join(persons, persons.c.id == Notice.person_id)
        .outerjoin(ReadMark, _own_mark())
        .where(
            Notice.person_id == user.id,
            Notice.why != LATE,
            *is_new(),
            ~its_matter_is_gone(threads.c.about_id),
            may_be_told(),
        )
    )


def how_many_unread(user: Any) -> int:
    """How many messages speak to the user and are unread."""
    return int(db.session.scalar(select(func.count()).select_from(unread_ids(user).subquery())) or 0)


def _own_mark() -> Any:
    return and_(ReadMark.person_id == Notice.person_id, ReadMark.thread_id == messages.c.thread_id)


def listed(user: Any) -> tuple[list[tuple[Notice, bool]], Threads]:
    """What speaks to the user, the newest first, each with whether it is unread; and what is to be held.

    What they may not read any more is left out, and what is not to be read by anybody.
    """
    unread = and_(*is_new()).label("unread")
    rows = (
        db.session.execute(
            select(Notice, unread)
            .join(messages, messages.c.id == Notice.message_id)
            .outerjoin(ReadMark, _own_mark())
            .where(
                Notice.person_id == user.id,
                Notice.why != LATE,
                messages.c.state == "posted",
                messages.c.withdrawn_at.is_(None),
            )
            .order_by(Notice.message_id.desc())
            .limit(LISTED)
            .options(
                joinedload(Notice.message).joinedload(Message.person),
                joinedload(Notice.message).joinedload(Message.parent),
            )
        )
        .unique()
        .all()
    )
    held = load_threads(notice.message.thread_id for notice, _unread in rows)
    readable = {id for id, thread in held.by_id.items() if policy.may_read(user, thread)}
    found = [(notice, bool(unread)) for notice, unread in rows if notice.message.thread_id in readable]
    return found, held
