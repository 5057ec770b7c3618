"""From a need to a goal and to an agenda with one click, and how a need follows the goals that serve it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html
from sqlalchemy import select

from network.agenda.carry_over import carry_over
from network.agenda.models import AgendaProposal
from network.changes import Stale
from network.extensions import db
from network.goals import actions as drafting
from network.goals import adopting, tending
from network.goals.models import Goal, GoalState
from network.loop.actions import link, unlink
from network.loop.ends import ends
from network.loop.models import Link, LinkKind
from network.meetings.models import AgendaItem
from network.needs import actions, agenda, lists
from network.needs.following import astray
from network.needs.jobs import follow_goals
from network.needs.models import Need, NeedState
from tests.clients import Ear, Reader
from tests.goals.makers import adopted, proposed
from tests.letterbox import Letterbox
from tests.needs.makers import TITLE, confirmed, merged, observed
from tests.world import World, join, make_meeting

SignIn = Callable[..., Reader]


def ways(page: str, words: str) -> list[str]:
    """The addresses behind a thing that can come of a need."""
    card = html.fromstring(page).xpath("//*[@id='next']")
    found = [a.get("href") for part in card for a in part.xpath(".//a")]
    return [address for address in found if words in address]


def test_ben_makes_a_goal_of_a_need_with_one_click(world: World, sign_in: SignIn) -> None:
    need, ben = confirmed(world), sign_in(world.ben)
    [way] = ways(ben.get(f"/needs/{need.id}").text, "/goals/new")
    assert way == f"/groups/{world.language.id}/goals/new?origin_id={need.id}"
    [form] = [
        one for one in html.fromstring(ben.get(way).text).xpath("//main//form") if "title" in one.fields
    ]
    assert not form.fields["title"], "a goal is what will be there, and no copy of what is missing"
    assert TITLE in form.text_content()
    unnamed = ben.post(urlsplit(way).path, data=dict(form.form_values()))
    assert unnamed.status_code == 422 and TITLE in unnamed.text
    facts = {**dict(form.form_values()), "title": "Ten German courses with child care"}
    assert ben.post(urlsplit(way).path, data=facts).status_code == 303
    goal = db.session.scalars(select(Goal)).one()
    [end] = ends(world.anke, need)
    assert (end.id, end.link.kind) == (goal.id, LinkKind.SERVES)
    assert need.state == NeedState.CONFIRMED, "a draft may come to nothing"
    adopted_plan(world, goal)
    assert need.state == NeedState.TAKEN_UP


def adopted_plan(world: World, goal: Goal) -> None:
    """What has been drafted is adopted, by the Office."""
    plan = drafting.propose_goal(world.olaf, goal)
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.olaf, plan, procedure="By e-mail.")


def test_whoever_leads_several_groups_chooses_where(world: World, sign_in: SignIn) -> None:
    join(world.housing, world.ben)
    db.session.commit()
    need = confirmed(world, group_id=world.housing.id)
    found = ways(sign_in(world.ben).get(f"/needs/{need.id}").text, "/goals/new")
    assert [address.split("/")[2] for address in found] == [str(world.housing.id), str(world.language.id)], (
        "where it came up stands first"
    )
    page = sign_in(world.olena).get(f"/needs/{need.id}").text
    assert ways(page, "/") == [], "who writes in no group has nothing to choose"


def test_ben_proposes_a_need_for_an_agenda_and_the_item_is_linked_with_it(
    world: World, sign_in: SignIn, statements: Callable[[], Any]
) -> None:
    need, ben = confirmed(world, text="Seven asked."), sign_in(world.ben)
    [way] = ways(ben.get(f"/needs/{need.id}").text, "/agenda/")
    [form] = [
        one for one in html.fromstring(ben.get(way).text).xpath("//main//form") if "title" in one.fields
    ]
    assert (form.fields["title"], form.fields["text"].strip()) == (TITLE, "Seven asked."), (
        "people read what they send"
    )
    assert form.action == way
    assert form.xpath(f".//a[@href='/needs/{need.id}']/bdi/text()") == [TITLE], "what it is linked with"
    facts = dict(form.form_values())
    there = [ben.post(way, data=facts) for _time in "ab"]
    proposal = db.session.scalars(select(AgendaProposal)).one()
    led = f"/groups/{world.language.id}/proposals#{proposal.dom_id}"
    assert [(answer.status_code, answer.headers["Location"]) for answer in there] == [(303, led)] * 2
    for again in (ben.get(way), ben.post(way, data={"title": "Once more", "key": "another"})):
        assert (again.status_code, again.headers["Location"]) == (303, led), "it waits there already"
    other = ben.post(way, data={"title": TITLE, "text": "Eight by now.", "key": "a third"})
    assert other.status_code == 422 and "Eight by now." in other.text, "other words are not lost"
    assert led in other.text
    assert db.session.scalars(select(AgendaProposal)).one().text == "Seven asked."
    [end] = ends(world.ben, need)
    assert (end.id, end.link.kind, end.link.parent_id) == (proposal.id, LinkKind.DISCUSSED_IN, need.id)
    assert ben.get(f"/t/{proposal.id}").headers["Location"].startswith(f"/groups/{world.language.id}")
    anke = sign_in(world.anke)
    for page in (led.partition("#")[0], f"/proposals/{proposal.id}/answer"):
        anke.get(page)
        with statements() as sent:
            read = anke.get(page).text
        assert len(sent) <= 8, f"{page}: {sent}"
        [shown] = html.fromstring(read).xpath("//*[@id='links']//li//a")
        assert (shown.get("href"), shown.text_content()) == (f"/t/{need.id}", TITLE)
    meeting = make_meeting(world.language, state="draft")
    carry_over(world.anke, meeting, keys=[f"proposal:{proposal.id}"])
    item = db.session.scalars(select(AgendaItem).where(AgendaItem.title == TITLE)).one()
    assert ends(world.ben, need) == [], "the meeting is still a draft of those who lead"
    [end] = ends(world.anke, need)
    assert (end.id, end.link.kind) == (item.id, LinkKind.DISCUSSED_IN), "the item stands in its place"
    assert [one.id for one in ends(world.anke, item)] == [need.id]
    assert f'href="/t/{need.id}"' in anke.get(f"/meetings/{meeting.id}").text


def test_what_is_not_confirmed_met_or_merged_meanwhile_comes_onto_no_agenda(
    world: World, sign_in: SignIn
) -> None:
    hidden, stays, gone = observed(world.anke, "Hidden"), confirmed(world), confirmed(world, "Gone")
    met = actions.meet(world.olaf, confirmed(world, "Met"), words="There is a course now.")
    merged(world, gone, stays)
    ben, facts = sign_in(world.ben), {"title": "Something", "text": f"http://localhost/needs/{hidden.id}"}
    answers = [
        ben.post(f"/needs/{need.id}/agenda/{world.language.id}", data=facts) for need in (hidden, met, gone)
    ]
    assert [answer.status_code for answer in answers] == [404, 403, 303]
    assert answers[2].headers["Location"] == f"/needs/{gone.id}", "which leads to the one that stayed"
    with pytest.raises(Stale):
        agenda.put_forward(world.ben, world.language, need_id=gone.id, title="Something")
    assert db.session.scalars(select(AgendaProposal)).all() == []
    # An address in a text is no link: neither to what may be seen nor to what may not.
    facts["text"] += f" http://localhost/needs/{stays.id}"
    assert ben.post(f"/groups/{world.language.id}/proposals", data=facts).status_code == 303
    assert db.session.scalars(select(Link)).all() == []


def test_a_need_is_taken_up_by_an_adopted_goal_and_waits_again_when_none_serves_it(
    world: World, letters: Letterbox, listen: Callable[..., Ear]
) -> None:
    need = confirmed(world)
    actions.support(world.anke, need, organisation_id=world.school.id)
    letters.empty()
    plan = proposed(world.ben, world.language)
    goal = db.session.get(Goal, plan.goal_id)
    assert goal is not None
    link(world.ben, goal, to_id=need.id, kind="serves")
    assert need.state == NeedState.CONFIRMED
    ear = listen(world.olena)
    ear.enter(need)
    ear.forget()
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.olaf, plan, procedure="By e-mail.")
    assert need.state == NeedState.TAKEN_UP
    assert ear.heard(), "its page is drawn anew"
    for person in (world.ben, world.anke):
        assert "A goal takes up the need" in letters.last(person).subject
        assert f"{goal.title} ({world.language.name}): http://localhost/goals/{goal.id}" in " ".join(
            letters.last(person).text.split()
        )
    tending.end(world.anke, goal, state=GoalState.DROPPED, reason="No rooms.")
    assert need.state == NeedState.CONFIRMED


def test_a_goal_of_a_closed_group_is_not_named_to_those_who_do_not_read_it(
    world: World, letters: Letterbox
) -> None:
    need, goal = confirmed(world), adopted(world, group=world.closed, title="Quiet goal")
    letters.empty()
    link(world.olaf, goal, to_id=need.id, kind="serves")
    letter = letters.last(world.ben)
    assert "A group has set itself a goal that serves the need" in " ".join(letter.text.split())
    assert "Quiet goal" not in letter.text and world.closed.name not in letter.text


def test_a_link_that_goes_lets_the_need_wait_again(world: World) -> None:
    need, goal, other = confirmed(world), adopted(world), adopted(world, title="Another goal")
    first = link(world.ben, goal, to_id=need.id, kind="serves")
    # The same said from the need's end, by whoever observed it.
    second = link(world.ben, need, to_id=other.id, kind="serves_back")
    assert need.state == NeedState.TAKEN_UP
    unlink(world.ben, first)
    assert need.state == NeedState.TAKEN_UP, "one still serves it"
    unlink(world.ben, second)
    assert need.state == NeedState.CONFIRMED
    link(world.ben, goal, to_id=need.id, kind="follows_from")
    assert need.state == NeedState.CONFIRMED, "only what serves it takes it up"


def test_a_need_that_is_confirmed_after_its_goal_is_taken_up_at_once(world: World) -> None:
    need, goal = observed(world.ben), adopted(world)
    link(world.ben, goal, to_id=need.id, kind="serves")
    assert need.state == NeedState.REPORTED
    actions.confirm(world.olaf, need)
    assert need.state == NeedState.TAKEN_UP


def test_when_its_goal_is_achieved_the_office_is_asked_whether_the_need_is_met(
    world: World, sign_in: SignIn
) -> None:
    need, goal = confirmed(world), adopted(world)
    link(world.ben, goal, to_id=need.id, kind="serves")
    assert db.session.scalars(lists.perhaps_met()).all() == []
    tending.end(world.anke, goal, state=GoalState.ACHIEVED, reason="All is there.")
    assert need.state == NeedState.TAKEN_UP
    assert db.session.scalars(lists.perhaps_met()).all() == [need.id]
    olaf = sign_in(world.olaf)
    card = html.fromstring(olaf.get("/office/").text).xpath("//*[@id='perhaps-met']")
    assert card and TITLE in card[0].text_content()
    assert f"/needs/{need.id}/meet" in card[0].xpath(".//a/@href")
    assert "Is the need met by that?" in olaf.get(f"/needs/{need.id}").text
    told = sign_in(world.anke).get(f"/needs/{need.id}").text
    assert "Is the need met by that?" not in told and "this need was achieved" in told


def test_the_office_is_asked_for_two_weeks_where_another_goal_goes_on(world: World, clock: Any) -> None:
    need, goal, other = confirmed(world), adopted(world), adopted(world, title="120 sponsors")
    for one in (goal, other):
        link(world.ben, one, to_id=need.id, kind="serves")
    tending.end(world.anke, goal, state=GoalState.ACHIEVED, reason="All is there.")
    assert db.session.scalars(lists.perhaps_met()).all() == [need.id]
    clock.shift(timedelta(days=14))
    assert db.session.scalars(lists.perhaps_met()).all() == []


def test_a_need_whose_turn_was_lost_follows_at_night(world: World) -> None:
    need, goal = confirmed(world), adopted(world)
    link(world.ben, goal, to_id=need.id, kind="serves")
    need.state = NeedState.CONFIRMED  # as if the program had ended in between
    db.session.commit()
    assert db.session.scalars(astray()).all() == [need.id]
    follow_goals()
    assert db.session.get(Need, need.id).state == NeedState.TAKEN_UP  # type: ignore[union-attr]  # it is there
    assert db.session.scalars(astray()).all() == []


def test_a_group_shows_the_needs_that_came_up_there(world: World, sign_in: SignIn) -> None:
    need = observed(world.ben, group_id=world.language.id)
    olena = sign_in(world.olena)
    group = f"/groups/{world.language.id}"
    assert TITLE not in olena.get(group).text
    actions.confirm(world.olaf, need)
    assert TITLE in olena.get(group).text
    actions.meet(world.olaf, need, words="There.")
    assert TITLE not in olena.get(group).text
