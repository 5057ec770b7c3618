"""Decisions of all groups, what replaces a decision, reminders of actions, and ticking off by link."""

import re
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from network import links
from network.changes import CLOCK, Invalid
from network.dates import local, today
from network.extensions import db
from network.minutes import lines
from network.minutes.models import Action, Decision
from network.registers import actions, jobs
from network.sitting import actions as sitting
from network.things import now
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.world import World, join, make_item, make_meeting, make_organisation

SignIn = Callable[..., Reader]


def decided(world: World, *texts: str, of: Any = None, chair: Any = None) -> list[Decision]:
    """Decisions of a meeting that has ended."""
    chair = chair or world.anke
    meeting = make_meeting(of or world.language, chair_id=chair.id)
    item = make_item(meeting, "Waiting lists", 1)
    sitting.start(chair, meeting)
    made = [lines.decide(chair, item, text=text) for text in texts]
    sitting.close(chair, meeting, expected=0)
    return made


def given(world: World, **facts: Any) -> Action:
    """Something that Gül has to do, agreed on a month before it is due."""
    uid = f"{secrets.token_hex(6)}@example.org"
    meeting = make_meeting(world.language, chair_id=world.anke.id, starts_at=now(), calendar_uid=uid)
    item = make_item(meeting, "Waiting lists", 1)
    sitting.start(world.anke, meeting)
    facts = {"due_on": today() + timedelta(days=30), "person_id": world.guel.id, **facts}
    return lines.agree(world.ben, item, text="Ask the schools.", **facts)


# Decisions


def test_the_register_over_all_groups_shows_what_one_may_read(world: World, sign_in: SignIn) -> None:
    decided(world, "Courses begin in January.")
    decided(world, "Secretly.", of=world.closed, chair=world.nina)
    reader = sign_in(world.ben).get("/decisions").text
    assert "Courses begin" in reader and "Secretly." not in reader and world.closed.name not in reader
    member = sign_in(world.mo)
    assert "Secretly." in member.get("/decisions").text
    assert "Courses begin" not in member.get(f"/decisions?group={world.closed.id}").text
    assert "Nothing found" in member.get("/decisions?state=lifted").text
    assert "Nothing found" in member.get("/decisions?topic=none").text
    assert "Courses begin" not in member.get("/decisions?q=secretly").text
    assert "Courses begin" in member.get("/decisions?state=nonsense&year=x&group=y").text


def test_a_decision_leads_to_what_replaced_it_and_back(world: World, sign_in: SignIn, clock: Any) -> None:
    (first,) = decided(world, "On Mondays.")
    clock.shift(timedelta(days=30))
    (second,) = decided(world, "On Tuesdays.")
    clock.shift(timedelta(days=30))
    (third,) = decided(world, "On Wednesdays.")
    anke = sign_in(world.anke)
    page = f"/decisions/{first.id}/supersede"
    assert second.citation in anke.get(page).text and sign_in(world.ben).get(page).status_code == 403
    assert anke.post(page, data={"by_id": second.id}).status_code == 303
    assert anke.post(f"/decisions/{second.id}/supersede", data={"by_id": third.id}).status_code == 303
    for shown, others in ((first, (second, third)), (second, (first, third)), (third, (first, second))):
        text = sign_in(world.olena).get(f"/decisions/{shown.id}").text
        chain = text.split('id="chain"')[1].split("</section>")[0]
        assert all(f"/decisions/{other.id}" in chain for other in others)
    assert f"/decisions/{second.id}" in anke.get(f"/groups/{world.language.id}/decisions").text
    assert anke.post(f"/decisions/{first.id}/settle", data={"state": "lifted"}).status_code == 303
    db.session.expire_all()
    assert (first.state, first.superseded_by_id) == ("lifted", None)


def test_decisions_never_replace_each_other_in_a_circle(world: World, clock: Any) -> None:
    first, beside = decided(world, "On Mondays.", "In the library.")
    clock.shift(timedelta(days=30))
    (second,) = decided(world, "On Tuesdays.")
    (elsewhere,) = decided(world, "On Fridays.", of=world.housing, chair=world.lev)
    lines.supersede(world.anke, first, by_id=second.id)
    for decision, by in ((second, first), (second, second), (beside, first), (first, elsewhere)):
        with pytest.raises(Invalid):
            lines.supersede(world.anke, decision, by_id=by.id)
    with pytest.raises(Invalid):
        lines.settle(world.anke, second, state="superseded")
    db.session.expire_all()
    assert (first.superseded_by_id, second.superseded_by_id, second.state) == (second.id, None, "in_force")


