"""The decisions of all groups, as far as somebody may see them."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from network.directory.models import Topic
from network.extensions import db
from network.groups.models import Group
from network.meetings.lists import meetings_seen_by
from network.meetings.models import Meeting
from network.minutes import registers
from network.minutes.models import Decision
from network.things import Thing


def decisions_seen_by(
    user: Any, *, group_id: int | None = None, topic: str = "", **narrowed: Any
) -> Select[tuple[Decision]]:
    """The register over all groups, the newest first: of a group, of groups with a topic, and as
    `registers.decisions` narrows it.
    """
    item, seen = Thing.__table__.alias(), _meetings(user)
    query = (
        registers.decisions(**narrowed)
        .join(item, item.c.id == Decision.parent_id)
        .join(seen, seen.c.id == item.c.parent_id)
        .order_by(seen.c.starts_at.desc(), Decision.number.desc())
    )
    if group_id is not None:
        query = query.where(Decision.group_id == group_id)
    if topic:
        with_topic = select(Group.id).join(Group.topics).where(Topic.slug == topic).subquery()
        query = query.where(Decision.group_id.in_(select(with_topic.c.id)))
    return query


def choices(user: Any) -> tuple[list[Group], list[int], list[Topic]]:
    """The groups, years and topics that have decisions which the user may see: two statements."""
    item, seen, decision = Thing.__table__.alias(), _meetings(user), Decision.__table__
    rows = db.session.execute(
        select(decision.c.group_id, decision.c.year)
        .join(item, item.c.id == decision.c.id)
        .join(agenda := Thing.__table__.alias(), agenda.c.id == item.c.parent_id)
        .join(seen, seen.c.id == agenda.c.parent_id)
        .where(decision.c.number.is_not(None), item.c.removed_at.is_(None))
        .distinct()
    ).all()
    groups = list(
        db.session.scalars(
            select(Group)
            .where(Group.id.in_({group_id for group_id, _year in rows}))
            .order_by(Group.name)
            .options(joinedload(Group.topics))
        ).unique()
    )
    topics = {topic for group in groups for topic in group.topics}
    return (
        groups,
        sorted({year for _group_id, year in rows}, reverse=True),
        sorted(topics, key=lambda topic: topic.place),
    )


def _meetings(user: Any) -> Any:
    """Ids and beginnings of the meetings whose record the user may read."""
    return meetings_seen_by(user).with_only_columns(Meeting.id, Meeting.starts_at).subquery()
