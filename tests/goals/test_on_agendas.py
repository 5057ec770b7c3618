"""A plan on the agenda of a meeting that runs: its item, the decision there, and the way back to the goal."""

from collections.abc import Callable

from lxml import html

from network.goals import adopting, agenda
from network.goals.models import Goal, GoalPlan
from network.meetings.models import ItemState, Meeting
from network.minutes import lines
from network.sitting import actions as sitting
from tests.clients import Reader
from tests.goals.makers import proposed
from tests.world import World, make_item, make_meeting

SignIn = Callable[..., Reader]


def running(world: World) -> Meeting:
    """A meeting of Language that has begun; Anke chairs, Ben writes."""
    meeting = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    sitting.start(world.anke, meeting)
    return meeting


def links_of(page: str) -> list[str]:
    """Where the links of a page lead."""
    return [str(one) for one in html.fromstring(page).xpath("//a/@href")]


def test_a_decision_on_a_proposed_goal_leads_to_where_its_adoption_is_recorded(
    world: World, sign_in: SignIn
) -> None:
    plan, meeting = proposed(world.ben, world.language), running(world)
    item = agenda.put_on(world.anke, meeting, goal=plan.parent, plan=plan)
    sitting.open_item(world.anke, item, expected=0)
    decision = lines.decide(world.anke, item, text="We adopt it.")
    adopting.consent(world.olaf, plan, said="given")
    goal = f"/goals/{plan.goal_id}"
    anke = sign_in(world.anke)
    shown = html.fromstring(anke.get(f"/meetings/{meeting.id}").text)
    [line] = shown.xpath(f"//li[@id='{decision.dom_id}']//a[@href='{goal}']/..")
    assert line.get("data-needs") == "steer", "the same for all: who may not does not see it"
    assert f"/goal-plans/{plan.id}/adopt" in links_of(anke.get(goal).text)
    other = make_item(meeting, "Waiting lists", 9)
    told = lines.decide(world.anke, other, text="We ask the schools.")
    shown = html.fromstring(anke.get(f"/meetings/{meeting.id}").text)
    assert not shown.xpath(f"//li[@id='{told.dom_id}']//a[@href='{goal}']")


def test_the_item_of_a_decided_adoption_is_none_of_a_later_amendment(world: World, sign_in: SignIn) -> None:
    plan, meeting = proposed(world.ben, world.language), running(world)
    goal: Goal = plan.parent
    item = agenda.put_on(world.anke, meeting, goal=goal, plan=plan)
    assert agenda.put_on(world.anke, meeting, goal=goal, plan=plan).id == item.id
    sitting.open_item(world.anke, item, expected=0)
    decision = lines.decide(world.anke, item, text="We adopt it.")
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, decision_id=decision.id)
    amendments: list[GoalPlan] = [
        adopting.amend(world.ben, goal, reason="More come.", title=title) for title in ("90", "100")
    ]
    anke = sign_in(world.anke)

    def offered() -> list[str]:
        page = html.fromstring(anke.get(f"/goals/{goal.id}").text)
        return [str(one.get("formaction")) for one in page.xpath("//button[@name='meeting_id']")]

    ways = [f"/goals/{goal.id}/agenda?plan={one.id}" for one in amendments]
    assert offered() == ways, "while its own item is on, and each amendment has one of its own"
    assert anke.post(ways[0], data={"meeting_id": meeting.id}).status_code == 303
    assert offered() == ways[1:]
    made = next(one for one in meeting.agenda if one.id != item.id)
    assert made.state == ItemState.PLANNED and agenda.is_about(made, goal)
