"""The pages of series."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from network.extensions import db
from network.meetings.models import Meeting
from network.series import actions
from network.series.models import Series
from tests.clients import Reader
from tests.world import World


@pytest.fixture(autouse=True)
def standing_clock(clock: Any) -> Any:
    """A Wednesday, 2 December 2026."""
    return clock


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.anke)


def facts(**more: str) -> dict[str, str]:
    return {
        "title": "Language meets",
        "rhythm": "month",
        "every": "1",
        "nth": "1",
        "weekday": "4",
        "first_on": "2026-12-05",
        "last_on": "",
        "start_time": "17:00",
        "minutes": "75",
        "place": "Town library",
        "online_url": "",
        "days_ahead": "28",
        **more,
    }


def series() -> list[Series]:
    db.session.commit()
    return list(db.session.scalars(select(Series)))


def test_anke_looks_at_the_days_and_then_begins(world: World, anke: Reader) -> None:
    page = f"/groups/{world.language.id}/series/new"
    assert anke.get(page).status_code == 200
    preview = anke.get(page, query_string=facts()).text
    assert "Every month: first Friday, 17:00" in preview
    assert "Friday, 1 January 2027, 17:00 to 18:15" in preview
    assert "Public holiday: New Year" in preview
    assert 'name="title" value="Language meets"' in preview
    assert series() == []

    answer = anke.post(page, data=facts())
    (made,) = series()
    assert (answer.status_code, answer.location) == (303, f"/series/{made.id}")
    assert "Language meets" in anke.get(f"/groups/{world.language.id}/series").text
    assert "Every month: first Friday" in anke.get(f"/series/{made.id}").text


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"every": "0"}, "from 1 to 52"),
        ({"every": "53"}, "from 0 to 52"),
        ({"every": ""}, "Please fill this in."),
        ({"nth": "7"}, "Please choose one of the entries."),
        ({"weekday": "x"}, "Please choose one of the entries."),
        ({"rhythm": "daily"}, "Please choose one of the entries."),
        ({"first_on": "soon"}, "Please give a date"),
        ({"last_on": "2026-01-01"}, "The last day must come after the first."),
        ({"last_on": "2026-12-20"}, "No day of this pattern comes before it."),
        ({"start_time": "noon"}, "Please give a time"),
        ({"minutes": "2"}, "at least five minutes"),
        ({"online_url": "javascript:x"}, "begins with https://"),
        ({"title": ""}, "Please fill this in."),
    ],
)
def test_what_is_wrong_is_said(world: World, anke: Reader, wrong: dict[str, str], sentence: str) -> None:
    page = f"/groups/{world.language.id}/series/new"
    assert sentence in anke.get(page, query_string=facts(**wrong)).text
    answer = anke.post(page, data=facts(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert series() == []


def plan(world: World) -> Series:
    given = {"rhythm": "weeks", "weekday": 2, "first_on": "2026-12-05", "start_time": "17:00"}
    made: Series = actions.plan_series(world.anke, world.language, title="Weekly", **given)
    return made


def test_it_is_changed_prepared_and_ended(world: World, anke: Reader) -> None:
    made = plan(world)
    assert 'value="Weekly"' in anke.get(f"/series/{made.id}/edit").text
    assert anke.get(f"/series/{made.id}/edit", query_string=facts()).status_code == 200
    assert anke.post(f"/series/{made.id}/edit", data=facts(title="Monthly")).status_code == 303
    answer = anke.post(f"/series/{made.id}/prepare")
    meeting = db.session.scalars(select(Meeting)).one()
    assert answer.location == f"/meetings/{meeting.id}"
    assert (meeting.title, meeting.series_date) == ("Monthly", "2027-01-01")
    assert anke.post(f"/series/{made.id}/prepare").location == f"/series/{made.id}"
    assert anke.post(f"/series/{made.id}/end").status_code == 303
    assert "This series has ended." in anke.get(f"/series/{made.id}").text


def test_others_read_a_series_and_do_not_touch_it(world: World, sign_in: Callable[..., Reader]) -> None:
    made = plan(world)
    ben = sign_in(world.ben)
    text = ben.get(f"/series/{made.id}").text
    assert "Weekly" in text
    assert f"/series/{made.id}/end" not in text
    for address in (f"/series/{made.id}/end", f"/series/{made.id}/prepare", f"/series/{made.id}/edit"):
        assert ben.post(address, data=facts()).status_code == 403
    assert ben.get(f"/groups/{world.language.id}/series/new").status_code == 403
    assert (series()[0].ended_at, db.session.scalars(select(Meeting)).all()) == (None, [])


def test_a_closed_groups_series_is_not_there_for_others(world: World, sign_in: Callable[..., Reader]) -> None:
    made: Series = actions.plan_series(
        world.nina,
        world.closed,
        title="Secret",
        rhythm="weeks",
        weekday=2,
        first_on="2026-12-05",
        start_time="17:00",
    )
    assert sign_in(world.anke).get(f"/series/{made.id}").status_code == 404
