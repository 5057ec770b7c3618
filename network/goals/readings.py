"""The reports of a goal, and what of them the goal itself keeps for lists."""

from sqlalchemy import select

from network.extensions import db
from network.goals import measures
from network.goals.models import Goal, ProgressReport, readings_of


def read_anew(goal: Goal) -> None:
    """Step of an action: let the goal keep the newest value that counts, and the one before."""
    db.session.flush()
    reports = db.session.scalars(select(ProgressReport).where(ProgressReport.goal_id == goal.id)).all()
    numbers = readings_of(reports) if goal.measured else []  # what is given up says nothing any more
    found = measures.counted(numbers, goal.baseline_on)
    last, before = (found[-1] if found else None), (found[-2] if len(found) > 1 else None)
    told = [
        one.on for one in reports if one.withdrawn_at is None and (one.value is None or not goal.measured)
    ]
    goal.last_value = last.value if last else None  # type: ignore[assignment]  # reports hold decimals
    goal.last_on = last.on if last else max(told, default=None)
    goal.value_before = before.value if before else None  # type: ignore[assignment]  # as above
