"""Several people at the same goal: what each of them typed is kept, and nobody overwrites another unseen."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from lxml import html

from network.changes import Refused
from network.extensions import db
from network.goals import actions, adopting, plans, tending, writing
from network.goals.models import Goal, GoalPlan, GoalState
from tests.clients import Reader
from tests.goals.makers import adopted, drafted, today
from tests.world import World

SignIn = Callable[..., Reader]


def form_of(reader: Reader, address: str) -> dict[str, Any]:
    """What a browser would send if nothing was typed into the plan's form."""
    [form] = html.fromstring(reader.get(address).text).xpath("//main//form[.//textarea[@name='milestones']]")
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


def fresh(thing: Any) -> Any:
    db.session.expire_all()
    return db.session.get(type(thing), thing.id)


# Filling in the plan of a draft


def test_who_saves_the_plan_later_keeps_what_others_have_filled_in(world: World, sign_in: SignIn) -> None:
    goal = drafted(world.ben, world.language, unit="", source="")
    address = f"/goals/{goal.id}/edit"
    ben, anke = sign_in(world.ben), sign_in(world.anke)
    mine, theirs = form_of(ben, address), form_of(anke, address)
    last = (today() + timedelta(days=30)).isoformat()
    theirs |= {"unit": "people", "target": "90", "milestones": f"{theirs['milestones']}\nThanks, {last}"}
    assert anke.post(address, data=theirs).status_code == 303
    mine |= {"source": "Our lists", "milestones": f"{mine['milestones']}\nFirst course"}
    assert ben.post(address, data=mine).status_code == 303
    goal = fresh(goal)
    assert (goal.unit, goal.target, goal.source) == ("people", Decimal(90), "Our lists")
    assert [one.title for one in writing.milestones_of(goal)] == [
        "Ten schools asked",
        "Thanks",
        "First course",
    ]


def test_what_two_have_set_to_different_things_is_shown_to_the_later_one(
    world: World, sign_in: SignIn
) -> None:
    goal = drafted(world.ben, world.language)
    address = f"/goals/{goal.id}/edit"
    ben, anke = sign_in(world.ben), sign_in(world.anke)
    mine, theirs = form_of(ben, address), form_of(anke, address)
    assert anke.post(address, data=theirs | {"target": "90", "unit": "people"}).status_code == 303
    answer = ben.post(address, data=mine | {"target": "100", "source": "Our lists"})
    assert answer.status_code == 409
    assert (fresh(goal).target, goal.source) == (Decimal(90), "The schools' lists")
    page = html.fromstring(answer.text)
    [told] = page.xpath("//main//form//dl[preceding::*[contains(., 'Somebody else has changed the plan')]]")
    assert "90" in told.text_content() and "people" not in told.text_content()
    [form] = page.xpath("//main//form[.//textarea[@name='milestones']]")
    again = dict(form.form_values())
    assert (again["target"], again["source"], again["unit"]) == ("100", "Our lists", "people")
    assert ben.post(address, data=again).status_code == 303
    goal = fresh(goal)
    assert (goal.target, goal.source, goal.unit) == (Decimal(100), "Our lists", "people")


@pytest.mark.parametrize(
    "seen", ["[" * 5_000, '{"milestones": [1]}', '{"topics": {}}', "[]", '{"title": []}', "x" * 50_000]
)
def test_a_form_that_remembers_nonsense_is_taken_as_typed(world: World, sign_in: SignIn, seen: str) -> None:
    goal = drafted(world.ben, world.language)
    ben = sign_in(world.ben)
    mine = form_of(ben, f"/goals/{goal.id}/edit") | {"seen": seen, "unit": "people"}
    assert ben.post(f"/goals/{goal.id}/edit", data=mine).status_code == 303
    assert fresh(goal).unit == "people"


# Amendments


def adopt(world: World, plan: GoalPlan) -> None:
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, procedure="By e-mail.")


def test_amendments_that_each_add_to_a_list_both_stand(world: World) -> None:
    goal = adopted(world)
    seen = writing.present_plan(goal)
    [first] = seen["milestones"]
    school, parish = world.school.id, world.parish.id
    one = adopting.amend(
        world.ben,
        goal,
        reason="A.",
        **{**seen, "organisations": [school], "milestones": [first, {"title": "Books", "due_on": None}]},
    )
    later = (today() + timedelta(days=3)).isoformat()
    other = adopting.amend(
        world.anke,
        goal,
        reason="B.",
        **{
            **seen,
            "organisations": [parish],
            "milestones": [{**first, "due_on": later}, {"title": "Thanks", "due_on": None}],
        },
    )
    without = adopting.amend(world.anke, goal, reason="C.", **{**seen, "milestones": []})
    adopt(world, one)
    adopt(world, other)
    goal = fresh(goal)
    assert {(step.title, plans.written(step.due_on)) for step in writing.milestones_of(goal)} == {
        ("Ten schools asked", later),
        ("Books", None),
        ("Thanks", None),
    }
    assert {one.id for one in goal.organisations} == {school, parish}
    adopt(world, without)  # takes out the one that its author saw, and no other
    assert {step.title for step in writing.milestones_of(fresh(goal))} == {"Books", "Thanks"}


def test_an_amendment_leaves_alone_what_was_adopted_while_it_was_written(
    world: World, sign_in: SignIn
) -> None:
    goal = adopted(world)
    ben = sign_in(world.ben)
    mine = form_of(ben, f"/goals/{goal.id}/amend")
    wanted = {**writing.present_plan(goal), "target": "90"}
    adopt(world, adopting.amend(world.anke, goal, reason="A.", **wanted))
    mine |= {"title": "More sponsors", "reason": "It says more."}
    assert ben.post(f"/goals/{goal.id}/amend", data=mine).status_code == 303
    newest = db.session.scalars(db.select(GoalPlan).order_by(GoalPlan.id.desc())).first()
    assert newest is not None and newest.changes == {"title": "More sponsors"}


def test_nothing_minus_nothing_is_nothing() -> None:
    assert plans.written(Decimal("-0")) == "0" == plans.written(Decimal("0.00"))


# Removed


def test_nothing_is_done_any_more_with_a_draft_that_was_removed(world: World) -> None:
    goal = drafted(world.ben, world.language)
    actions.remove_goal(world.anke, goal)
    for deed, facts in (
        (actions.propose_goal, {}),
        (actions.change_goal, {"title": "Mine"}),
        (actions.remove_goal, {}),
        (tending.report, {"value": Decimal(1), "on": today()}),
    ):
        with pytest.raises(Refused):
            deed(world.ben, goal, **facts)
    goal = fresh(goal)
    assert (goal.state, goal.title) == (GoalState.DRAFT, "80 reading sponsors")
    actions.restore_goal(world.ben, goal)
    assert fresh(goal).removed_at is None
    assert isinstance(goal, Goal)
