"""A meeting is held: opened, moved on, paused, handed over, ended."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import event

from network.attendance.models import Attendance
from network.changes import Change, Invalid, Refused, Stale
from network.extensions import db
from network.meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from network.minutes import lines
from network.minutes.models import Decision
from network.sitting import actions
from network.sitting.course import course_of
from tests.world import World, make_item, make_meeting


def journal(meeting: Meeting) -> list[tuple[str, int]]:
    """What has been recorded in the meeting's room: verbs and things."""
    return [
        (line.verb, line.thing_id)
        for line in db.session.query(Change).filter_by(room_id=meeting.room_id).order_by(Change.number)
    ]


@pytest.fixture
def english(app: Any) -> Any:
    """Sentences of refusals are read in English here."""
    with app.test_request_context("/"), force_locale("en"):
        yield


@pytest.fixture
def meeting(world: World) -> Meeting:
    """An announced meeting of Language with four items, chaired by Gül, a guest."""
    made = make_meeting(world.language, chair_id=world.guel.id, minute_taker_id=world.ben.id)
    for place, title in enumerate(("Welcome", "Waiting lists", "Child care", "Any other business"), 1):
        make_item(made, title, place, planned_minutes=10 * place)
    return made


def started(world: World, meeting: Meeting) -> Meeting:
    actions.start(world.guel, meeting)
    return meeting


def test_the_chair_opens_the_meeting_and_its_minutes_begin(
    world: World, meeting: Meeting, clock: Any
) -> None:
    actions.start(world.guel, meeting)
    assert meeting.state == MeetingState.RUNNING
    assert meeting.started_at == actions.now()
    assert meeting.minutes is not None
    assert meeting.current is None
    assert [verb for verb, _thing in journal(meeting)] == ["begun", "started"]


def test_a_meeting_is_opened_once(world: World, meeting: Meeting, english: Any) -> None:
    actions.start(world.guel, meeting)
    before = journal(meeting)
    with pytest.raises(Stale) as refused:
        actions.start(world.anke, meeting)
    assert str(refused.value.description) == "Gül Yıldız has already opened the meeting."
    assert journal(meeting) == before


def test_a_draft_cannot_be_opened(world: World) -> None:
    draft = make_meeting(world.language, state=MeetingState.DRAFT, chair_id=world.anke.id)
    with pytest.raises(Refused):
        actions.start(world.anke, draft)
    assert draft.state == MeetingState.DRAFT and journal(draft) == []


def test_next_goes_through_the_items_one_by_one(world: World, meeting: Meeting) -> None:
    started(world, meeting)
    expected = 0
    for item in list(meeting.agenda):
        opened = actions.next_item(world.guel, meeting, expected=expected)
        assert opened is item and meeting.current is item
        expected = item.id
    assert actions.next_item(world.guel, meeting, expected=expected) is None
    assert {item.state for item in meeting.agenda} == {ItemState.DONE}
    with pytest.raises(Refused):
        actions.next_item(world.guel, meeting, expected=0)


def test_a_stale_command_hears_what_happened_instead(world: World, meeting: Meeting, english: Any) -> None:
    started(world, meeting)
    first = actions.next_item(world.guel, meeting, expected=0)
    actions.next_item(world.anke, meeting, expected=first.id)
    before = journal(meeting)
    with pytest.raises(Stale) as refused:
        actions.next_item(world.guel, meeting, expected=first.id)
    assert str(refused.value.description) == "Anke Krämer has already opened item 2, “Waiting lists”."
    with pytest.raises(Stale) as refused:
        actions.next_item(world.anke, meeting, expected=first.id)
    assert str(refused.value.description) == "Item 2, “Waiting lists”, is open already."
    assert journal(meeting) == before


def test_a_command_after_the_end_hears_of_the_end(world: World, meeting: Meeting, english: Any) -> None:
    started(world, meeting)
    actions.close(world.anke, meeting, expected=0)
    with pytest.raises(Stale) as refused:
        actions.next_item(world.guel, meeting, expected=0)
    assert str(refused.value.description) == "Anke Krämer has already ended the meeting."


def test_an_item_opened_out_of_turn_leaves_the_skipped_ones_for_later(world: World, meeting: Meeting) -> None:
    started(world, meeting)
    one, two, three, four = meeting.agenda
    actions.next_item(world.guel, meeting, expected=0)
    actions.open_item(world.guel, three, expected=one.id)
    assert [item.state for item in meeting.agenda] == ["done", "planned", "current", "planned"]
    assert actions.next_item(world.guel, meeting, expected=three.id) is four
    assert actions.next_item(world.guel, meeting, expected=four.id) is two


