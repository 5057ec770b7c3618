"""What is done to a goal at the same moment on two processes: amended, adopted, and its decision removed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from network.dates import today
from network.extensions import db
from network.goals import adopting, writing
from network.goals.models import Goal, GoalPlan, PlanState
from network.groups.models import GroupKind
from network.minutes import lines
from network.minutes.models import Decision
from network.sitting import actions as sitting
from tests.goals.makers import adopted, proposed
from tests.processes import Guest, Server
from tests.world import World, make_item, make_meeting

ROUNDS = 8


def at_once(posts: list[tuple[Guest, str, dict[str, Any]]]) -> set[int]:
    ready = Barrier(len(posts))

    def send(post: tuple[Guest, str, dict[str, Any]]) -> int:
        guest, address, facts = post
        ready.wait()
        return int(guest.post(address, data=facts).status_code)

    with ThreadPoolExecutor(len(posts)) as pool:
        return set(pool.map(send, posts))


def test_amendments_at_once_all_stand_and_none_is_lost(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest]
) -> None:
    goal = adopted(world)
    plan = {
        "title": goal.title,
        "indicator": goal.indicator,
        "unit": goal.unit,
        "baseline": "20",
        "baseline_on": f"{goal.baseline_on}",
        "target": "80",
        "target_on": f"{goal.target_on}",
        "source": goal.source,
        "milestones": f"Ten schools asked, {today() + timedelta(days=10)}",
        "review_months": "3",
        "weight": "1",
        "reason": "So that it can be done.",
    }
    changes = {"title": "90 sponsors", "target": "90", "source": "Our own list", "unit": "people"}
    guests = [visit(server, person) for server in servers(2) for person in (world.ben, world.anke)]
    address = f"/goals/{goal.id}/amend"
    sent = [
        (guest, address, {**plan, name: value, "key": f"amending-{name}"})
        for guest, (name, value) in zip(guests, changes.items(), strict=True)
    ]
    assert at_once(sent) == {303}
    db.session.rollback()
    plans = list(db.session.scalars(select(GoalPlan).where(GoalPlan.goal_id == goal.id, ~GoalPlan.is_first)))
    assert {name: value for one in plans for name, value in one.changes.items()} == changes
    for one in plans:
        adopting.consent(world.olaf, one, said="given")
    lead, office = guests[1], visit(guests[0].server, world.olaf)
    adopt = {"procedure": "By e-mail, nobody against."}
    leads = [lead, office, guests[3], office]
    assert at_once(
        [(who, f"/goal-plans/{one.id}/adopt", adopt) for who, one in zip(leads, plans, strict=True)]
    ) == {303}
    db.session.rollback()
    db.session.expire_all()
    numbers = {one.number for one in db.session.scalars(select(GoalPlan).where(GoalPlan.goal_id == goal.id))}
    assert numbers == {1, 2, 3, 4, 5}
    there: Any = db.session.get(Goal, goal.id)
    present = writing.present_plan(there)
    assert {name: present[name] for name in changes} == changes


@pytest.mark.postgresql
def test_a_decision_is_removed_or_adopts_a_goal_but_never_both(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest]
) -> None:
    """It is one of the plenary, in whose room the goal of the coordination group is not heard."""
    world.closed.kind, world.housing.kind = GroupKind.COORDINATION, GroupKind.PLENARY
    db.session.commit()
    meeting = make_meeting(world.housing, chair_id=world.olaf.id)
    item = make_item(meeting, "Goals of the network", 1)
    sitting.start(world.olaf, meeting)
    pairs = []
    for number in range(ROUNDS):
        decision = lines.decide(world.olaf, item, text=f"The goal {number} is adopted.")
        plan = proposed(world.nina, world.closed, f"Goal {number}")
        adopting.consent(world.olaf, plan, said="given")
        pairs.append((decision.id, plan.id))
    offices = [visit(server, world.olaf) for server in servers(2)]
    for decision_id, plan_id in pairs:
        at_once(
            [
                (offices[0], f"/goal-plans/{plan_id}/adopt", {"decision_id": f"{decision_id}"}),
                (offices[1], f"/decisions/{decision_id}/remove", {}),
            ]
        )
    db.session.rollback()
    for decision_id, plan_id in pairs:
        plan, decision = db.session.get(GoalPlan, plan_id), db.session.get(Decision, decision_id)
        assert plan is not None and decision is not None
        assert (plan.state == PlanState.ADOPTED) == (decision.removed_at is None)
