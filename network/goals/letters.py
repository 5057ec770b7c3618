"""The letters of goals: each a step of an action."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.extensions import db
from network.goals.models import Consent, Goal, GoalPlan
from network.groups.models import Place
from network.people.letters import KINDS, write_if_wanted
from network.people.models import Person, PersonState, Role

KINDS.setdefault("goals", _l("Goals: proposals to consent to, and reviews that are due"))


def ask_for_consent(plan: GoalPlan) -> None:
    """The Office is asked for its consent."""
    people = db.session.scalars(
        select(Person).where(Person.role == Role.OFFICE, Person.state == PersonState.ADMITTED)
    )
    for person in people:
        if person.id != plan.person_id:
            _write(person, "goal_proposed", _l("Please look at the goal “%(title)s”", title=plan.label), plan)


def tell_of_consent(plan: GoalPlan, actor: Any) -> None:
    """Whoever put it forward and those who lead the group read what the Office says."""
    subject = (
        _l("Please rework the goal “%(title)s”", title=plan.label)
        if plan.consent == Consent.REWORK
        else _l("The Coordination Office consents to the goal “%(title)s”", title=plan.label)
    )
    people = {person.id: person for person in [plan.person, *leads_of(plan.parent)]}
    for person in people.values():
        if person.id != actor.id:
            _write(person, "goal_consent", subject, plan)


def _write(person: Person, template: str, subject: Any, plan: GoalPlan) -> None:
    write_if_wanted(person, "goals", template, subject, about=plan, plan=plan, goal=plan.parent)


def remind_of_review(goal: Goal, today: date) -> None:
    """Its owner, or those who lead the group where it has none, are reminded of the review."""
    people = [goal.owner] if goal.owner is not None and goal.owner.is_active else leads_of(goal)
    for person in people:
        write_if_wanted(
            person,
            "goals",
            "goal_review",
            _l("The goal “%(title)s” is due for review", title=goal.title),
            about=goal,
            goal=goal,
            today=today,
        )


def leads_of(goal: Goal) -> list[Person]:
    """Those who lead the group of a goal."""
    return [
        place.person
        for place in goal.parent.memberships
        if place.active and place.role == Place.LEAD and place.person.is_active
    ]
