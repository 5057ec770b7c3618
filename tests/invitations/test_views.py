"""The pages of invitations, and the links in letters, as different people open them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from network import links
from network.attendance.models import Answer, Attendance
from network.changes import Change
from network.extensions import db
from network.invitations import actions
from network.invitations.letters import answer_token
from network.letters import send_waiting
from network.meetings import actions as planning
from network.meetings.models import Meeting, MeetingState
from network.people.models import PersonState
from network.things import now
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.world import World, make_item, make_meeting

SignIn = Callable[..., Reader]


@pytest.fixture
def draft(world: World) -> Meeting:
    """Of Language, in ten days."""
    meeting = make_meeting(
        world.language, "December meeting", state=MeetingState.DRAFT, starts_at=now() + timedelta(days=10)
    )
    make_item(meeting, "Courses in spring", 1, planned_minutes=30)
    return meeting


@pytest.fixture
def announced(world: World, draft: Meeting) -> Meeting:
    """The same, announced."""
    actions.announce(world.anke, draft)
    return draft


def row_of(meeting: Meeting, person: Any) -> Attendance:
    return db.session.scalars(
        select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.person_id == person.id)
    ).one()


def changes() -> int:
    return db.session.scalar(select(func.count()).select_from(Change)) or 0


# Announcing


def test_before_announcing_anke_sees_whom_and_what(world: World, draft: Meeting, sign_in: SignIn) -> None:
    page = sign_in(world.anke).get(f"/meetings/{draft.id}/announce").text
    for words in ("Ben Berger", "Gül Yıldız", "3 people of “Language”", "1. Courses in spring (30 min.)"):
        assert words in page, words
    db.session.refresh(draft)
    assert draft.state == MeetingState.DRAFT


@pytest.mark.parametrize(
    ("whose", "public", "said"),
    [
        ("housing", True, "Public: everybody sees time, place and the public items, also on the start page"),
        ("housing", False, "Not public: all members of the network see the meeting, others do not."),
        ("language", True, "Not public: all members of the network"),  # never wider than the group
        (
            "closed",
            False,
            "Not public: only people of this group and the Coordination Office see the meeting.",
        ),
    ],
)
def test_whoever_announces_reads_before_who_will_see_it(
    world: World, sign_in: SignIn, whose: str, public: bool, said: str
) -> None:
    olaf = sign_in(world.olaf)
    meeting = make_meeting(getattr(world, whose), "Soon", state=MeetingState.DRAFT, public=public)
    for page in (f"/meetings/{meeting.id}", f"/meetings/{meeting.id}/announce"):
        shown = olaf.get(page).text
        assert "Who sees it once it is announced" in shown and said in shown, page
    actions.announce(world.olaf, meeting)
    assert said in olaf.get(f"/meetings/{meeting.id}").text


def test_anke_finds_olena_and_announces(
    world: World, draft: Meeting, sign_in: SignIn, letters: Letterbox
) -> None:
    reader = sign_in(world.anke)
    path = f"/meetings/{draft.id}/announce"
    found = reader.post(path, data={"look_for": "koval", "find": "1"})
    assert found.status_code == 422 and f'value="{world.olena.id}"' in found.text
    db.session.refresh(draft)
    assert draft.state == MeetingState.DRAFT
    done = reader.post(path, data={"people": [str(world.olena.id)]})
    assert done.status_code == 303
    db.session.refresh(draft)
    assert draft.state == MeetingState.ANNOUNCED and row_of(draft, world.olena).extra
    send_waiting()
    assert len(letters) == 4
    assert reader.get(path).status_code == 303, "it is announced already"


@pytest.mark.parametrize("people", [["999999"], ["-1"], ["x"], ["9" * 30]])
def test_people_who_are_none_are_refused(
    world: World, draft: Meeting, sign_in: SignIn, people: list[str], letters: Letterbox
) -> None:
    answer = sign_in(world.anke).post(f"/meetings/{draft.id}/announce", data={"people": people})
    assert answer.status_code == 422
    db.session.refresh(draft)
    assert draft.state == MeetingState.DRAFT
    send_waiting()
    assert not letters.all()


def test_only_those_who_plan_see_these_pages(
    world: World, draft: Meeting, sign_in: SignIn, client: Reader
) -> None:
    for path in (
        f"/meetings/{draft.id}/announce",
        f"/meetings/{draft.id}/invite",
        f"/meetings/{draft.id}/tell",
    ):
        assert sign_in(world.ben).get(path).status_code == 404, "drafts are known to those who plan"
        assert sign_in(world.ben).post(path).status_code == 404
    actions.announce(world.anke, draft)
    before = changes()
    for path in (f"/meetings/{draft.id}/invite", f"/meetings/{draft.id}/tell"):
        assert sign_in(world.ben).get(path).status_code == 403
        assert sign_in(world.ben).post(path, data={"people": [str(world.olena.id)]}).status_code == 403
        assert client.post(path).status_code in (302, 303, 404)
        assert sign_in(world.anke).get(path).status_code == 200
    assert changes() == before


def test_anke_invites_lev_and_takes_it_back(world: World, announced: Meeting, sign_in: SignIn) -> None:
    reader = sign_in(world.anke)
    path = f"/meetings/{announced.id}/invite"
    nobody = reader.post(path, data={})
    assert nobody.status_code == 422 and "at least one person" in nobody.text
    assert reader.post(path, data={"people": [str(world.lev.id)]}).status_code == 303
    row = row_of(announced, world.lev)
    page = reader.get(path).text
    assert "Lev Haus" in page and "Take the invitation back" in page
    assert sign_in(world.ben).post(f"/attendances/{row.id}/uninvite").status_code == 403
    assert reader.post(f"/attendances/{row.id}/uninvite").status_code == 303
    db.session.refresh(row)
    assert row.removed_at is not None


def test_anke_sees_what_was_not_told_and_tells_it(
    world: World, announced: Meeting, sign_in: SignIn, letters: Letterbox
) -> None:
    reader = sign_in(world.anke)
    path = f"/meetings/{announced.id}/tell"
    assert "know everything" in reader.get(path).text
    planning.change_meeting(world.anke, announced, place="Parish hall")
    assert "New place: Parish hall (before: Town library)." in reader.get(path).text
    send_waiting()
    letters.empty()
    assert reader.post(path).status_code == 303
    send_waiting()
    assert len(letters) == 3
    assert "know everything" in reader.get(path).text


# The calendar file


def test_the_calendar_file_is_for_all_who_see_the_meeting(
    world: World, sign_in: SignIn, client: Reader
) -> None:
    meeting = make_meeting(world.housing, public=True, online_url="https://meet.example/secret")
    make_item(meeting, "For everybody", 1)
    make_item(meeting, "Only for us", 2, internal=True)
    path = f"/meetings/{meeting.id}/calendar.ics"
    inside = sign_in(world.lev).get(path)
    assert inside.mimetype == "text/calendar"
    assert inside.headers["Cache-Control"] == "private, no-cache"
    assert Calendar.from_ical(inside.data)["METHOD"] == "PUBLISH"
    (event,) = Calendar.from_ical(inside.data).walk("VEVENT")
    assert "Only for us" in event["DESCRIPTION"] and "meet.example" in event["DESCRIPTION"]
    assert event["UID"] == meeting.calendar_uid and "ATTENDEE" not in event
    outside = client.get(path).text
    assert "For everybody" in outside and "Only for us" not in outside and "meet.example" not in outside
    closed = make_meeting(world.closed)
    assert sign_in(world.olena).get(f"/meetings/{closed.id}/calendar.ics").status_code == 404
    hidden = make_meeting(world.language, "Draft", state=MeetingState.DRAFT)
    assert sign_in(world.ben).get(f"/meetings/{hidden.id}/calendar.ics").status_code == 404


# Answering by link


def test_ben_answers_from_his_letter_without_signing_in(
    world: World, announced: Meeting, client: Reader, letters: Letterbox
) -> None:
    send_waiting()
    letter = letters.last(world.ben)
    yes, no = [link for link in letter.links if "/answer/" in link]
    path = urlsplit(yes).path + "?" + urlsplit(yes).query
    page = client.get(path)
    assert page.status_code == 200
    for words in ("December meeting", "Town library", "Courses in spring", "Ben Berger"):
        assert words in page.text, words
    row = row_of(announced, world.ben)
    assert row.answer == Answer.NONE, "opening the link does nothing"
    done = client.post(urlsplit(yes).path, data={"value": "accepted", "note": "With pleasure"})
    assert done.status_code == 303
    after = client.get(done.location).text
    assert "Your answer has been saved." in after and "You have accepted." in after
    client.post(urlsplit(no).path, data={"value": "declined"})
    db.session.refresh(row)
    assert (row.answer, row.answer_note) == (Answer.DECLINED, "With pleasure")
    line = db.session.scalars(select(Change).where(Change.verb == "answered").limit(1)).one()
    assert line.actor_id == world.ben.id


def test_the_page_of_a_link_speaks_the_persons_language(
    world: World, announced: Meeting, client: Reader
) -> None:
    world.ben.language = "ar"
    token = answer_token(row_of(announced, world.ben))
    client.language = "de"
    assert '<html lang="ar" dir="rtl"' in client.get(f"/answer/{token}").text


def test_the_link_is_for_one_invitation(world: World, announced: Meeting, client: Reader) -> None:
    token = answer_token(row_of(announced, world.ben))
    client.post(f"/answer/{token}", data={"value": "declined"})
    assert row_of(announced, world.anke).answer == Answer.NONE
    assert row_of(announced, world.ben).answer == Answer.DECLINED
    assert client.get(f"/meetings/{announced.id}/attendance").status_code in (302, 303, 404)


def test_ben_answers_his_own_even_if_anke_is_signed_in_there(
    world: World, announced: Meeting, sign_in: SignIn
) -> None:
    token = answer_token(row_of(announced, world.ben))
    sign_in(world.anke).post(f"/answer/{token}", data={"value": "accepted"})
    assert row_of(announced, world.ben).answer == Answer.ACCEPTED
    assert row_of(announced, world.anke).answer == Answer.NONE


@pytest.mark.parametrize("value", ["", "maybe", "none"])
def test_an_answer_by_link_must_be_yes_or_no(
    world: World, announced: Meeting, client: Reader, value: str
) -> None:
    row = row_of(announced, world.ben)
    answer = client.post(f"/answer/{answer_token(row)}", data={"value": value, "note": "My words"})
    assert answer.status_code == 422 and "My words" in answer.text
    assert row_of(announced, world.ben).answer == Answer.NONE


def test_links_that_are_none_get_a_clear_page(world: World, announced: Meeting, client: Reader) -> None:
    client.language = "en"
    token = answer_token(row_of(announced, world.ben))
    other_use = links.make("reset", attendance=row_of(announced, world.ben).id)
    for broken in (token[:-3], token + "x", "nonsense", "%F0%9F%8E%89", other_use, "x" * 3000):
        before = changes()
        answer = client.get(f"/answer/{broken}")
        assert answer.status_code == 404 and "not complete" in answer.text, broken
        assert client.post(f"/answer/{broken}", data={"value": "accepted"}).status_code == 404
        assert changes() == before
    for facts in ({}, {"attendance": 999_999}, {"attendance": "x"}, {"attendance": None}):
        assert client.get(f"/answer/{links.make('answer', **facts)}").status_code in (404, 410)


def test_a_link_that_is_too_old_has_expired(
    world: World, announced: Meeting, client: Reader, clock: Any
) -> None:
    client.language = "en"
    token = answer_token(row_of(announced, world.ben))
    clock.shift(timedelta(days=401))
    answer = client.get(f"/answer/{token}")
    assert answer.status_code == 410 and "expired" in answer.text


def test_once_the_meeting_has_begun_the_link_says_so(
    world: World, announced: Meeting, client: Reader, clock: Any
) -> None:
    row = row_of(announced, world.ben)
    token = answer_token(row)
    client.post(f"/answer/{token}", data={"value": "accepted"})
    clock.move_to(announced.starts_at)
    before = changes()
    page = client.get(f"/answer/{token}")
    assert page.status_code == 410 and "has begun" in page.text and "Accepted" in page.text
    answer = client.post(f"/answer/{token}", data={"value": "declined"})
    assert answer.status_code == 410 and "has begun" in answer.text
    assert row_of(announced, world.ben).answer == Answer.ACCEPTED and changes() == before


def test_a_cancelled_meeting_says_why(world: World, announced: Meeting, client: Reader) -> None:
    token = answer_token(row_of(announced, world.ben))
    planning.cancel(world.anke, announced, reason="The library is flooded.")
    page = client.get(f"/answer/{token}")
    assert page.status_code == 410 and "The library is flooded." in page.text


def test_who_is_no_longer_invited_or_in_the_network_cannot_answer(
    world: World, announced: Meeting, client: Reader
) -> None:
    bens, guels = row_of(announced, world.ben), row_of(announced, world.guel)
    tokens = answer_token(bens), answer_token(guels)
    bens.removed_at = now()
    world.guel.state = PersonState.LEFT
    db.session.commit()
    for token in tokens:
        page = client.get(f"/answer/{token}")
        assert page.status_code == 410 and "December meeting" not in page.text
        assert client.post(f"/answer/{token}", data={"value": "accepted"}).status_code == 410
    assert {row_of(announced, p).answer for p in (world.ben, world.guel)} == {Answer.NONE}


def test_a_request_of_another_site_answers_nothing(world: World, announced: Meeting, client: Reader) -> None:
    token = answer_token(row_of(announced, world.ben))
    answer = client.post(f"/answer/{token}", data={"value": "accepted"}, csrf=False)
    assert answer.status_code in (400, 403, 422)
    assert row_of(announced, world.ben).answer == Answer.NONE


def test_html_of_people_stays_text_in_letters_and_on_the_page(
    world: World, draft: Meeting, client: Reader, letters: Letterbox
) -> None:
    draft.title, draft.note = "<b>Bold</b> & \u202ebackwards", "<script>alert(1)</script>"
    db.session.commit()
    actions.announce(world.anke, draft)
    send_waiting()
    letter = letters.last(world.ben)
    assert "<b>Bold" not in letter.html and "<script>" not in letter.html
    page = client.get(f"/answer/{answer_token(row_of(draft, world.ben))}").text
    assert "<b>Bold" not in page and "<script>alert" not in page