def test_who_does_not_see_the_later_decision_is_not_told_its_name(
    world: World, sign_in: SignIn, clock: Any
) -> None:
    (first,) = decided(world, "On Mondays.")
    clock.shift(timedelta(days=30))
    (later,) = decided(world, "Between us.", of=world.closed, chair=world.nina)
    world.closed.kind = "coordination"
    join(world.closed, world.anke)
    db.session.commit()
    lines.supersede(world.anke, first, by_id=later.id)
    text = sign_in(world.olena).get(f"/decisions/{first.id}").text
    assert "no longer in force" in text and later.citation not in text and "Between us." not in text
    assert "Between us." in sign_in(world.anke).get(f"/decisions/{first.id}").text
    assert later.citation not in sign_in(world.olena).get("/decisions").text


def test_a_decision_is_cited_with_number_day_and_address(world: World, sign_in: SignIn) -> None:
    (decision,) = decided(world, "On Mondays.")
    text = sign_in(world.olena).get(f"/decisions/{decision.id}").text
    copied = re.search(r'data-copy-text-value="([^"]+)"', text)
    assert copied is not None
    day = decision.parent.parent.starts_at
    assert copied[1].startswith(f"{decision.citation} of {local(day):%B} {local(day).day}, {decision.year}")
    assert copied[1].endswith(f"/decisions/{decision.id}")


def test_registers_cost_few_statements(
    world: World, sign_in: SignIn, statements: Callable[[], AbstractContextManager[list[str]]], clock: Any
) -> None:
    older = decided(world, *(f"On Mondays {number}." for number in range(6)))
    clock.shift(timedelta(days=30))
    newer = decided(world, *(f"On Tuesdays {number}." for number in range(6)))
    for before, after in zip(older, newer, strict=True):
        lines.supersede(world.anke, before, by_id=after.id)
    action = given(world, person_id=world.anke.id)
    anke = sign_in(world.anke)
    for page in (
        "/decisions",
        f"/decisions/{older[0].id}",
        f"/decisions/{older[0].id}/supersede",
        f"/groups/{world.language.id}/decisions",
        f"/actions/{action.id}",
    ):
        anke.get(page)
        with statements() as sent:
            assert anke.get(page).status_code == 200
        assert len(sent) <= 8, (page, sent)


# Actions


def test_somebody_is_reminded_a_week_ahead_and_on_the_day_once_each(
    world: World, letters: Letterbox, clock: Any
) -> None:
    action = given(world)
    world.guel.language = "de"
    db.session.commit()
    jobs.remind_of_actions.function()
    assert letters.to(world.guel.email) == []
    clock.shift(timedelta(days=23))
    for _again in range(2):
        jobs.remind_of_actions.function()
    (ahead,) = letters.to(world.guel.email)
    assert ahead.subject.startswith("Erinnerung") and "Ask the schools." in ahead.subject
    clock.shift(timedelta(days=7))
    for _again in range(2):
        jobs.remind_of_actions.function()
    assert len(letters.to(world.guel.email)) == 2
    lines.change_action(
        world.ben, action, text=action.text, person_id=world.guel.id, due_on=today() + timedelta(days=3)
    )
    jobs.remind_of_actions.function()
    assert len(letters.to(world.guel.email)) == 3  # the day has moved, so it starts anew
    clock.shift(timedelta(days=3))
    lines.tick_off(world.guel, action)
    jobs.remind_of_actions.function()
    assert len(letters.to(world.guel.email)) == 3


def test_what_an_organisation_has_to_do_its_people_in_the_group_hear_of_else_those_who_lead(
    world: World, client: Reader, letters: Letterbox, clock: Any
) -> None:
    theirs = given(world, person_id=None, organisation_id=world.ben.organisation.id)
    cafe = make_organisation(world, "Women's café", "association")
    elsewhere = given(world, person_id=None, organisation_id=cafe.id)
    told = {theirs.id: world.ben, elsewhere.id: world.anke}
    clock.shift(timedelta(days=30))
    jobs.remind_of_actions.function()
    sent = {letter.to: letter for letter in letters.all()}
    assert sorted(sent) == sorted(person.email for person in told.values())
    assert "Your organisation took this on." in sent[world.ben.email].text
    assert "nobody in the group" in sent[world.anke.email].text
    found = re.search(r"/done/\S+", sent[world.ben.email].text)
    assert found is not None
    stranger = links.make("done", action=theirs.id, person=world.lev.id)
    assert client.post(f"/done/{stranger}").status_code == 410
    assert client.post(found[0]).status_code == 303
    db.session.expire_all()
    assert (theirs.state, elsewhere.state) == ("done", "open")


