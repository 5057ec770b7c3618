"""What goals bring to agendas: a review that is due becomes an item, and the item is linked with the goal."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, select

from network import changes, dates
from network.agenda.carry_over import Candidate
from network.agenda.items import put_item
from network.agenda.models import AgendaProposal
from network.agenda.proposals import coming_meetings, propose
from network.changes import action
from network.extensions import db
from network.goals.models import Goal, GoalPlan, GoalState
from network.groups.models import Group
from network.loop.models import Link, LinkKind
from network.loop.tying import tie
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, ItemKind, ItemState, Meeting
from network.minutes.models import Decision
from network.minutes.registers import Reviewed, reviewed
from network.people.letters import site_url
from network.people.models import Person
from network.things import Thing, whole

REVIEW_MINUTES = 15
ADOPTION_MINUTES = 15
MOST_OFFERED = 2  # meetings on whose agenda a plan can be put with one click
CARRIED_AS = "goal"


def is_due(goal: Any, meeting: Meeting) -> ColumnElement[bool]:
    """The condition, for the columns of goals in a statement: in force, and due by the day of the meeting."""
    return and_(
        goal.parent_id == meeting.parent_id,
        goal.state == GoalState.ADOPTED,
        goal.review_on <= dates.local(meeting.starts_at).date(),
    )


def review_of(goal: Goal) -> Candidate:
    """The item by which a goal is looked at together."""
    return Candidate(
        key=f"{CARRIED_AS}:{goal.id}:{goal.review_on}",
        title=str(_l("Review of the goal “%(title)s”", title=goal.title))[:200],
        kind=ItemKind.GOAL_REVIEW,
        reason=_l("Its review is due"),
        planned_minutes=REVIEW_MINUTES,
        if_it_fits=True,
        text=_way_to(goal),
    )


def _way_to(goal: Goal) -> str:
    """A link as people write one: with the whole address, since texts link to nothing else."""
    return f"[{_('To the goal')}]({site_url(f'/goals/{goal.id}')})"


@action(meetings.may_propose)
def put_forward(actor: Person, group: Group, *, goal: Goal) -> AgendaProposal:
    """Wish for an item about a goal on an agenda of its group; a wish that waits already stays the one."""
    known = db.session.scalars(
        select(AgendaProposal).where(
            AgendaProposal.parent_id == group.id,
            AgendaProposal.text.endswith(f"/goals/{goal.id})"),
            AgendaProposal.state.in_(("open", "postponed")),
            AgendaProposal.removed_at.is_(None),
        )
    ).first()
    if known is not None:
        return known
    made: AgendaProposal = propose(actor, group, title=goal.title, text=_way_to(goal))
    return made


@dataclass(frozen=True)
class Offer:
    """A coming meeting that can adopt plans, and the items by which it is to do so."""

    meeting: Meeting
    items: dict[str, AgendaItem]

    def item_of(self, plan: GoalPlan) -> AgendaItem | None:
        """The item that was put on its agenda for this plan, and has not been dealt with."""
        return self.items.get(_as_adoption(plan.parent, plan))


def offers(user: Any, goal: Goal) -> list[Offer]:
    """Where somebody may put the adoption of a goal on the agenda: one that is running, and the next."""
    coming = [one for one in coming_meetings(goal.parent) if meetings.may_set_agenda(user, one)]
    running = [one for one in coming if one.running]
    chosen = [*running, *(one for one in coming if not one.running)][:MOST_OFFERED]
    known = _adopting(goal, [one.id for one in chosen])
    return [Offer(meeting, known.get(meeting.id, {})) for meeting in chosen]


AHEAD = (ItemState.PLANNED, ItemState.CURRENT)  # what was decided in an earlier item is another matter


def _adopting(goal: Goal, meeting_ids: list[int]) -> dict[int, dict[str, AgendaItem]]:
    """The items of these meetings by which plans of a goal are to be adopted, by what they were put on as."""
    found: dict[int, dict[str, AgendaItem]] = {}
    if not meeting_ids:
        return found
    query = select(AgendaItem).where(
        AgendaItem.parent_id.in_(meeting_ids),
        AgendaItem.carried_as.startswith(_as_adoption(goal)),
        AgendaItem.state.in_(AHEAD),
        AgendaItem.removed_at.is_(None),
    )
    for item in db.session.scalars(query):
        found.setdefault(item.parent_id, {})[item.carried_as] = item
    return found


def _as_adoption(goal: Goal, plan: GoalPlan | None = None) -> str:
    """As what the adoption of a goal is put on an agenda, or that of an amendment of it."""
    amendment = f":{plan.id}" if plan is not None and not plan.is_first else ""
    return f"{CARRIED_AS}:{goal.id}:adoption{amendment}"


def goal_to_adopt(decision: Any) -> int | None:
    """The id of the goal for which a decision was taken just now, at the item that was made for it.

    Only while its meeting runs. Asks the database nothing: what there is to be recorded, the goal says.
    """
    item = decision.parent if isinstance(decision, Decision) else None
    if item is None or not item.carried_as.startswith(f"{CARRIED_AS}:") or not item.parent.running:
        return None
    _kind, goal_id, why, *_plan = item.carried_as.split(":")
    return whole(goal_id) if why == "adoption" else None


def is_about(item: AgendaItem, goal: Goal) -> bool:
    """Whether an item was put on an agenda for this goal."""
    return item.carried_as.startswith(f"{CARRIED_AS}:{goal.id}:")


@action(meetings.may_set_agenda)
def put_on(actor: Person, meeting: Meeting, *, goal: Goal, plan: GoalPlan | None = None) -> AgendaItem:
    """Put the adoption of a goal, or of an amendment, on the agenda of a meeting of its group.

    Done again it does nothing, as long as that item has not been dealt with.
    """
    known = _adopting(goal, [meeting.id]).get(meeting.id, {}).get(_as_adoption(goal, plan))
    if known is not None:
        return known
    made: AgendaItem = put_item(
        actor,
        meeting,
        title=_("Adopting the goal “%(title)s”", title=goal.title)[:200],
        kind=ItemKind.DECISION,
        planned_minutes=ADOPTION_MINUTES,
        text=_way_to(goal),
        carried_as=_as_adoption(goal, plan),
    )
    return made


def link_with_goal(thing: Thing) -> None:
    """Step of every action: an item that reviews a goal is linked with it as soon as it is on an agenda."""
    if not isinstance(thing, AgendaItem) or not thing.carried_as.startswith(f"{CARRIED_AS}:"):
        return
    goal = db.session.get(Goal, whole(thing.carried_as.split(":")[1]))
    if goal is None or goal.removed_at is not None or thing.removed_at is not None:
        return
    # Also one that somebody has taken off since: it does not come again with the next change of the item.
    known = select(Link.id).where(Link.parent_id == goal.id, Link.to_id == thing.id).limit(1)
    if db.session.scalar(known) is None:
        actor = db.session.get(Person, thing.created_by_id) if thing.created_by_id else None
        tie(actor or changes.CLOCK, goal, thing, LinkKind.DISCUSSED_IN)


reviewed.append(Reviewed(Goal, is_due, lambda goal: (goal.review_on, goal.id), review_of))
changes.recorded.append(link_with_goal)
