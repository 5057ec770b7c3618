"""The addresses under which goals are: one blueprint, and what its several files of pages share."""

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import joinedload

from network.goals.models import Goal
from network.groups.models import Group

blueprint = Blueprint("goals", __name__)


def whole_goal() -> list[Any]:
    """Loader options for a goal with all that its page says of itself, in its own statement."""
    return [
        joinedload(Goal.parent).joinedload(Group.topics),
        joinedload(Goal.owner),
        joinedload(Goal.health_by),
        joinedload(Goal.topics),
        joinedload(Goal.organisations),
    ]


def again(form: Any, template: str, **context: Any) -> Any:
    """The page of a form, with what is wrong in it."""
    page = render_template(template, form=form, **context)
    return page, 422 if form.is_submitted() else 200
