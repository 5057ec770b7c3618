"""What is erased of goals: copies of an erased text in plans, and what an erased person told of them."""

from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update

from network.drafts import erasing
from network.extensions import db
from network.goals.models import Goal, GoalPlan, GoalText, PlanState, ProgressReport, ReportCorrection
from network.people import erasers
from network.people.models import Person
from network.things import Thing


def clear(actor: Any, text: Thing) -> None:
    """Step of an erasure: no plan of the goal says anything else of this text than it says from now on.

    An amendment that still waits does not touch the text any more.
    """
    if not isinstance(text, GoalText):
        return
    for plan in db.session.scalars(select(GoalPlan).where(GoalPlan.goal_id == text.goal_id)):
        waits = plan.state == PlanState.PROPOSED and not plan.is_first
        for name in ("changes", "before", "content"):
            kept = getattr(plan, name)
            if not kept or kept.get(text.part) in (None, text.text):
                continue
            others = {field: value for field, value in kept.items() if field != text.part}
            setattr(plan, name, others if waits else {**kept, text.part: _left(plan, text)})


def _left(plan: GoalPlan, text: GoalText) -> str:
    """A first plan that waits says what the goal says; in what was settled a mark stands in its place.

    The mark is in the first language of the network, as all that the program itself puts on record.
    """
    if plan.state == PlanState.PROPOSED:
        return text.text
    with force_locale(current_app.config["LANGUAGES"][0]):
        return _("Its words were erased.")


def erase_words(person: Person) -> None:
    """Step: notes to reports go; their values stay, as do the decisions and reviews of the group."""
    reports, corrections, goals = (
        model.__table__
        for model in (ProgressReport, ReportCorrection, Goal)  # type: ignore[attr-defined]  # own tables
    )
    theirs = select(reports.c.id).where(reports.c.person_id == person.id)
    for rows, are_theirs, words in (
        (corrections, corrections.c.report_id.in_(theirs), "note"),
        (corrections, corrections.c.by_id == person.id, "reason"),
        (reports, reports.c.person_id == person.id, "note"),
        (goals, goals.c.health_by_id == person.id, "health_reason"),
    ):
        db.session.execute(update(rows).where(are_theirs).values({words: ""}))


erasing.erased.append(clear)
erasers.add(erase_words)
