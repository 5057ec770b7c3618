"""The arithmetic of goals: what holds for all numbers, and a table that was computed by hand."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.goals.measures import (
    Health,
    Line,
    Part,
    Reading,
    counted,
    health,
    latest,
    planned,
    planned_share,
    progress,
    roll_up,
)

values = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False)
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
lines = st.builds(Line, values, days, values, days)
JANUARY, JULY, DECEMBER = date(2026, 1, 1), date(2026, 7, 2), date(2026, 12, 31)  # July is half way

RISING = Line(20, JANUARY, 80, DECEMBER)
FALLING = Line(Decimal("12.5"), JANUARY, Decimal("2.5"), DECEMBER)
LEVEL = Line(4, JANUARY, 4, DECEMBER)


# By hand: line, day of the report, value, today, progress, planned by then, health (reviews every 3 months)
BY_HAND = [
    # rising: 60 to go; by 2 July half of the time, so 50 was planned
    (RISING, JULY, 50, JULY, Fraction(1, 2), 50, Health.ON_TRACK),
    (RISING, JULY, 44, JULY, Fraction(2, 5), 50, Health.ON_TRACK),  # a tenth of the way behind
    (RISING, JULY, 38, JULY, Fraction(3, 10), 50, Health.AT_RISK),
    (RISING, JULY, 35, JULY, Fraction(1, 4), 50, Health.AT_RISK),  # a quarter behind
    (RISING, JULY, 32, JULY, Fraction(1, 5), 50, Health.OFF_TRACK),
    (RISING, JULY, 14, JULY, Fraction(-1, 10), 50, Health.OFF_TRACK),  # the other way
    (RISING, JULY, 92, JULY, Fraction(6, 5), 50, Health.ON_TRACK),  # beyond the target
    # falling: waiting weeks from 12.5 to 2.5; half of the way is 7.5
    (FALLING, JULY, Decimal("7.5"), JULY, Fraction(1, 2), Fraction(15, 2), Health.ON_TRACK),
    (FALLING, JULY, Decimal("9.5"), JULY, Fraction(3, 10), Fraction(15, 2), Health.AT_RISK),
    (FALLING, JULY, 12, JULY, Fraction(1, 20), Fraction(15, 2), Health.OFF_TRACK),
    (FALLING, JULY, 2, JULY, Fraction(21, 20), Fraction(15, 2), Health.ON_TRACK),
    # baseline equals target: the level is held or not
    (LEVEL, JULY, 4, JULY, 1, 4, Health.ON_TRACK),
    (LEVEL, JULY, 5, JULY, 0, 4, Health.OFF_TRACK),
    # after the due day the target is what was planned
    (RISING, date(2027, 1, 15), 80, date(2027, 1, 20), 1, 80, Health.ON_TRACK),
    (RISING, date(2027, 1, 15), 79, date(2027, 1, 20), Fraction(59, 60), 80, Health.OFF_TRACK),
    # old news is no news, except of a target that was reached
    (RISING, JULY, 50, date(2026, 10, 2), Fraction(1, 2), 50, Health.ON_TRACK),
    (RISING, JULY, 50, date(2026, 10, 3), Fraction(1, 2), 50, Health.NO_NEWS),
    (RISING, JULY, 80, date(2028, 1, 1), 1, 50, Health.ON_TRACK),
]


@pytest.mark.parametrize(("line", "on", "value", "today", "share", "expected", "how"), BY_HAND)
def test_what_is_computed_is_what_one_computes_by_hand(
    line: Line, on: date, value: Decimal, today: date, share: Fraction, expected: Fraction, how: Health
) -> None:
    assert progress(line, value) == share
    assert planned(line, on) == expected
    assert health(line, Reading(on, value), today, 3) == how


def test_no_report_is_no_news_and_never_zero() -> None:
    assert latest([], JANUARY) is None
    assert health(RISING, None, JANUARY, 3) == Health.NO_NEWS
    assert roll_up([Part("Reading", 1, None)]).progress is None


def test_reports_before_the_baseline_tell_nothing_of_the_way() -> None:
    before, after = Reading(date(2025, 6, 1), 70), Reading(date(2026, 3, 1), 30)
    assert latest([before], JANUARY) is None
    assert counted([after, before], JANUARY) == [after]
    assert counted([after, before], None) == [before, after]


def test_of_two_reports_for_a_day_the_later_one_counts() -> None:
    first, corrected = Reading(JULY, 50), Reading(JULY, 52)
    assert latest([first, corrected], JANUARY) == corrected


def test_a_target_that_is_due_with_its_baseline_is_planned_from_that_day_on() -> None:
    line = Line(0, JULY, 10, JULY)
    assert planned(line, JULY - timedelta(days=1)) == 0
    assert planned(line, JULY) == 10


def test_a_goal_of_the_network_is_the_weighted_mean_of_those_that_serve_it() -> None:
    parts = [
        Part("Sponsors", 3, Fraction(1, 2)),
        Part("Childcare", 1, Fraction(1)),
        Part("Letters", 0, Fraction(1, 10)),  # counts for nothing
        Part("Rooms", 5, None),  # no news: named, and not counted as zero
        Part("Trust", 2, None, in_words=True),  # news without a number: named for itself
    ]
    found = roll_up(iter(parts))
    assert found.progress == Fraction(5, 8)  # (3 * 1/2 + 1 * 1) / 4
    assert (found.without_news, found.in_words) == (("Rooms",), ("Trust",))


def test_weights_of_zero_alone_tell_nothing() -> None:
    assert roll_up([Part("Sponsors", 0, Fraction(1, 2))]).progress is None
    assert roll_up([]) == roll_up(iter(()))


@given(lines)
def test_the_way_begins_at_nothing_and_ends_whole(line: Line) -> None:
    if line.baseline != line.target:
        assert progress(line, line.baseline) == 0
    assert progress(line, line.target) == 1


@given(lines, values)
def test_upside_down_it_is_the_same_way(line: Line, value: Decimal) -> None:
    mirrored = Line(-line.baseline, line.baseline_on, -line.target, line.target_on)
    assert progress(mirrored, -value) == progress(line, value)


@given(lines, days, days)
def test_the_planned_line_never_turns_back(line: Line, one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert planned_share(line, first) <= planned_share(line, second)
    low, high = sorted((Fraction(line.baseline), Fraction(line.target)))
    assert low <= planned(line, one) <= high


@given(lines, values, values, days, days)
def test_more_of_the_way_is_never_in_worse_health(
    line: Line, one: Decimal, other: Decimal, on: date, today: date
) -> None:
    order = [Health.NO_NEWS, Health.OFF_TRACK, Health.AT_RISK, Health.ON_TRACK]
    less, more = sorted((one, other), key=lambda value: progress(line, value))
    worse, better = (health(line, Reading(on, value), today, 3) for value in (less, more))
    assert order.index(worse) <= order.index(better)


@given(st.lists(st.builds(Part, st.text(), st.integers(0, 100), st.none() | st.fractions()), max_size=8))
def test_a_mean_lies_between_its_parts(parts: list[Part]) -> None:
    found = roll_up(parts)
    shares = [part.progress for part in parts if part.progress is not None and part.weight]
    assert (found.progress is None) == (not shares)
    if found.progress is not None:
        assert min(shares) <= found.progress <= max(shares)
    assert len(found.without_news) == sum(part.progress is None for part in parts)
