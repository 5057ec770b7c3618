"""What can be done to bring people to a meeting: announcing, inviting, telling of changes, reminding."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from network.attendance import codes
from network.attendance.models import Attendance
from network.changes import Invalid, action, record
from network.invitations import invitees, policy, tellings
from network.invitations.delivery import ask_people, bring_up_to_date, remind_people, take_off
from network.meetings.models import Meeting, MeetingState
from network.meetings.public_side import show_publicly
from network.things import now


@action(policy.may_announce)
def announce(actor: Any, meeting: Meeting, *, people: Iterable[int] = ()) -> Meeting:
    """Make a draft known and invite: everybody of the group, and these further people of the network.

    The first letters are written with it, the rest of a plenary's by the clock within minutes.
    Raises Invalid for a meeting whose start has passed, or for people who cannot be invited.
    """
    if meeting.starts_at <= now():
        raise Invalid(starts_at=_l("The start of this meeting has passed. Please choose another time first."))
    of_group = invitees.of(meeting)
    extra = _chosen(meeting, people, but={person.id for person in of_group})
    meeting.state, meeting.announced_at = MeetingState.ANNOUNCED, now()
    meeting.check_in_code = meeting.check_in_code or codes.draw()
    for item in meeting.agenda:
        item.changed_after_announcing = False
    ask_people(actor, meeting, of_group)
    ask_people(actor, meeting, extra, extra=True)
    record("announced", meeting, by=actor, also=[meeting.parent.room])
    tellings.note(meeting, meeting.room)
    show_publicly(meeting)
    bring_up_to_date(actor, meeting)
    return meeting


@action(policy.may_invite_also)
def invite_also(actor: Any, meeting: Meeting, *, people: Iterable[int]) -> Meeting:
    """Invite further people of the network to a meeting that has been announced."""
    known = {row.person_id for row in meeting.attendances if row.invited}
    chosen = _chosen(meeting, people, but=known)
    if not chosen:
        raise Invalid(people=_l("Please choose at least one person who is not invited yet."))
    ask_people(actor, meeting, chosen, extra=True)
    bring_up_to_date(actor, meeting)
    return meeting


@action(policy.may_uninvite)
def uninvite(actor: Any, attendance: Attendance) -> None:
    """Take back the invitation of somebody who is not in the group; they are told."""
    if attendance.removed_at is None:
        take_off(actor, attendance)


@action(policy.may_tell)
def tell(actor: Any, meeting: Meeting) -> bool:
    """Tell those invited of all changes since they were told last, in one letter; whether there was anything.

    What was changed and changed back is nothing. The calendar file's SEQUENCE is higher than the last one's.
    """
    last = tellings.last(meeting)
    if last is None or not tellings.differ(last.facts, tellings.facts_of(meeting)):
        meeting.untold_since = None
        return False
    meeting.sequence = max(meeting.sequence, last.sequence + 1)
    record("told", meeting, by=actor)
    tellings.note(meeting, meeting.room)
    bring_up_to_date(actor, meeting)
    return True


@action(policy.may_write_letters)
def write_letters(actor: Any, meeting: Meeting) -> int:
    """Write to the next of those who have not been told yet; how many are left."""
    return bring_up_to_date(actor, meeting)


@action(policy.may_follow_group)
def follow_group(actor: Any, meeting: Meeting) -> None:
    """Invite who has come into the group since, and take off who has left it."""
    of_group = {person.id: person for person in invitees.of(meeting)}
    known = {row.person_id: row for row in meeting.attendances if row.person_id}
    for person_id, row in known.items():
        if row.invited and person_id not in of_group and not (row.extra and row.person.is_active):
            take_off(actor, row)
    asked = {person_id for person_id, row in known.items() if row.invited}
    new = [person for person_id, person in of_group.items() if person_id not in asked]
    ask_people(actor, meeting, new)
    bring_up_to_date(actor, meeting)


@action(policy.may_remind)
def remind(actor: Any, meeting: Meeting, *, hours: int) -> int:
    """Remind the next of those who come or have not answered; how many are left.

    `hours` is how long before the start this reminder was due. Everybody gets it once.
    """
    left = remind_people(meeting, hours)
    if not left:
        meeting.reminded = hours
        record("reminded", meeting, by=actor)
    return left


def _chosen(meeting: Meeting, ids: Iterable[int], but: set[int | None]) -> list[Any]:
    wanted = set(ids) - but
    found = invitees.chosen(meeting, wanted)
    if len(found) != len(wanted):
        raise Invalid(
            people=_l(
                "Not all of these people can be invited. To a meeting of a closed group come those who are"
                " in it: take others in as guests first."
            )
        )
    return found
