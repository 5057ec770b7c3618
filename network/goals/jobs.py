"""What the clock does for goals: reminders of reviews, in the morning."""

from sqlalchemy import select

from network import dates
from network.changes import CLOCK, Refused
from network.extensions import db
from network.goals.models import Goal, GoalState
from network.goals.tending import AHEAD, remind
from network.jobs import daily


@daily(hour=7)
def remind_of_reviews() -> None:
    """Remind those who look after a goal that it is due for review, once for each review."""
    due = select(Goal.id).where(
        Goal.state == GoalState.ADOPTED,
        Goal.removed_at.is_(None),
        Goal.review_on <= dates.today() + AHEAD,
        Goal.reminded_of.is_distinct_from(Goal.review_on),
    )
    for id in db.session.scalars(due.order_by(Goal.id)).all():
        found = db.session.get(Goal, id, options=Goal.look(), populate_existing=True)
        if found is not None:
            try:
                remind(CLOCK, found)
            except Refused:  # ended since it was found, or its group is archived
                continue
