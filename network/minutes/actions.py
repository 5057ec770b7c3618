"""What can be done to minutes: begin them, write them, send them for correction. See also lines.py."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from network import dates
from network.changes import Invalid, action, record, revoke
from network.drafts import texts as drafts
from network.drafts.models import Draft
from network.drafts.unsettled import unsettled
from network.extensions import db
from network.groups.models import Group
from network.meetings import policy as meetings
from network.meetings.models import AgendaItem, Meeting
from network.minutes import letters, policy
from network.minutes.content import begin_draft, drafts_of
from network.minutes.models import (
    ItemMinutes,
    Minutes,
    MinutesReader,
    MinutesState,
)
from network.people.models import Person
from network.things import now

LONGEST_CORRECTION = timedelta(days=365)


# The text


@action(meetings.may_run)
def begin(actor: Any, meeting: Meeting) -> Minutes:
    """Begin the minutes of a meeting: a step of opening it."""
    if meeting.minutes is not None:
        return meeting.minutes
    minutes = Minutes(parent=meeting, room_id=meeting.room_id, meeting_id=meeting.id, created_by_id=actor.id)
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
    draft = begin_draft(actor, item)
    written: ItemMinutes = draft.parent  # type: ignore[assignment]  # an item's draft belongs to its minutes
    if drafts.write_text(actor, draft, text=text, number=revision):
        record("written" if minutes else "begun", written, by=actor)
        db.session.expire(item, ["minutes"])
    return written


@action(policy.may_write)
def write_together(actor: Any, item: AgendaItem) -> Draft:
    """Let the text of an item be written together; it may be so already."""
    is_first = item.minutes is None
    draft = begin_draft(actor, item)
    if is_first:
        record("begun", draft.parent, by=actor)
        db.session.expire(item, ["minutes"])
    return draft


# Sending for correction


@action(policy.may_circulate)
def circulate(actor: Any, minutes: Minutes, *, until: date, despite: bool = False) -> Minutes:
    """Send the minutes to those who were invited, came or asked for them; corrections until a day.

    From then on nobody writes in them. Suggestions that are open then are not part of them and stay in the
    history of the text, comments beside it: `despite` says that this is known. Raises Invalid if it is not,
    and for a day that has passed or is a year away.
    """
    today = dates.today()
    if not today <= until <= today + LONGEST_CORRECTION:
        raise Invalid(until=_l("Please choose a day between today and a year from now."))
    meeting = minutes.parent
    written = drafts_of(meeting)
    for draft in written:
        drafts.close(draft)
    if unsettled(written) and not despite:
        raise Invalid(
            despite=_l(
                "Suggestions or comments are open. Please settle them first, or say that they stay open."
            )
        )
    minutes.state = MinutesState.CIRCULATED
    minutes.circulated_at, minutes.corrections_until, minutes.told_open_at = now(), until, None
    record("circulated", minutes, by=actor, also=[meeting.parent.room])
    revoke(meeting.room)  # nobody writes any more: pages ask anew what their readers may
    asked = meeting.minute_taker or meeting.chair or db.session.get(Person, actor.id)
    letters.circulated(minutes, asked)
    return minutes


@action(policy.may_take_back)
def take_back(actor: Any, minutes: Minutes, *, reason: str = "") -> Minutes:
    """Write on in minutes that had been sent for correction. Those who got them are told, with the reason."""
    meeting = minutes.parent
    for draft in drafts_of(meeting):
        drafts.open_again(draft)
    minutes.state = MinutesState.WRITING
    minutes.circulated_at = minutes.corrections_until = None
    record("taken back", minutes, by=actor)
    revoke(minutes.room)
    letters.taken_back(actor, minutes, reason)
    return minutes


# Who gets them


@action(policy.may_read_register)
def ask_for_minutes(actor: Any, group: Group, *, wanted: bool) -> Group:
    """Get all minutes of a group by e-mail from now on, or no longer. Nobody else's business, so not told."""
    found = db.session.get(MinutesReader, (group.id, actor.id))
    if wanted and found is None:
        db.session.add(MinutesReader(group_id=group.id, person_id=actor.id, since=now()))
    elif not wanted and found is not None:
        db.session.delete(found)
    return group
