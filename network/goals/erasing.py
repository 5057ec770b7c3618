"""Words of a goal that are erased for good: plans hold copies of its texts, and must not keep them."""

from typing import Any

from sqlalchemy import select

from network.drafts import erasing
from network.extensions import db
from network.goals.models import GoalPlan, GoalText, PlanState
from network.things import Thing


def clear(actor: Any, text: Thing) -> None:
    """Step of an erasure: no plan of the goal says anything else of this text than it says from now on.

    An amendment that still waits does not touch the text any more.
    """
    if not isinstance(text, GoalText):
        return
    for plan in db.session.scalars(select(GoalPlan).where(GoalPlan.goal_id == text.goal_id)):
        waits = plan.state == PlanState.PROPOSED and not plan.is_first
        for name in ("changes", "before", "content"):
            kept = getattr(plan, name)
            if not kept or kept.get(text.part) in (None, text.text):
                continue
            others = {field: value for field, value in kept.items() if field != text.part}
            setattr(plan, name, others if waits else {**kept, text.part: _left(plan, text)})


def _left(plan: GoalPlan, text: GoalText) -> str:
    """A first plan that waits says what the goal says; what was settled says nothing in its place."""
    return text.text if plan.state == PlanState.PROPOSED else ""


erasing.erased.append(clear)
