"""The page of a meeting in each of its states, for everybody whom the rules tell apart."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from network.attendance.models import Attendance
from network.extensions import db
from network.groups.models import Visibility
from network.meetings.models import Meeting, MeetingState, Presenter
from network.minutes import actions as minutes
from network.minutes import lines
from network.sitting import actions
from network.things import now
from tests.clients import Reader
from tests.world import World, make_item, make_meeting, make_person

SignIn = Callable[..., Reader]


def seat(meeting: Meeting, person: Any, **more: Any) -> Attendance:
    """A line of the list of attendance."""
    attendance = Attendance(
        parent_id=meeting.id,
        room_id=meeting.room_id,
        meeting_id=meeting.id,
        person_id=person.id,
        organisation_id=person.organisation.id if person.organisation else None,
        **more,
    )
    db.session.add(attendance)
    db.session.commit()
    return attendance


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A meeting of Language on Wednesday with three items."""
    made = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    for place, title in enumerate(("Welcome", "Waiting lists", "Child care"), 1):
        make_item(made, title, place)
    for person in (world.anke, world.ben, world.guel):
        seat(made, person)
    return made


def page(reader: Reader, meeting: Meeting) -> str:
    answer = reader.get(f"/meetings/{meeting.id}")
    assert answer.status_code == 200
    return answer.text


# Before, in the middle, after


def test_a_draft_is_shown_to_those_who_plan_it_with_what_is_missing(world: World, sign_in: SignIn) -> None:
    draft = make_meeting(world.language, state=MeetingState.DRAFT, place="")
    text = page(sign_in(world.anke), draft)
    assert "The agenda is empty." in text and "Announce" in text
    for nobody in (world.ben, world.guel, world.olena, world.ada, world.lev):
        assert sign_in(nobody).get(f"/meetings/{draft.id}").status_code == 404


