"""What groups' pages show of features between them and here: open actions, public meetings, minutes."""

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


def add_to_groups() -> None:
    """Show all of this on the pages of groups."""
    add_list(
        "open_actions",
        Action,
        open_actions,
        keep=lambda action: action.state == ActionState.OPEN and action.removed_at is None,
        order=most_urgent_first,
    )
    Group.page_parts.append(of_group)
    Group.tabs.append((30, _l("Minutes"), "minutes.of_group"))
