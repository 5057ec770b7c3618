"""Announcing, inviting, telling of changes, calling off and reminding, as the letters arrive."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from icalendar import Calendar
from sqlalchemy import func, select

from network import jobs
from network.agenda import actions as agenda
from network.attendance import actions as attendance_actions
from network.attendance.models import Answer, Attendance
from network.changes import CLOCK, Change, Invalid, Refused
from network.extensions import db
from network.groups.models import Place, Visibility
from network.invitations import actions, delivery, tellings
from network.invitations import jobs as clockwork
from network.letters import Letter as Written
from network.letters import send_waiting
from network.meetings import actions as planning
from network.meetings.models import Meeting, MeetingState
from network.people.models import PersonState
from network.things import now
from tests.letterbox import Letter, Letterbox
from tests.world import World, join, make_group, make_item, make_meeting, make_person

WAIT = timedelta(minutes=31)


@pytest.fixture
def draft(world: World, clock: Any) -> Meeting:
    """Of Language, in ten days, with two items."""
    meeting = make_meeting(
        world.language,
        "December meeting",
        state=MeetingState.DRAFT,
        starts_at=now() + timedelta(days=10),
        chair_id=world.anke.id,
    )
    make_item(meeting, "Welcome", 1)
    make_item(meeting, "Courses in spring", 2, planned_minutes=30)
    return meeting


@pytest.fixture
def announced(world: World, draft: Meeting, letters: Letterbox) -> Meeting:
    """The same, announced; its invitations have arrived and are put away."""
    actions.announce(world.anke, draft)
    send_waiting()
    letters.empty()
    return draft


def rows(meeting: Meeting) -> dict[str, Attendance]:
    """Who is invited, by first name."""
    found = db.session.scalars(
        select(Attendance).where(
            Attendance.meeting_id == meeting.id, Attendance.invited, Attendance.removed_at.is_(None)
        )
    )
    return {row.label.split()[0]: row for row in found}


def arrived(letters: Letterbox) -> list[Letter]:
    """All letters, after what waits has been sent."""
    send_waiting()
    return letters.all()


def to(found: Iterable[Letter], person: Any) -> Letter:
    (letter,) = [letter for letter in found if letter.to == person.email]
    return letter


def event(letter: Letter) -> Any:
    """The event of a letter's calendar file, read by the library that calendar programs could use."""
    (found,) = Calendar.from_ical(letter.calendar).walk("VEVENT")
    return found


def changes() -> int:
    return db.session.scalar(select(func.count()).select_from(Change)) or 0


def tick() -> None:
    """A minute of the clock's work for this feature."""
    clockwork.tell_changes()
    clockwork.write_waiting_letters()


# Announcing


def test_announcing_invites_everybody_of_the_group(world: World, draft: Meeting, letters: Letterbox) -> None:
    actions.announce(world.anke, draft)
    assert draft.state == MeetingState.ANNOUNCED and draft.announced_at == now()
    assert sorted(rows(draft)) == ["Anke", "Ben", "Gül"]
    assert rows(draft)["Ben"].organisation_id == world.parish.id
    letter = to(arrived(letters), world.ben)
    assert letter.subject == "Invitation: December meeting"
    for words in ("December meeting", "Language", "Town library", "1. Welcome", "2. Courses in spring"):
        assert words in letter.text and words in letter.html, words
    assert "Saturday, 12 December, 10:00 to 11:30" in letter.text
    assert len(letters) == 3


def test_guests_are_invited_only_if_their_time_lasts_until_the_meeting(world: World, draft: Meeting) -> None:
    join(world.language, world.lev, Place.GUEST, until=draft.ends_at - timedelta(minutes=1))
    join(world.language, world.mo, Place.GUEST, until=draft.ends_at)
    db.session.commit()
    actions.announce(world.anke, draft)
    assert sorted(rows(draft)) == ["Anke", "Ben", "Gül", "Mo"]


