"""How the minutes of the demo network were corrected, approved, added to and published."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from network import dates
from network.approval import actions, doubts, jobs, publishing, snapshot
from network.approval.policy import audiences
from network.approval.reading import mark, newest, number_open
from network.demo.cast import Cast
from network.demo.content import held_on, moment, read
from network.demo.scenes import at_once
from network.demo.story import Story
from network.extensions import db
from network.groups.actions import change
from network.groups.models import Approval
from network.meetings.models import Meeting, MeetingState
from network.minutes.content import content
from network.minutes.models import Minutes, MinutesState
from network.minutes.policy import may_correct
from network.minutes.registers import minutes_of
from network.people.models import Person
from network.things import at, now

WEEKS = 52  # looked at one after the other
INTO_IT = timedelta(minutes=6)  # of the next meeting, the minutes of the last one are approved
PUBLISHED = timedelta(days=1)  # after the approval

Told = Mapping[str, Any]


def add_life_of_minutes(story: Story) -> None:
    """Let each group approve as it does, week after week; of the last minutes corrections are still open."""
    told, cast = read("minutes"), story.cast
    for key in told["tacit"]:
        story.add(story.present - timedelta(weeks=WEEKS), partial(_approve_tacitly_in, cast, key))
    for week in range(WEEKS):
        when = story.present - timedelta(weeks=week, hours=3)
        story.add(when, partial(_settle_what_is_due, cast))
    addendum = told["addendum"]
    added = story.present - timedelta(days=addendum["days_ago"])
    story.add(added, partial(_add_to_approved, cast, addendum))
    key = told["corrected"]
    meetings = read(f"meetings_{key}")
    day = held_on(meetings["rhythm"], 1, dates.local(story.present).date())
    for correction in told["corrections"]:
        when = moment(day, meetings["start"]) + timedelta(days=correction["days"])
        story.add(when, partial(_correct, cast, key, correction))


def _approve_tacitly_in(cast: Cast, key: str) -> None:
    group = cast.groups[key]
    kept = {name: getattr(group, name) for name in ("name", "purpose", "mode", "joining", "short_name")}
    topics = [topic.id for topic in group.topics]
    change(cast.leads[key], group, **kept, topics=topics, approval=Approval.TACIT)


def _settle_what_is_due(cast: Cast) -> None:
    """What the clock approves, what meetings have approved, and the publication of both."""
    jobs.approve_tacitly()
    query = select(Minutes).where(
        Minutes.state == MinutesState.CIRCULATED, Minutes.corrections_until < dates.today()
    )
    for minutes in db.session.scalars(query.options(joinedload(Minutes.parent))).all():
        following = _next_meeting(minutes.parent)
        if following is not None and following.started_at is not None and not number_open(minutes):
            with at(following.started_at + INTO_IT):
                approve = partial(actions.approve, _lead(cast, minutes), minutes, result="einstimmig")
                at_once(minutes.parent, approve)
    ready = select(Minutes).where(
        Minutes.state == MinutesState.APPROVED, Minutes.approved_at < now() - PUBLISHED
    )
    for minutes in db.session.scalars(ready.options(joinedload(Minutes.parent))).all():
        at_once(minutes.parent, _publish, _lead(cast, minutes), minutes)


def _next_meeting(meeting: Meeting) -> Meeting | None:
    """The meeting of the group that came after it, if it has been held."""
    query = select(Meeting).where(
        Meeting.parent_id == meeting.parent_id,
        Meeting.state == MeetingState.CLOSED,
        Meeting.starts_at > meeting.starts_at,
    )
    return db.session.scalars(query.order_by(Meeting.starts_at).limit(1)).one_or_none()


def _lead(cast: Cast, minutes: Minutes) -> Person:
    group_id = minutes.parent.parent_id
    return next(cast.leads[key] for key, group in cast.groups.items() if group.id == group_id)


def _publish(lead: Person, minutes: Minutes) -> None:
    version = newest(minutes)
    said = snapshot.read(version)
    publishing.publish(
        lead,
        minutes,
        audience=audiences(minutes.parent.parent)[-1],
        version=version.number,
        left_out=doubts.doubtful(said, named=doubts.agreed(said)),
    )


def _add_to_approved(cast: Cast, told: Told) -> None:
    """The last published minutes of a group turn out to be unclear in one place."""
    minutes = _last(cast, told["group"], MinutesState.PUBLISHED)
    version = newest(minutes)
    texts = snapshot.paragraphs(snapshot.read(version))
    paragraph = next((one for one in texts if any(sign.isdigit() for sign in one["text"])), texts[0])
    actions.add(
        cast.leads[told["group"]],
        minutes,
        text=f"{paragraph['text']} {told['text']}",
        reason=told["reason"],
        version=version.number,
        paragraph=paragraph["id"],
    )


def _correct(cast: Cast, key: str, told: Told) -> None:
    """Somebody who was there proposes a correction; the minute-taker may have declined it already."""
    minutes = _last(cast, key, MinutesState.CIRCULATED)
    who = cast.people[told["by"]]
    if not may_correct(who, minutes):
        return
    meeting = minutes.parent
    item = [item for item in meeting.agenda if content(item.minutes)][told["item"]]
    text = content(item.minutes)[0]
    correction = actions.propose(
        who,
        minutes,
        item=item.id,
        paragraph=mark(text) if "add" in told else "",
        proposed=f"{text} {told['add']}" if "add" in told else told["missing"],
        reason=told["reason"],
    )
    if "declined" in told:
        actions.decline(meeting.minute_taker, correction, answer=told["declined"])


def _last(cast: Cast, key: str, state: str) -> Minutes:
    """The newest minutes of a group in this state."""
    query = minutes_of(cast.groups[key]).where(Minutes.state == state)
    return db.session.scalars(query.limit(1)).one()
