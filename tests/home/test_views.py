"""The start page, "My area" and the personal calendar."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from lxml import html
from sqlalchemy import func, select

from network.agenda import proposals
from network.approval import actions as approval
from network.attendance.models import Answer, Attendance, Presence
from network.changes import Change
from network.dates import today
from network.discussions import actions as discussions
from network.discussions.models import Message
from network.extensions import db
from network.groups import actions, requests
from network.groups.models import GroupDesk, JoinRequest, Place, Visibility
from network.home.waiting import forget_count, waiting
from network.meetings.models import Meeting, MeetingState
from network.minutes.models import Action, Minutes
from network.moderation import actions as moderation
from network.people.models import Person
from network.things import now
from tests.approval.conftest import hold, send
from tests.clients import Reader
from tests.world import World, join, make_group, make_item, make_meeting, make_person

SignIn = Callable[..., Reader]


def desk_of(group: Any) -> GroupDesk:
    return db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group.id)).one()


def ask_to(meeting: Meeting, person: Person, answer: str = Answer.NONE) -> Attendance:
    mine = Attendance(
        parent=meeting, room_id=meeting.room_id, meeting_id=meeting.id, person_id=person.id, answer=answer
    )
    db.session.add(mine)
    db.session.commit()
    return mine


# The start page


def test_a_visitor_learns_what_the_network_is_and_how_to_come_in(world: World, client: Reader) -> None:
    make_meeting(world.housing, "Open evening", public=True)
    make_meeting(world.housing, "Inner circle")
    make_meeting(world.housing, "Planned one", state=MeetingState.DRAFT, public=True)
    client.language = "en"
    page = client.get("/").text
    assert "Landkreis Auental" in page
    assert "What Housing is for." in page and "What Language is for." not in page
    assert "Open evening" in page
    assert "Inner circle" not in page and "Planned one" not in page
    assert "/sign-in" in page and "Apply for an account" in page


def test_a_network_without_anything_says_so(world: World, client: Reader) -> None:
    world.housing.visibility = Visibility.NETWORK
    world.network.applications_open = False
    db.session.commit()
    client.language = "en"
    page = client.get("/").text
    assert "No public groups yet" in page and "Apply for an account" not in page


def test_whoever_is_signed_in_goes_on_to_their_area(world: World, sign_in: SignIn) -> None:
    answer = sign_in(world.ben).get("/")
    assert answer.status_code == 302 and answer.location.endswith("/my")


def test_visitors_have_no_area(world: World, client: Reader) -> None:
    assert client.get("/my").status_code in (302, 303)
    assert "/sign-in" in client.get("/my").location
    assert client.get("/my/calendar").status_code in (302, 303)


# My area


def test_a_new_person_is_told_what_to_do_first(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.olena).get("/my").text
    assert "You are in no group yet" in page and "Find a group" in page
    assert "Nothing waits for you at the moment." in page


def test_my_area_shows_my_meetings_and_the_answer_that_i_owe(world: World, sign_in: SignIn) -> None:
    owed = make_meeting(world.language, "Meeting to answer")
    said = make_meeting(world.language, "Meeting answered", starts_at=now() + timedelta(days=9))
    make_meeting(world.housing, "Meeting of others")
    make_meeting(world.language, "Secret plan", state=MeetingState.DRAFT)
    ask_to(owed, world.ben)
    ask_to(said, world.ben, Answer.ACCEPTED)
    page = sign_in(world.ben).get("/my").text
    assert "Meeting to answer" in page and "Meeting answered" in page
    assert page.count(f"/meetings/{owed.id}/answer") == 2
    assert f"/meetings/{said.id}/answer" not in page and "You have accepted" in page
    assert "Meeting of others" not in page and "Secret plan" not in page


def test_a_running_meeting_stands_on_top(world: World, sign_in: SignIn) -> None:
    make_meeting(
        world.language, "Right now", state=MeetingState.RUNNING, starts_at=now() - timedelta(minutes=5)
    )
    page = sign_in(world.ben).get("/my").text
    assert "Join now" in page and page.index("Right now") < page.index("My next meetings")
    assert "Join now" not in sign_in(world.olena).get("/my").text


def test_the_meeting_that_runs_says_where_and_when_and_whoever_is_there_need_not_join(
    world: World, sign_in: SignIn
) -> None:
    running = make_meeting(world.language, state=MeetingState.RUNNING, place="Town library", starts_at=now())
    for person, left_at in ((world.ben, None), (world.guel, now())):
        there = ask_to(running, person)
        there.presence, there.arrived_at, there.left_at = Presence.ROOM, now(), left_at
    db.session.commit()
    card = sign_in(world.ben).get("/my").text.split('class="gr-next"')[1].split("</section>")[0]
    for said in (
        "Town library",
        "Language",
        f'href="/meetings/{running.id}"><bdi>November',
        "To the meeting",
    ):
        assert said in card
    assert "Join now" not in card
    assert "Join now" in sign_in(world.guel).get("/my").text


def test_what_is_new_stands_by_group_until_i_have_been_there(world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    asked = requests.ask_to_join(world.olena, desk_of(world.language))
    requests.accept(world.anke, asked)
    assert "Olena Koval is now in the group" in ben.get("/my").text
    assert "Olena Koval is now in the group" not in sign_in(world.nina).get("/my").text
    ben.get(f"/groups/{world.language.id}")
    assert "Nothing new since your last visits." in ben.get("/my").text


def test_what_waits_for_me_and_for_nobody_else(world: World, sign_in: SignIn) -> None:
    requests.ask_to_join(world.olena, desk_of(world.language), text="Please")
    requests.invite(world.nina, desk_of(world.closed), people=[world.anke.id])
    meeting = make_meeting(
        world.language, "Last time", state=MeetingState.CLOSED, starts_at=now() - timedelta(days=3)
    )
    item = make_item(meeting, "Rooms", 1)
    minutes = Minutes(parent=meeting, room_id=meeting.room_id, meeting_id=meeting.id)
    task = Action(
        parent=item,
        room_id=meeting.room_id,
        group_id=world.language.id,
        text="Ask the school",
        person_id=world.anke.id,
        due_on=today(),
    )
    db.session.add_all([minutes, task])
    db.session.commit()

    page = sign_in(world.anke).get("/my").text
    for said in ("Olena Koval", "Closed circle", "Last time", "Ask the school"):
        assert said in page, said
    assert "overdue" not in page
    task.due_on = today() - timedelta(days=2)
    db.session.commit()
    assert "overdue" in sign_in(world.anke).get("/my").text
    assert waiting(world.anke) == 4
    other = sign_in(world.ben).get("/my").text
    for said in ("Olena Koval", "Closed circle", "Last time", "Ask the school"):
        assert said not in other, said
    assert waiting(world.ben) == 0


def test_minutes_that_were_sent_stand_in_the_area_of_those_who_were_there(
    world: World, sign_in: SignIn, clock: Any
) -> None:
    meeting = hold(world.language, world.anke, world.ben, world.guel, title="Last time")
    send(meeting.minutes, world.ben)
    proposed = approval.propose(
        world.guel,
        meeting.minutes,
        item=meeting.agenda[0].id,
        paragraph="",
        proposed="Tea was served.",
        reason="It was.",
    )
    until, answering = "Corrections are possible until", "Corrections to answer"
    pages = {who: sign_in(getattr(world, who)) for who in ("guel", "ben", "anke", "lev")}
    told = {
        who: (until in page.get("/my").text, answering in page.get("/my").text) for who, page in pages.items()
    }
    assert told == {"guel": (True, False), "ben": (True, True), "anke": (True, True), "lev": (False, False)}
    assert "1 open correction" in pages["ben"].get("/my").text
    assert (waiting(world.ben), waiting(world.guel)) == (1, 0)
    approval.decline(world.ben, proposed, answer="It was coffee.")
    assert answering not in pages["ben"].get("/my").text
    clock.shift(timedelta(days=9))
    assert until not in sign_in(world.guel).get("/my").text


def test_a_proposal_in_the_news_waits_for_those_who_lead_and_not_for_members(
    world: World, sign_in: SignIn
) -> None:
    join(world.language, world.olena)
    db.session.commit()
    proposals.propose(world.olena, world.language, title="Rides to the evening course")
    member, lead = sign_in(world.ben), sign_in(world.anke)
    assert "Rides to the evening course" in member.get("/my").text  # as news
    assert "Proposals to answer" not in member.get("/my").text
    assert "Proposals to answer" in lead.get("/my").text


def test_an_invitation_is_answered_from_my_area(world: World, sign_in: SignIn) -> None:
    requests.invite(world.nina, desk_of(world.closed), people=[world.olena.id])
    olena = sign_in(world.olena)
    page = olena.get("/my").text
    assert "Come in" in page
    address = page.split('formaction="/join-requests/')[1].split("/")[0]
    assert olena.post(f"/join-requests/{address}/accept").status_code == 303
    assert "Invitations to groups" not in olena.get("/my").text


def test_the_bell_counts_what_waits_and_counts_again_after_a_deed(world: World, sign_in: SignIn) -> None:
    meeting = make_meeting(world.language)
    ask_to(meeting, world.ben)
    assert waiting(world.ben) == 1
    done = sign_in(world.ben).post(f"/meetings/{meeting.id}/answer", data={"value": "accepted"})
    assert done.status_code == 303
    assert waiting(world.ben) == 0
    db.session.scalars(select(Attendance)).one().answer = Answer.NONE
    db.session.commit()
    assert waiting(world.ben) == 0  # kept for some seconds
    forget_count(world.ben.id)
    assert waiting(world.ben) == 1


def test_the_number_in_the_bell_is_the_sum_that_the_page_behind_it_tells(
    world: World, sign_in: SignIn
) -> None:
    meeting = make_meeting(world.language)
    ask_to(meeting, world.anke)
    proposals.propose(world.ben, world.language, title="Rides to the evening course")
    thread = discussions.start(world.ben, world.language, title="A room", text="You, @Anke Krämer?")
    discussions.post(world.ben, thread, text="@Anke Krämer, still?")
    anke = sign_in(world.anke)
    anke.language = "en"
    page = html.fromstring(anke.get("/my").text)
    [told] = page.xpath("//*[@id='bell']")
    parts = [part.text_content() for part in told.xpath("bdi")]
    assert parts == ["1 invitation to answer", "2 messages speak to you", "1 proposal to answer"]
    assert "The bell counts 4:" in told.text_content()
    [bell] = page.xpath("//a[@href='/my#waiting']")
    assert bell.text_content().strip().endswith("4") and "due within 7 days" in bell.get("title")
    assert waiting(world.anke) == 4


def test_the_bell_of_an_open_page_rings_for_whoever_is_spoken_to_until_it_is_read(
    world: World, listen: Any
) -> None:
    thread = discussions.start(world.ben, world.language, title="A room", text="Who knows one?")
    anke, ben = listen(world.anke, world.anke), listen(world.ben, world.ben)
    discussions.post(world.ben, thread, text="You, @Anke Krämer?")
    assert rung(anke) == "1"
    assert rung(ben) is None
    anke.do("discussions.read", thread, ordinal=2)
    assert rung(anke) == ""


def test_who_leads_a_group_finds_what_was_reported_there(world: World, sign_in: SignIn) -> None:
    thread = discussions.start(world.ben, world.language, title="A room", text="An unfriendly word")
    said = db.session.scalars(select(Message).where(Message.thread_id == thread.id)).one()
    before = waiting(world.anke)
    moderation.report(world.guel, said, rule="respect", text="This hurts.")
    forget_count(world.anke.id)
    assert waiting(world.anke) == before + 1
    address = f"/groups/{world.language.id}/moderation"
    assert address in sign_in(world.anke).get("/my").text
    assert "unfriendly" not in sign_in(world.anke).get("/my").text
    assert waiting(world.ben) == 0
    assert address not in sign_in(world.ben).get("/my").text


def rung(ear: Any) -> str | None:
    """What was told last of the number in the bell."""
    told = re.findall(r"""\[data-unread="waiting"\]'><template>(\d*)<""", ear.heard("state")[-1]["html"])
    return told[0] if told else None


