"""What the chair does while a meeting is held.

Commands that move the meeting on name the item that the chair believes is on (`expected`: its id, 0 for
none). Actions in a room happen one after another, so of two such commands at the same moment the second
finds another item, and is refused with what happened instead: no item is ever skipped by two chairs.

The clock is arithmetic on stored times. While an item is on and the meeting runs, `opened_at` says since
when; in a pause it is empty, and `spent_seconds` holds what was before. So nothing ticks, and a process
that dies loses no second.
"""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.agenda.actions import add_item, move_item
from network.attendance.closing import settle_absences
from network.changes import Change, Invalid, Refused, Stale, action, record, revoke
from network.dates import when
from network.extensions import db
from network.meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from network.meetings.public_side import show_publicly
from network.minutes.actions import begin
from network.minutes.lines import number_decisions
from network.people.models import Person
from network.sitting import policy
from network.sitting.course import course_of
from network.things import now

# The last one of these is what a stale command has missed.
ITEM_VERBS = ("opened", "reopened", "left", "postponed")
MEETING_VERBS = ("started", "paused", "continued", "closed")
# What somebody else has already done, and what one has done oneself.
LATE = {
    MeetingState.RUNNING: (
        _l("%(who)s has already opened the meeting."),
        _l("The meeting is running already."),
    ),
    MeetingState.PAUSED: (
        _l("%(who)s has already paused the meeting."),
        _l("The meeting is paused already."),
    ),
    MeetingState.CLOSED: (_l("%(who)s has already ended the meeting."), _l("The meeting is over already.")),
}


@action(policy.may_run)
def start(actor: Any, meeting: Meeting, *, sure: bool = True) -> Meeting:
    """Open the meeting. Its minutes begin; the first item is opened by `next_item`.

    It cannot be taken back, and everybody sees it: long before its time, whoever opens it has to be `sure`.
    """
    if meeting.state != MeetingState.ANNOUNCED:
        raise _late(actor, meeting)
    if not sure and course_of(meeting).is_early:
        raise Invalid(sure=_too_early(meeting))
    meeting.state, meeting.started_at = MeetingState.RUNNING, now()
    begin(actor, meeting)
    _tell(actor, meeting, "started", in_group=True)
    return meeting


@action(policy.may_run)
def next_item(actor: Any, meeting: Meeting, *, expected: int) -> AgendaItem | None:
    """Close the item that is on and open the next planned one; after the last one none is on."""
    _must_be_current(actor, meeting, expected)
    _must_go_on(meeting)
    following = course_of(meeting).following
    if meeting.current is None and following is None:
        raise Refused(_l("There is no further item. You can add one, re-open one, or end the meeting."))
    _move(actor, meeting, following)
    return following


@action(policy.may_run_item)
def open_item(actor: Any, item: AgendaItem, *, expected: int) -> AgendaItem:
    """Open this item, out of turn. The item that is on is closed."""
    _must_be_current(actor, item.parent, expected)
    _must_go_on(item.parent)
    if item.state != ItemState.PLANNED:
        raise Stale(_("This item is no longer planned. It can be re-opened."))
    _move(actor, item.parent, item)
    return item


@action(policy.may_run_item)
def reopen(actor: Any, item: AgendaItem, *, expected: int) -> AgendaItem:
    """Come back to an item that was done or postponed; its time goes on from where it stood."""
    _must_be_current(actor, item.parent, expected)
    _must_go_on(item.parent)
    if item.state not in (ItemState.DONE, ItemState.POSTPONED):
        raise Stale(_("This item is still to come. It can be opened."))
    _move(actor, item.parent, item)
    return item


@action(policy.may_run_item)
def postpone(actor: Any, item: AgendaItem, *, expected: int) -> AgendaItem:
    """Leave an item, with its planned sub-items, for another meeting. If it is on, none is on afterwards."""
    meeting = item.parent
    _must_be_current(actor, meeting, expected)
    if item.state not in (ItemState.PLANNED, ItemState.CURRENT):
        raise Stale(_("This item has been closed already."))
    for one in [item, *(sub for sub in item.subs if sub.state == ItemState.PLANNED)]:
        _leave(one, ItemState.POSTPONED, now())
        record("postponed", one, by=actor)
    _tell(actor, meeting, "moved on")
    return item


