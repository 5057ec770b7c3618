"""What can be done to a series: plan it, change it, end it, prepare its next meeting."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network import dates
from network.changes import Invalid, action, record
from network.extensions import db
from network.groups.models import Group, Membership, Place
from network.meetings import hooks
from network.meetings import policy as meetings
from network.meetings.models import Meeting, MeetingState
from network.meetings.planning import default_kind, last_meeting, make_meeting, people_for_offices
from network.series import policy
from network.series.letters import draft_prepared
from network.series.models import NTH, Rhythm, Series
from network.series.pattern import days, times
from network.things import now


@action(meetings.may_plan)
def plan_series(
    actor: Any,
    group: Group,
    *,
    title: str,
    rhythm: str,
    weekday: int,
    first_on: str,
    start_time: str,
    every: int = 1,
    nth: int | None = None,
    minutes: int = 90,
    place: str = "",
    online_url: str = "",
    last_on: str | None = None,
    days_ahead: int = 28,
) -> Series:
    """A pattern of meetings. Days are ISO dates, the time is that of the network, `weekday` 0 is Monday."""
    series = Series(
        parent_id=group.id,
        room_id=group.room_id,
        created_by_id=actor.id,
        title=title,
        rhythm=rhythm,
        weekday=weekday,
        first_on=first_on,
        start_time=start_time,
        every=every,
        nth=nth if rhythm == Rhythm.MONTH else None,
        minutes=minutes,
        place=place,
        online_url=online_url,
        last_on=last_on,
        days_ahead=days_ahead,
    )
    _check(series)
    db.session.add(series)
    record("added", series, by=actor)
    return series


@action(policy.may_plan_series)
def change_series(actor: Any, series: Series, **facts: Any) -> Series:
    """Change the pattern for meetings that are not prepared yet; those that are keep their time."""
    changed = {name: value for name, value in facts.items() if getattr(series, name) != value}
    if not changed:
        return series
    for name, value in changed.items():
        setattr(series, name, value)
    if series.rhythm == Rhythm.WEEKS:
        series.nth = None
    _check(series)
    record("changed", series, by=actor)
    return series


def _check(series: Series) -> None:
    if series.rhythm == Rhythm.MONTH and series.nth not in NTH:
        raise Invalid(nth=_l("Please choose which weekday of the month."))
    if series.last_on is not None and series.last_on < series.first_on:
        raise Invalid(last_on=_l("The last day must come after the first."))
    if not 1 <= series.every <= 52 or not 1 <= series.minutes < 24 * 60:
        raise Invalid(every=_l("Please give a number from 1 to 52."))


@action(policy.may_plan_series)
def end_series(actor: Any, series: Series) -> Series:
    """Prepare no more meetings. Those that are prepared stay."""
    if series.ended_at is None:
        series.ended_at = now()
        record("ended", series, by=actor)
    return series


@action(policy.may_prepare_by_itself)
def prepare_next(actor: Any, series: Series) -> Meeting | None:
    """Make the draft of the next meeting if it is due; None if it is not, or is there already.

    Only one waits at a time, so that it can take over what the one before it leaves. By the clock it is
    made `days_ahead` before its day, by a person at once. A day whose draft was removed is left out.
    """
    day = _next_day(series)
    if day is None:
        return None
    if actor.is_clock and day > dates.today() + timedelta(days=series.days_ahead):
        return None
    starts_at, ends_at = times(series, day)
    last = last_meeting(series.parent)
    chair, minute_taker = _offices(series.parent, last)
    meeting = make_meeting(
        actor,
        series.parent,
        title=series.title,
        kind=last.kind if last else default_kind(series.parent),
        starts_at=starts_at,
        ends_at=ends_at,
        place=series.place,
        online_url=series.online_url,
        chair_id=chair,
        minute_taker_id=minute_taker,
        series_id=series.id,
        series_date=day.isoformat(),
    )
    record("prepared", meeting, by=actor)
    hooks.call(hooks.prepared, actor, meeting)
    if actor.is_clock:
        draft_prepared(meeting)
    return meeting


def _next_day(series: Series) -> date | None:
    """The day whose meeting is to be prepared next; None while one waits, or if there is none any more."""
    if series.ended_at is not None:
        return None
    moment = now()
    rows = db.session.execute(
        select(Meeting.series_date, Meeting.ends_at, Meeting.state, Meeting.removed_at).where(
            Meeting.series_id == series.id
        )
    ).all()
    waits = (MeetingState.DRAFT, MeetingState.ANNOUNCED, MeetingState.RUNNING, MeetingState.PAUSED)
    if any(row.removed_at is None and row.state in waits and row.ends_at > moment for row in rows):
        return None
    made = {row.series_date for row in rows}
    for day in days(series, dates.local(moment).date()):
        if day.isoformat() not in made and times(series, day)[0] > moment:
            return day
    return None


def _offices(group: Group, last: Meeting | None) -> tuple[int | None, int | None]:
    """Chair and minute-taker as in the last meeting, if they still can be; else the first lead as chair."""
    able = {person.id for person in people_for_offices(group)}
    lead = db.session.scalars(
        select(Membership.person_id)
        .where(
            Membership.group_id == group.id,
            Membership.role == Place.LEAD,
            Membership.removed_at.is_(None),
        )
        .order_by(Membership.id)
        .limit(1)
    ).one_or_none()
    chair = last.chair_id if last and last.chair_id in able else lead
    minute_taker = last.minute_taker_id if last and last.minute_taker_id in able else None
    return chair, minute_taker