def test_to_the_plenary_everybody_is_invited(world: World, clock: Any) -> None:
    plenary = make_group(world, "Plenary", kind="plenary", visibility=Visibility.PUBLIC)
    make_person(world, "Not Yet", "not-yet@example.org", state=PersonState.APPLIED)
    db.session.commit()
    meeting = make_meeting(plenary, state=MeetingState.DRAFT)
    actions.announce(world.olaf, meeting)
    assert len(rows(meeting)) == 10 and "Not" not in rows(meeting)


def test_a_plenary_of_many_is_written_to_in_portions(
    world: World, clock: Any, letters: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PORTION", 4)
    plenary = make_group(world, "Plenary", kind="plenary", visibility=Visibility.PUBLIC)
    db.session.commit()
    meeting = make_meeting(plenary, state=MeetingState.DRAFT)
    actions.announce(world.olaf, meeting)
    assert len(arrived(letters)) == 4
    clockwork.write_waiting_letters()
    assert sorted(letter.to for letter in arrived(letters)) == sorted(
        row.person.email for row in rows(meeting).values()
    )
    clockwork.write_waiting_letters()
    assert len(arrived(letters)) == 10


def test_the_chair_is_invited_also_from_outside_of_the_group(world: World, draft: Meeting) -> None:
    draft.minute_taker_id = world.olaf.id
    db.session.commit()
    actions.announce(world.anke, draft)
    assert "Olaf" in rows(draft)


def test_further_people_are_invited_with_it(world: World, draft: Meeting, letters: Letterbox) -> None:
    actions.announce(world.anke, draft, people=[world.olena.id, world.ben.id])
    assert rows(draft)["Olena"].extra and not rows(draft)["Ben"].extra
    assert to(arrived(letters), world.olena)


def test_nobody_from_outside_is_invited_to_a_closed_group(
    world: World, clock: Any, letters: Letterbox
) -> None:
    meeting = make_meeting(world.closed, state=MeetingState.DRAFT)
    before = changes()
    with pytest.raises(Invalid):
        actions.announce(world.nina, meeting, people=[world.olena.id])
    assert meeting.state == MeetingState.DRAFT and not rows(meeting)
    assert changes() == before and not arrived(letters)


def test_only_those_who_plan_announce_and_only_once(world: World, draft: Meeting, letters: Letterbox) -> None:
    for person in (world.ben, world.guel, world.olena, world.ada):
        with pytest.raises(Refused):
            actions.announce(person, draft)
    assert draft.state == MeetingState.DRAFT and not arrived(letters)
    actions.announce(world.olaf, draft)
    with pytest.raises(Refused):
        actions.announce(world.anke, draft)
    assert len(arrived(letters)) == 3


def test_a_meeting_of_the_past_is_not_announced(world: World, draft: Meeting, clock: Any) -> None:
    clock.move_to(draft.starts_at)
    with pytest.raises(Invalid):
        actions.announce(world.anke, draft)
    assert draft.state == MeetingState.DRAFT


def test_an_address_that_cannot_be_keeps_nobody_else_from_being_invited(
    world: World, draft: Meeting, letters: Letterbox
) -> None:
    world.guel.email = "no address at all"
    db.session.commit()
    actions.announce(world.anke, draft)
    assert draft.state == MeetingState.ANNOUNCED
    assert to(arrived(letters), world.ben)
    failed = db.session.scalars(select(Written).where(Written.state == "failed")).one()
    assert failed.person_id == world.guel.id


def test_everybody_hears_it_in_the_group_and_in_their_own_room(world: World, draft: Meeting) -> None:
    actions.announce(world.anke, draft)
    heard = db.session.execute(select(Change.room_id, Change.verb, Change.thing_id)).all()
    assert (world.language.room_id, "announced", draft.id) in heard
    assert (world.ben.room_id, "invited", rows(draft)["Ben"].id) in heard
    assert (world.olena.room_id, "invited", draft.id) not in heard


def test_letters_come_in_the_language_of_whoever_gets_them(
    world: World, draft: Meeting, letters: Letterbox
) -> None:
    world.ben.language, world.guel.language = "de", "ar"
    db.session.commit()
    actions.announce(world.anke, draft)
    found = arrived(letters)
    german, arabic, english = (to(found, person) for person in (world.ben, world.guel, world.anke))
    assert 'lang="de"' in german.html and "Samstag, 12. Dezember" in german.text
    assert 'dir="rtl"' in arabic.html and "Saturday" not in arabic.text
    assert "Saturday, 12 December" in english.text
    assert event(german)["DTSTART"].dt == event(english)["DTSTART"].dt


def test_whoever_wants_no_letters_is_invited_without_one(
    world: World, draft: Meeting, letters: Letterbox
) -> None:
    world.ben.unwanted_letters = ["meetings"]
    db.session.commit()
    actions.announce(world.anke, draft)
    assert "Ben" in rows(draft)
    assert sorted(letter.to for letter in arrived(letters)) == [world.anke.email, world.guel.email]


# The calendar file


def test_the_calendar_file_is_a_request_to_one_person(
    world: World, draft: Meeting, letters: Letterbox
) -> None:
    actions.announce(world.anke, draft)
    letter = to(arrived(letters), world.ben)
    calendar = Calendar.from_ical(letter.calendar)
    assert calendar["METHOD"] == "REQUEST" and calendar["VERSION"] == "2.0"
    found = event(letter)
    assert found["UID"] == draft.calendar_uid and found["SEQUENCE"] == 0
    assert found["DTSTART"].dt == draft.starts_at and found["DTEND"].dt == draft.ends_at
    assert found["DTSTAMP"].dt == now()
    assert found["LOCATION"] == "Town library" and found["STATUS"] == "CONFIRMED"
    assert found["ORGANIZER"] == "mailto:no-reply@localhost"
    assert found["ORGANIZER"].params["CN"] == "Language"
    assert found["ATTENDEE"] == "mailto:ben@example.org"
    assert found["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert "2. Courses in spring (30 min.)" in found["DESCRIPTION"]
    assert "VALARM" not in letter.calendar and "anke@example.org" not in letter.calendar
    assert "/answer/" not in letter.calendar, "calendars are shared; the link is for one person"
    parts = {part.get_content_type(): part for part in letter.message.walk()}
    assert parts["text/calendar"].get_param("method") == "REQUEST"


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2027-03-27 17:00", "20270327T160000Z"),  # the day before the clocks go forward
        ("2027-03-28 17:00", "20270328T150000Z"),
        ("2027-10-30 17:00", "20271030T150000Z"),  # the day before they go back
        ("2027-10-31 17:00", "20271031T160000Z"),
    ],
)
def test_the_hour_is_right_on_both_sides_of_a_change_of_the_clocks(
    world: World, clock: Any, letters: Letterbox, local: str, utc: str
) -> None:
    moment = datetime.strptime(utc, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    meeting = make_meeting(world.language, state=MeetingState.DRAFT, starts_at=moment)
    actions.announce(world.anke, meeting)
    letter = to(arrived(letters), world.ben)
    assert f"DTSTART:{utc}" in letter.calendar and "17:00" in letter.text


def test_signs_that_mean_something_in_calendar_files_are_text(
    world: World, draft: Meeting, letters: Letterbox
) -> None:
    draft.title, draft.place = "Rights; duties, and\\more 🎉", "Room 1, floor 2; left\\right"
    db.session.commit()
    actions.announce(world.anke, draft)
    found = event(to(arrived(letters), world.ben))
    assert found["SUMMARY"] == "Rights; duties, and\\more 🎉 (Language)"
    assert found["LOCATION"] == "Room 1, floor 2; left\\right"


# Changes


def test_changes_are_gathered_and_told_in_one_letter(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    uid = announced.calendar_uid
    planning.change_meeting(world.anke, announced, place="Parish hall")
    clock.shift(timedelta(minutes=20))
    new = agenda.add_item(world.anke, announced, title="A new flat", kind="exchange", planned_minutes=10)
    clock.shift(timedelta(minutes=20))
    tick()
    assert not arrived(letters), "something was changed less than half an hour ago"
    clock.shift(timedelta(minutes=11))
    tick()
    letter = to(arrived(letters), world.ben)
    assert letter.subject == "Changed: December meeting" and len(letters) == 3
    assert "New place: Parish hall (before: Town library)." in letter.text
    assert f"New on the agenda: {new.number} “A new flat”." in letter.text
    found = event(letter)
    assert found["UID"] == uid and found["SEQUENCE"] >= 1 and found["LOCATION"] == "Parish hall"
    letters.empty()
    tick()
    assert not arrived(letters)


def test_the_sequence_rises_with_every_letter_about_changes(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    seen = [0]
    item = announced.agenda[1]
    for title in ("Courses in summer", "Courses in autumn"):
        agenda.change_item(world.anke, item, title=title)
        actions.tell(world.anke, announced)
        letter = to(arrived(letters), world.ben)
        seen.append(event(letter)["SEQUENCE"])
        assert event(letter)["UID"] == announced.calendar_uid and title in letter.text
        letters.empty()
    assert seen == sorted(set(seen))


def test_a_new_time_asks_those_who_had_accepted_again(
    world: World, announced: Meeting, letters: Letterbox
) -> None:
    attendance_actions.answer(world.ben, rows(announced)["Ben"], answer="accepted")
    starts = announced.starts_at + timedelta(days=1)
    planning.change_meeting(world.anke, announced, starts_at=starts, ends_at=starts + timedelta(hours=1))
    assert actions.tell(world.anke, announced)
    letter = to(arrived(letters), world.ben)
    assert "New time: Sunday, 13 December, 10:00 to 11:00" in letter.text
    assert "before: Saturday, 12 December, 10:00 to 11:30" in letter.text
    assert "whether this still holds" in letter.text
    assert event(letter)["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event(letter)["DTSTART"].dt == starts


def test_what_is_changed_back_in_time_is_not_told(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    planning.change_meeting(world.anke, announced, place="Parish hall")
    clock.shift(timedelta(minutes=2))
    planning.change_meeting(world.anke, announced, place="Town library")
    clock.shift(WAIT)
    tick()
    assert not arrived(letters) and announced.untold_since is None


def test_whoever_keeps_changing_is_told_on_all_the_same(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    for number in range(9):
        planning.change_meeting(world.anke, announced, place=f"Room {number}")
        clock.shift(timedelta(minutes=15))
        tick()
    assert [letter.to for letter in arrived(letters)].count(world.ben.email) == 1


def test_the_differences_of_an_agenda_in_words(world: World, announced: Meeting) -> None:
    def item(id: int, number: str, title: str, minutes: int = 10, more: str = "x") -> dict[str, Any]:
        return {"id": id, "number": number, "title": title, "minutes": minutes, "more": more}

    frame = {name: value for name, value in tellings.facts_of(announced).items() if name != "items"}
    before = {**frame, "items": [item(1, "1", "A"), item(2, "2", "B"), item(3, "3", "C"), item(4, "4", "D")]}
    after = {
        **frame,
        "items": [item(3, "1", "C"), item(1, "2", "A", 20), item(2, "3", "Bee"), item(5, "4", "E", more="y")],
    }
    with force_locale("en"):
        found = tellings.differences(before, after)
    assert found == [
        "Moved on the agenda: “C” is now number 1.",
        "For 2 “A” 20 minutes are planned now.",
        "Number 3 is now called “Bee” (before: “B”).",
        "New on the agenda: 4 “E”.",
        "No longer on the agenda: “D”.",
    ]
    assert tellings.differences(before, before) == []


def test_members_do_not_tell(world: World, announced: Meeting, letters: Letterbox) -> None:
    planning.change_meeting(world.anke, announced, place="Parish hall")
    with pytest.raises(Refused):
        actions.tell(world.ben, announced)
    assert announced.untold_since is not None and not arrived(letters)


def test_once_it_has_begun_nothing_is_told(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    clock.move_to(announced.starts_at - timedelta(minutes=10))
    planning.change_meeting(world.anke, announced, place="Parish hall")
    clock.shift(WAIT)
    tick()
    assert not arrived(letters)


# Coming and going


def test_who_comes_into_the_group_later_is_invited_and_hears_of_no_old_changes(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    planning.change_meeting(world.anke, announced, place="Parish hall")
    actions.tell(world.anke, announced)
    arrived(letters)
    letters.empty()
    join(world.language, world.lev)
    db.session.commit()
    clockwork.follow_groups()
    (letter,) = arrived(letters)
    assert letter.to == world.lev.email and "Invitation" in letter.subject
    assert "Parish hall" in letter.text and event(letter)["SEQUENCE"] == announced.sequence
    clockwork.follow_groups()
    tick()
    assert len(arrived(letters)) == 1


def test_who_leaves_the_group_is_taken_off_and_the_calendar_hears_of_it(
    world: World, announced: Meeting, letters: Letterbox
) -> None:
    place = next(m for m in world.language.memberships if m.person_id == world.ben.id)
    place.removed_at = now()
    db.session.commit()
    clockwork.follow_groups()
    assert sorted(rows(announced)) == ["Anke", "Gül"]
    (letter,) = arrived(letters)
    assert letter.to == world.ben.email and Calendar.from_ical(letter.calendar)["METHOD"] == "CANCEL"
    letters.empty()
    place.removed_at = None
    db.session.commit()
    clockwork.follow_groups()
    assert "Ben" in rows(announced) and to(arrived(letters), world.ben).subject.startswith("Invitation")


def test_who_leaves_the_network_gets_no_more_letters(
    world: World, announced: Meeting, letters: Letterbox
) -> None:
    actions.invite_also(world.anke, announced, people=[world.olena.id])
    arrived(letters)
    letters.empty()
    world.olena.state = PersonState.LEFT
    db.session.commit()
    clockwork.take_off_invitations(world.olena)
    assert "Olena" not in rows(announced) and not arrived(letters)


def test_somebody_from_outside_is_invited_later_and_uninvited(
    world: World, announced: Meeting, letters: Letterbox
) -> None:
    actions.invite_also(world.anke, announced, people=[world.olena.id])
    assert to(arrived(letters), world.olena).subject.startswith("Invitation")
    with pytest.raises(Invalid):
        actions.invite_also(world.anke, announced, people=[world.olena.id])
    with pytest.raises(Refused):
        actions.invite_also(world.ben, announced, people=[world.lev.id])
    clockwork.follow_groups()
    assert "Olena" in rows(announced), "she is not in the group and stays invited"
    letters.empty()
    row = rows(announced)["Olena"]
    with pytest.raises(Refused):
        actions.uninvite(world.anke, rows(announced)["Ben"])
    actions.uninvite(world.anke, row)
    assert "Olena" not in rows(announced)
    assert Calendar.from_ical(to(arrived(letters), world.olena).calendar)["METHOD"] == "CANCEL"


# Calling off


def test_a_cancelled_meeting_is_taken_out_of_all_calendars_with_the_reason(
    world: World, announced: Meeting, letters: Letterbox
) -> None:
    planning.cancel(world.anke, announced, reason="The library is flooded.")
    letter = to(arrived(letters), world.ben)
    assert letter.subject == "Cancelled: December meeting" and "The library is flooded." in letter.text
    calendar, found = Calendar.from_ical(letter.calendar), event(letter)
    assert calendar["METHOD"] == "CANCEL" and found["STATUS"] == "CANCELLED"
    assert found["UID"] == announced.calendar_uid and found["SEQUENCE"] == 1
    assert found["ATTENDEE"] == "mailto:ben@example.org"
    assert found["DESCRIPTION"] == "The library is flooded."
    assert len(letters) == 3
    tick()
    assert len(arrived(letters)) == 3


def test_whoever_was_not_yet_invited_hears_nothing_of_a_cancelled_meeting(
    world: World, draft: Meeting, letters: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PORTION", 1)
    actions.announce(world.anke, draft)
    monkeypatch.setattr(delivery, "PORTION", 40)
    planning.cancel(world.anke, draft, reason="Nobody has time.")
    tick()
    assert sorted(letter.subject.split(":")[0] for letter in arrived(letters)) == ["Cancelled", "Invitation"]


# Reminders


def test_a_week_and_a_day_before_people_are_reminded_once(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    attendance_actions.answer(world.ben, rows(announced)["Ben"], answer="accepted")
    attendance_actions.answer(world.guel, rows(announced)["Gül"], answer="declined")
    for hours in (168, 24):
        clock.move_to(announced.starts_at - timedelta(hours=hours, minutes=1))
        clockwork.remind_of_meetings()
        assert not arrived(letters)
        clock.shift(timedelta(minutes=2))
        clockwork.remind_of_meetings()
        clockwork.remind_of_meetings()
        found = arrived(letters)
        assert sorted(letter.to for letter in found) == [world.anke.email, world.ben.email]
        assert "You have accepted." in to(found, world.ben).text
        assert "You have not answered yet." in to(found, world.anke).text
        letters.empty()
    clock.move_to(announced.starts_at + timedelta(minutes=1))
    clockwork.remind_of_meetings()
    assert not arrived(letters)


def test_a_reminder_that_was_missed_comes_some_hours_late_or_not_at_all(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    clock.move_to(announced.starts_at - timedelta(hours=168 - 11))
    clockwork.remind_of_meetings()
    assert len(arrived(letters)) == 3
    letters.empty()
    clock.move_to(announced.starts_at - timedelta(hours=24 - 13))
    clockwork.remind_of_meetings()
    assert not arrived(letters)


def test_nobody_is_reminded_of_what_they_have_just_been_told(
    world: World, draft: Meeting, clock: Any, letters: Letterbox
) -> None:
    clock.move_to(draft.starts_at - timedelta(hours=167))
    actions.announce(world.anke, draft)
    arrived(letters)
    letters.empty()
    clockwork.remind_of_meetings()
    assert not arrived(letters)
    clock.move_to(draft.starts_at - timedelta(hours=23))
    clockwork.remind_of_meetings()
    assert len(arrived(letters)) == 3


def test_who_wants_no_reminders_gets_none(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    world.ben.unwanted_letters = ["reminders"]
    db.session.commit()
    clock.move_to(announced.starts_at - timedelta(hours=24))
    clockwork.remind_of_meetings()
    assert world.ben.email not in [letter.to for letter in arrived(letters)]


def test_a_meeting_that_was_moved_is_reminded_of_anew(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    clock.move_to(announced.starts_at - timedelta(hours=168))
    clockwork.remind_of_meetings()
    starts = announced.starts_at + timedelta(days=14)
    planning.change_meeting(world.anke, announced, starts_at=starts, ends_at=starts + timedelta(hours=1))
    actions.tell(world.anke, announced)
    arrived(letters)
    letters.empty()
    clock.move_to(starts - timedelta(hours=168))
    clockwork.remind_of_meetings()
    assert len(arrived(letters)) == 3


def test_the_network_chooses_the_hours(
    world: World, announced: Meeting, clock: Any, letters: Letterbox
) -> None:
    world.network.reminder_hours = []
    db.session.commit()
    clock.move_to(announced.starts_at - timedelta(hours=24))
    clockwork.remind_of_meetings()
    assert not arrived(letters)
    world.network.reminder_hours = [2]
    db.session.commit()
    clock.move_to(announced.starts_at - timedelta(hours=2))
    clockwork.remind_of_meetings()
    assert len(arrived(letters)) == 3


def test_only_the_clock_reminds_and_follows(world: World, announced: Meeting, clock: Any) -> None:
    clock.move_to(announced.starts_at - timedelta(hours=24))
    for person in (world.anke, world.olaf):
        with pytest.raises(Refused):
            actions.remind(person, announced, hours=24)
        with pytest.raises(Refused):
            actions.follow_group(person, announced)
        with pytest.raises(Refused):
            actions.write_letters(person, announced)


def test_the_clocks_jobs_are_declared(world: World, announced: Meeting) -> None:
    names = {name for name, job in jobs.JOBS.items() if job.due and name.startswith("invitations.")}
    assert names == {
        f"invitations.{name}"
        for name in ("write_waiting_letters", "tell_changes", "follow_groups", "remind_of_meetings")
    }


def test_answers_given_at_the_same_time_as_letters_wait_are_kept(
    world: World, draft: Meeting, letters: Letterbox
) -> None:
    actions.announce(world.anke, draft)
    attendance_actions.answer(world.ben, rows(draft)["Ben"], answer="declined")
    actions.follow_group(CLOCK, draft)
    assert rows(draft)["Ben"].answer == Answer.DECLINED
    assert len(arrived(letters)) == 3