@action(policy.may_run_item)
def put_back(actor: Any, item: AgendaItem) -> AgendaItem:
    """Undo a postponement: the item is planned again."""
    meeting = item.parent
    _must_be_held(actor, meeting)
    if item.state != ItemState.POSTPONED:
        raise Stale(_("This item is not postponed any more."))
    item.state = ItemState.PLANNED
    record("reopened", item, by=actor)
    _tell(actor, meeting, "moved on")
    return item


@action(policy.may_run)
def add_item_now(
    actor: Any, meeting: Meeting, *, title: str, kind: str = "exchange", planned_minutes: int | None = None
) -> AgendaItem:
    """Put an item on the agenda of the running meeting, right behind the one that is on."""
    _must_be_held(actor, meeting)
    item: AgendaItem = add_item(actor, meeting, title=title, kind=kind, planned_minutes=planned_minutes)
    current = meeting.current
    if current is not None:
        move_item(actor, item, after=current.under_id or current.id)
    return item


@action(policy.may_run)
def pause(actor: Any, meeting: Meeting) -> Meeting:
    """Let the clock stand still."""
    if meeting.state != MeetingState.RUNNING:
        raise _late(actor, meeting)
    moment = now()
    meeting.state, meeting.paused_at = MeetingState.PAUSED, moment
    if meeting.current is not None:
        _stop(meeting.current, moment)
    _tell(actor, meeting, "paused", in_group=True)
    return meeting


@action(policy.may_run)
def go_on(actor: Any, meeting: Meeting) -> Meeting:
    """End the pause; the clock goes on from where it stood."""
    if meeting.state != MeetingState.PAUSED:
        raise _late(actor, meeting)
    moment = now()
    _end_pause(meeting, moment)
    meeting.state = MeetingState.RUNNING
    if meeting.current is not None:
        meeting.current.opened_at = moment
    _tell(actor, meeting, "continued", in_group=True)
    return meeting


@action(policy.may_hand_over)
def hand_over(actor: Any, meeting: Meeting, *, office: str, person_id: int) -> Meeting:
    """Give the `chair` or the `minute_taker` to somebody who takes part: a guest too, for this meeting.

    Rights come and go with the office, so everybody's page asks anew what its reader may.
    """
    if office == "chair" and not policy.may_run(actor, meeting):
        raise Refused(policy.may_run.because)  # type: ignore[attr-defined]  # a rule bears its sentence
    person = db.session.get(Person, person_id)
    if person is None or not policy.may_hold_office(person, meeting):
        raise Invalid(person_id=_l("Please choose somebody who takes part in this meeting."))
    held = {"chair": "chair_id", "minute_taker": "minute_taker_id"}[office]
    if getattr(meeting, held) == person.id:
        return meeting
    setattr(meeting, held, person.id)
    record("handed over", meeting, by=actor)
    revoke(meeting.room)
    return meeting


def _with_register(meeting: Meeting) -> list[int]:
    """The group's room as well: the numbers of decisions are given under its lock."""
    return [meeting.parent.room_id]


@action(policy.may_run, rooms=_with_register)
def close(actor: Any, meeting: Meeting, *, expected: int) -> Meeting:
    """End the meeting: all at once, or, if anything fails, not at all.

    The item that is on is done, items nobody came to are postponed, whoever was asked and did not come is
    absent or excused, and decisions get their numbers by group and year. These are counted on from the
    last one under the lock of the group's room, in the transaction that ends the meeting: two meetings
    that end together wait for each other, and a crash takes the numbers back with everything else, so no
    number is missing and none is given twice.
    """
    _must_be_current(actor, meeting, expected)
    moment = now()
    number_decisions(actor, meeting)
    if meeting.paused_at is not None:
        _end_pause(meeting, moment)
    for item in meeting.agenda:
        if item.state == ItemState.CURRENT:
            _leave(item, ItemState.DONE, moment)
            record("left", item, by=actor)
        elif item.state == ItemState.PLANNED:
            _leave(item, ItemState.POSTPONED, moment)
            record("postponed", item, by=actor)
    meeting.state, meeting.ended_at = MeetingState.CLOSED, moment
    settle_absences(meeting)
    record("closed", meeting, by=actor, also=[meeting.parent.room])
    show_publicly(meeting)
    revoke(meeting.room)  # nobody chairs any more
    return meeting


