"""Pieces that several pages show: the next meetings of groups, open actions, tabs."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from network.extensions import db
from network.groups.models import Group
from network.groups.parts import add_list
from network.groups.policy import may_read
from network.meetings.lists import coming, known, meetings_seen_by
from network.meetings.models import Meeting
from network.minutes.models import Action, ActionState


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
    """For a group's page: to visitors its public meetings."""
    if may_read(user, group):
        return {}
    query = meetings_seen_by(user).where(Meeting.parent_id == group.id, coming(), known())
    return {"public_meetings": list(db.session.scalars(query.order_by(Meeting.starts_at, Meeting.id)))}


def open_actions(user: Any, group: Group) -> Select[int] | None:
    """For a group's page: what is still to be done."""
    if not may_read(user, group):
        return None
    return select(Action.id).where(
        Action.group_id == group.id, Action.state == ActionState.OPEN, Action.removed_at.is_(None)
    )


def most_urgent_first(action: Action) -> tuple[Any, ...]:
    """By the day when it is due; those without one last."""
    return (action.due_on is None, action.due_on, action.id)


add_list("open_actions", Action, open_actions, order=most_urgent_first)
Group.card_parts.append(next_meetings)
Group.page_parts.append(of_group)
Group.tabs.append((30, _l("Minutes"), "minutes.of_group"))
