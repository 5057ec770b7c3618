"""The life of a meeting, as a machine that Hypothesis drives, and the arithmetic of its clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.changes import Refused, Stale
from network.extensions import db
from network.meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from network.sitting import actions
from network.sitting.course import Course, course_of
from tests.world import World, make_item, make_meeting

BEGIN = datetime(2026, 12, 2, 16, 0, tzinfo=UTC)


def planned(*minutes: int, ends_after: int = 90) -> Meeting:
    """A meeting with items of so many planned minutes, in no database."""
    meeting = Meeting(
        id=1, state=MeetingState.RUNNING, starts_at=BEGIN, ends_at=BEGIN + timedelta(minutes=ends_after)
    )
    meeting.agenda = [
        AgendaItem(
            id=place,
            parent=meeting,
            place=place,
            sub_place=0,
            planned_minutes=length,
            spent_seconds=0,
            state=ItemState.PLANNED,
        )
        for place, length in enumerate(minutes, 1)
    ]
    return meeting


@given(
    spent=st.integers(0, 10_000),
    running=st.integers(0, 10_000),
    length=st.integers(0, 600),
    others=st.lists(st.integers(0, 600), max_size=6),
)
def test_what_is_left_is_the_plan_less_what_was_spent_and_never_less_than_nothing(
    spent: int, running: int, length: int, others: list[int]
) -> None:
    meeting = planned(length, *others)
    item = meeting.agenda[0]
    item.state, item.spent_seconds, item.opened_at = ItemState.CURRENT, spent, BEGIN
    course = Course(meeting, BEGIN + timedelta(seconds=running))
    assert course.seconds == spent + running
    assert course.seconds_left == max(0, length * 60 - spent - running) + sum(others) * 60
    assert course.expected_end >= course.at
    assert course.minutes_late >= 0
    assert course.expected_end.second == 0


@given(
    spent=st.integers(0, 5_000),
    later=st.integers(0, 20_000),
    length=st.integers(0, 100),
    others=st.lists(st.integers(0, 100), max_size=4),
    paused=st.booleans(),
)
def test_a_page_that_only_counts_comes_to_the_same_end(
    spent: int, later: int, length: int, others: list[int], paused: bool
) -> None:
    meeting = planned(length, *others)
    item = meeting.agenda[0]
    item.state, item.spent_seconds = ItemState.CURRENT, spent
    if paused:
        meeting.state = MeetingState.PAUSED
    else:
        item.opened_at = BEGIN
    then = Course(meeting, BEGIN)
    moment = BEGIN + timedelta(seconds=later)
    counted = max(then.ends_at, moment + timedelta(seconds=then.seconds_after))
    assert counted == Course(meeting, moment).ends_at


def test_the_minutes_of_an_item_hold_those_of_its_sub_items() -> None:
    meeting = planned(30, 10)
    for number in (1, 2):
        meeting.agenda.insert(
            number,
            AgendaItem(
                id=10 + number,
                parent=meeting,
                under_id=1,
                place=1,
                sub_place=number,
                planned_minutes=15,
                spent_seconds=0,
                state=ItemState.PLANNED,
            ),
        )
    assert course_of(meeting, BEGIN).seconds_left == 40 * 60
    parent, first, _second, _other = meeting.agenda
    parent.state, parent.spent_seconds = ItemState.DONE, 300
    first.state, first.spent_seconds = ItemState.DONE, 1500  # ten minutes too long
    assert course_of(meeting, BEGIN).seconds_left == (15 + 10) * 60
    assert course_of(meeting).of == 2


def test_before_the_meeting_the_end_follows_from_the_start() -> None:
    meeting = planned(60, 45)
    meeting.state = MeetingState.ANNOUNCED
    course = course_of(meeting, BEGIN - timedelta(days=3))
    assert course.expected_end == BEGIN + timedelta(minutes=105)
    assert course.minutes_late == 15


COMMANDS = st.one_of(
    st.tuples(st.sampled_from(["start", "next", "pause", "continue", "close"]), st.just(0)),
    st.tuples(st.sampled_from(["open", "postpone", "reopen", "put back"]), st.integers(0, 2)),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(commands=st.lists(st.tuples(COMMANDS, st.integers(0, 300)), min_size=5, max_size=14))
def test_whatever_the_chair_presses_the_meeting_stays_whole(
    app: Flask, world_once: World, commands: list[Any]
) -> None:
    world = world_once
    with time_machine.travel(BEGIN, tick=False) as clock:
        meeting = make_meeting(world.language, chair_id=world.anke.id, calendar_uid=str(uuid4()))
        items = [make_item(meeting, f"Item {place}", place) for place in (1, 2, 3)]
        running_seconds = 0
        for (command, place), seconds in commands:
            was_running = meeting.state == MeetingState.RUNNING and meeting.current is not None
            clock.shift(timedelta(seconds=seconds))
            running_seconds += seconds if was_running else 0
            current = meeting.current.id if meeting.current else 0
            before = (meeting.state, [item.state for item in items], meeting.room.number)
            try:
                press(world.anke, meeting, items[place], command, current)
            except (Stale, Refused):
                db.session.expire_all()
                assert (meeting.state, [item.state for item in items], meeting.room.number) == before
            check(meeting, items, running_seconds)


def press(chair: Any, meeting: Meeting, item: AgendaItem, command: str, current: int) -> None:
    deeds: dict[str, Any] = {
        "start": lambda: actions.start(chair, meeting),
        "next": lambda: actions.next_item(chair, meeting, expected=current),
        "pause": lambda: actions.pause(chair, meeting),
        "continue": lambda: actions.go_on(chair, meeting),
        "close": lambda: actions.close(chair, meeting, expected=current),
        "open": lambda: actions.open_item(chair, item, expected=current),
        "postpone": lambda: actions.postpone(chair, item, expected=current),
        "reopen": lambda: actions.reopen(chair, item, expected=current),
        "put back": lambda: actions.put_back(chair, item),
    }
    deeds[command]()


def check(meeting: Meeting, items: list[AgendaItem], running_seconds: int) -> None:
    """What must hold after every command."""
    current = [item for item in items if item.state == ItemState.CURRENT]
    assert len(current) <= 1
    assert not current or meeting.running
    for item in items:
        is_counting = item.opened_at is not None
        assert is_counting == (item.state == ItemState.CURRENT and meeting.state == MeetingState.RUNNING)
        assert item.first_opened_at or item.seconds_spent() == 0
    assert (meeting.paused_at is not None) == (meeting.state == MeetingState.PAUSED)
    assert (meeting.ended_at is not None) == (meeting.state == MeetingState.CLOSED)
    assert sum(item.seconds_spent() for item in items) == running_seconds
    if meeting.state == MeetingState.CLOSED:
        assert {item.state for item in items} <= {ItemState.DONE, ItemState.POSTPONED}


@pytest.fixture
def world_once(world: World) -> World:
    """The cast, for all examples of a test."""
    return world
