"""How a text came to be: its versions, what it said in each, and who has written in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pycrdt import Doc
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.drafts import tree
from network.drafts.documents import apply, content
from network.drafts.models import Draft, DraftSnapshot, DraftUpdate, DraftVersion
from network.drafts.tree import Node
from network.extensions import db
from network.people.models import Person

PAUSE = timedelta(minutes=5)  # after so long without a word, what comes is another version
LONGEST = timedelta(minutes=15)  # of writing without a pause
MOST = 50_000  # updates that are looked at, the latest ones


@dataclass
class Version:
    """What a text said after an update: those who had written since the version before, and its names."""

    number: int
    at: datetime
    person_ids: list[int] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def of(draft: Draft) -> list[Version]:
    """The versions of a text, the newest first: one ends where nobody wrote for a while, or was kept."""
    rows = db.session.execute(
        select(DraftUpdate.number, DraftUpdate.at, DraftUpdate.by_id)
        .where(DraftUpdate.draft_id == draft.id)
        .order_by(DraftUpdate.number.desc())
        .limit(MOST)
    ).all()[::-1]
    kept: dict[int, list[str]] = {}
    for mark in db.session.scalars(select(DraftVersion).where(DraftVersion.draft_id == draft.id)):
        kept.setdefault(mark.number, []).append(mark.name)
    found: list[Version] = []
    began: datetime | None = None
    for place, row in enumerate(rows):
        if began is None:
            began = row.at
            found.append(Version(row.number, row.at))
        version = found[-1]
        version.number, version.at = row.number, row.at
        if row.by_id is not None and row.by_id not in version.person_ids:
            version.person_ids.append(row.by_id)
        after = rows[place + 1].at if place + 1 < len(rows) else None
        if row.number in kept or after is None or after - row.at > PAUSE or after - began > LONGEST:
            version.names = [name for name in kept.get(row.number, []) if name]
            began = None
    ids = {id for version in found for id in version.person_ids}
    people = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    for version in found:
        version.people = [people[id] for id in version.person_ids if id in people]
    return found[::-1]


def update_at(draft: Draft, number: int) -> DraftUpdate | None:
    """The update with this number, with who wrote it and when."""
    query = select(DraftUpdate).where(DraftUpdate.draft_id == draft.id, DraftUpdate.number <= number)
    found: DraftUpdate | None = db.session.scalars(
        query.order_by(DraftUpdate.number.desc()).limit(1).options(joinedload(DraftUpdate.by))
    ).one_or_none()
    return found


def said_at(draft: Draft, number: int) -> list[Node]:
    """What a text said after an update, rebuilt from the nearest snapshot and what came after it."""
    snapshot = db.session.scalars(
        select(DraftSnapshot)
        .where(DraftSnapshot.draft_id == draft.id, DraftSnapshot.number <= number)
        .order_by(DraftSnapshot.number.desc())
        .limit(1)
    ).one_or_none()
    rows = db.session.scalars(
        select(DraftUpdate.update)
        .where(
            DraftUpdate.draft_id == draft.id,
            DraftUpdate.number > (snapshot.number if snapshot else 0),
            DraftUpdate.number <= number,
        )
        .order_by(DraftUpdate.number)
    )
    document: Doc[Any] = Doc()
    for update in [*([snapshot.update] if snapshot else []), *rows]:
        apply(document, update)
    return tree.read(content(document))


def said_now(draft: Draft) -> list[Node]:
    """What a text says now, to the last update that is stored."""
    return said_at(draft, draft.number)


def writers(draft: Draft) -> Sequence[Person]:
    """Who has written in a text."""
    ids = select(DraftUpdate.by_id).where(DraftUpdate.draft_id == draft.id).distinct()
    return db.session.scalars(
        select(Person).where(Person.id.in_(ids)).order_by(Person.id).options(joinedload(Person.room))
    ).all()
