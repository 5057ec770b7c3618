"""The way that a goal takes, as people go it in their browsers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from network.dates import today
from network.extensions import db
from network.goals.models import Goal, GoalPlan, GoalState, GoalText
from tests.clients import Reader
from tests.registers.test_registers import decided
from tests.world import World

SignIn = Callable[..., Reader]


def latest(model: Any) -> Any:
    db.session.expire_all()
    return db.session.scalars(select(model).order_by(model.id.desc())).first()


def test_a_goal_is_drafted_consented_to_adopted_reported_on_and_achieved(
    world: World, sign_in: SignIn, letters: Any
) -> None:
    ben, anke, olaf = sign_in(world.ben), sign_in(world.anke), sign_in(world.olaf)
    # drafted by two
    answer = ben.post(f"/groups/{world.language.id}/goals/new", data={"title": "80 reading sponsors"})
    page = answer.headers["Location"]
    assert answer.status_code == 303
    goal = latest(Goal)
    assert "What makes it clearer" in ben.get(page).text
    text = db.session.scalars(select(GoalText).where(GoalText.part == "statement")).one()
    assert (
        ben.post(f"/goal-texts/{text.id}", data={"words": "Children **read**.", "revision": 0}).status_code
        == 303
    )
    facts = {
        "title": "80 reading sponsors",
        "indicator": "Sponsors who come",
        "unit": "sponsors",
        "baseline": "20",
        "baseline_on": f"{today() - timedelta(days=50)}",
        "target": "80",
        "target_on": f"{today() + timedelta(days=50)}",
        "milestones": f"Schools asked, {today()}\nFirst meeting",
        "review_months": "3",
        "weight": "1",
        "owner_id": world.ben.id,
        "organisations": [world.school.id],
    }
    assert anke.post(f"/goals/{goal.id}/edit", data=facts).status_code == 303
    shown = anke.get(page).text
    assert (
        "Children <strong>read</strong>" in shown and "Schools asked" in shown and "Volkshochschule" in shown
    )
    # proposed; the Office consents with a remark
    assert ben.post(f"/goals/{goal.id}/propose").status_code == 303
    said = {"text": "Are 80 not too many?"}
    assert ben.post(f"/things/{goal.id}/discussion", data=said).status_code == 303
    assert "1 message" in anke.get(page).text
    plan = latest(GoalPlan)
    assert "Answer as the Office" in olaf.get(page).text
    assert "Answer as the Office" not in anke.get(page).text
    said = {"said": "remark", "remark": "Please count in summer, too."}
    assert olaf.post(f"/goal-plans/{plan.id}/consent", data=said).status_code == 303
    # adopted by a decision of the meeting
    [decision] = decided(world, "We adopt the goal.")
    form = anke.get(f"/goal-plans/{plan.id}/adopt").text
    assert "We adopt the goal." in form
    assert anke.post(f"/goal-plans/{plan.id}/adopt", data={"decision_id": decision.id}).status_code == 303
    assert latest(Goal).state == GoalState.ADOPTED
    assert "80 reading sponsors" in ben.get(f"/decisions/{decision.id}").text
    # reports
    for days, value in ((20, "35,5"), (1, "52")):
        told = {"value": value, "on": f"{today() - timedelta(days=days)}", "note": "It goes on."}
        assert ben.post(f"/goals/{goal.id}/report", data=told).status_code == 303
    shown = ben.get(page).text
    assert "52" in shown and "On track" in shown and "53" in shown and 'role="img"' in shown
    assert "reported on the goal" in ben.get(f"{page}/history").text
    # reviewed and achieved
    assert anke.post(f"/goals/{goal.id}/review", data={"note": "Well done so far."}).status_code == 303
    assert (
        anke.post(
            f"/goals/{goal.id}/end", data={"state": "achieved", "reason": "80 were counted.", "sure": "y"}
        ).status_code
        == 303
    )
    assert latest(Goal).state == GoalState.ACHIEVED
    for address in ("goals", "goals?view=board", "goals?view=timeline"):
        assert "80 reading sponsors" in ben.get(f"/groups/{world.language.id}/{address}").text
    for words in ("sponsors", "come"):  # in the title, in the indicator
        assert f'href="/t/{goal.id}"' in ben.get(f"/search?q={words}").text
    for address in ("/goals?state=all", "/goals/report", f"/goal-plans/{plan.id}", "/goals.csv?state=all"):
        assert "80 reading sponsors" in ben.get(address).text
