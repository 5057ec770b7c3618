"""What the clock does for registers: reminders of actions, in the morning."""

from sqlalchemy import or_, select

from network import dates
from network.changes import CLOCK, Refused
from network.extensions import db
from network.jobs import daily
from network.minutes.models import Action, ActionState
from network.registers.actions import AHEAD, LATEST, remind


@daily(hour=7)
def remind_of_actions() -> None:
    """Remind those who have something to do, a week before its day and on it."""
    today = dates.today()
    due = select(Action.id).where(
        Action.state == ActionState.OPEN,
        Action.removed_at.is_(None),
        or_(Action.person_id.is_not(None), Action.organisation_id.is_not(None)),
        Action.due_on.between(today - LATEST, today + AHEAD),
        or_(
            Action.reminded_ahead_of.is_distinct_from(Action.due_on),
            Action.reminded_on.is_distinct_from(Action.due_on),
        ),
    )
    for id in db.session.scalars(due.order_by(Action.id)).all():
        found = db.session.get(Action, id, options=Action.look(), populate_existing=True)
        if found is not None:
            try:
                remind(CLOCK, found)
            except Refused:  # ticked off since it was found, or its group is archived
                continue
