"""A series prepares its meetings by itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from network.changes import CLOCK, Invalid, Refused
from network.dates import local
from network.extensions import db
from network.meetings.actions import remove_draft
from network.meetings.models import Meeting, MeetingState
from network.series import actions
from network.series.jobs import prepare_meetings
from network.series.models import Series
from network.things import now
from tests.world import World, make_item, make_meeting


@pytest.fixture
def series(world: World, clock: Any) -> Series:
    """Every third Wednesday of the month at 17:00; today is Wednesday, 2 December 2026."""
    return plan(world)


def plan(world: World, actor: Any = None, **facts: Any) -> Series:
    given = {
        "title": "Language meets",
        "rhythm": "month",
        "nth": 3,
        "weekday": 2,
        "first_on": "2026-12-01",
        "start_time": "17:00",
        "minutes": 75,
        "place": "Town library",
        **facts,
    }
    made: Series = actions.plan_series(actor or world.anke, world.language, **given)
    return made


def made(series: Series) -> list[Meeting]:
    db.session.commit()
    return list(
        db.session.scalars(select(Meeting).where(Meeting.series_id == series.id).order_by(Meeting.id))
    )


def tick() -> None:
    db.session.commit()
    prepare_meetings()


def test_the_clock_prepares_the_next_meeting_when_it_is_time_and_only_once(
    world: World, series: Series, listen: Any
) -> None:
    ear = listen(world.ben, world.language)
    tick()
    tick()
    (meeting,) = made(series)
    assert (meeting.state, meeting.series_date) == (MeetingState.DRAFT, "2026-12-16")
    assert local(meeting.starts_at).strftime("%d.%m. %H:%M") == "16.12. 17:00"
    assert (meeting.planned_length, meeting.place) == (75, "Town library")
    assert meeting.chair_id == world.anke.id
    assert meeting.created_by_id is None
    assert ear.heard() == []


def test_those_who_lead_are_told_that_a_draft_waits(world: World, series: Series, letters: Any) -> None:
    tick()
    (letter,) = letters.to("anke@example.org")
    assert "Language meets" in letter.subject
    assert f"/meetings/{made(series)[0].id}" in letter.text
    assert letters.to("ben@example.org") == []


def test_it_waits_until_so_many_days_before(world: World, clock: Any) -> None:
    series = plan(world, days_ahead=7)
    tick()
    assert made(series) == []
    clock.move_to(datetime(2026, 12, 9, 12, tzinfo=UTC))
    tick()
    assert len(made(series)) == 1


def test_the_next_one_follows_when_the_one_before_is_over(series: Series, clock: Any) -> None:
    tick()
    clock.move_to(datetime(2027, 1, 2, 12, tzinfo=UTC))
    tick()
    assert [meeting.series_date for meeting in made(series)] == ["2026-12-16", "2027-01-20"]


def test_a_draft_that_was_removed_is_not_made_again(world: World, series: Series) -> None:
    tick()
    remove_draft(world.anke, made(series)[0])
    actions.change_series(world.anke, series, days_ahead=60)
    tick()
    assert [meeting.series_date for meeting in made(series)] == ["2026-12-16", "2027-01-20"]


def test_a_meeting_that_was_moved_by_hand_still_stands_for_its_day(world: World, series: Series) -> None:
    tick()
    meeting = made(series)[0]
    meeting.starts_at += timedelta(days=2)
    meeting.ends_at += timedelta(days=2)
    db.session.commit()
    actions.change_series(world.anke, series, days_ahead=60)
    tick()
    assert [one.series_date for one in made(series)] == ["2026-12-16"]


def test_the_draft_takes_over_what_the_last_meeting_left(world: World, series: Series) -> None:
    last = make_meeting(
        world.language, state=MeetingState.CLOSED, starts_at=now() - timedelta(days=20), chair_id=world.ben.id
    )
    make_item(last, "Childcare", 1, state="postponed")
    tick()
    (meeting,) = made(series)
    assert "Childcare" in [item.title for item in meeting.agenda]
    assert meeting.chair_id == world.ben.id


def test_who_plans_prepares_earlier_by_hand(world: World, clock: Any) -> None:
    series = plan(world, days_ahead=1)
    meeting = actions.prepare_next(world.anke, series)
    assert meeting.series_date == "2026-12-16"
    assert actions.prepare_next(world.anke, series) is None


@pytest.mark.parametrize("who", ["ben", "guel", "olena", "lev"])
def test_others_neither_plan_nor_end_nor_prepare(world: World, series: Series, who: str) -> None:
    somebody = getattr(world, who)
    for deed in (
        lambda: plan(world, somebody),
        lambda: actions.end_series(somebody, series),
        lambda: actions.change_series(somebody, series, title="Mine"),
        lambda: actions.prepare_next(somebody, series),
    ):
        with pytest.raises(Refused):
            deed()
    assert (series.ended_at, series.title, made(series)) == (None, "Language meets", [])


def test_an_ended_series_prepares_nothing_and_keeps_what_there_is(
    world: World, series: Series, clock: Any
) -> None:
    tick()
    actions.end_series(world.anke, series)
    clock.move_to(datetime(2027, 1, 10, 12, tzinfo=UTC))
    tick()
    assert len(made(series)) == 1


def test_an_archived_group_prepares_nothing(world: World, series: Series) -> None:
    world.language.archived_at = now()
    tick()
    assert made(series) == []
    with pytest.raises(Refused):
        actions.prepare_next(CLOCK, series)


@pytest.mark.parametrize("facts", [{"nth": 5}, {"nth": None}, {"last_on": "2026-11-01"}, {"every": 0}])
def test_a_pattern_that_means_nothing_is_refused(world: World, clock: Any, facts: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        plan(world, **facts)
    assert db.session.scalars(select(Series)).all() == []
