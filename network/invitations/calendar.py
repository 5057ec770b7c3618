"""Meetings as calendar files (RFC 5545, sent as RFC 5546 says).

Times are written in UTC. Every meeting stands for itself, without a rule of repetition, so a time zone of
its own would say nothing more, and each calendar program shows the moment in its reader's zone; a VTIMEZONE,
on the other hand, is read wrongly by programs that know zones under other names.
"""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from network import dates, texts
from network.attendance.models import Answer, Attendance
from network.letters import sent_from
from network.meetings.models import AgendaItem, Meeting, MeetingState
from network.things import now

PRODUCT = "-//Integration network//Meetings//EN"
PARTSTAT = {Answer.NONE: "NEEDS-ACTION", Answer.ACCEPTED: "ACCEPTED", Answer.DECLINED: "DECLINED"}


def file(*events: Event, method: str) -> bytes:
    """A calendar of these events; `method` is PUBLISH, REQUEST or CANCEL."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def invitation(attendance: Attendance) -> bytes:
    """What goes with a letter: the meeting, and of all those invited only the recipient."""
    event = event_of(attendance.parent)
    _address(event, attendance)
    return file(event, method="REQUEST")


def cancellation(attendance: Attendance, reason: str) -> bytes:
    """What takes the meeting out of the recipient's calendar again."""
    event = event_of(attendance.parent)
    event["STATUS"] = vText("CANCELLED")
    event["DESCRIPTION"] = vText(reason)
    _address(event, attendance)
    return file(event, method="CANCEL")


def event_of(meeting: Meeting, *, whole: bool = True) -> Event:
    """The meeting for a calendar; not `whole`: its public side, without internal items and the way in.

    The language is the current one, addresses are those of the running request.
    """
    page = url_for(Meeting.page, id=meeting.id, _external=True)
    event = Event()
    event.add("uid", meeting.calendar_uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now())
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", f"{meeting.title} ({meeting.parent.name})")
    if meeting.place or (whole and meeting.online_url):
        event.add("location", meeting.place or meeting.online_url)
    event.add("url", page)
    event.add("description", _description(meeting, page, whole))
    event.add("status", "CANCELLED" if meeting.state == MeetingState.CANCELLED else "CONFIRMED")
    event.add("transp", "OPAQUE")
    sender = sent_from()
    organizer = vCalAddress(f"mailto:{sender.addr_spec}")
    organizer.params["CN"] = vText(meeting.parent.name)
    event["ORGANIZER"] = organizer
    return event


def _address(event: Event, attendance: Attendance) -> None:
    """Name the recipient.

    No answer is asked for (RSVP): it would go to the sender's address, where nobody reads it. Answers are
    given with the letter's own buttons.
    """
    person = attendance.person
    if person is None or person.email is None:
        raise ValueError("only somebody with an address can be invited by letter")
    attendee = vCalAddress(f"mailto:{person.email}")
    attendee.params["CN"] = vText(person.name)
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText(PARTSTAT[Answer(attendance.answer)])
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)


def _description(meeting: Meeting, page: str, whole: bool) -> str:
    lines = []
    if whole and meeting.online_url:
        lines += [_("Take part online: %(address)s", address=meeting.online_url), ""]
    if whole and meeting.note:
        lines += [texts.plain(meeting.note), ""]
    items = [item for item in meeting.agenda if whole or not item.kept_internal]
    if items:
        lines += [_("Agenda"), *(line_of(item, whole) for item in items), ""]
    lines.append(page)
    return "\n".join(lines)


def line_of(item: AgendaItem, names: bool = True) -> str:
    """An item on one line: number, title, minutes, who presents it."""
    facts: list[Any] = []
    if item.planned_minutes:
        facts.append(dates.minutes(item.planned_minutes))
    if names:
        facts += [by.shown for by in item.presenters]
    more = f" ({', '.join(str(fact) for fact in facts)})" if facts else ""
    return f"{'   ' if item.sub_place else ''}{item.number}. {item.title}{more}"