def test_who_wants_no_reminders_gets_none(world: World, letters: Letterbox, clock: Any) -> None:
    given(world)
    world.guel.unwanted_letters = ["actions"]
    db.session.commit()
    clock.shift(timedelta(days=30))
    jobs.remind_of_actions.function()
    assert letters.to(world.guel.email) == []


def test_a_link_ticks_off_once_tells_it_and_takes_it_back(
    world: World, client: Reader, letters: Letterbox, clock: Any
) -> None:
    action = given(world)
    clock.shift(timedelta(days=30))
    actions.remind(CLOCK, action)
    (letter,) = letters.to(world.guel.email)
    found = re.search(r"/done/\S+", letter.text)
    assert found is not None
    link = found[0]
    page = client.get(link)
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    head = client.head(link)  # as programs do that look through letters before people
    assert (head.status_code, head.data) == (200, b"") and int(head.headers["Content-Length"]) > 0
    db.session.expire_all()
    assert action.state == "open"  # opening it does nothing
    for _again in range(2):
        assert client.post(link).status_code == 303
    db.session.expire_all()
    assert action.state == "done"
    assert "Ticked off by Gül" in client.get(link).text
    assert client.post(link, data={"undo": "1"}).status_code == 303
    db.session.expire_all()
    assert action.state == "open"
    lines.tick_off(world.ben, action)
    assert client.post(link, data={"undo": "1"}).status_code == 409  # what somebody else did stays
    db.session.expire_all()
    assert action.state == "done"


def test_a_link_is_of_no_use_for_others(world: World, client: Reader) -> None:
    action, other = given(world), given(world, person_id=world.ben.id)
    link = links.make("done", action=action.id, person=world.guel.id)
    assert client.post(f"/done/{link}x").status_code == 404
    assert client.post(f"/done/{links.make('answer', action=action.id)}").status_code == 404
    assert (
        client.post(f"/done/{links.make('done', action=other.id, person=world.guel.id)}").status_code == 410
    )
    lines.change_action(world.ben, action, text=action.text, person_id=world.anke.id)
    assert client.post(f"/done/{link}").status_code == 410
    lines.change_action(world.ben, action, text=action.text, person_id=world.guel.id)
    world.guel.state = "left"
    db.session.commit()
    page = client.get(f"/done/{link}")
    assert page.status_code == 410 and "Ask the schools." not in page.text
    assert client.post(f"/done/{link}").status_code == 410
    db.session.expire_all()
    assert (action.state, other.state) == ("open", "open")


def test_the_page_of_an_action_tells_its_history_and_offers_to_discuss(world: World, sign_in: SignIn) -> None:
    action = given(world)
    lines.tick_off(world.guel, action)
    ben = sign_in(world.ben)
    text = ben.get(f"/actions/{action.id}").text
    assert "Gül Yıldız ticked off" in text and "Ben" in text
    assert f"/things/{action.id}/discussion" in text
    posted = ben.post(f"/things/{action.id}/discussion", data={"text": "They answered.", "key": "k" * 10})
    assert posted.status_code == 303
    assert "They answered." in ben.get(f"/things/{action.id}/discussion", follow_redirects=True).text


def test_what_is_overdue_comes_first_and_is_seen_by_lead_and_office(
    world: World, sign_in: SignIn, clock: Any
) -> None:
    action = given(world, due_on=today() + timedelta(days=1))
    given(world, due_on=today() + timedelta(days=60))
    clock.shift(timedelta(days=2))
    guel, anke, olaf = sign_in(world.guel), sign_in(world.anke), sign_in(world.olaf)
    text = guel.get("/actions").text
    assert f'formaction="/actions/{action.id}/done"' in text and f'room-{world.guel.room_id}"' not in text
    assert text.index("Overdue</h2>") < text.index("Later</h2>")
    assert f'id="{action.dom_id}"' in guel.get("/actions?when=overdue").text
    assert "Later</h2>" not in guel.get(f"/actions?when=week&group={world.language.id}").text
    assert f"/actions/{action.id}" in anke.get("/my").text.split('id="late"')[1]
    assert 'id="late"' not in sign_in(world.ben).get("/my").text
    assert 'id="overdue"' not in olaf.get("/office/").text
    clock.shift(timedelta(days=7))
    olaf = sign_in(world.olaf)
    assert f"/actions/{action.id}" in olaf.get("/office/").text.split('id="overdue"')[1]
