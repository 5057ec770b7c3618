"""Pieces that several pages show: the next meetings of groups, open actions, tabs."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.extensions import db
from network.groups.models import Group
from network.groups.policy import may_read
from network.meetings.lists import coming, known, meetings_seen_by
from network.meetings.models import Meeting
from network.minutes.registers import open_actions_of


def next_meetings(user: Any, groups: list[Group]) -> dict[int, dict[str, Any]]:
    """For the cards of groups: the meeting that is on or comes next, as far as the user may see it."""
    query = meetings_seen_by(user).where(
        Meeting.parent_id.in_([group.id for group in groups]), coming(), known()
    )
    found: dict[int, dict[str, Any]] = {}
    for meeting in db.session.scalars(query.order_by(Meeting.starts_at.desc(), Meeting.id.desc())):
        found[meeting.parent_id] = {"next_meeting": meeting}
    return found


def of_group(user: Any, group: Group) -> dict[str, Any]:
    """For a group's page: to readers its open actions, to visitors its public meetings."""
    if may_read(user, group):
        return {"open_actions": open_actions_of(group)}
    query = meetings_seen_by(user).where(Meeting.parent_id == group.id, coming(), known())
    return {"public_meetings": list(db.session.scalars(query.order_by(Meeting.starts_at, Meeting.id)))}


Group.card_parts.append(next_meetings)
Group.page_parts.append(of_group)
Group.tabs.append((30, _l("Minutes"), "minutes.of_group"))
