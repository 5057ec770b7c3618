"""From a sentence in approved minutes to what now meets the need that it began with: one click a step."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html
from sqlalchemy import select

from network.approval import actions as approval
from network.approval import publishing
from network.dates import today
from network.directory.models import Topic
from network.extensions import db
from network.goals import actions as drafting
from network.goals import tending
from network.goals.models import Goal, GoalPlan, ProgressReport
from network.loop import actions
from network.meetings.models import AgendaItem, Meeting
from network.minutes.models import Decision
from network.needs.models import Need, NeedState
from network.things import now
from tests.approval.conftest import hold, send
from tests.clients import Reader
from tests.goals.makers import adopted, drafted
from tests.world import World

SignIn = Callable[..., Reader]


@pytest.fixture
def approved(world: World) -> Meeting:
    """A meeting of Language whose minutes are approved; Anke leads, Ben took the minutes."""
    meeting = hold(world.language, world.anke, world.ben)
    approval.approve(world.anke, send(meeting.minutes, world.ben), result="by consensus")
    return meeting


class Walker:
    """Somebody who reads a page and clicks on what it is linked with."""

    def __init__(self, reader: Reader, address: str) -> None:
        self.reader = reader
        self.go(address)

    def go(self, address: str) -> None:
        """Open an address of ours; a part of a page is what its fragment names."""
        answer = self.reader.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        self.path, self.text = answer.request.path, answer.text

    def click(self, words: str, within: str = "links") -> None:
        """Follow the one link that has the words, in a part of the page that everybody sees who reads it."""
        [part] = html.fromstring(self.text).xpath(f"//*[@id='{within}']")
        [way] = {a.get("href") for a in part.iter("a") if words in a.text_content()}
        self.go(way)

    @property
    def heading(self) -> str:
        """What the page is about."""
        [found] = html.fromstring(self.text).xpath("//h1")
        return str(found.text_content().strip())


def only(model: Any) -> Any:
    """The one of its kind, as it is now."""
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def test_one_walks_from_a_sentence_in_the_minutes_to_what_meets_the_need_and_back(
    world: World, sign_in: SignIn, approved: Meeting
) -> None:
    ben, anke, olaf = sign_in(world.ben), sign_in(world.anke), sign_in(world.olaf)
    topic = Topic(slug="reading", place=1, names={"en": "Reading"})
    db.session.add(topic)
    db.session.commit()
    # A need is observed and confirmed; a goal is made of it, consented to, and adopted by the decision.
    missing = {"title": "Children have nobody who reads with them", "topic_id": topic.id}
    voice = {"organisation_id": world.parish.id}
    assert ben.post("/needs/new", data={**missing, **voice}).status_code == 303
    need = only(Need)
    assert olaf.post(f"/needs/{need.id}/confirm").status_code == 303
    begun = {"title": "80 reading sponsors", "origin_id": need.id}
    assert ben.post(f"/groups/{world.language.id}/goals/new", data=begun).status_code == 303
    goal = only(Goal)
    plan = {
        "title": goal.title,
        "indicator": "Sponsors who come",
        "baseline": "20",
        "baseline_on": f"{today() - timedelta(days=50)}",
        "target": "80",
        "target_on": f"{today() + timedelta(days=50)}",
        "review_months": "3",
        "weight": "1",
    }
    assert ben.post(f"/goals/{goal.id}/edit", data=plan).status_code == 303
    assert ben.post(f"/goals/{goal.id}/propose").status_code == 303
    proposed, decision = only(GoalPlan), only(Decision)
    assert olaf.post(f"/goal-plans/{proposed.id}/consent", data={"said": "given"}).status_code == 303
    by = {"decision_id": decision.id}
    assert anke.post(f"/goal-plans/{proposed.id}/adopt", data=by).status_code == 303
    assert only(Need).state == NeedState.TAKEN_UP
    # The sentence of the minutes is linked with the decision; the school's course meets the need.
    item = approved.agenda[0]
    sentence, page = f"text-{item.id}-1", f"/meetings/{approved.id}/minutes"
    linked = {"to": f"/t/{decision.id}", "kind": "", "here": sentence}
    assert ben.post(f"/things/{item.id}/link", data=linked).status_code == 303
    told = {"value": "60", "on": f"{today()}", "note": "Counted in all schools."}
    assert ben.post(f"/goals/{goal.id}/report", data=told).status_code == 303
    shown_by = {"to": f"{page}#{sentence}", "kind": ""}
    assert ben.post(f"/things/{only(ProgressReport).id}/link", data=shown_by).status_code == 303
    met = {"words": "The school has sponsors now.", "by": f"/organisations/{world.school.id}"}
    assert olaf.post(f"/needs/{need.id}/meet", data=met).status_code == 303
    # A member of the network who took no part in it walks along, and back.
    walker = Walker(sign_in(world.olena), page)
    walker.click("We start in January.", within=sentence)
    assert "We start in January." in walker.text and walker.path == f"/decisions/{decision.id}"
    walker.click("80 reading sponsors")
    assert walker.heading == "80 reading sponsors"
    walker.click("Children have nobody who reads")
    assert walker.heading == need.title and "The school has sponsors now." in walker.text
    walker.click(world.school.name)
    assert walker.path == f"/organisations/{world.school.id}"
    walker.click("Children have nobody who reads")
    walker.click("80 reading sponsors")
    walker.click("We start in January.")
    [way] = html.fromstring(walker.text).xpath(f"//*[@id='links']//a[contains(@href, '#{sentence}')]/@href")
    walker.go(way)
    assert urlsplit(way).path == page == walker.path


def test_what_is_removed_leaves_a_trace_that_can_be_read_and_leads_nowhere(
    world: World, sign_in: SignIn, approved: Meeting
) -> None:
    item, decision = approved.agenda[0], only(Decision)
    goal = drafted(world.ben, world.language, "A goal that nobody wanted")
    for one in (item, decision):
        actions.link(world.ben, goal, to_id=one.id, kind="follows_from")
    drafting.remove_goal(world.ben, goal)
    ben = sign_in(world.ben)
    for address in (f"/decisions/{decision.id}", f"/meetings/{approved.id}/minutes"):
        [line] = html.fromstring(ben.get(address).text).xpath("//*[@id='links']//li[.//s]")
        assert goal.title in line.text_content() and "removed on" in line.text_content()
        assert line.xpath(".//a") == [], address
    # And the other way round: an item that is taken off its agenda.
    other = drafted(world.ben, world.language, "Another goal")
    actions.link(world.ben, other, to_id=item.id, kind="discussed_in")
    db.session.get_one(AgendaItem, item.id).removed_at = now()
    db.session.commit()
    [line] = html.fromstring(ben.get(f"/goals/{other.id}").text).xpath("//*[@id='links']//li[.//s]")
    assert item.title in line.text_content() and line.xpath(".//a") == []


def test_a_visitor_walks_from_public_minutes_to_the_public_goal_and_meets_no_closed_door(
    world: World, sign_in: SignIn, client: Reader
) -> None:
    meeting = hold(world.housing, world.lev, world.ben)
    minutes = approval.approve(world.lev, send(meeting.minutes, world.lev), result="by consensus")
    publishing.publish(world.lev, minutes, audience="public", version=1)
    shown, hidden, foreign = (
        adopted(world, group, f"{number} flats")
        for number, group in ((80, world.housing), (70, world.housing), (60, world.language))
    )
    tending.publish(world.lev, shown, public=True)
    decision = only(Decision)
    for goal in (shown, hidden, foreign):
        actions.link(world.olaf, goal, to_id=decision.id, kind="adopted_by")
    walker = Walker(client, f"/minutes/{minutes.id}")
    page = html.fromstring(walker.text)
    ways = {
        way for way in page.xpath("//article//a/@href") if not way.startswith(("#", f"/minutes/{minutes.id}"))
    }
    assert ways == {f"/t/{shown.id}"}, "neither to the decision and the action, nor to what is not public"
    assert shown.title in walker.text and hidden.title not in walker.text
    walker.click("80 flats", within=f"decision_{decision.id}")
    assert walker.heading == "80 flats"
    # Whoever reads the meeting goes on to the decision itself.
    reader = sign_in(world.lev).get(f"/minutes/{minutes.id}").text
    assert f'href="/decisions/{decision.id}"' in reader
