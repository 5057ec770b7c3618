"""The days of a series, and its hour through the year."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from network.dates import local
from network.series.models import Series
from network.series.pattern import days, times

DAYS = st.dates(date(2000, 1, 1), date(2150, 1, 1))


def series(**facts: object) -> Series:
    given = {"rhythm": "weeks", "every": 1, "weekday": 2, "first_on": "2026-12-01", "start_time": "17:00"}
    return Series(**{**given, "minutes": 90, **facts})


def first(pattern: Series, count: int, since: date | None = None) -> list[str]:
    return [day.isoformat() for day in islice(days(pattern, since or pattern.first_day), count)]


@pytest.mark.parametrize(
    "pattern, expected",
    [
        ({}, ["2026-12-02", "2026-12-09", "2026-12-16"]),
        ({"every": 2}, ["2026-12-02", "2026-12-16", "2026-12-30"]),
        ({"rhythm": "month", "nth": 3}, ["2026-12-16", "2027-01-20", "2027-02-17"]),
        ({"rhythm": "month", "nth": -1}, ["2026-12-30", "2027-01-27", "2027-02-24"]),
        ({"rhythm": "month", "nth": 1, "every": 3}, ["2026-12-02", "2027-03-03", "2027-06-02"]),
        ({"last_on": "2026-12-10"}, ["2026-12-02", "2026-12-09"]),
        ({"last_on": "2026-12-01"}, []),
    ],
)
def test_days_of_a_pattern(pattern: dict[str, object], expected: list[str]) -> None:
    assert first(series(**pattern), 3) == expected


@given(DAYS, st.integers(1, 8), st.integers(0, 6), DAYS)
def test_weeks_have_the_same_distance_whenever_one_begins_to_look(
    begin: date, every: int, weekday: int, since: date
) -> None:
    pattern = series(first_on=begin.isoformat(), every=every, weekday=weekday)
    found = list(islice(days(pattern, max(begin, min(since, begin + timedelta(days=4000)))), 5))
    anchor = next(days(pattern, begin))
    assert all(day.weekday() == weekday and day >= begin for day in found)
    assert all((day - anchor).days % (7 * every) == 0 for day in found)
    assert all((later - day).days == 7 * every for day, later in zip(found, found[1:], strict=False))


@given(DAYS, st.integers(1, 12), st.integers(0, 6), st.sampled_from([1, 2, 3, 4, -1]))
def test_months_have_the_right_weekday_and_distance(begin: date, every: int, weekday: int, nth: int) -> None:
    pattern = series(rhythm="month", first_on=begin.isoformat(), every=every, weekday=weekday, nth=nth)
    found = list(islice(days(pattern, begin), 5))
    for day in found:
        assert day.weekday() == weekday
        if nth > 0:
            assert (day.day - 1) // 7 + 1 == nth
        else:
            assert day.day + 7 > monthrange(day.year, day.month)[1]
        assert ((day.year - begin.year) * 12 + day.month - begin.month) % every == 0
    assert found == sorted(set(found))


def test_the_clock_on_the_wall_says_the_same_all_year(app: Flask) -> None:
    for day, hour_utc in ((date(2026, 12, 2), 16), (date(2027, 6, 2), 15)):
        starts_at, ends_at = times(series(), day)
        assert starts_at.astimezone(UTC).hour == hour_utc
        assert (local(starts_at).hour, local(ends_at).strftime("%H:%M")) == (17, "18:30")


def test_when_clocks_go_forward_over_its_hour_it_begins_after_that(app: Flask) -> None:
    starts_at, _ends_at = times(series(start_time="02:30"), date(2027, 3, 28))
    assert starts_at.astimezone(UTC) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert local(starts_at).strftime("%H:%M") == "03:30"
