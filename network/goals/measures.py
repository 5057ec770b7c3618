"""The arithmetic of goals: progress, the planned line, health, and what the goals below a goal amount to.

Pure functions of numbers and days. Values are exact (`Fraction`), so that what is computed here and what
somebody computes by hand are the same. Shares are parts of one: 0.5 is half of the way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dateutil.relativedelta import relativedelta

Number = Decimal | Fraction | int

# How far the way may lie behind the planned line, in parts of the whole way.
ON_TRACK_WITHIN = Fraction(1, 10)
AT_RISK_WITHIN = Fraction(1, 4)


class Health(StrEnum):
    """How a goal does: judged from its reports against the planned line."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    NO_NEWS = "no_news"


@dataclass(frozen=True)
class Line:
    """The way that was planned: from a value on a day to a value on a later day."""

    baseline: Number
    baseline_on: date
    target: Number
    target_on: date


@dataclass(frozen=True)
class Reading:
    """A value that was reported for a day."""

    on: date
    value: Number


@dataclass(frozen=True)
class Part:
    """A goal that serves another one: its weight, and its progress if there is news of it in numbers."""

    name: str
    weight: int
    progress: Fraction | None
    in_words: bool = False  # there is news of it, and no number


@dataclass(frozen=True)
class RollUp:
    """What the goals that serve a goal amount to, and which are not in it: without news, or told in words."""

    progress: Fraction | None
    without_news: tuple[str, ...]
    in_words: tuple[str, ...] = ()


def progress(line: Line, value: Number) -> Fraction:
    """The share of the way that a value has come: (value - baseline) / (target - baseline).

    Rising and falling indicators are alike. Below 0 it has gone the other way, above 1 beyond the target.
    Where baseline and target are the same, a level is to be held: then it is 1 if it is, and else 0.
    """
    way = Fraction(line.target) - Fraction(line.baseline)
    if way == 0:
        return Fraction(int(Fraction(value) == Fraction(line.target)))
    return (Fraction(value) - Fraction(line.baseline)) / way


def planned(line: Line, day: date) -> Fraction:
    """The value of the planned line on a day: straight from baseline to target, level before and after.

    A target that is due on the day of the baseline, or before it, is planned from its day on.
    """
    baseline, target = Fraction(line.baseline), Fraction(line.target)
    if day >= line.target_on:
        return target
    if day <= line.baseline_on:
        return baseline
    passed = Fraction((day - line.baseline_on).days, (line.target_on - line.baseline_on).days)
    return baseline + (target - baseline) * passed


def planned_share(line: Line, day: date) -> Fraction:
    """The share of the way that was to be reached by a day. A level that is to be held is always whole."""
    return progress(line, planned(line, day))


def counted(readings: Iterable[Reading], since: date | None) -> list[Reading]:
    """The readings that tell of the way, in the order of their days.

    Those before the baseline's day are history of it: they are shown, and say nothing about progress.
    Of two for the same day the one that was reported later counts, and stands behind.
    """
    found = [reading for reading in readings if since is None or reading.on >= since]
    return sorted(found, key=lambda reading: reading.on)


def latest(readings: Sequence[Reading], since: date | None) -> Reading | None:
    """The value as it is known at present; None is no news, never zero."""
    found = counted(readings, since)
    return found[-1] if found else None


def health(line: Line, reading: Reading | None, today: date, interval_months: int) -> Health:
    """How the last reading stands to the planned line.

    Compared on the day of the reading. A reading that is older than the interval of the goal's reviews is
    no news any more, unless it has reached the target. After the due day only the target itself is on track.
    """
    if reading is None:
        return Health.NO_NEWS
    reached = progress(line, reading.value)
    if reached >= 1:
        return Health.ON_TRACK
    if reading.on + relativedelta(months=interval_months) < today:
        return Health.NO_NEWS
    if today > line.target_on:
        return Health.OFF_TRACK
    behind = planned_share(line, reading.on) - reached
    if behind <= ON_TRACK_WITHIN:
        return Health.ON_TRACK
    return Health.AT_RISK if behind <= AT_RISK_WITHIN else Health.OFF_TRACK


def roll_up(parts: Iterable[Part]) -> RollUp:
    """The mean of the progress of the parts, by weight / sum of weights; those without news are named, and
    those told in words.

    Both are left out of the sum of weights too: no news is never zero. A part of weight 0 is told of and
    counts for nothing. None if nothing is left to count.
    """
    found = list(parts)
    known = [(part.weight, part.progress) for part in found if part.progress is not None]
    names = tuple(part.name for part in found if part.progress is None and not part.in_words)
    in_words = tuple(part.name for part in found if part.progress is None and part.in_words)
    weights = sum(weight for weight, _share in known)
    if weights == 0:
        return RollUp(None, names, in_words)
    mean = sum((weight * share for weight, share in known), Fraction(0)) / weights
    return RollUp(mean, names, in_words)
