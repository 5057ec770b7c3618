"""The letters about meetings: each a step of an action, to one person, in that person's language."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from network import letters, links
from network.attendance.models import Attendance
from network.fragments import neutral
from network.groups.models import GroupKind
from network.invitations import calendar, tellings
from network.invitations.models import Telling
from network.meetings.models import Meeting
from network.people.letters import unsubscribe_url, wants
from network.people.models import Person

PURPOSE = "answer"


def answer_token(attendance: Attendance) -> str:
    """The signed link of an invitation: for this one and nothing else."""
    return links.make(PURPOSE, attendance=attendance.id)


def invite(attendance: Attendance) -> None:
    """The invitation with agenda, place, and the buttons to answer."""
    meeting = attendance.parent
    _write(
        attendance,
        "meeting_invitation",
        _l("Invitation: %(title)s", title=meeting.title),
        lambda: (calendar.invitation(attendance), "REQUEST"),
    )


def tell(attendance: Attendance, before: Telling, after: Telling) -> None:
    """What has changed between two tellings, and the meeting as it is now."""
    meeting = attendance.parent
    _write(
        attendance,
        "meeting_changed",
        _l("Changed: %(title)s", title=meeting.title),
        lambda: (calendar.invitation(attendance), "REQUEST"),
        differences=lambda: tellings.differences(before.facts, after.facts),
        moved=before.facts["starts_at"] != after.facts["starts_at"],
    )


def call_off(attendance: Attendance) -> None:
    """The meeting does not take place."""
    meeting = attendance.parent
    _write(
        attendance,
        "meeting_cancelled",
        _l("Cancelled: %(title)s", title=meeting.title),
        lambda: (calendar.cancellation(attendance, meeting.cancelled_because), "CANCEL"),
    )


def take_off(attendance: Attendance) -> None:
    """Somebody is no longer invited, since they have left the group."""
    meeting = attendance.parent
    _write(
        attendance,
        "meeting_taken_off",
        _l("No longer invited: %(title)s", title=meeting.title),
        lambda: (calendar.cancellation(attendance, ""), "CANCEL"),
    )


def remind(attendance: Attendance) -> None:
    """The meeting is near."""
    _write(attendance, "meeting_reminder", _l("Reminder: %(title)s", title=attendance.parent.title), None)


def _write(
    attendance: Attendance,
    template: str,
    subject: Any,
    make_file: Callable[[], tuple[bytes, str]] | None,
    **context: Any,
) -> None:
    """Write the letter, unless the person does not want such letters."""
    person, meeting = attendance.person, attendance.parent
    kind = "reminders" if template == "meeting_reminder" else "meetings"
    if person is None or not wants(person, kind):
        return
    with neutral(), force_locale(_language(person)):
        file = make_file() if make_file else None
        said = {name: value() if callable(value) else value for name, value in context.items()}
    letters.write(
        person,
        template,
        subject,
        calendar=file,
        unsubscribe=unsubscribe_url(person, kind),
        about=meeting,
        **facts_of_letter(meeting, attendance),
        **said,
    )


def facts_of_letter(meeting: Meeting, attendance: Attendance | None) -> dict[str, Any]:
    """What the templates read; without an attendance (in a preview) the buttons lead nowhere."""
    return {
        "meeting": meeting,
        "attendance": attendance,
        "token": answer_token(attendance) if attendance else "",
        "line_of": calendar.line_of,
        "everybody": meeting.parent.kind == GroupKind.PLENARY,
    }


def _language(person: Person) -> str:
    """As `letters.write` chooses it."""
    spoken: list[str] = current_app.config["LANGUAGES"]
    return person.language if person.language in spoken else spoken[0]
