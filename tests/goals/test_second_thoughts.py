"""What is answered or recorded by a slip or from an old page: it is not lost, and it can be taken back."""

from collections.abc import Callable
from typing import Any

from lxml import html

from network.extensions import db
from network.goals import adopting
from network.goals.models import Consent, PlanState
from tests.clients import Reader
from tests.goals.makers import proposed
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
    told = office.post(f"/goal-plans/{plan.id}/consent", data={"said": "remark", "remark": "Good.", "seen": ""})
    assert told.status_code == 422 and "Good." in told.text and "Who counts?" in told.text
    assert fresh(plan).remark == "Who counts?"
    lead = sign_in(world.anke)
    assert lead.post(f"/goal-plans/{plan.id}/consent", data={"said": "given"}).status_code == 403
