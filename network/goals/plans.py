"""What a plan of a goal says, as it is frozen, and how two of them differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.directory.models import Organisation, Topic
from network.extensions import db
from network.goals.models import PARTS, Goal, GoalText, Milestone
from network.people.models import Person

# The fields of a plan in the order in which they are read.
FIELDS: dict[str, Any] = {
    "title": _l("Title"),
    "statement": PARTS["statement"],
    "reasons": PARTS["reasons"],
    "indicator": _l("By what do we see it?"),
    "unit": _l("Unit"),
    "baseline": _l("Value at the beginning"),
    "baseline_on": _l("Day of this value"),
    "target": _l("Value to be reached"),
    "target_on": _l("By when?"),
    "source": _l("Where do the numbers come from?"),
    "owner_id": _l("Who looks after it?"),
    "organisations": _l("Who contributes?"),
    "topics": _l("Topics"),
    "review_months": _l("Months between two reviews"),
    "serves_id": _l("Which goal of the network does it serve?"),
    "weight": _l("How much does it count there?"),
    "milestones": _l("Milestones"),
}
PLAIN = ("title", "indicator", "unit", "source", "owner_id", "review_months", "serves_id", "weight")
NUMBERS = ("baseline", "target")
DAYS = ("baseline_on", "target_on")

Content = dict[str, Any]


def written(value: Any) -> Any:
    """A value as JSON keeps it: numbers and days as text, exactly."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else value


def content_of(goal: Goal, texts: Mapping[str, GoalText], milestones: list[Milestone]) -> Content:
    """The whole plan as it stands now."""
    found: Content = {name: written(getattr(goal, name)) for name in (*PLAIN, *NUMBERS, *DAYS)}
    found |= {part: texts[part].text if part in texts else "" for part in PARTS}
    found["organisations"] = sorted(one.id for one in goal.organisations)
    found["topics"] = sorted(topic.id for topic in goal.topics)
    found["milestones"] = [
        {"title": one.title, "due_on": written(one.due_on)}
        for one in sorted(milestones, key=lambda one: (one.due_on or date.max, one.id))
    ]
    return {name: found[name] for name in FIELDS}


def differing(before: Content, after: Content) -> Content:
    """The fields of the second that are not as in the first."""
    return {name: after[name] for name in FIELDS if name in after and after[name] != before.get(name)}


def value_of(name: str, kept: Any) -> Any:
    """A field's value as its column takes it."""
    if kept in (None, ""):
        return None if name in (*NUMBERS, *DAYS, "owner_id", "serves_id") else ""
    if name in NUMBERS:
        return Decimal(kept)
    return date.fromisoformat(kept) if name in DAYS else kept


@dataclass(frozen=True)
class Names:
    """What the ids in plans are called, for all plans of a page: three statements at most, less if empty."""

    people: dict[int, str]
    organisations: dict[int, str]
    topics: dict[int, str]
    goals: dict[int, str]


def names_in(*contents: Content) -> Names:
    """The names of all that these contents point to."""

    def ids(*fields: str) -> set[int]:
        found: set[int] = set()
        for content in contents:
            for name in fields:
                value = content.get(name)
                found |= {one for one in (value if isinstance(value, list) else [value]) if one is not None}
        return found

    people, organisations = ids("owner_id"), ids("organisations")
    topics, goals = ids("topics"), ids("serves_id")
    return Names(
        people=_named(select(Person).where(Person.id.in_(people)), people),
        organisations=_named(select(Organisation).where(Organisation.id.in_(organisations)), organisations),
        topics=_named(select(Topic).where(Topic.id.in_(topics)), topics),
        goals=_named(select(Goal).where(Goal.id.in_(goals)), goals),
    )


def _named(query: Any, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    return {one.id: one.title if isinstance(one, Goal) else one.name for one in db.session.scalars(query)}


@dataclass(frozen=True)
class Difference:
    """A field that a plan sets otherwise: as it stands in the plan in force, and as it would be."""

    name: str
    label: Any
    before: Any
    after: Any
    moved_on: bool  # the plan in force has changed here since this one was proposed


def differences(changes: Content, before: Content, present: Content) -> list[Difference]:
    """What a plan would change in the present one, field by field."""
    return [
        Difference(
            name=name,
            label=label,
            before=present.get(name),
            after=changes[name],
            moved_on=name in before and before[name] != present.get(name),
        )
        for name, label in FIELDS.items()
        if name in changes
    ]
