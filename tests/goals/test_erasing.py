"""What the Office erases of a goal, and what an erased person wrote about it, stands nowhere any more."""

from datetime import timedelta
from decimal import Decimal

import pytest

from network.dates import today
from network.drafts import erasing
from network.extensions import db
from network.goals import actions, adopting, tending, writing
from network.goals.models import Goal, GoalPlan
from network.people import leaving
from tests.drafts.test_erasing import is_anywhere
from tests.goals.makers import adopted, drafted
from tests.world import World

pytestmark = pytest.mark.both_databases  # nothing may be left

CLIENT = "Mehmet Yilmazoglu"


def amend(world: World, goal: Goal, statement: str) -> GoalPlan:
    wanted = {**writing.present_plan(goal), "statement": statement}
    plan: GoalPlan = adopting.amend(world.olaf, goal, reason="It is clearer.", **wanted)
    return plan


def adopt(world: World, plan: GoalPlan) -> None:
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.olaf, plan, procedure="By e-mail.")


def test_no_plan_holds_what_was_erased_of_a_text(world: World) -> None:
    goal = drafted(world.ben, world.language, "80 sponsors")
    text = writing.texts_of(goal)["statement"]
    actions.write_text(world.ben, text, words=f"{CLIENT} reads.", revision=0)
    first = actions.propose_goal(world.ben, goal)
    adopting.consent(world.olaf, first, said="rework", remark="No names, please.")
    actions.write_text(world.ben, text, words="Children read.", revision=text.revision)
    second = actions.propose_goal(world.ben, goal)
    erasing.erase(world.olaf, text.draft, reason="A client was named.")
    assert is_anywhere(CLIENT) == []
    assert first.changes["statement"] == "Der Wortlaut ist endgültig gelöscht."
    assert second.changes["statement"] == text.text == "Children read."


def test_what_is_erased_of_a_goal_in_force_comes_back_by_no_amendment(world: World) -> None:
    goal = adopted(world)
    adopt(world, amend(world, goal, f"{CLIENT} reads."))
    waiting = amend(world, goal, f"{CLIENT} reads each week.")
    text = writing.texts_of(goal)["statement"]
    erasing.erase(world.olaf, text.draft, reason="A client was named.", everything=True)
    assert is_anywhere(CLIENT) == []
    adopt(world, waiting)
    assert writing.texts_of(goal)["statement"].text == ""
    reasons = amend(world, goal, "Children read.")
    adopt(world, reasons)
    assert writing.texts_of(goal)["statement"].text == "Children read."


def test_of_an_erased_person_the_values_stay_and_the_words_go(world: World) -> None:
    goal = adopted(world)
    told = tending.report(world.ben, goal, value=Decimal(40), on=today() - timedelta(days=9), note="Sesame")
    tending.correct(world.ben, told, value=Decimal(45), on=told.on, note="Sesame too", reason="Sesame first")
    leaving.erase(world.olaf, world.ben, reason="Asked for it.")
    assert is_anywhere("Sesame") == []
    assert db.session.get(Goal, goal.id).last_value == 45
