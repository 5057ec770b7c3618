"""What a plan of a goal says, as it is frozen, and how two of them differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
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
IDS = ("organisations", "topics")  # fields that hold a set of ids

Content = dict[str, Any]


def written(value: Any) -> Any:
    """A value as JSON keeps it: numbers and days as text, exactly."""
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")  # with 0, since -0 is none
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


def content_from(facts: Mapping[str, Any]) -> Content:
    """Fields of a plan as JSON keeps them, from the values that a form or an action takes."""
    found: Content = {name: written(value) for name, value in facts.items() if name in FIELDS}
    for name in IDS:
        if name in found:
            found[name] = sorted(set(found[name] or ()))
    if "milestones" in found:
        found["milestones"] = [
            {"title": title, "due_on": written(day)}
            for title, day in sorted(found["milestones"] or (), key=lambda one: one[1] or date.max)
        ]
    return found


def values_of(content: Content) -> dict[str, Any]:
    """The other way round: fields of a plan as actions take them."""
    found = {name: value_of(name, value) for name, value in content.items()}
    if "milestones" in content:
        found["milestones"] = [
            (one["title"], value_of("target_on", one["due_on"])) for one in content["milestones"]
        ]
    return found | {name: content[name] for name in IDS if name in content}


def seen(content: Content) -> Content:
    """A plan as a form remembers it while somebody types: of the long texts only a digest."""
    return content | {part: _digest(content[part]) for part in PARTS if part in content}


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Combined:
    """What several people want together, and the fields that they set to different things."""

    content: Content  # where they differ, what the later one wants
    conflicts: list[str]


def combined(base: Content, wanted: Content, present: Content) -> Combined:
    """What somebody wants who has seen `base`, with what others have changed since, as in `present`.

    Lists are sets of single entries: each that somebody added, changed or took out counts by itself, so that
    two who add a milestone each have both. `base` may be as `seen` keeps it.
    """
    content: Content = {}
    conflicts = []
    for name in FIELDS:
        if name not in wanted:
            continue
        mine, there = wanted[name], present.get(name)
        if name not in base:
            content[name] = mine
        elif name in IDS:
            before = set(base[name])
            content[name] = sorted((set(there or ()) | (set(mine) - before)) - (before - set(mine)))
        elif name == "milestones":
            content[name], clash = _combined_milestones(base[name], mine, there or [])
            if clash:
                conflicts.append(name)
        else:
            before = base[name]
            kept = before in (mine, _digest(mine)) if name in PARTS else before == mine
            moved = before not in (there, _digest(there or "")) if name in PARTS else before != there
            content[name] = there if kept else mine
            if not kept and moved and mine != there:
                conflicts.append(name)
    return Combined(content, conflicts)


def _combined_milestones(
    base: list[Content], wanted: list[Content], present: list[Content]
) -> tuple[list[Content], bool]:
    """Milestones are told apart by what they are called."""
    before, mine, there = (
        {one["title"].casefold(): one for one in listed} for listed in (base, wanted, present)
    )
    found, clash = [], False
    for name in dict.fromkeys([*there, *mine]):
        kept = mine.get(name) == before.get(name)
        one = there.get(name) if kept else mine.get(name)
        clash = clash or (not kept and there.get(name) not in (before.get(name), mine.get(name)))
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda one: one["due_on"] or "9999"), clash


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
    after = combined(before, changes, present).content
    return [
        Difference(
            name=name,
            label=label,
            before=present.get(name),
            after=after[name],
            moved_on=name in before and before[name] != present.get(name),
        )
        for name, label in FIELDS.items()
        if name in changes
    ]