def fill(world: World, groups: int, people: int) -> None:
    for number in range(groups):
        group = make_group(world, f"Group {groups}-{number}")
        join(group, world.anke, Place.LEAD)
        meeting = make_meeting(group, f"Meeting {groups}-{number}")
        ask_to(meeting, world.anke)
        past = make_meeting(
            group,
            f"Past {groups}-{number}",
            state=MeetingState.CLOSED,
            starts_at=now() - timedelta(days=number + 1),
        )
        item = make_item(past, "Rooms", 1)
        db.session.add(Minutes(parent=past, room_id=past.room_id, meeting_id=past.id))
        db.session.add(
            Action(
                parent=item,
                room_id=past.room_id,
                group_id=group.id,
                text=f"Do {number}",
                person_id=world.anke.id,
            )
        )
        db.session.commit()
        for other in range(people):
            person = make_person(world, f"Person {other}", f"p{groups}-{number}-{other}@example.org")
            db.session.commit()
            asked = requests.ask_to_join(person, desk_of(group), text="Please")
            if other % 2:
                requests.accept(world.olaf, asked)
        host = make_group(world, f"Host {groups}-{number}")
        join(host, world.nina, Place.LEAD)
        db.session.commit()
        requests.invite(world.nina, desk_of(host), people=[world.anke.id])


