"""The addresses under which groups are: one blueprint, and what its several files of pages share."""

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import joinedload

from network.groups.forms import PeopleForm
from network.groups.models import Group, Membership
from network.people.models import Affiliation, Person

blueprint = Blueprint("groups", __name__)


def with_people() -> list[Any]:
    """Loader options for a group with its topics and the people in it, all in its own statement."""
    person = joinedload(Group.memberships).joinedload(Membership.person)
    return [
        joinedload(Group.topics),
        person.joinedload(Person.affiliations).joinedload(Affiliation.organisation),
    ]


def is_looking(form: PeopleForm) -> bool:
    """Whether the button of the search for people was pressed, so that nothing is to be done yet."""
    return "find" in request.form and bool(form.look_for.data)


def again(form: Any, template: str, **context: Any) -> Any:
    """The page of a form, with what is wrong in it."""
    page = render_template(template, form=form, **context)
    return page, 422 if form.is_submitted() else 200
