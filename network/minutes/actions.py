"""What can be done to minutes: begin them, write them, send them for correction. See also lines.py."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from network import letters
from network.changes import Invalid, Stale, action, record, revoke
from network.dates import local
from network.extensions import db
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting
from network.minutes import policy, registers
from network.minutes.content import put
from network.minutes.models import (
    ItemMinutes,
    Minutes,
    MinutesRevision,
    MinutesState,
)
from network.people.letters import unsubscribe_url
from network.people.models import Person
from network.things import now

KEPT_EVERY = timedelta(minutes=1)  # while one person writes on, an earlier text is kept so often
MUCH = 200  # characters; a text that loses more at once is kept in any case
LONGEST_CORRECTION = timedelta(days=365)


# The text


@action(meetings.may_run)
def begin(actor: Any, meeting: Meeting) -> Minutes:
    """Begin the minutes of a meeting: a step of opening it."""
    if meeting.minutes is not None:
        return meeting.minutes
    minutes = Minutes(parent=meeting, room=meeting.room, meeting_id=meeting.id, created_by_id=actor.id)
    db.session.add(minutes)
    record("begun", minutes, by=actor)
    db.session.expire(meeting, ["minutes"])
    return minutes


@action(policy.may_write)
def write(actor: Any, item: AgendaItem, *, text: str, revision: int) -> ItemMinutes | None:
    """Write the text of an item over the revision that the writer has seen (0: there was none).

    Raises Stale if somebody has written in between. The same text again is no change and no conflict, so
    that a writer whose answer got lost can send it once more. Without any text there are no minutes yet.
    """
    minutes: ItemMinutes | None = item.minutes
    if text == (minutes.text if minutes else ""):
        return minutes
    _must_have_seen(minutes, revision)
    return put(actor, item, text, keep=minutes is not None and _is_worth_keeping(minutes, actor, text))


@action(policy.may_write)
def write_again(actor: Any, item: AgendaItem, *, kept: int, revision: int) -> ItemMinutes:
    """Bring back the text of a kept revision; the text that it replaces is kept as well."""
    minutes: ItemMinutes | None = item.minutes
    old = (
        minutes
        and db.session.scalars(
            select(MinutesRevision).where(
                MinutesRevision.item_minutes_id == minutes.id, MinutesRevision.revision == kept
            )
        ).one_or_none()
    )
    if minutes is None or old is None:
        raise Invalid(kept=_l("This version does not exist."))
    if minutes.text == old.text:
        return minutes
    _must_have_seen(minutes, revision)
    return put(actor, item, old.text, keep=True)


def _must_have_seen(minutes: ItemMinutes | None, revision: int) -> None:
    """Raise Stale unless this is the present revision."""
    if revision == (minutes.revision if minutes else 0):
        return
    if minutes is not None and minutes.written_by is not None:
        raise Stale(_("%(who)s has written here in the meantime.", who=minutes.written_by.name))
    raise Stale(_("Somebody has written here in the meantime."))


def _is_worth_keeping(minutes: ItemMinutes, writer: Any, text: str) -> bool:
    """Whether the text about to be replaced is more than a moment of one person's typing."""
    if minutes.written_by_id != writer.id or len(minutes.text) - len(text) > MUCH:
        return True
    last = db.session.scalar(
        select(func.max(MinutesRevision.written_at)).where(MinutesRevision.item_minutes_id == minutes.id)
    )
    return last is None or (minutes.written_at or last) - last >= KEPT_EVERY


# Sending for correction


@action(policy.may_circulate)
def circulate(actor: Any, minutes: Minutes, *, until: date) -> Minutes:
    """Send the minutes to those who were invited, came or asked for them; corrections until a day.

    From then on nobody writes in them. Raises Invalid for a day that has passed or is a year away.
    """
    today = local(now()).date()
    if not today <= until <= today + LONGEST_CORRECTION:
        raise Invalid(until=_l("Please choose a day between today and a year from now."))
    meeting = minutes.parent
    minutes.state = MinutesState.CIRCULATED
    minutes.circulated_at, minutes.corrections_until, minutes.told_open_at = now(), until, None
    record("circulated", minutes, by=actor, also=[meeting.parent.room])
    revoke(meeting.room)  # nobody writes any more: pages ask anew what their readers may
    asked = meeting.minute_taker or meeting.chair or db.session.get(Person, actor.id)
    for person in registers.recipients(meeting):
        letters.write(
            person,
            "minutes_circulated",
            _l("Please check the minutes of “%(title)s”", title=meeting.title),
            unsubscribe=unsubscribe_url(person, "minutes"),
            headers={"Reply-To": asked.email} if asked and asked.email else None,
            about=minutes,
            meeting=meeting,
            minutes=minutes,
            asked=asked,
        )
    return minutes


@action(policy.may_take_back)
def take_back(actor: Any, minutes: Minutes, *, reason: str = "") -> Minutes:
    """Write on in minutes that had been sent for correction. Those who got them are told, with the reason."""
    meeting = minutes.parent
    minutes.state = MinutesState.WRITING
    minutes.circulated_at = minutes.corrections_until = None
    record("taken back", minutes, by=actor)
    revoke(minutes.room)
    for person in registers.recipients(meeting):
        letters.write(
            person,
            "minutes_taken_back",
            _l("The minutes of “%(title)s” are being changed", title=meeting.title),
            unsubscribe=unsubscribe_url(person, "minutes"),
            about=minutes,
            meeting=meeting,
            who=actor.name,
            reason=reason,
        )
    return minutes