def test_my_area_costs_the_same_few_statements_for_any_number(
    world: World, sign_in: SignIn, statements: Any
) -> None:
    anke = sign_in(world.anke)
    fill(world, groups=1, people=2)
    anke.get("/my")
    with statements() as few:
        anke.get("/my")
    fill(world, groups=5, people=4)
    anke.get("/my")
    with statements() as many:
        page = anke.get("/my").text
    assert "Meeting 5-4" in page and "Do 4" in page and "Host 5-4" in page and "Person 3" in page
    assert len(many) <= len(few), many
    assert len(many) <= 8, many


def test_the_start_page_costs_the_same_few_statements(world: World, client: Reader, statements: Any) -> None:
    client.get("/")
    for number in range(6):
        group = make_group(world, f"Open {number}", visibility=Visibility.PUBLIC)
        db.session.commit()
        make_meeting(group, f"Evening {number}", public=True)
    with statements() as sent:
        assert "Open 5" in client.get("/").text
    assert len(sent) <= 8, sent


# The personal calendar


def calendar_of(reader: Reader, address: str) -> Any:
    answer = reader.get(address)
    assert answer.status_code == 200 and answer.content_type.startswith("text/calendar")
    return Calendar.from_ical(answer.data)


def address_of(reader: Reader) -> str:
    page = reader.get("/my/calendar").text
    return page.split('id="address" value="')[1].split('"')[0].removeprefix("http://localhost")


