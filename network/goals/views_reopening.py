"""The page on which the end of a goal is taken back."""

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import joinedload

from network.doors import often, with_reason
from network.goals import policy, reopening
from network.goals.blueprint import blueprint
from network.goals.forms import ReopenForm
from network.goals.models import Goal, GoalState
from network.things import find


@blueprint.route("/goals/<id>/reopen", methods=["GET", "POST"])
@login_required
@often
def reopen(id: str) -> Any:
    """The goal has not ended after all; sent twice it leads to where it goes on."""
    goal = find(Goal, id, policy.may_read, options=[joinedload(Goal.parent)])
    form, to = ReopenForm(), url_for(".show", id=goal.id)
    if form.is_submitted() and (goal.state, goal.ended_reason) == (GoalState.ADOPTED, form.reason.data):
        return redirect(to, 303)
    return with_reason(
        reopening.reopen,
        goal,
        form,
        done=_("The goal goes on."),
        to=to,
        template="goals/reopen.html",
        goal=goal,
        group=goal.parent,
    )
