"""What is heard of cases and by whom; and that whoever is stopped sends and receives nothing from then on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from network.discussions import actions as discussions
from network.discussions.models import Message, Thread
from network.extensions import db
from network.groups.actions import give_place
from network.groups.models import GroupDesk, Place
from network.meetings import policy as meetings
from network.moderation import actions
from network.moderation.models import Measure, ModerationCase
from network.things import now
from tests.moderation.conftest import SECRET, decide
from tests.processes import Guest, Listener, Server, wait_until
from tests.world import World, join, make_meeting

Listen = Callable[..., Any]


def desk_of(group: Any) -> GroupDesk:
    return db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group.id)).one()


def test_a_report_appears_in_the_queues_and_nowhere_else(
    world: World, message: Message, listen: Listen
) -> None:
    lead, office = listen(world.anke, desk_of(world.language)), listen(world.olaf, world.desk)
    thread, group = listen(world.ben, message.parent), listen(world.ben, world.language)
    own, other = listen(world.ben, world.ben), listen(world.lev, desk_of(world.housing))
    case = actions.report(world.guel, message, rule="respect", text="This hurts.")
    for ear in (lead, office):
        html = ear.html()
        assert 'action="append" target="queue_moderation_cases"' in html and case.dom_id in html
        assert SECRET in html and "Ben Berger" in html  # those who hear it may read the message
        assert "Gül" not in html and "This hurts." not in html
    assert thread.heard() == group.heard() == own.heard() == other.heard() == []


def test_a_case_about_a_lead_is_heard_by_the_office_alone(
    world: World, thread: Thread, listen: Listen
) -> None:
    desk, office = listen(world.anke, desk_of(world.language)), listen(world.olaf, world.desk)
    by_anke = db.session.scalars(select(Message).where(Message.thread_id == thread.id)).one()
    actions.report(world.ben, by_anke, rule="respect")
    assert desk.heard() == [] and office.numbers()


def test_who_takes_care_of_a_case_is_seen_at_once_by_the_others(
    world: World, case: ModerationCase, listen: Listen
) -> None:
    office = listen(world.olaf, world.desk)
    actions.claim(world.anke, case)
    assert "Anke Krämer" in office.html()
    decide(world.anke, case, Measure.HIDE)
    assert 'data-state="decided"' in office.html()


def test_an_open_page_of_a_case_hears_what_colleagues_do_with_it(
    world: World, case: ModerationCase, message: Message, listen: Listen
) -> None:
    ears = [listen(world.anke, case), listen(world.olaf, case)]
    actions.claim(world.anke, case)
    for ear in ears:
        html = ear.html()
        assert f'target="head_{case.dom_id}"' in html and "Anke Krämer" in html and 'action="refresh"' in html
        ear.forget()
    actions.release(world.anke, case)
    actions.report(world.olena, message, rule="hatred", text="It hurts me too.")
    assert all(ear.html().count('action="refresh"') == 2 for ear in ears)
    decide(world.olaf, case, Measure.HIDE)
    assert "Decided" in ears[0].html()
    assert all(word not in ears[0].html() for word in ("Olena", "It hurts me too.", SECRET))


def test_nobody_else_hears_what_becomes_of_a_case(world: World, case: ModerationCase, listen: Listen) -> None:
    for person in (None, world.ben, world.guel, world.lev, world.ada):
        assert listen(person).enter(case)["error"] == "not_found"


def test_a_lead_who_leads_no_more_hears_nothing_more_of_its_cases(
    world: World, case: ModerationCase, listen: Listen
) -> None:
    anke = listen(world.anke, case)
    join(world.language, world.kira, Place.LEAD)
    db.session.commit()
    [place] = [one for one in world.anke.memberships if one.group_id == world.language.id]
    give_place(world.olaf, place, role=Place.MEMBER)
    anke.forget()
    actions.claim(world.olaf, case)
    assert anke.heard() == [] and anke.enter(case)["error"] == "not_found"


def test_messages_that_are_split_off_leave_the_open_pages(
    world: World, case: ModerationCase, message: Message, listen: Listen
) -> None:
    ear = listen(world.guel, message.parent)
    decide(world.anke, case, Measure.SPLIT, title="Another matter")
    html = ear.html()
    assert f'action="remove" target="{message.dom_id}"' in html and SECRET not in html


def test_a_moved_discussion_leaves_the_list_of_its_group_and_appears_in_the_other(
    world: World, case: ModerationCase, thread: Thread, listen: Listen
) -> None:
    here, there = listen(world.guel, world.language), listen(world.lev, world.housing)
    inside = listen(world.guel, thread)
    decide(world.olaf, case, Measure.MOVE, group_id=world.housing.id)
    assert f'action="remove" target="{thread.dom_id}"' in here.html()
    assert f'action="prepend" target="group_{world.housing.id}_threads"' in there.html()
    assert inside.heard("again")


def test_a_silenced_person_sends_nothing_from_the_next_moment_on(
    world: World, case: ModerationCase, message: Message, thread: Thread, listen: Listen
) -> None:
    running = make_meeting(world.language, state="running", started_at=now(), minute_taker_id=world.ben.id)
    ben, others = listen(world.ben, thread), listen(world.guel, thread)
    assert "speak" in ben.answer["may"]
    decide(world.olaf, case, Measure.SILENCE, until=now() + timedelta(days=1))
    assert not ben.connected  # the page connects anew, and learns what its reader may do now
    ben = listen(world.ben, thread)
    assert "speak" not in ben.answer["may"]
    others.forget()
    refused = [
        ben.do("discussions.post", thread, "key-12345678", text="Still here"),
        ben.do("discussions.edit", message, text="Changed"),
        ben.do("discussions.react", message, emoji="👍"),
    ]
    ben.signal("typing")
    assert [answer["error"] for answer in refused] == ["forbidden"] * 3
    assert "You can write nothing until" in refused[0]["message"]
    assert others.heard() == [] and others.heard("signal") == []
    assert not meetings.may_write_minutes(world.ben, running)


def test_a_removed_person_receives_and_sends_nothing_from_the_next_moment_on(
    world: World, listen: Listen
) -> None:
    thread = discussions.start(world.mo, world.closed, title="Among us", text="A word")
    message = db.session.scalars(select(Message).where(Message.thread_id == thread.id)).one()
    mo, nina = listen(world.mo, thread), listen(world.nina, thread)
    case = actions.open_case(world.nina, message)
    decide(world.nina, case, Measure.REMOVE)
    mo.forget()
    discussions.post(world.nina, thread, text="Now among us")
    assert mo.heard() == [] and mo.heard("state") == []
    assert mo.do("discussions.post", thread, text="Hello?")["error"] == "not_found"
    assert mo.enter(thread)["error"] == "not_found"
    assert nina.heard("again")


def test_a_suspended_person_is_cut_off_and_cannot_come_back(
    world: World, case: ModerationCase, thread: Thread, listen: Listen
) -> None:
    phone, laptop, other = listen(world.ben, thread), listen(world.ben, world.ben), listen(world.guel, thread)
    decide(world.olaf, case, Measure.SUSPEND)
    assert (phone.connected, laptop.connected, other.connected) == (False, False, True)
    discussions.post(world.guel, thread, text="A word after")
    assert "A word after" not in phone.html()


@pytest.mark.one_database  # what is told between processes
def test_on_two_processes_whoever_is_stopped_hears_and_sends_nothing_more(
    world: World,
    thread: Thread,
    message: Message,
    servers: Callable[..., list[Server]],
    connect: Callable[..., Listener],
    visit: Callable[..., Guest],
) -> None:
    case = actions.report(world.guel, message, rule="respect")
    room_id, thread_id, case_id = thread.room_id, thread.id, case.id
    first, second = servers(2)
    ben, gone = connect(first, world.ben, room_id), connect(second, world.ben, room_id)
    guel = connect(second, world.guel, room_id)
    office = visit(second, world.olaf)

    def judged(measure: str, **facts: Any) -> None:
        db.session.expire_all()
        found = db.session.get(ModerationCase, case_id)
        sent = {"version": found.version, "rule": "respect", "text": "Enough.", **facts}
        answer = office.post(f"/cases/{case_id}/decide", data={"measure": measure, **sent})
        assert answer.status_code == 303, answer.text[-2000:]

    until = (now() + timedelta(days=3)).date().isoformat()
    judged("silence", until=until)
    wait_until(lambda: ben.client.eio.state == "disconnected", "the silenced page shall connect anew")
    ben.connect()
    assert "speak" not in ben.enter(room_id)["may"]
    assert ben.do("discussions.post", thread_id, "key-87654321", text="Still here")["error"] == "forbidden"

    actions.report(world.guel, message, rule="respect")
    judged("suspend")
    wait_until(lambda: not ben.client.connected and not gone.client.connected, "both processes cut the line")
    heard = len(ben.changes), len(gone.changes)
    assert guel.do("discussions.post", thread_id, "key-13572468", text="A word after")["ok"]
    guel.until(lambda one: any("A word after" in html for _room, _number, html in one.changes))
    assert (len(ben.changes), len(gone.changes)) == heard
    assert "/sign-in" in visit(first, world.ben).get("/my").url
