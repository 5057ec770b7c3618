"""Publishing approved minutes, and withdrawing what was published. The trace of both stays."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from network.approval import doubts, letters, policy, snapshot
from network.approval.models import Audience, Publication
from network.approval.reading import newest
from network.changes import Invalid, Stale, action, record
from network.extensions import db
from network.groups.models import Group, Visibility
from network.meetings.models import AgendaItem, Meeting
from network.minutes.models import Decision, Minutes, MinutesState
from network.things import now


@action(policy.may_publish)
def publish(
    actor: Any, minutes: Minutes, *, audience: str, version: int, left_out: Sequence[str] = ()
) -> Publication:
    """Publish a version to the group, the network or the public, and send it to those who get the minutes.

    Who has agreed to be named by now is named; nobody else, whatever they say later, until it is published
    anew. Raises Invalid for more people than see the group, and Stale if there is a newer version.
    """
    last = newest(minutes)
    if version != last.number:
        raise Stale(
            _l("Somebody has added something in the meantime. Please look at it before you publish it.")
        )
    if audience not in policy.audiences(minutes.parent.parent):
        raise Invalid(audience=_l("Minutes cannot be published to more people than see the group."))
    end(actor, minutes)
    publication = Publication(
        minutes_id=minutes.id,
        version_id=last.id,
        audience=Audience(audience),
        named=sorted(doubts.agreed(snapshot.read(last))),
        left_out=list(dict.fromkeys(left_out)),
        made_by_id=actor.id,
        made_at=now(),
    )
    db.session.add(publication)
    minutes.state, minutes.published_to = MinutesState.PUBLISHED, Audience(audience)
    record("published", minutes, by=actor, also=[minutes.parent.parent.room])
    letters.published(minutes, publication, last)
    return publication


@action(policy.may_withdraw)
def withdraw(actor: Any, minutes: Minutes, *, reason: str) -> Minutes:
    """Take published minutes back from where they were published. They stay approved, and as they are."""
    if not reason.strip():
        raise Invalid(reason=_l("Please say why."))
    end(actor, minutes, reason)
    minutes.state, minutes.published_to = MinutesState.APPROVED, ""
    record("withdrawn", minutes, by=actor, also=[minutes.parent.parent.room])
    return minutes


def end(actor: Any, minutes: Minutes, reason: str = "") -> None:
    """Step of an action: let the publication that stands be one of the past."""
    standing = standing_of(minutes)
    if standing is not None:
        standing.ended_at, standing.ended_by_id, standing.reason = now(), actor.id, reason


def standing_of(minutes: Minutes) -> Publication | None:
    """The publication that stands, with its version."""
    query = select(Publication).where(Publication.minutes_id == minutes.id, Publication.ended_at.is_(None))
    return db.session.scalars(query.options(joinedload(Publication.version))).one_or_none()


def standing_for_public(group: Group, most: int) -> list[Publication]:
    """What of a group the public reads, with versions and meetings, the latest meeting first."""
    minutes, meeting = aliased(Minutes, flat=True), aliased(Meeting, flat=True)
    query = (
        select(Publication)
        .join(Publication.minutes.of_type(minutes))
        .join(minutes.parent.of_type(meeting))
        .where(
            meeting.parent_id == group.id,
            meeting.removed_at.is_(None),
            minutes.state == MinutesState.PUBLISHED,
            Publication.audience == Audience.PUBLIC,
            Publication.ended_at.is_(None),
        )
        .order_by(meeting.starts_at.desc(), minutes.id.desc())
        .limit(most)
        .options(
            contains_eager(Publication.minutes.of_type(minutes)).contains_eager(
                minutes.parent.of_type(meeting)
            ),
            joinedload(Publication.version),
        )
    )
    return list(db.session.scalars(query))


def where_public(decision: Decision) -> Publication | None:
    """In which publication everybody reads a decision; none if its item is internal. One statement."""
    minutes, meeting = aliased(Minutes, flat=True), aliased(Meeting, flat=True)
    item = aliased(AgendaItem, flat=True)
    query = (
        select(Publication)
        .join(Publication.minutes.of_type(minutes))
        .join(minutes.parent.of_type(meeting))
        .join(item, item.parent_id == meeting.id)
        .join(Group, Group.id == meeting.parent_id)
        .where(
            item.id == decision.parent_id,
            meeting.removed_at.is_(None),
            minutes.state == MinutesState.PUBLISHED,
            Group.visibility == Visibility.PUBLIC,
            Publication.audience == Audience.PUBLIC,
            Publication.ended_at.is_(None),
        )
        .options(joinedload(Publication.version))
    )
    found: Publication | None = db.session.scalars(query).one_or_none()
    if found is None:
        return None
    items = snapshot.read(found.version)["items"]
    said = {one["id"] for item in items if not item["internal"] for one in item["decisions"]}
    return found if decision.id in said else None


def publications_of(minutes: Minutes) -> list[Publication]:
    """All publications, the newest first, ended ones too."""
    query = select(Publication).where(Publication.minutes_id == minutes.id).order_by(Publication.id.desc())
    people = (joinedload(Publication.made_by), joinedload(Publication.ended_by))
    return list(db.session.scalars(query.options(*people, joinedload(Publication.version))))
