"""What pages of groups show of goals, what search finds of them, and what stays for their sake."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from network import search
from network.extensions import db
from network.goals import standing
from network.goals.lists import in_order, public_goals
from network.goals.models import Goal, GoalState, GoalText
from network.groups.models import Group
from network.groups.parts import add_list
from network.groups.policy import may_read

search.index(
    Goal,
    _l("Goals"),
    title=lambda goal: goal.title,
    text=lambda goal: f"{goal.indicator}\n\n{goal.source}",
    icon="target-arrow",
)
search.index(
    GoalText,
    _l("Texts of goals"),
    title=lambda text: "",
    text=lambda text: text.text,
    icon="target-arrow",
)

standing.keep()

ON_PAGE = (GoalState.PROPOSED, GoalState.ADOPTED, GoalState.ACHIEVED)


def goals(user: Any, group: Group) -> Select[int] | None:
    """For a group's page: what is proposed, in force or achieved."""
    if not may_read(user, group):
        return None
    return select(Goal.id).where(
        Goal.parent_id == group.id, Goal.state.in_(ON_PAGE), Goal.removed_at.is_(None)
    )


def of_group(user: Any, group: Group) -> dict[str, Any]:
    """For a group's page: to those who do not read it what it shows to the public."""
    if may_read(user, group):
        return {}
    return {"public_goals": in_order(db.session.scalars(public_goals().where(Goal.parent_id == group.id)))}


def add_to_groups() -> None:
    """Show all of this on the pages of groups."""
    order = {state: place for place, state in enumerate((GoalState.ADOPTED, GoalState.PROPOSED))}
    add_list(
        "goals",
        Goal,
        goals,
        keep=lambda goal: goal.state in ON_PAGE and goal.removed_at is None,
        order=lambda goal: (
            order.get(GoalState(goal.state), 9),
            goal.target_on is None,
            goal.target_on,
            goal.id,
        ),
    )
    Group.page_parts.append(of_group)
    Group.tabs.append((35, _l("Goals"), "goals.of_group"))
