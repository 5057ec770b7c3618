"""Goals for tests, made by the actions."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from network.dates import today
from network.extensions import db
from network.goals import actions, adopting
from network.goals.models import Goal, GoalPlan
from network.groups.models import Group
from network.people.models import Person
from tests.world import World

TITLE = "80 reading sponsors"


def drafted(actor: Person, group: Group, title: str = TITLE, **facts: Any) -> Goal:
    """A draft that can be measured: from 20 to 80 within a hundred days, half of them past."""
    goal: Goal = actions.draft_goal(actor, group, title=title)
    plan = {
        "indicator": "Sponsors who come every two weeks",
        "unit": "sponsors",
        "baseline": Decimal(20),
        "baseline_on": today() - timedelta(days=50),
        "target": Decimal(80),
        "target_on": today() + timedelta(days=50),
        "source": "The schools' lists",
        "milestones": [("Ten schools asked", today() + timedelta(days=10))],
        **facts,
    }
    changed: Goal = actions.change_goal(actor, goal, **plan)
    return changed


def proposed(actor: Person, group: Group, title: str = TITLE, **facts: Any) -> GoalPlan:
    """The plan of a goal that waits for the Office's consent."""
    plan: GoalPlan = actions.propose_goal(actor, drafted(actor, group, title, **facts))
    return plan


def adopted(world: World, group: Group | None = None, title: str = TITLE, **facts: Any) -> Goal:
    """A goal in force, of Language unless said otherwise; the Office can do all of it."""
    group = group or world.language
    plan = proposed(world.olaf, group, title, **facts)
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.olaf, plan, procedure="By e-mail, nobody against.")
    goal: Goal = db.session.get(Goal, plan.goal_id)  # type: ignore[assignment]  # it is there
    return goal