# Steps


def _move(actor: Any, meeting: Meeting, item: AgendaItem | None) -> None:
    """Leave the item that is on, and open this one."""
    moment, current = now(), meeting.current
    if current is not None:
        _leave(current, ItemState.DONE, moment)
        record("left", current, by=actor)
    if item is not None:
        was_planned = item.state == ItemState.PLANNED
        item.state = ItemState.CURRENT
        item.first_opened_at = item.first_opened_at or moment
        item.opened_at = moment
        record("opened" if was_planned else "reopened", item, by=actor)
    _tell(actor, meeting, "moved on")


def _leave(item: AgendaItem, state: ItemState, moment: datetime) -> None:
    if item.state == ItemState.CURRENT:
        _stop(item, moment)
        item.last_left_at = moment
    item.state = state


def _stop(item: AgendaItem, moment: datetime) -> None:
    """Let the item's clock stand still."""
    item.spent_seconds = item.seconds_spent(moment)
    item.opened_at = None


def _end_pause(meeting: Meeting, moment: datetime) -> None:
    if meeting.paused_at is not None:
        meeting.paused_seconds += max(0, round((moment - meeting.paused_at).total_seconds()))
        meeting.paused_at = None


def _tell(actor: Any, meeting: Meeting, verb: str, *, in_group: bool = False) -> None:
    """The stage shows something else now: here, on the public side, and on the group's card."""
    record(verb, meeting, by=actor, also=[meeting.parent.room] if in_group else [])
    show_publicly(meeting)


# What happened instead


def _must_be_held(actor: Any, meeting: Meeting) -> None:
    if not meeting.running:
        raise _late(actor, meeting)


def _must_go_on(meeting: Meeting) -> None:
    """No item is opened in a pause: a second press on the button of the pause must not skip one."""
    if meeting.state == MeetingState.PAUSED:
        raise Stale(_("The meeting is paused. Please continue it first."))


def _too_early(meeting: Meeting) -> str:
    return _(
        "The meeting is planned for %(time)s. Do you want to open it now all the same?",
        time=when(meeting.starts_at),
    )


def _must_be_current(actor: Any, meeting: Meeting, expected: int) -> None:
    """Raise Stale unless the meeting is held and the item that is on is the expected one."""
    _must_be_held(actor, meeting)
    current = meeting.current
    if (current.id if current else 0) == expected:
        return
    who = _who_did(actor, meeting, ITEM_VERBS)
    if current is None and who:
        raise Stale(_("%(who)s has already closed the last item. No item is open now.", who=who))
    if current is None:
        raise Stale(_("No item is open now."))
    facts = {"number": current.number, "title": current.title}
    if who:
        raise Stale(_("%(who)s has already opened item %(number)s, “%(title)s”.", who=who, **facts))
    raise Stale(_("Item %(number)s, “%(title)s”, is open already.", **facts))


def _late(actor: Any, meeting: Meeting) -> Stale:
    """A refusal that says in which state the meeting is, and who has brought it there."""
    if meeting.state == MeetingState.ANNOUNCED:
        return Stale(_("The meeting has not been opened yet."))
    if meeting.state == MeetingState.CANCELLED:
        return Stale(_("The meeting has been cancelled."))
    by_other, by_oneself = LATE[MeetingState(meeting.state)]
    who = _who_did(actor, meeting, MEETING_VERBS)
    return Stale(str(by_other) % {"who": who} if who else by_oneself)


def _who_did(actor: Any, meeting: Meeting, verbs: tuple[str, ...]) -> str | None:
    """Who did the last of these; None if it was the actor, who has pressed twice."""
    last = db.session.scalars(
        select(Change.actor_id)
        .where(Change.room_id == meeting.room_id, Change.verb.in_(verbs))
        .order_by(Change.number.desc())
        .limit(1)
    ).one_or_none()
    other = db.session.get(Person, last) if last and last != actor.id else None
    return other.name if other else None
