"""What is done to a goal until it is adopted: drafting and proposing. See also adopting.py, tending.py."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import Invalid, action, open_room, record, revoke
from network.directory.models import Organisation, Topic
from network.drafts import texts as drafts
from network.extensions import db
from network.goals import letters, plans, policy
from network.goals.models import PARTS, Goal, GoalPlan, GoalState, GoalText, Milestone
from network.groups.models import Group, GroupKind
from network.people.models import Person
from network.things import Thing, now

MOST_MILESTONES = 30
MOST_WEIGHT = 100


def with_group(thing: Thing) -> list[int]:
    """The room of the group, whose pages show a line of each goal."""
    goal = thing if isinstance(thing, Goal) else thing.parent  # type: ignore[attr-defined]  # a part of a goal
    return [goal.parent.room_id]


@action(policy.may_draft)
def draft_goal(actor: Person, group: Group, *, title: str) -> Goal:
    """Begin a goal: its title; everything else is filled in together."""
    goal = Goal(parent=group, room=open_room(), owns_room=True, created_by_id=actor.id, title=title)
    db.session.add(goal)
    record("drafted", goal, by=actor, also=[group.room])
    for part in PARTS:
        text = GoalText(parent=goal, goal_id=goal.id, room_id=goal.room_id, created_by_id=actor.id, part=part)
        text.text, text.revision = "", 0
        db.session.add(text)
        db.session.flush()
        drafts.begin(actor, text)
    return goal


@action(policy.may_change, rooms=with_group)
def change_goal(actor: Person, goal: Goal, **facts: Any) -> Goal:
    """Change the plan of a draft; facts are the fields of a plan, what is missing stays.

    Raises Invalid for what does not exist or cannot be. If nothing differs, nothing happens.
    """
    milestones = facts.pop("milestones", None)
    changed = put_fields(goal, facts)
    if milestones is not None:
        changed = put_milestones(actor, goal, milestones) or changed
    if changed:
        record("changed", goal, by=actor, also=[goal.parent.room])
    return goal


def put_fields(goal: Goal, facts: dict[str, Any]) -> bool:
    """Step of an action: set fields of a plan, lists of ids for organisations and topics.

    Returns whether anything differs.
    """
    check(goal, facts)
    changed = False
    for name, value in facts.items():
        if name == "organisations":
            chosen: Sequence[Any] = _rows(Organisation, value)
        elif name == "topics":
            chosen = _rows(Topic, value)
        else:
            changed = changed or getattr(goal, name) != value
            setattr(goal, name, value)
            continue
        if {one.id for one in chosen} != {one.id for one in getattr(goal, name)}:
            setattr(goal, name, chosen)
            changed = True
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

    Returns whether anything differs.
    """
    if len(wanted) > MOST_MILESTONES:
        raise Invalid(milestones=_l("Please use at most %(most)s milestones.", most=MOST_MILESTONES))
    there = {one.title.casefold(): one for one in milestones_of(goal)}
    changed = False
    for title, due_on in wanted:
        known = there.pop(title.casefold(), None)
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


@action(policy.may_write_text)
def write_text(actor: Person, text: GoalText, *, words: str, revision: int) -> GoalText:
    """Write a text of the goal without the editor, over the update that the writer has seen.

    Raises Stale if somebody has written in between; the same text again is no change and no conflict.
    """
    draft = drafts.begin(actor, text)
    if drafts.write_text(actor, draft, text=words, number=revision):
        record("written", text, by=actor)
    return text


@action(policy.may_change, rooms=with_group)
def remove_goal(actor: Person, goal: Goal) -> Goal:
    """Take a draft out of sight; `restore_goal` brings it back."""
    if goal.removed_at is None:
        goal.removed_at = now()
        record("removed", goal, by=actor, also=[goal.parent.room])
    return goal


@action(policy.may_change, rooms=with_group)
def restore_goal(actor: Person, goal: Goal) -> Goal:
    """Bring a draft back that was removed."""
    if goal.removed_at is not None:
        goal.removed_at = None
        record("restored", goal, by=actor, also=[goal.parent.room])
    return goal


# Proposing


def texts_of(goal: Goal) -> dict[str, GoalText]:
    """The texts of a goal, by their parts."""
    return {one.part: one for one in db.session.scalars(select(GoalText).where(GoalText.goal_id == goal.id))}


def present_plan(goal: Goal) -> plans.Content:
    """The whole plan as it stands now."""
    return plans.content_of(goal, texts_of(goal), milestones_of(goal))


@action(policy.may_change, rooms=with_group)
def propose_goal(actor: Person, goal: Goal) -> GoalPlan:
    """Put the goal forward as it stands: it is discussed, and the Office is asked for its consent."""
    for text in texts_of(goal).values():
        if text.draft is not None:
            drafts.close(text.draft)
    plan = GoalPlan(
        parent=goal,
        goal_id=goal.id,
        room_id=goal.room_id,
        created_by_id=actor.id,
        person_id=actor.id,
        is_first=True,
        changes=present_plan(goal),
        before={},
    )
    db.session.add(plan)
    goal.state = GoalState.PROPOSED
    record("proposed", plan, by=actor)
    record("proposed", goal, by=actor, also=[goal.parent.room])
    revoke(goal.room)  # nobody writes any more: pages ask anew what their readers may
    letters.ask_for_consent(plan)
    return plan


def reopen_draft(actor: Any, goal: Goal) -> None:
    """Step of an action: the goal is a draft again, and its texts are written on."""
    for text in texts_of(goal).values():
        if text.draft is not None:
            drafts.open_again(text.draft)
    goal.state = GoalState.DRAFT
    revoke(goal.room)


def is_direction(group: Group) -> bool:
    """Whether goals of this group are goals of the network."""
    return group.kind in (GroupKind.COORDINATION, GroupKind.PLENARY)
