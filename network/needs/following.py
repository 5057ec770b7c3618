"""How needs follow the goals that serve them: one is taken up as soon as such a goal is in force.

A draft or a proposal does not count yet: it may come to nothing, and then the need would look as if somebody
cared for it. When no goal in force or achieved serves it any more, it waits again. Goals and links tell of it
by what is recorded; the need follows in an action of its own after that, since its room is not held then.
"""

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from network import changes
from network.changes import CLOCK, Refused, action, record
from network.extensions import db
from network.goals.models import Goal, GoalState
from network.loop.models import Link, LinkKind
from network.needs import letters, policy
from network.needs.models import OPEN, Need, NeedState
from network.people.models import OfficeDesk
from network.things import Thing

SERVING = (GoalState.ADOPTED, GoalState.ACHIEVED)


def goals_of(need_id: Any) -> Select[int]:
    """Ids of the goals that a need is linked with as served by them, from whichever end it was said."""
    return select(Goal.id).where(Goal.removed_at.is_(None), _links(Goal.id, need_id).exists())


def _links(goal_id: Any, need_id: Any) -> Select[int]:
    link = Link.__table__
    held = Thing.__table__.alias()  # the link as a thing, which knows where it begins
    from_goal = and_(held.c.parent_id == goal_id, link.c.to_id == need_id, link.c.turned.is_(False))
    from_need = and_(held.c.parent_id == need_id, link.c.to_id == goal_id, link.c.turned.is_(True))
    return (
        select(link.c.id)
        .join(held, held.c.id == link.c.id)
        .where(link.c.kind == LinkKind.SERVES, held.c.removed_at.is_(None), or_(from_goal, from_need))
    )


def served(*states: GoalState, ended_since: Any = None) -> ColumnElement[bool]:
    """The condition that a goal in one of these states serves the need of a statement."""
    goal, held = Goal.__table__.alias(), Thing.__table__.alias()
    found = (
        select(goal.c.id)
        .join(held, held.c.id == goal.c.id)
        .where(goal.c.state.in_(states), held.c.removed_at.is_(None), _links(goal.c.id, Need.id).exists())
    )
    if ended_since is not None:
        found = found.where(goal.c.ended_at > ended_since)
    return found.exists()


def is_served(need: Need) -> bool:
    """Whether a goal that is in force or achieved serves it."""
    return db.session.scalar(_in_force(need).limit(1)) is not None


def _in_force(need: Need) -> Select[tuple[Goal]]:
    found = goals_of(need.id).where(Goal.state.in_(SERVING)).order_by(Goal.id)
    return found.with_only_columns(Goal)


@action(policy.may_follow_goals, rooms=lambda _need: [OfficeDesk.the().room_id])
def follow(actor: Any, need: Need) -> Need:
    """Let the need say whether a goal serves it. Done again it does nothing."""
    wanted = NeedState.TAKEN_UP if is_served(need) else NeedState.CONFIRMED
    if need.state != wanted:
        need.state = wanted
        taken_up = wanted == NeedState.TAKEN_UP
        record("taken up" if taken_up else "let go", need, by=actor, also=[OfficeDesk.the().room])
        if taken_up:
            serving = db.session.scalars(_in_force(need))
            letters.tell(need, "taken up", actor, goals=serving.all())
    return need


def _follow_later(thing: Thing) -> None:
    """Step of every action: when a goal begins or ends, or is linked, its needs follow after the commit."""
    if isinstance(thing, Link) and thing.kind == LinkKind.SERVES:
        ends = (thing.parent_id, thing.to_id)
        ids = db.session.scalars(select(Need.id).where(Need.id.in_(ends))).all()
    elif isinstance(thing, Goal) and thing.in_force:
        ids = db.session.scalars(
            select(Need.id).where(Need.state.in_(OPEN), _links(thing.id, Need.id).exists())
        ).all()
    else:
        return
    for id in ids:
        changes.afterwards(partial(follow_now, id))


def follow_now(id: int) -> None:
    """An action of the clock; what is settled or not confirmed yet stays as it is."""
    need = db.session.get(Need, id)
    if need is not None:
        try:
            follow(CLOCK, need)
        except Refused:
            return


def astray() -> Select[int]:
    """Ids of needs that have not followed, since the program was ended between the two actions."""
    is_served_now = served(*SERVING)
    return select(Need.id).where(
        or_(
            and_(Need.state == NeedState.CONFIRMED, is_served_now),
            and_(Need.state == NeedState.TAKEN_UP, ~is_served_now),
        )
    )


changes.recorded.append(_follow_later)