def test_my_calendar_has_a_secret_address_that_can_be_renewed(
    world: World, sign_in: SignIn, client: Reader
) -> None:
    ben = sign_in(world.ben)
    assert "Make my calendar" in ben.get("/my/calendar").text
    assert ben.post("/my/calendar/renew").status_code == 303
    old = address_of(ben)
    assert client.get(old).status_code == 200  # without signing in
    ben.post("/my/calendar/renew")
    assert address_of(ben) != old
    assert client.get(old).status_code == 404
    assert client.get("/calendar/none.ics").status_code == 404


def test_the_calendar_has_the_meetings_of_my_groups_and_no_others(
    world: World, sign_in: SignIn, client: Reader
) -> None:
    ben = sign_in(world.ben)
    ben.post("/my/calendar/renew")
    make_meeting(world.language, "Ours", sequence=3, calendar_uid="ours@example.org")
    make_meeting(world.language, "Draft", state=MeetingState.DRAFT)
    make_meeting(world.closed, "Theirs")
    make_meeting(world.language, "Off", state=MeetingState.CANCELLED, starts_at=now() + timedelta(days=2))
    make_meeting(world.language, "Long ago", starts_at=now() - timedelta(days=200))
    asked = make_meeting(world.housing, "Invited to")
    ask_to(asked, world.ben, Answer.DECLINED)
    events = {
        str(event["SUMMARY"]).split(" (")[0]: event
        for event in calendar_of(client, address_of(ben)).walk("VEVENT")
    }
    assert set(events) == {"Ours", "Off", "Invited to"}
    assert (str(events["Ours"]["UID"]), int(events["Ours"]["SEQUENCE"])) == ("ours@example.org", 3)
    assert str(events["Ours"]["STATUS"]) == "CONFIRMED"
    assert str(events["Off"]["STATUS"]) == "CANCELLED"
    assert str(events["Invited to"]["TRANSP"]) == "TRANSPARENT"


