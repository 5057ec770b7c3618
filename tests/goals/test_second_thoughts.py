"""What is answered or recorded by a slip or from an old page: it is not lost, and it can be taken back."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from lxml import html

from network.changes import Refused
from network.dates import today
from network.extensions import db
from network.goals import adopting, reopening, tending
from network.goals.models import Consent, GoalState, PlanState
from tests.clients import Reader
from tests.goals.makers import adopted, proposed
from tests.world import World

SignIn = Callable[..., Reader]


def fresh(thing: Any) -> Any:
    """The same from the database."""
    db.session.expire_all()
    return db.session.get(type(thing), thing.id)


def hidden_of(page: str, name: str) -> str:
    """What a form on a page carries without showing it."""
    [value] = html.fromstring(page).xpath(f"//input[@type='hidden'][@name='{name}']/@value")
    return str(value)


def test_an_old_page_of_the_office_does_not_overrule_what_was_answered_meanwhile(
    world: World, sign_in: SignIn
) -> None:
    plan = proposed(world.ben, world.language)
    office = sign_in(world.olaf)
    address = f"/goal-plans/{plan.id}/consent"
    seen = hidden_of(office.get(address).text, "seen")
    answer = {"said": "rework", "remark": "Who counts?", "seen": seen}
    assert office.post(address, data={"said": "given", "seen": seen}).status_code == 303
    told = office.post(address, data=answer)
    assert told.status_code == 422 and "Who counts?" in told.text
    assert "Olaf Amt has answered meanwhile: “Consent”" in told.text
    plan = fresh(plan)
    assert (plan.consent, plan.state) == (Consent.GIVEN, PlanState.PROPOSED)
    again = {**answer, "seen": hidden_of(told.text, "seen")}
    assert office.post(address, data=again).status_code == 303
    assert fresh(plan).state == PlanState.SENT_BACK, "whoever has read it may still say something else"
    assert office.post(address, data=again).status_code == 303, "sent twice"


def test_what_was_written_to_a_plan_that_is_settled_comes_back(world: World, sign_in: SignIn) -> None:
    plan = proposed(world.ben, world.language)
    office = sign_in(world.olaf)
    adopting.consent(world.olaf, plan, said="rework", remark="Who counts?")
    told = office.post(
        f"/goal-plans/{plan.id}/consent", data={"said": "remark", "remark": "Good.", "seen": ""}
    )
    assert told.status_code == 422 and "Good." in told.text and "Who counts?" in told.text
    assert fresh(plan).remark == "Who counts?"
    lead = sign_in(world.anke)
    assert lead.post(f"/goal-plans/{plan.id}/consent", data={"said": "given"}).status_code == 403


def test_a_goal_that_was_ended_by_a_slip_goes_on_for_two_weeks(
    world: World, sign_in: SignIn, clock: Any
) -> None:
    goal, later = adopted(world), adopted(world, title="120 sponsors")
    lead = sign_in(world.anke)
    page = lead.get(f"/goals/{goal.id}/end").text
    assert "ends the goal" in page and "within 14 days" in page
    tending.end(world.anke, goal, state="superseded", reason="Larger.", by_id=later.id)
    address = f"/goals/{goal.id}/reopen"
    assert address in lead.get(f"/goals/{goal.id}").text
    assert address not in sign_in(world.ben).get(f"/goals/{goal.id}").text
    clock.shift(timedelta(days=13))
    lead = sign_in(world.anke)
    for _again in range(2):
        assert lead.post(address, data={"reason": "Only half of them."}).status_code == 303
    goal = fresh(goal)
    assert (goal.state, goal.ended_at, goal.superseded_by_id) == (GoalState.ADOPTED, None, None)
    assert goal.review_on == goal.adopted_on + relativedelta(months=goal.review_months)
    tending.report(world.ben, goal, value=Decimal(50), on=today())
    assert "Only half of them." in lead.get(f"/goals/{goal.id}").text
    told = lead.get(f"/goals/{goal.id}/history").text
    assert told.count("has not ended after all: Only half of them.") == 1


def test_the_history_tells_values_what_an_amendment_changes_and_the_year(
    world: World, sign_in: SignIn, clock: Any
) -> None:
    goal = adopted(world)
    report = tending.report(world.ben, goal, value=Decimal(40), on=today())
    tending.correct(world.ben, report, value=Decimal("45.5"), on=today(), reason="A slip.")
    amendment = adopting.amend(world.ben, goal, reason="More come.", target="90", unit="people")
    adopting.consent(world.olaf, amendment, said="given")
    address = f"/goals/{goal.id}/history"
    told = html.fromstring(sign_in(world.anke).get(address).text)
    lines = [str(one.text_content()) for one in told.xpath("//*[@id='history']//li")]
    assert "consented to an amendment" in lines[0] and "2026" not in lines[0]
    assert "proposed an amendment" in lines[1] and "Unit" in lines[1] and "Baseline" not in lines[1]
    assert "corrected a report" in lines[2] and ": 45.5 sponsors" in lines[2]
    assert "reported on" in lines[3] and ": 40 sponsors" in lines[3]
    clock.shift(timedelta(days=60))
    assert "2026" in sign_in(world.anke).get(address).text


def test_after_two_weeks_the_end_of_a_goal_stands(world: World, clock: Any) -> None:
    goal = adopted(world)
    tending.end(world.anke, goal, state="missed", reason="Too few.")
    clock.shift(timedelta(days=14))
    with pytest.raises(Refused):
        reopening.reopen(world.anke, goal, reason="After all.")
    assert (fresh(goal).state, fresh(goal).ended_reason) == (GoalState.MISSED, "Too few.")