def test_an_announced_meeting_asks_for_an_answer_and_shows_its_agenda(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    text = page(sign_in(world.ben), meeting)
    assert "Yes, I am coming" in text and "Waiting lists" in text and "Anke Krämer" in text


def test_the_chair_finds_the_way_to_open_it(meeting: Meeting, world: World, sign_in: SignIn) -> None:
    reader = sign_in(world.anke)
    assert "Open the meeting" in page(reader, meeting)
    answer = reader.post(f"/meetings/{meeting.id}/start")
    assert answer.status_code == 422
    assert "The meeting is planned for" in answer.text and 'name="sure" value="1"' in answer.text
    db.session.expire_all()
    assert meeting.state == MeetingState.ANNOUNCED  # four days too early, nothing has happened yet
    answer = reader.post(f"/meetings/{meeting.id}/start", data={"sure": "1"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert meeting.state == MeetingState.RUNNING


def test_the_stage_shows_the_item_its_clock_and_the_expected_end(
    meeting: Meeting, world: World, sign_in: SignIn, clock: Any
) -> None:
    meeting.starts_at, meeting.ends_at = now(), now() + timedelta(minutes=30)
    db.session.commit()
    actions.start(world.anke, meeting)
    actions.next_item(world.anke, meeting, expected=0)
    clock.shift(timedelta(minutes=7, seconds=5))
    text = page(sign_in(world.ben), meeting)
    assert "Now: item 1 of 3" in text
    assert ">7:05</span>" in text  # right at load, without a script
    assert 'data-clock-spent-value="0"' in text and 'data-clock-planned-value="600"' in text
    assert "Expected end: 10:30" in text
    meeting.agenda[2].planned_minutes = 15 * 60
    db.session.commit()
    assert re.search(
        r"Expected end: [A-Z][a-z]+day, \d+ [A-Z][a-z]+, 0\d:\d\d, planned 10:30",
        page(sign_in(world.ben), meeting),
    )


def test_only_those_who_may_write_get_text_areas(meeting: Meeting, world: World, sign_in: SignIn) -> None:
    actions.start(world.anke, meeting)
    assert 'id="desk"' in page(sign_in(world.ben), meeting)
    for reader in (world.guel, world.olena):
        text = page(sign_in(reader), meeting)
        assert 'id="desk"' not in text and "Minutes, live" in text


def test_a_pressed_button_that_is_late_says_what_happened(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    actions.start(world.anke, meeting)
    first = actions.next_item(world.anke, meeting, expected=0)
    reader = sign_in(world.olaf)
    answer = reader.post(f"/meetings/{meeting.id}/next", data={"expected": "0"})
    assert answer.status_code == 409
    assert "Anke Krämer has already opened item 1, “Welcome”." in answer.text
    assert meeting.current is first


@pytest.mark.parametrize("expected", ["", "x", "-1", "9" * 30, "1.5", "😀"])
def test_a_command_without_a_sound_expectation_changes_nothing(
    meeting: Meeting, world: World, sign_in: SignIn, expected: str
) -> None:
    actions.start(world.anke, meeting)
    number = meeting.room.number
    answer = sign_in(world.anke).post(f"/meetings/{meeting.id}/next", data={"expected": expected})
    assert answer.status_code == 422
    db.session.expire_all()
    assert meeting.current is None and meeting.room.number == number


def test_the_whole_way_by_forms_alone(meeting: Meeting, world: World, sign_in: SignIn) -> None:
    chair = sign_in(world.anke)
    one, two, three = [item.id for item in meeting.agenda]
    base = f"/meetings/{meeting.id}"
    for path, data in (
        (f"{base}/start", {"sure": "1"}),
        (f"{base}/next", {"expected": "0"}),
        (f"/items/{three}/open", {"expected": one}),
        (f"/items/{one}/reopen", {"expected": three}),
        (f"/items/{two}/postpone", {"expected": one}),
        (f"/items/{two}/put-back", {}),
        (f"{base}/pause", {}),
        (f"{base}/continue", {}),
        (f"{base}/items/now", {"title": "On the fly", "kind": "exchange", "planned_minutes": "5"}),
        (f"{base}/hand-over", {"office": "minute_taker", "person_id": world.guel.id}),
    ):
        answer = chair.post(path, data=data)
        assert answer.status_code == 303, (path, answer.text)
    text = chair.get(f"{base}/close").text
    assert "Waiting lists" in text and "On the fly" in text
    assert chair.post(f"{base}/close", data={"expected": one}).location == f"{base}/minutes"
    assert "The meeting is over" in page(chair, meeting)
    db.session.expire_all()
    assert [item.state for item in meeting.agenda] == ["done", "postponed", "postponed", "done"]
    assert meeting.minute_taker_id == world.guel.id


def test_the_pages_of_forms_tell_what_is_wrong(meeting: Meeting, world: World, sign_in: SignIn) -> None:
    actions.start(world.anke, meeting)
    chair = sign_in(world.anke)
    answer = chair.post(f"/meetings/{meeting.id}/items/now", data={"title": "", "kind": "exchange"})
    assert answer.status_code == 422 and "Please fill this in." in answer.text
    answer = chair.post(
        f"/meetings/{meeting.id}/hand-over", data={"office": "chair", "person_id": world.olena.id}
    )
    assert answer.status_code == 422
    db.session.expire_all()
    assert meeting.chair_id == world.anke.id and len(meeting.agenda) == 3


def test_whoever_may_not_chair_is_refused_with_the_reason(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    actions.start(world.anke, meeting)
    number = meeting.room.number
    for who in (world.ben, world.guel, world.olena, world.lev):
        answer = sign_in(who).post(f"/meetings/{meeting.id}/next", data={"expected": "0"})
        assert answer.status_code == 403
        assert "Only the chair, those who lead the group" in answer.text
    db.session.expire_all()
    assert meeting.room.number == number


def test_a_cancelled_meeting_keeps_its_trace(world: World, sign_in: SignIn) -> None:
    gone = make_meeting(world.language, state=MeetingState.CANCELLED, cancelled_because="Too many are ill.")
    assert "Too many are ill." in page(sign_in(world.ben), gone)


# Who sees what


@pytest.fixture
def public(world: World) -> Meeting:
    """A public meeting of Housing with an internal item, running."""
    made = make_meeting(world.housing, title="Open evening", public=True, chair_id=world.lev.id)
    make_item(made, "Rents", 1)
    make_item(made, "Staff matters", 2, internal=True)
    make_item(made, "What the salaries are", 2, sub_place=1, under_id=made.agenda[1].id)
    db.session.expire_all()
    db.session.add(Presenter(item_id=made.agenda[0].id, person_id=world.lev.id))
    seat(made, world.lev)
    actions.start(world.lev, made)
    actions.next_item(world.lev, made, expected=0)
    minutes.write(world.lev, made.agenda[0], text="Said in confidence.", revision=0)
    return made


def test_a_visitor_sees_the_public_side_and_no_names(public: Meeting, client: Reader) -> None:
    client.language = "en"
    text = page(client, public)
    assert "Rents" in text and "Now: item 1" in text
    for hidden in ("Staff matters", "What the salaries are", "Lev Haus", "Said in confidence.", "Attendance"):
        assert hidden not in text


def test_while_an_internal_item_is_on_visitors_do_not_learn_which(
    public: Meeting, world: World, client: Reader
) -> None:
    actions.next_item(world.lev, public, expected=public.agenda[0].id)
    client.language = "en"
    text = page(client, public)
    assert "An internal item is being dealt with" in text and "Staff matters" not in text


def test_members_of_the_network_read_along_and_may_do_nothing(
    public: Meeting, world: World, sign_in: SignIn
) -> None:
    text = page(sign_in(world.olena), public)
    assert "Said in confidence." in text and 'data-may=""' in text


def test_visitors_get_404_where_there_is_no_public_side(
    meeting: Meeting, world: World, client: Reader, sign_in: SignIn
) -> None:
    assert client.get(f"/meetings/{meeting.id}").status_code == 404
    closed = make_meeting(world.closed)
    for who in (world.olena, world.anke, world.ada, world.lev):
        assert sign_in(who).get(f"/meetings/{closed.id}").status_code == 404
        assert sign_in(who).post(f"/meetings/{closed.id}/start").status_code == 404
    assert page(sign_in(world.mo), closed)
    assert client.get("/meetings/999999999").status_code == 404
    assert client.get("/meetings/x").status_code == 404


def test_a_public_meeting_is_hidden_again_when_its_group_no_longer_is_public(
    public: Meeting, world: World, client: Reader
) -> None:
    world.housing.visibility = Visibility.NETWORK
    db.session.commit()
    assert client.get(f"/meetings/{public.id}").status_code == 404


# What it costs


@pytest.mark.parametrize("who", ["anke", "ben", "guel", "olaf", "olena"])
@pytest.mark.parametrize("state", ["announced", "running", "closed"])
def test_the_page_costs_at_most_8_statements_whatever_the_number_of_items(
    world: World,
    sign_in: SignIn,
    statements: Callable[[], AbstractContextManager[list[str]]],
    who: str,
    state: str,
) -> None:
    counts = []
    reader = sign_in(getattr(world, who))
    for size in (2, 12):
        meeting = make_meeting(world.language, f"of {size}", chair_id=world.anke.id)
        for person in (world.anke, world.ben, world.guel):
            seat(meeting, person, presence="room", arrived_at=now())
        for place in range(1, size + 1):
            item = make_item(meeting, f"Item {place}", place, text="About **this**.")
            db.session.add(Presenter(item_id=item.id, person_id=world.ben.id))
            make_item(meeting, f"Sub {place}", place, sub_place=1, under_id=item.id)
        db.session.commit()
        if state != "announced":
            actions.start(world.anke, meeting)
            for item in meeting.items:
                minutes.write(world.ben, item, text="Said.", revision=0)
                lines.decide(world.ben, item, text="Decided.", organisation_id=world.school.id)
                lines.agree(world.ben, item, text="Do it.", person_id=world.ben.id)
            actions.next_item(world.anke, meeting, expected=0)
        if state == "closed":
            actions.close(world.anke, meeting, expected=meeting.current.id)
        address = f"/meetings/{meeting.id}"
        reader.get(address)  # what is remembered for all pages is not this page's
        with statements() as sent:
            assert reader.get(address).status_code == 200
        counts.append(sent)
    assert len(counts[0]) == len(counts[1]), counts
    assert len(counts[1]) <= 8, counts[1]


def test_the_public_side_costs_the_same_for_few_items_and_many(
    world: World, client: Reader, statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    counts = []
    for size in (2, 12):
        meeting = make_meeting(world.housing, f"of {size}", public=True, chair_id=world.lev.id)
        for place in range(1, size + 1):
            item = make_item(meeting, f"Item {place}", place, internal=place % 2 == 0)
            make_item(meeting, f"Sub {place}", place, sub_place=1, under_id=item.id)
        actions.start(world.lev, meeting)
        actions.next_item(world.lev, meeting, expected=0)
        address = f"/meetings/{meeting.id}"
        client.get(address)
        with statements() as sent:
            assert client.get(address).status_code == 200
        counts.append(sent)
    assert len(counts[0]) == len(counts[1]) <= 8, counts


def test_nobody_owes_an_answer_to_a_cancelled_meeting(world: World, sign_in: SignIn) -> None:
    gone = make_meeting(world.language, state=MeetingState.CANCELLED, cancelled_because="Too many are ill.")
    seat(gone, world.guel, presence="unknown")
    text = page(sign_in(world.ben), gone)
    assert "Gül Yıldız" in text
    for said in ("No answer yet", "Not yet here", "in the room"):
        assert said not in text


def test_the_public_page_of_a_coming_meeting_says_its_title_once_and_what_guests_should_know(
    world: World, client: Reader
) -> None:
    made = make_meeting(world.housing, title="Open evening", public=True, note="Bring your **children**.")
    client.language = "en"
    text = page(client, made)
    assert "Bring your <strong>children</strong>." in text
    assert text.count("Open evening</h") == 1


# A pause, and much to look at on a phone


def test_a_paused_meeting_says_since_when_wherever_it_is_shown(
    world: World, sign_in: SignIn, client: Reader, clock: Any
) -> None:
    paused = make_meeting(
        world.housing, "Open afternoon", public=True, chair_id=world.lev.id, starts_at=now()
    )
    make_item(paused, "Welcome", 1)
    actions.start(world.lev, paused)
    actions.next_item(world.lev, paused, expected=0)
    lev = sign_in(world.lev)
    places = (f"/meetings/{paused.id}", f"/groups/{world.housing.id}", "/meetings", "/my")
    for place in places:
        assert "Paused since" not in lev.get(place).text, place
    clock.shift(timedelta(minutes=5))
    actions.pause(world.lev, paused)
    for place in places:
        text = lev.get(place).text
        assert "Paused since 10:05" in text and "Running now" not in text, place
    assert "Unterbrochen seit 10:05" in client.get(f"/meetings/{paused.id}").text


def test_in_a_pause_the_same_place_goes_on_and_no_item_can_be_opened(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    actions.start(world.anke, meeting)
    actions.next_item(world.anke, meeting, expected=0)
    reader = sign_in(world.anke)

    def buttons() -> list[tuple[str, bool]]:
        row = page(reader, meeting).split('class="nw-row mt-bar__chair"')[1].split("nw-menu")[0]
        found = re.findall(r"<button ([^>]*formaction[^>]*)>", row)
        return [
            (tag.split('formaction="')[1].split('"')[0].split("/")[-1], "disabled" in tag) for tag in found
        ]

    assert buttons() == [("next", False), ("pause", False), ("postpone", False)]
    actions.pause(world.anke, meeting)
    assert buttons() == [("next", True), ("continue", False)]
    assert f'id="meeting_{meeting.id}_bar" class="nw-actionbar" data-needs="chair" hidden' in page(
        reader, meeting
    )
    answer = reader.post(f"/meetings/{meeting.id}/next", data={"expected": meeting.current.id})
    assert answer.status_code == 409 and "The meeting is paused. Please continue it first." in answer.text


def test_an_open_page_hears_of_the_pause_in_its_bar(meeting: Meeting, world: World, listen: Any) -> None:
    actions.start(world.anke, meeting)
    ben = listen(world.ben, meeting)
    actions.pause(world.anke, meeting)
    badge = ben.html().split(f'target="meeting_{meeting.id}_badge"')[1].split("</turbo-stream>")[0]
    assert "Paused since" in badge and "Live" not in badge
    ben.forget()
    actions.go_on(world.anke, meeting)
    badge = ben.html().split(f'target="meeting_{meeting.id}_badge"')[1].split("</turbo-stream>")[0]
    assert "Live" in badge and "Paused" not in badge


def test_a_long_list_of_attendance_is_folded_beside_the_meeting_and_not_on_its_own_page(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    anke = sign_in(world.anke)
    assert "Everybody on the list" not in page(anke, meeting)
    for number in range(10):
        seat(meeting, make_person(world, f"Person {number}", f"person{number}@example.org"))
    actions.start(world.anke, meeting)
    assert "Everybody on the list" in page(anke, meeting)
    whole_list = anke.get(f"/meetings/{meeting.id}/attendance").text
    assert "Person 9" in whole_list and "Everybody on the list" not in whole_list


def test_minutes_of_a_running_meeting_tell_what_has_not_been_on_yet(
    meeting: Meeting, world: World, sign_in: SignIn
) -> None:
    actions.start(world.anke, meeting)
    actions.next_item(world.anke, meeting, expected=0)
    text = sign_in(world.ben).get(f"/meetings/{meeting.id}/minutes").text
    assert text.count("This item has not been on yet.") == 2
    assert text.count("Nothing has been written on this item.") == 1
