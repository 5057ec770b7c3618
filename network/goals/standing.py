"""What goals stand on: the decisions by which their plans were adopted, and the links that say so."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.extensions import db
from network.goals import policy
from network.goals.models import GoalPlan, PlanState
from network.loop.models import Link, LinkKind
from network.minutes.models import Decision


def stands_on(user: Any, decision: Decision) -> Any:
    """Why a decision stays: a goal was adopted or amended by it. Only whom it concerns reads which one."""
    plan = db.session.scalars(
        select(GoalPlan)
        .where(GoalPlan.decision_id == decision.id, GoalPlan.state == PlanState.ADOPTED)
        .order_by(GoalPlan.id)
        .options(joinedload(GoalPlan.parent))
    ).first()
    if plan is None:
        return None
    if not policy.may_see(user, plan.parent):
        return _l("A goal was adopted by this decision, so it stays.")
    return _l("The goal “%(goal)s” was adopted by this decision, so it stays.", goal=plan.parent.title)


def say_by_what(links: Sequence[Link]) -> set[int]:
    """Ids of those links that tell by which decision a plan was adopted: one statement if any can."""
    pairs = {
        link.id: (link.to_id, link.parent_id) if link.turned else (link.parent_id, link.to_id)
        for link in links
        if link.kind == LinkKind.ADOPTED_BY
    }
    if not pairs:
        return set()
    plans = select(GoalPlan.goal_id, GoalPlan.decision_id).where(
        GoalPlan.state == PlanState.ADOPTED, GoalPlan.decision_id.in_({pair[1] for pair in pairs.values()})
    )
    adopted = {(goal, decision) for goal, decision in db.session.execute(plans)}
    return {id for id, pair in pairs.items() if pair in adopted}


def keep() -> None:
    """Let these decisions and links stay as long as plans stand on them."""
    Decision.kept.append(stands_on)
    Link.kept.append(say_by_what)
