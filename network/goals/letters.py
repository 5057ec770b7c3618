"""The letters of goals: each a step of an action."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from network.changes import Change
from network.drafts.models import Draft, DraftAuthor
from network.extensions import db
from network.goals import policy
from network.goals.models import Consent, Goal, GoalPlan, GoalText
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
            subject = (
                _l("Please look at the goal “%(title)s”", title=plan.label)
                if plan.is_first
                else _l("Please look at an amendment of the goal “%(title)s”", title=plan.label)
            )
            _write(person, "goal_proposed", subject, plan)


def tell_of_consent(plan: GoalPlan, actor: Any) -> None:
    """Whoever put it forward and those who lead the group read what the Office says; what is to be reworked
    also all who drafted it together.
    """
    title = plan.label
    if plan.consent == Consent.REWORK:
        subject = (
            _l("Please rework the goal “%(title)s”", title=title)
            if plan.is_first
            else _l("Please rework the amendment of the goal “%(title)s”", title=title)
        )
    elif plan.is_first:
        subject = _l("The Coordination Office consents to the goal “%(title)s”", title=title)
    else:
        subject = _l("The Coordination Office consents to the amendment of the goal “%(title)s”", title=title)
    people = {person.id: person for person in [plan.person, *leads_of(plan.parent)]}
    if plan.consent == Consent.REWORK:
        people |= {person.id: person for person in writers_of(plan.parent)}
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


def writers_of(goal: Goal) -> list[Person]:
    """Those who filled in the plan or wrote its texts and still may."""
    texts = select(GoalText.id).where(GoalText.goal_id == goal.id)
    filled_in = select(Change.actor_id).where(Change.room_id == goal.room_id, Change.thing_id == goal.id)
    wrote = (
        select(DraftAuthor.person_id)
        .join(Draft, Draft.id == DraftAuthor.draft_id)
        .where(Draft.owner_id.in_(texts))
    )
    wrote_plainly = select(Change.actor_id).where(
        Change.room_id == goal.room_id, Change.thing_id.in_(texts), Change.verb == "written"
    )
    found = db.session.scalars(
        select(Person).where(
            or_(
                Person.id.in_(filled_in.where(Change.verb.in_(("drafted", "changed", "proposed")))),
                Person.id.in_(wrote),
                Person.id.in_(wrote_plainly),
            )
        )
    )
    return [person for person in found if person.is_active and policy.may_draft(person, goal.parent)]
