"""What is done to a goal until it is adopted: drafting and proposing. See also adopting.py, tending.py."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import Stale, action, open_room, record, revoke
from network.discussions import policy as discussions
from network.discussions.models import Message
from network.drafts import texts as drafts
from network.extensions import db
from network.goals import letters, plans, policy
from network.goals.models import PARTS, Goal, GoalPlan, GoalState, GoalText
from network.goals.writing import present_plan, put_plan, texts_of, with_group
from network.groups.models import Group
from network.loop.models import LinkKind
from network.loop.tying import tie
from network.people.models import Person
from network.things import Thing, now


@action(policy.may_draft)
def draft_goal(actor: Person, group: Group, *, title: str, origin_id: int | None = None) -> Goal:
    """Begin a goal: its title; everything else is filled in together.

    It is linked with what it was made from, if that is named and the actor sees it: it serves a need that
    was observed, and follows from a message, whose words are the first of its reasons.
    """
    origin = db.session.get(Thing, origin_id) if origin_id is not None else None
    if origin is not None and (origin.removed_at is not None or not type(origin).rules["see"](actor, origin)):
        origin = None
    said = origin.text if isinstance(origin, Message) and discussions.may_see_text(actor, origin) else ""
    goal = Goal(parent=group, room_id=open_room().id, owns_room=True, created_by_id=actor.id, title=title)
    db.session.add(goal)
    record("drafted", goal, by=actor, also=[group.room])
    for part in PARTS:
        text = GoalText(parent=goal, goal_id=goal.id, room_id=goal.room_id, created_by_id=actor.id, part=part)
        text.text, text.revision = "", 0
        db.session.add(text)
        db.session.flush()
        drafts.begin(actor, text, [(1, said, actor.id, now())] if said and part == "reasons" else ())
    if origin is not None:
        goal.topics = list(getattr(origin, "topics", ()))  # what it is for says more than its group
        kind = LinkKind.FOLLOWS_FROM if isinstance(origin, Message) else LinkKind.SERVES
        tie(actor, goal, origin, kind)
    return goal


@action(policy.may_change, rooms=with_group)
def change_goal(actor: Person, goal: Goal, *, seen: plans.Content | None = None, **facts: Any) -> Goal:
    """Change the plan of a draft; facts are the fields of a plan, what is missing stays.

    With the plan that the writer has `seen`, what others have changed since stays, and a field that both have
    changed raises Stale. Raises Invalid for what does not exist or cannot be. If nothing differs, nothing
    happens.
    """
    if seen is not None:
        both = plans.combined(seen, plans.content_from(facts), present_plan(goal))
        if both.conflicts:
            raise Stale(
                _l(
                    "Somebody else has changed the plan meanwhile. Nothing of yours is saved yet, and nothing"
                    " is lost: compare, and save again."
                )
            )
        facts = plans.values_of(both.content)
    changed = put_plan(actor, goal, facts)
    if changed:
        record("changed", goal, by=actor, also=[goal.parent.room], fields=changed)
    return goal


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
    goal.removed_at = now()
    record("removed", goal, by=actor, also=[goal.parent.room])
    return goal


@action(policy.may_restore, rooms=with_group)
def restore_goal(actor: Person, goal: Goal) -> Goal:
    """Bring a draft back that was removed."""
    if goal.removed_at is not None:
        goal.removed_at = None
        record("restored", goal, by=actor, also=[goal.parent.room])
    return goal


# Proposing


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
