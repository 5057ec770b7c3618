"""What goals know of a person: what they look after and reported, for their data and for when they leave."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network.changes import CLOCK
from network.extensions import db
from network.goals import tending
from network.goals.models import ENDED, Goal, ProgressReport
from network.goals.plans import written
from network.people import departures, export
from network.people.models import Person


def own_goals(person: Person) -> list[dict[str, Any]]:
    """For the person's data: the goals that they look after."""
    found = db.session.scalars(
        select(Goal)
        .where(Goal.owner_id == person.id, Goal.removed_at.is_(None))
        .order_by(Goal.id)
        .options(joinedload(Goal.parent))
    )
    return [
        {"group": goal.parent.name, "title": goal.title, "state": str(goal.state_label)} for goal in found
    ]


def own_reports(person: Person) -> list[dict[str, Any]]:
    """For the person's data: what they reported."""
    found = db.session.scalars(
        select(ProgressReport)
        .where(ProgressReport.person_id == person.id)
        .order_by(ProgressReport.id)
        .options(joinedload(ProgressReport.parent))
    )
    return [
        {"title": report.parent.title, "on": report.on, "value": written(report.value), "note": report.note}
        for report in found
    ]


def hand_back(person: Person) -> None:
    """Whoever has left looks after no goal any more; what has ended stays as it was."""
    ids = db.session.scalars(
        select(Goal.id).where(Goal.owner_id == person.id, Goal.state.not_in(ENDED))
    ).all()
    for id in ids:
        tending.vacate(CLOCK, db.session.get(Goal, id))


def tell_people() -> None:
    """Add all of this to what people's data and leaving hold."""
    departures.add(hand_back)
    export.add(
        "goals",
        own_goals,
        _l("Goals that I look after"),
        {"group": _l("Group"), "title": _l("Goal"), "state": _l("State")},
    )
    export.add(
        "progress_reports",
        own_reports,
        _l("What I reported on goals"),
        {
            "title": _l("Goal"),
            "on": _l("Day"),
            "value": _l("Value"),
            "note": _l("What is behind it?"),
        },
    )