def test_a_postponed_item_is_left_out_and_can_be_put_back(world: World, meeting: Meeting) -> None:
    started(world, meeting)
    one, two, three, _four = meeting.agenda
    actions.next_item(world.guel, meeting, expected=0)
    actions.postpone(world.guel, two, expected=one.id)
    assert actions.next_item(world.guel, meeting, expected=one.id) is three
    actions.put_back(world.guel, two)
    assert two.state == ItemState.PLANNED
    with pytest.raises(Stale):
        actions.put_back(world.guel, two)


def test_postponing_the_item_that_is_on_leaves_none_and_next_goes_on_behind_it(
    world: World, meeting: Meeting
) -> None:
    started(world, meeting)
    one, two, three, _four = meeting.agenda
    actions.open_item(world.guel, two, expected=0)
    actions.postpone(world.guel, two, expected=two.id)
    assert meeting.current is None
    assert actions.next_item(world.guel, meeting, expected=0) is three
    assert one.state == ItemState.PLANNED


def test_sub_items_are_postponed_with_their_item(world: World, meeting: Meeting) -> None:
    parent = meeting.agenda[1]
    sub = make_item(meeting, "Numbers", 2, sub_place=1, under_id=parent.id)
    started(world, meeting)
    actions.postpone(world.guel, parent, expected=0)
    assert sub.state == ItemState.POSTPONED


def test_a_reopened_item_goes_on_with_its_time(world: World, meeting: Meeting, clock: Any) -> None:
    started(world, meeting)
    one = actions.next_item(world.guel, meeting, expected=0)
    clock.shift(timedelta(minutes=5))
    two = actions.next_item(world.guel, meeting, expected=one.id)
    clock.shift(timedelta(minutes=3))
    actions.reopen(world.guel, one, expected=two.id)
    clock.shift(timedelta(minutes=2))
    assert one.seconds_spent() == 7 * 60
    assert two.spent_seconds == 3 * 60 and two.state == ItemState.DONE


def test_the_clock_stands_still_in_a_pause(world: World, meeting: Meeting, clock: Any) -> None:
    started(world, meeting)
    item = actions.next_item(world.guel, meeting, expected=0)
    clock.shift(timedelta(minutes=4))
    actions.pause(world.guel, meeting)
    clock.shift(timedelta(minutes=15))
    assert item.seconds_spent() == 4 * 60
    actions.go_on(world.anke, meeting)
    clock.shift(timedelta(minutes=1))
    assert item.seconds_spent() == 5 * 60
    assert meeting.paused_seconds == 15 * 60 and meeting.paused_at is None


def test_pausing_twice_and_going_on_twice_is_told(world: World, meeting: Meeting, english: Any) -> None:
    started(world, meeting)
    actions.pause(world.anke, meeting)
    with pytest.raises(Stale) as refused:
        actions.pause(world.guel, meeting)
    assert str(refused.value.description) == "Anke Krämer has already paused the meeting."
    actions.go_on(world.anke, meeting)
    before = journal(meeting)
    with pytest.raises(Stale):
        actions.go_on(world.guel, meeting)
    assert journal(meeting) == before


def test_in_a_pause_no_item_is_opened_until_the_meeting_goes_on(
    world: World, meeting: Meeting, english: Any
) -> None:
    started(world, meeting)
    one, two, *_more = meeting.agenda
    actions.next_item(world.guel, meeting, expected=0)
    actions.next_item(world.guel, meeting, expected=one.id)
    actions.pause(world.guel, meeting)
    before = journal(meeting)
    for press in (
        lambda: actions.next_item(world.guel, meeting, expected=two.id),
        lambda: actions.open_item(world.guel, meeting.agenda[2], expected=two.id),
        lambda: actions.reopen(world.guel, one, expected=two.id),
    ):
        with pytest.raises(Stale) as refused:
            press()
        assert str(refused.value.description) == "The meeting is paused. Please continue it first."
    assert journal(meeting) == before and meeting.current is two
    actions.go_on(world.guel, meeting)
    assert actions.next_item(world.guel, meeting, expected=two.id) is meeting.agenda[2]


