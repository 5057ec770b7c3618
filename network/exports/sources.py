"""What a file of minutes says: what the page of the same minutes says to the same reader, no more."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, selectinload

from network import dates
from network.approval import public, publishing, snapshot
from network.approval.models import Audience, MinutesVersion
from network.exports.sheet import Source
from network.extensions import db
from network.forms import zone
from network.groups.models import Group, Visibility
from network.meetings import policy as meetings
from network.meetings.models import Meeting
from network.minutes.models import Minutes, MinutesState, load_lines
from network.minutes.views import page_options
from network.people.models import Person
from network.things import now

YEARS = range(1970, 3000)


def of_meetings(found: Iterable[Meeting]) -> list[Source]:
    """All of the minutes of these meetings: as approved, else as they stand. A few statements for any number.

    The meetings come with their minutes; who may read them has been asked.
    """
    listed = list(found)
    versions = _versions([one.minutes for one in listed if one.minutes.frozen])
    _load([one for one in listed if one.minutes.id not in versions])
    return [
        _approved(versions[one.minutes.id]) if one.minutes.frozen else _as_it_stands(one) for one in listed
    ]


def of_public(minutes: Minutes) -> Source | None:
    """What everybody reads of published minutes; None if they are not published to the public."""
    standing = publishing.standing_of(minutes)
    is_public = (
        minutes.state == MinutesState.PUBLISHED
        and minutes.published_to == Audience.PUBLIC
        and minutes.parent.parent.visibility == Visibility.PUBLIC
    )
    if standing is None or not is_public:
        return None
    return Source(public.read_by_public(standing), standing.made_at, public=True)


def of_year(user: Any, group: Group, year: int) -> list[Source]:
    """All minutes of a group's meetings of a year that somebody may read, the earliest first."""
    if year not in YEARS:
        return []
    held = aliased(Minutes, flat=True)
    query = (
        select(Meeting)
        .join(held, held.meeting_id == Meeting.id)
        .where(
            Meeting.parent_id == group.id,
            Meeting.removed_at.is_(None),
            Meeting.starts_at >= datetime(year, 1, 1, tzinfo=zone()),
            Meeting.starts_at < datetime(year + 1, 1, 1, tzinfo=zone()),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .options(joinedload(Meeting.minutes), joinedload(Meeting.parent))
    )
    return of_meetings([one for one in db.session.scalars(query) if meetings.may_read(user, one)])


def years_of(group: Group) -> list[int]:
    """The years of a group that have minutes, the newest first."""
    held = aliased(Minutes, flat=True)
    query = (
        select(Meeting.starts_at)
        .join(held, held.meeting_id == Meeting.id)
        .where(Meeting.parent_id == group.id, Meeting.removed_at.is_(None))
    )
    return sorted({dates.local(at).year for at in db.session.scalars(query)}, reverse=True)


def _versions(frozen: list[Minutes]) -> dict[int, MinutesVersion]:
    """The version that holds, by the id of its minutes."""
    if not frozen:
        return {}
    query = select(MinutesVersion).where(MinutesVersion.minutes_id.in_([one.id for one in frozen]))
    return {one.minutes_id: one for one in db.session.scalars(query.order_by(MinutesVersion.number))}


def _approved(version: MinutesVersion) -> Source:
    approved = version.digest if version.shown_digest else ""
    said = snapshot.read(version)
    return Source(said, version.made_at, digest=version.present_digest, approved_digest=approved)


def _load(listed: list[Meeting]) -> None:
    """Fill in all that the minutes of these meetings say."""
    if not listed:
        return
    ids = [one.id for one in listed]
    query = select(Meeting).where(Meeting.id.in_(ids)).options(*page_options())
    db.session.scalars(query.execution_options(populate_existing=True)).unique().all()
    items = [item for meeting in listed for item in meeting.agenda]
    load_lines(items)
    people = {one.id for meeting in listed for one in (meeting.chair, meeting.minute_taker) if one}
    people |= {one.person_id for item in items for one in item.presenters if one.person_id}
    people |= {one.person_id for item in items for one in item.actions if one.person_id}
    belong = select(Person).where(Person.id.in_(people)).options(selectinload(Person.affiliations))
    db.session.scalars(belong).all()


def _as_it_stands(meeting: Meeting) -> Source:
    at = now().replace(second=0, microsecond=0)
    said = snapshot.taken(meeting, how="", result="", at=at, by=None)
    said["approval"] = None
    moment = _("%(day)s, %(start)s", day=dates.day_long(at), start=dates.clock(at))
    state = meeting.minutes.state_label
    standing = _("Not approved: %(state)s. As of %(moment)s.", state=state, moment=moment)
    return Source(said, at, standing=standing)
