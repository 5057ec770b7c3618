"""Steps of deeds on goals: what a plan says is looked at, compared and written into the goal."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import Invalid, record, revoke
from network.directory.models import Organisation, Topic
from network.drafts import texts as drafts
from network.extensions import db
from network.goals import plans
from network.goals.models import Goal, GoalState, GoalText, Milestone
from network.groups.models import Group, GroupKind
from network.people.models import Person
from network.things import Thing, now

MOST_MILESTONES = 30
MOST_WEIGHT = 100


def with_group(thing: Thing) -> list[int]:
    """The room of the group, whose pages show a line of each goal."""
    goal = thing if isinstance(thing, Goal) else thing.parent  # type: ignore[attr-defined]  # a part of a goal
    return [goal.parent.room_id]


def with_deciding(plan: Thing) -> list[int]:
    """The rooms of all groups by whose decisions a plan can be adopted: there decisions are removed.

    Which one it is comes with the deed, so those of the few that speak for all are held every time.
    """
    group = Group.__table__
    speaking = select(group.c.id).where(group.c.kind.in_((GroupKind.COORDINATION, GroupKind.PLENARY)))
    things = Thing.__table__
    found = db.session.scalars(select(things.c.room_id).where(things.c.id.in_(speaking)))
    return [*with_group(plan), *found]


def put_plan(actor: Any, goal: Goal, facts: dict[str, Any]) -> list[str]:
    """Step of an action: set fields of a plan, lists of ids for organisations and topics.

    Returns the names of those that differ.
    """
    fields = {name: value for name, value in facts.items() if name != "milestones"}
    check(goal, fields)
    changed = []
    for name, value in fields.items():
        if name == "organisations":
            chosen: Sequence[Any] = _rows(Organisation, value)
        elif name == "topics":
            chosen = _rows(Topic, value)
        else:
            if getattr(goal, name) != value:
                setattr(goal, name, value)
                changed.append(name)
            continue
        if {one.id for one in chosen} != {one.id for one in getattr(goal, name)}:
            setattr(goal, name, chosen)
            changed.append(name)
    if facts.get("milestones") is not None and put_milestones(actor, goal, facts["milestones"]):
        changed.append("milestones")
    return changed


def check(goal: Goal, facts: dict[str, Any]) -> None:
    """Raise Invalid for facts that fit no plan of this goal."""
    if len(set(facts.get("organisations") or ())) != len(_rows(Organisation, facts.get("organisations"))):
        raise Invalid(organisations=_l("Please choose from the entries."))
    if len(set(facts.get("topics") or ())) != len(_rows(Topic, facts.get("topics"))):
        raise Invalid(topics=_l("Please choose from the entries."))
    owner_id = facts.get("owner_id")
    if owner_id is not None and owner_id != goal.owner_id:
        owner = db.session.get(Person, owner_id)
        if (
            owner is None
            or not owner.is_active
            or not any(place.group_id == goal.parent_id and place.active for place in owner.memberships)
        ):
            raise Invalid(owner_id=_l("Please choose somebody from the group."))
    serves_id = facts.get("serves_id")
    if serves_id is not None and serves_id != goal.serves_id:
        served = db.session.get(Goal, serves_id)
        if goal.of_network or served is None or not served.of_network or served.state != GoalState.ADOPTED:
            raise Invalid(serves_id=_l("Please choose a goal of the network that is in force."))
    since = facts.get("baseline_on", goal.baseline_on)
    until = facts.get("target_on", goal.target_on)
    if since is not None and until is not None and until < since:
        raise Invalid(target_on=_l("Please choose a day after that of the first value."))


def _rows(model: Any, ids: Iterable[int] | None) -> Sequence[Any]:
    wanted = set(ids or ())
    return list(db.session.scalars(select(model).where(model.id.in_(wanted)))) if wanted else []


def milestones_of(goal: Goal) -> list[Milestone]:
    """The milestones of a goal, by their days."""
    found = db.session.scalars(
        select(Milestone).where(Milestone.parent_id == goal.id, Milestone.removed_at.is_(None))
    )
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on, one.id))


def put_milestones(actor: Any, goal: Goal, wanted: Sequence[tuple[str, Any]]) -> bool:
    """Step of an action: let these be the milestones; one that is called the same stays, as it was reached.

    So does one that is called otherwise now: if it has its day, or if one alone is gone and one is new.
    Returns whether anything differs.
    """
    if len(wanted) > MOST_MILESTONES:
        raise Invalid(milestones=_l("Please use at most %(most)s milestones.", most=MOST_MILESTONES))
    there = {one.title.casefold(): one for one in milestones_of(goal)}
    renamed = _renamed(there, wanted)
    changed = False
    for title, due_on in wanted:
        known = there.pop(renamed.get(title.casefold(), title.casefold()), None)
        if known is None:
            milestone = Milestone(
                parent=goal, room_id=goal.room_id, created_by_id=actor.id, title=title, due_on=due_on
            )
            db.session.add(milestone)
            record("planned", milestone, by=actor)
            changed = True
        elif (known.title, known.due_on) != (title, due_on):
            known.title, known.due_on = title, due_on
            record("changed", known, by=actor)
            changed = True
    for gone in there.values():
        gone.removed_at = now()
        record("removed", gone, by=actor)
        changed = True
    return changed


def _renamed(there: dict[str, Milestone], wanted: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """Milestones by the names that they have from now on: what each was called before."""
    names = {title.casefold(): due_on for title, due_on in wanted}
    gone = {name: one.due_on for name, one in there.items() if name not in names}
    new = {name: due_on for name, due_on in names.items() if name not in there}
    if len(gone) == len(new) == 1:
        return dict(zip(new, gone, strict=True))
    found: dict[str, str] = {}
    for name, due_on in new.items():
        same = [one for one, day in gone.items() if day is not None and day == due_on]
        if len(same) == 1:
            found[name] = same[0]
            del gone[same[0]]
    return found


def texts_of(goal: Goal) -> dict[str, GoalText]:
    """The texts of a goal, by their parts."""
    return {one.part: one for one in db.session.scalars(select(GoalText).where(GoalText.goal_id == goal.id))}


def present_plan(goal: Goal) -> plans.Content:
    """The whole plan as it stands now."""
    return plans.content_of(goal, texts_of(goal), milestones_of(goal))


def reopen_draft(actor: Any, goal: Goal) -> None:
    """Step of an action: the goal is a draft again, and its texts are written on."""
    for text in texts_of(goal).values():
        if text.draft is not None:
            drafts.open_again(text.draft)
    goal.state = GoalState.DRAFT
    revoke(goal.room)