def test_long_before_its_time_a_meeting_is_opened_only_by_who_is_sure(
    world: World, meeting: Meeting, clock: Any
) -> None:
    clock.move_to(meeting.starts_at - timedelta(hours=2, seconds=1))
    with pytest.raises(Invalid):
        actions.start(world.guel, meeting, sure=False)
    assert meeting.state == MeetingState.ANNOUNCED and journal(meeting) == []
    clock.shift(timedelta(seconds=1))
    actions.start(world.guel, meeting, sure=False)
    assert meeting.state == MeetingState.RUNNING


def test_an_item_on_the_fly_stands_right_behind_the_one_that_is_on(world: World, meeting: Meeting) -> None:
    started(world, meeting)
    one = actions.next_item(world.guel, meeting, expected=0)
    added = actions.add_item_now(world.guel, meeting, title="A question from Seehofen")
    db.session.expire_all()
    assert [item.title for item in meeting.agenda][:2] == ["Welcome", "A question from Seehofen"]
    assert actions.next_item(world.guel, meeting, expected=one.id) is added


def test_the_expected_end_follows_the_plan_and_what_has_been_spent(
    world: World, meeting: Meeting, clock: Any
) -> None:
    started(world, meeting)  # planned: 10, 20, 30 and 40 minutes
    begun = meeting.started_at
    assert course_of(meeting).expected_end == begun + timedelta(minutes=100)
    one = actions.next_item(world.guel, meeting, expected=0)
    clock.shift(timedelta(minutes=4))
    assert course_of(meeting).expected_end == begun + timedelta(minutes=100)
    clock.shift(timedelta(minutes=26))  # 20 more than planned
    assert course_of(meeting).expected_end == begun + timedelta(minutes=120)
    two = actions.next_item(world.guel, meeting, expected=one.id)
    actions.postpone(world.guel, two, expected=two.id)
    assert course_of(meeting).expected_end == begun + timedelta(minutes=100)


# Offices


def test_the_chair_is_handed_to_a_guest_for_this_meeting(world: World, meeting: Meeting) -> None:
    meeting.chair_id = world.anke.id
    db.session.commit()
    with pytest.raises(Refused):
        actions.start(world.guel, meeting)
    epoch = meeting.room.epoch
    actions.hand_over(world.anke, meeting, office="chair", person_id=world.guel.id)
    assert meeting.chair_id == world.guel.id
    assert meeting.room.epoch == epoch + 1
    actions.start(world.guel, meeting)
    assert meeting.running


def test_offices_go_to_participants_only(world: World, meeting: Meeting) -> None:
    with pytest.raises(Invalid):
        actions.hand_over(world.anke, meeting, office="chair", person_id=world.olena.id)
    with pytest.raises(Invalid):
        actions.hand_over(world.anke, meeting, office="chair", person_id=world.language.id)
    assert meeting.chair_id == world.guel.id and journal(meeting) == []


def test_the_minute_taker_hands_over_the_minutes_but_not_the_chair(world: World, meeting: Meeting) -> None:
    actions.hand_over(world.ben, meeting, office="minute_taker", person_id=world.anke.id)
    assert meeting.minute_taker_id == world.anke.id
    with pytest.raises(Refused):
        actions.hand_over(world.ben, meeting, office="chair", person_id=world.ben.id)
    assert meeting.chair_id == world.guel.id


# The end


def test_the_end_closes_everything_at_once(world: World, meeting: Meeting, clock: Any) -> None:
    for person, answer in ((world.anke, "accepted"), (world.ben, "declined"), (world.olena, "none")):
        db.session.add(
            Attendance(
                parent_id=meeting.id,
                room_id=meeting.room_id,
                meeting_id=meeting.id,
                person_id=person.id,
                answer=answer,
            )
        )
    db.session.commit()
    started(world, meeting)
    one = actions.next_item(world.guel, meeting, expected=0)
    clock.shift(timedelta(minutes=9))
    actions.pause(world.guel, meeting)
    clock.shift(timedelta(minutes=1))
    actions.close(world.guel, meeting, expected=one.id)
    assert meeting.state == MeetingState.CLOSED
    assert meeting.ended_at == actions.now()
    assert meeting.paused_seconds == 60 and meeting.paused_at is None
    assert [item.state for item in meeting.agenda] == ["done", "postponed", "postponed", "postponed"]
    assert one.spent_seconds == 9 * 60 and one.opened_at is None
    assert {a.person.name: a.presence for a in meeting.attendances} == {
        "Anke Krämer": "absent",
        "Ben Berger": "excused",
        "Olena Koval": "absent",
    }


