"""Answering, checking in and out, and keeping the list of attendance."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from network.attendance import actions, counts, jobs
from network.attendance.closing import settle_absences
from network.attendance.models import Answer, Attendance, LinkHolder, Presence
from network.changes import Change, Invalid, Refused
from network.extensions import db
from network.meetings.models import Meeting, MeetingState
from network.people.models import Affiliation
from network.things import now
from tests.world import World, make_meeting, make_organisation


@pytest.fixture
def meeting(world: World, clock: Any) -> Meeting:
    """Announced, in four days; Anke (lead) and Ben (member) are invited."""
    return make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.guel.id)


def invite(meeting: Meeting, person: Any, **facts: Any) -> Attendance:
    """Somebody on the list, as announcing puts them there."""
    row = Attendance(
        parent_id=meeting.id,
        room_id=meeting.room_id,
        meeting_id=meeting.id,
        person_id=person.id if person else None,
        **facts,
    )
    db.session.add(row)
    db.session.commit()
    return row


def changes() -> int:
    return db.session.scalar(select(func.count()).select_from(Change)) or 0


def soon(meeting: Meeting, clock: Any, minutes: int = 20) -> None:
    clock.move_to(meeting.starts_at - timedelta(minutes=minutes))


def run(meeting: Meeting, clock: Any) -> None:
    clock.move_to(meeting.starts_at)
    meeting.state, meeting.started_at = MeetingState.RUNNING, now()
    db.session.commit()


# Answering


def test_ben_accepts_and_changes_his_mind(world: World, meeting: Meeting) -> None:
    row = invite(meeting, world.ben)
    actions.answer(world.ben, row, answer="accepted", note="I bring cake.")
    assert (row.answer, row.answer_note, row.answered_at) == (Answer.ACCEPTED, "I bring cake.", now())
    actions.answer(world.ben, row, answer="declined")
    assert (row.answer, row.answer_note) == (Answer.DECLINED, "I bring cake.")
    assert row.room.number == 2


def test_the_same_answer_twice_is_one(world: World, meeting: Meeting) -> None:
    row = invite(meeting, world.ben)
    actions.answer(world.ben, row, answer="accepted")
    before = changes()
    actions.answer(world.ben, row, answer="accepted")
    assert changes() == before


def test_an_answer_is_heard_in_the_meeting_and_in_the_persons_own_room(
    world: World, meeting: Meeting
) -> None:
    row = invite(meeting, world.ben)
    actions.answer(world.ben, row, answer="accepted")
    heard = set(db.session.scalars(select(Change.room_id).where(Change.thing_id == row.id)))
    assert heard == {meeting.room_id, world.ben.room_id}


def test_nobody_answers_for_another_person(world: World, meeting: Meeting) -> None:
    row = invite(meeting, world.ben)
    before = changes()
    for other in (world.anke, world.olaf, world.guel):
        with pytest.raises(Refused):
            actions.answer(other, row, answer="accepted")
    assert row.answer == Answer.NONE and changes() == before


def test_after_the_start_nobody_answers_any_more(world: World, meeting: Meeting, clock: Any) -> None:
    row = invite(meeting, world.ben)
    clock.move_to(meeting.starts_at)
    with pytest.raises(Refused):
        actions.answer(world.ben, row, answer="accepted")
    assert row.answer == Answer.NONE


def test_whoever_holds_the_link_answers_this_invitation_and_no_other(world: World, meeting: Meeting) -> None:
    bens, ankes = invite(meeting, world.ben), invite(meeting, world.anke)
    holder = LinkHolder(bens)
    actions.answer(holder, bens, answer="accepted")
    line = db.session.scalars(select(Change).where(Change.verb == "answered")).first()
    assert line is not None and line.actor_id == world.ben.id
    with pytest.raises(Refused):
        actions.answer(holder, ankes, answer="declined")
    assert ankes.answer == Answer.NONE


def test_whoever_holds_the_link_may_do_nothing_else(world: World, meeting: Meeting, clock: Any) -> None:
    row = invite(meeting, world.ben)
    run(meeting, clock)
    holder = LinkHolder(row)
    before = changes()
    for deed in (
        lambda: actions.check_in(holder, meeting),
        lambda: actions.excuse(holder, row),
        lambda: actions.mark(holder, row, presence="room"),
        lambda: actions.represent(holder, row, organisation_id=None),
        lambda: actions.add_guest(holder, meeting, name="X"),
    ):
        with pytest.raises(Refused):
            deed()
    assert changes() == before and row.presence == Presence.UNKNOWN


# Being there


def test_half_an_hour_before_the_start_ben_checks_in(world: World, meeting: Meeting, clock: Any) -> None:
    row = invite(meeting, world.ben, organisation_id=world.parish.id)
    soon(meeting, clock, minutes=31)
    with pytest.raises(Refused):
        actions.check_in(world.ben, meeting)
    soon(meeting, clock, minutes=30)
    actions.check_in(world.ben, meeting)
    assert (row.presence, row.arrived_at, row.left_at) == (Presence.ROOM, now(), None)
    assert row.organisation_id == world.parish.id


def test_ben_leaves_comes_back_and_keeps_his_first_arrival(
    world: World, meeting: Meeting, clock: Any
) -> None:
    row = invite(meeting, world.ben)
    run(meeting, clock)
    actions.check_in(world.ben, meeting)
    arrived = row.arrived_at
    clock.shift(timedelta(minutes=10))
    actions.check_out(world.ben, row)
    assert row.left_at == now() and not row.present and row.was_present
    clock.shift(timedelta(minutes=10))
    actions.check_in(world.ben, meeting, how="online")
    assert (row.presence, row.arrived_at, row.left_at) == (Presence.ONLINE, arrived, None)


def test_checking_in_twice_is_once(world: World, meeting: Meeting, clock: Any) -> None:
    invite(meeting, world.ben)
    soon(meeting, clock)
    first = actions.check_in(world.ben, meeting)
    before = changes()
    assert actions.check_in(world.ben, meeting).id == first.id and changes() == before


def test_a_member_who_is_not_on_the_list_is_put_on_it(world: World, meeting: Meeting, clock: Any) -> None:
    soon(meeting, clock)
    row = actions.check_in(world.ben, meeting)
    assert not row.invited and row.present and row.organisation_id == world.parish.id


def test_nobody_takes_part_for_an_organisation_of_others(world: World, meeting: Meeting, clock: Any) -> None:
    other = make_organisation(world, "Somebody else", "association")
    soon(meeting, clock)
    with pytest.raises(Invalid):
        actions.check_in(world.ben, meeting, organisation_id=other.id)
    assert not db.session.scalars(select(Attendance)).all()


def test_ben_takes_part_for_his_second_organisation_or_as_a_citizen(
    world: World, meeting: Meeting, clock: Any
) -> None:
    db.session.add(Affiliation(person_id=world.ben.id, organisation_id=world.school.id, main=False))
    db.session.commit()
    soon(meeting, clock)
    row = actions.check_in(world.ben, meeting, organisation_id=world.school.id)
    assert row.organisation_id == world.school.id
    actions.check_in(world.ben, meeting, as_citizen=True)
    assert row.organisation_id is None
    actions.represent(world.ben, row, organisation_id=world.parish.id)
    assert row.organisation_id == world.parish.id


def test_who_only_reads_along_needs_the_code_of_the_room(world: World, meeting: Meeting, clock: Any) -> None:
    soon(meeting, clock)
    actions.renew_code(world.anke, meeting)
    for code in ("", "WRONG1"):
        with pytest.raises(Invalid):
            actions.check_in(world.olena, meeting, code=code)
    assert not db.session.scalars(select(Attendance)).all()
    typed = f" {meeting.check_in_code[:3].lower()}-{meeting.check_in_code[3:]} "
    assert actions.check_in(world.olena, meeting, code=typed).present


def test_an_old_code_is_void(world: World, meeting: Meeting, clock: Any) -> None:
    soon(meeting, clock)
    actions.renew_code(world.anke, meeting)
    old = meeting.check_in_code
    actions.renew_code(world.anke, meeting)
    assert meeting.check_in_code != old
    with pytest.raises(Invalid):
        actions.check_in(world.olena, meeting, code=old)


def test_the_code_opens_no_closed_group(world: World, clock: Any) -> None:
    meeting = make_meeting(world.closed, check_in_code="ABC234")
    soon(meeting, clock)
    with pytest.raises(Refused):
        actions.check_in(world.olena, meeting, code="ABC234")


def test_ben_excuses_himself_from_a_meeting_that_runs(world: World, meeting: Meeting, clock: Any) -> None:
    row = invite(meeting, world.ben, answer=Answer.ACCEPTED)
    run(meeting, clock)
    actions.excuse(world.ben, row, note="My child is ill.")
    assert (row.presence, row.answer, row.answer_note) == (
        Presence.EXCUSED,
        Answer.DECLINED,
        "My child is ill.",
    )
    actions.check_in(world.ben, meeting)
    with pytest.raises(Refused):
        actions.excuse(world.ben, row)
    assert row.presence == Presence.ROOM


# Keeping the list


def test_the_minute_taker_notes_who_is_there(world: World, meeting: Meeting, clock: Any) -> None:
    row = invite(meeting, world.ben)
    run(meeting, clock)
    actions.mark(world.guel, row, presence="online")
    assert row.presence == Presence.ONLINE and row.arrived_at == now()
    clock.shift(timedelta(minutes=5))
    actions.mark(world.guel, row, presence="left")
    assert row.left_at == now()
    actions.mark(world.guel, row, presence="absent")
    assert (row.presence, row.arrived_at, row.left_at) == (Presence.ABSENT, None, None)


def test_nobody_is_present_days_ahead(world: World, meeting: Meeting) -> None:
    row = invite(meeting, world.ben)
    with pytest.raises(Refused):
        actions.mark(world.anke, row, presence="room")
    assert row.presence == Presence.UNKNOWN
    actions.mark(world.anke, row, presence="excused")
    assert row.presence == Presence.EXCUSED


def test_members_do_not_keep_the_list(world: World, meeting: Meeting, clock: Any) -> None:
    row = invite(meeting, world.anke)
    run(meeting, clock)
    before = changes()
    with pytest.raises(Refused):
        actions.mark(world.ben, row, presence="absent")
    with pytest.raises(Refused):
        actions.add_guest(world.ben, meeting, name="Frau Gast")
    assert changes() == before


def test_times_are_put_right_afterwards(world: World, meeting: Meeting, clock: Any) -> None:
    row = invite(meeting, world.ben, presence=Presence.ABSENT)
    begin = meeting.starts_at
    meeting.state, meeting.started_at, meeting.ended_at = MeetingState.CLOSED, begin, meeting.ends_at
    db.session.commit()
    clock.move_to(begin + timedelta(days=2))
    left = begin + timedelta(minutes=40)
    actions.correct(
        world.anke, row, presence="room", arrived_at=begin, left_at=left, organisation_id=world.parish.id
    )
    assert (row.presence, row.arrived_at, row.left_at) == (Presence.ROOM, begin, left)
    with pytest.raises(Invalid):
        actions.correct(world.anke, row, presence="room", arrived_at=left, left_at=begin)
    assert row.left_at == left
    with pytest.raises(Invalid):
        actions.correct(world.anke, row, presence="room", organisation_id=world.school.id)


def test_a_guest_comes_and_is_taken_off_again_and_back(world: World, meeting: Meeting, clock: Any) -> None:
    run(meeting, clock)
    guest = actions.add_guest(world.anke, meeting, name="Frau Gast", organisation="Verein Hand in Hand")
    assert guest.present and guest.label == "Frau Gast"
    actions.remove(world.anke, guest)
    assert guest.removed_at is not None and counts.of(meeting).room == 0
    actions.restore(world.anke, guest)
    assert guest.removed_at is None and counts.of(meeting).room == 1


def test_who_was_invited_stays_on_the_list(world: World, meeting: Meeting) -> None:
    row = invite(meeting, world.ben)
    with pytest.raises(Refused):
        actions.remove(world.anke, row)
    assert row.removed_at is None


def test_when_the_meeting_is_closed_the_missing_are_absent_or_excused(
    world: World, meeting: Meeting, clock: Any
) -> None:
    there = invite(meeting, world.anke, presence=Presence.ROOM, arrived_at=now())
    declined = invite(meeting, world.ben, answer=Answer.DECLINED)
    silent = invite(meeting, world.guel)
    awaited = invite(meeting, None, guest_name="Frau Gast", invited=False)
    settle_absences(meeting)
    db.session.commit()
    assert [row.presence for row in (there, declined, silent, awaited)] == [
        Presence.ROOM,
        Presence.EXCUSED,
        Presence.ABSENT,
        Presence.UNKNOWN,
    ]


def test_counts_are_the_same_from_rows_and_from_the_database(
    world: World, meeting: Meeting, clock: Any
) -> None:
    run(meeting, clock)
    invite(meeting, world.anke, answer="accepted", presence="room", organisation_id=world.school.id)
    invite(meeting, world.ben, answer="declined", presence="excused")
    invite(meeting, world.guel, presence="online", organisation_id=world.school.id)
    invite(meeting, None, guest_name="Frau Gast", invited=False, presence="room", left_at=now())
    db.session.expire_all()
    asked = counts.of(meeting)
    assert len(meeting.attendances) == 4
    assert counts.of(meeting) == asked
    assert (asked.invited, asked.accepted, asked.declined, asked.unanswered) == (3, 1, 1, 1)
    assert (asked.room, asked.online, asked.present, asked.excused, asked.organisations) == (1, 1, 2, 1, 1)


# One's own data


def test_ben_takes_along_where_he_was_and_what_he_said(world: World, meeting: Meeting) -> None:
    row = invite(meeting, world.ben, organisation_id=world.parish.id)
    invite(meeting, world.anke)
    actions.answer(world.ben, row, answer="accepted", note="With pleasure")
    (told,) = jobs.attendance_of(world.ben)
    assert told["meeting"] == meeting.title and told["organisation"] == "Kirchengemeinde Auenstadt"
    assert (told["answer"], told["note"], told["arrived_at"]) == ("accepted", "With pleasure", None)


def test_when_ben_is_erased_his_words_go_and_that_he_was_there_stays(world: World, meeting: Meeting) -> None:
    row = invite(meeting, world.ben, answer_note="I was in hospital.", presence=Presence.ROOM)
    jobs.erase_notes(world.ben)
    db.session.commit()
    assert row.answer_note == "" and row.presence == Presence.ROOM