def test_a_calendar_that_has_not_changed_is_not_sent_again(
    world: World, sign_in: SignIn, client: Reader, clock: Any
) -> None:
    ben = sign_in(world.ben)
    ben.post("/my/calendar/renew")
    meeting = make_meeting(world.language, "Ours")
    address = address_of(ben)
    first = client.get(address)
    clock.shift(timedelta(hours=1))
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    meeting.sequence += 1
    db.session.commit()
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("right", ["left the network", "was removed"])
def test_the_calendar_ends_with_the_right(world: World, sign_in: SignIn, client: Reader, right: str) -> None:
    mo = sign_in(world.mo)
    mo.post("/my/calendar/renew")
    make_meeting(world.closed, "Inner")
    address = address_of(mo)
    assert "Inner" in client.get(address).text
    if right == "was removed":
        place = next(place for place in world.closed.memberships if place.person_id == world.mo.id)
        actions.remove(world.nina, place, reason="x")
        assert "Inner" not in client.get(address).text
    else:
        world.mo.state = "left"
        db.session.commit()
        assert client.get(address).status_code == 404


def test_opening_my_area_changes_nothing(world: World, sign_in: SignIn) -> None:
    before = db.session.scalar(select(func.count()).select_from(Change))
    ben = sign_in(world.ben)
    for path in ("/my", "/my/calendar", "/search?q=language", "/groups", "/"):
        ben.get(path)
    assert db.session.scalar(select(func.count()).select_from(Change)) == before


def test_an_invitation_that_is_taken_back_changes_in_my_open_area(
    world: World, sign_in: SignIn, listen: Any
) -> None:
    requests.invite(world.nina, desk_of(world.closed), people=[world.olena.id])
    page = sign_in(world.olena).get("/my").text
    assert f'room="{world.olena.room_id}"' in page
    asked = db.session.scalars(select(JoinRequest)).one()
    assert f'id="my_join_request_{asked.id}"' in page
    ear = listen(world.olena, world.olena)
    requests.withdraw(world.nina, asked)
    assert f'target="my_join_request_{asked.id}"' in ear.html() and "Withdrawn" in ear.html()
    assert "Take in" not in ear.html()


def test_goals_needs_and_decisions_are_in_the_main_menu_with_few_entries_in_the_bar(
    world: World, sign_in: SignIn
) -> None:
    for person, most in ((world.ben, 5), (world.olaf, 4)):
        page = html.fromstring(sign_in(person).get("/my").text)
        [bar] = page.xpath("//nav[contains(@class, 'nw-nav')]")
        further = bar.xpath(".//details//a/@href")
        assert len(bar.xpath("./ul/li/a")) == most
        [phone] = page.xpath("//details[contains(@class, 'nw-menu--main')]")
        for way in ("/goals", "/needs", "/decisions"):
            assert bar.xpath(f".//a[@href='{way}']") and phone.xpath(f".//a[@href='{way}']"), way
            assert len(page.xpath(f"//header//a[@href='{way}']")) == 2, "and not in the account's menu again"
        assert "/needs" in further