def test_the_end_names_the_item_that_is_on(world: World, meeting: Meeting) -> None:
    started(world, meeting)
    one = actions.next_item(world.guel, meeting, expected=0)
    actions.next_item(world.guel, meeting, expected=one.id)
    before = journal(meeting)
    with pytest.raises(Stale):
        actions.close(world.guel, meeting, expected=one.id)
    assert meeting.running and journal(meeting) == before


def test_decisions_get_their_numbers_at_the_end_in_the_order_of_the_agenda(
    world: World, meeting: Meeting
) -> None:
    started(world, meeting)
    one, two = meeting.agenda[:2]
    later = lines.decide(world.ben, two, text="We meet on Wednesdays.")
    earlier = lines.decide(world.ben, one, text="The minutes of October are approved.")
    gone = lines.decide(world.ben, one, text="A slip.")
    lines.remove_decision(world.ben, gone)
    assert later.number is None
    actions.close(world.guel, meeting, expected=0)
    assert (earlier.number, later.number, gone.number) == (1, 2, None)
    assert earlier.year == meeting.starts_at.year
    assert earlier.citation == f"Language {earlier.year}/01"


def test_the_next_meeting_counts_on_and_each_year_begins_anew(world: World, meeting: Meeting) -> None:
    numbers: list[tuple[int, int]] = []
    year = meeting.starts_at.year
    for title, starts_at in (
        ("first", meeting.starts_at),
        ("second", meeting.starts_at + timedelta(days=1)),
        ("next year", meeting.starts_at.replace(year=year + 1)),
    ):
        other = make_meeting(world.language, title, starts_at=starts_at)
        item = make_item(other, "What to do", 1)
        actions.start(world.anke, other)
        for text in ("This.", "That."):
            lines.decide(world.anke, item, text=text)
        actions.close(world.anke, other, expected=0)
        numbers += [(decision.year, decision.number) for decision in item.decisions]
    assert numbers == [(year, 1), (year, 2), (year, 3), (year, 4), (year + 1, 1), (year + 1, 2)]


def test_a_crash_in_the_end_gives_no_number_away(world: World, meeting: Meeting) -> None:
    started(world, meeting)
    decision = lines.decide(world.ben, meeting.agenda[0], text="This.")
    before = journal(meeting)

    def crash(_session: Any) -> None:
        raise OSError("the machine is gone")

    event.listen(db.session, "before_commit", crash)
    try:
        with pytest.raises(OSError, match="the machine is gone"):
            actions.close(world.guel, meeting, expected=0)
    finally:
        event.remove(db.session, "before_commit", crash)
    db.session.expire_all()
    assert meeting.running and decision.number is None and journal(meeting) == before
    actions.close(world.guel, meeting, expected=0)
    assert decision.number == 1


def test_a_decision_recorded_after_the_end_is_numbered_at_once(world: World, meeting: Meeting) -> None:
    started(world, meeting)
    lines.decide(world.ben, meeting.agenda[0], text="This.", review_on=date(2100, 1, 1))
    actions.close(world.guel, meeting, expected=0)
    late = lines.decide(world.ben, meeting.agenda[0], text="And that.")
    assert late.number == 2
    with pytest.raises(Refused):
        lines.remove_decision(world.ben, late)
    assert late.removed_at is None


def test_whoever_may_not_run_the_meeting_changes_nothing(world: World, meeting: Meeting) -> None:
    started(world, meeting)
    before = journal(meeting)
    item: AgendaItem = meeting.agenda[0]
    deeds: list[Callable[[Any], Any]] = [
        lambda who: actions.next_item(who, meeting, expected=0),
        lambda who: actions.open_item(who, item, expected=0),
        lambda who: actions.postpone(who, item, expected=0),
        lambda who: actions.pause(who, meeting),
        lambda who: actions.add_item_now(who, meeting, title="Mine"),
        lambda who: actions.close(who, meeting, expected=0),
        lambda who: actions.hand_over(who, meeting, office="chair", person_id=world.mo.id),
    ]
    for who in (world.olena, world.ada, world.kira, world.lev, world.mo):
        for deed in deeds:
            with pytest.raises(Refused):
                deed(who)
    assert journal(meeting) == before and meeting.current is None
    assert db.session.query(Decision).count() == 0
