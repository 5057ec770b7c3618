"""A goal that ended by mistake is in force again."""

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from network import dates
from network.changes import action, record
from network.extensions import db
from network.goals import policy
from network.goals.models import Goal, GoalReview, GoalState
from network.goals.writing import with_group
from network.people.models import Person


@action(policy.may_reopen, rooms=with_group)
def reopen(actor: Person, goal: Goal, *, reason: str) -> Goal:
    """It has not ended after all: it goes on as it was adopted. What was given as evidence stays linked.

    The next review is due as if nothing had been said of an end, though not before today.
    """
    goal.state, goal.ended_at, goal.ended_reason = GoalState.ADOPTED, None, reason
    goal.superseded_by_id = None
    today = dates.today()
    last = db.session.scalar(select(func.max(GoalReview.on)).where(GoalReview.goal_id == goal.id))
    goal.review_on = max(today, (last or goal.adopted_on or today) + relativedelta(months=goal.review_months))
    record("reopened", goal, by=actor, also=[goal.parent.room])
    return goal
